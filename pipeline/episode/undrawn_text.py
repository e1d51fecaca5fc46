"""Letters of a script that its terminals and editors will show as boxes: in commands, prompts and the files that make prompts."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ..base.errors import LecternError, SourceError
from ..base.undrawn import boxes_instead, undrawn
from .capture_block import Capture
from .source import SCRIPT, exact_text

_PROMPT_FILES = (
    ".*rc", ".profile", ".bash_profile", ".p10k.zsh", "starship.toml", ".config/starship.toml", ".config/fish/config.fish",
    "*.omp.json", "*.omp.toml",
)  # fmt: skip
"""Where people say what their shell shows before a command."""
_SHOWN = ("run", "type", "paste", "edit")


def undrawn_text(episode: Path, capture: Capture) -> Iterator[SourceError]:
    """Yield a finding for each place whose letters a terminal or an editor would show as boxes."""
    for line, what, text in _texts(episode, capture):
        if letters := undrawn(text):
            yield SourceError(SCRIPT, line, f"{what}: the {capture.kind} would show {boxes_instead(letters)}")


def _texts(episode: Path, capture: Capture) -> Iterator[tuple[int, str, str]]:
    """Yield the line, the place and the text of what is shown, as far as it is known before anything runs."""
    own = (*(() if capture.earlier else capture.hidden), *capture.steps, *capture.finally_)
    yield from ((step.line, step.action, f"{step.value}{step.text}") for step in own if step.action in _SHOWN)
    if capture.earlier:
        return
    environment = capture.environment
    yield capture.line, "prompt", environment.prompt
    yield from ((capture.line, name, value) for name, value in environment.env)
    yield from ((capture.line, file.path, file.text or _read(episode, file.file)) for file in environment.files)
    names = {*_opened(capture), *_prompt_files(episode / capture.folder)} if capture.folder else set()
    yield from ((capture.line, name, _read(episode, f"{capture.folder}/{name}")) for name in sorted(names))


def _opened(capture: Capture) -> Iterator[str]:
    """Yield the files that an editor shows."""
    yield from (step.value for step in capture.steps if capture.kind == "editor" and step.action in ("open", "diff"))


def _prompt_files(folder: Path) -> Iterator[str]:
    with suppress(OSError):
        yield from (file.relative_to(folder).as_posix() for name in _PROMPT_FILES for file in folder.glob(name))


def _read(episode: Path, name: str) -> str:
    """Return the text of a file of the episode; "" where it is none, or outside."""
    file = episode / name
    with suppress(OSError, LecternError):
        if name and file.resolve().is_relative_to(episode.resolve()) and file.is_file():
            return exact_text(file)
    return ""
