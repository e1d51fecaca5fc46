"""`lectern plan`: an episode made of what a person has already, by rules alone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ..base.errors import LecternError
from ..base.files import LARGEST_OWN_FILE, make_folder, read_bounded, write_atomic
from ..base.frozen import Frozen
from ..capture.terminal.asciicast import read_cast
from ..episode.source import SCRIPT
from ..planning.browser_script import plan_browser_script, plan_trace
from ..planning.cast import plan_cast
from ..planning.commands import plan_commands, with_identity
from ..planning.model import PlannedEpisode, Refusal
from ..planning.outline import is_deck, plan_deck, plan_outline
from ..planning.script import script_of
from ..planning.tape import plan_tape
from .new import require_empty


class PlannedFiles(Frozen):
    """The files that were written, how many entries of the source the episode does, and those that it does not."""

    script: Path
    files: tuple[Path, ...]
    scenes: int
    taken: int
    refused: tuple[Refusal, ...]


class _Source(NamedTuple):
    """A file to plan from: where it is, its bytes, and a title that its name gives."""

    file: Path
    content: bytes
    title: str

    @property
    def text(self) -> str:
        """The bytes as text. Raises LecternError if they are none."""
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise LecternError(f"{self.file} is no text in UTF-8") from error


def _from_markdown(source: _Source) -> PlannedEpisode:
    planner = plan_deck if is_deck(source.text) else plan_outline
    return planner(source.text, source.title, source.file.absolute().parent)


def _from_cast(source: _Source) -> PlannedEpisode:
    return plan_cast(read_cast(source.file), source.content, source.file.name, source.title)


_PLANNERS: dict[str, Callable[[_Source], PlannedEpisode]] = {
    **dict.fromkeys((".md", ".markdown"), _from_markdown),
    ".cast": _from_cast,
    ".tape": lambda source: plan_tape(source.text, source.title),
    **dict.fromkeys((".sh", ".bash", ".txt"), lambda source: plan_commands(source.text, source.title)),
    **dict.fromkeys((".py", ".js", ".ts", ".mjs"), lambda source: plan_browser_script(source.text, source.title)),
    ".zip": lambda source: plan_trace(source.content, source.title),
}
"""What plans from a file, by how its name ends."""


def plan(folder: Path, *, source: Path) -> PlannedFiles:
    """Write an episode into `folder`, which is empty or not there yet, that does what `source` does.

    Raises LecternError if the source can't be read, is of no kind that Lectern plans from, or has nothing to show.
    """
    folder = folder.absolute()
    require_empty(folder)
    planner = _PLANNERS.get(source.suffix.lower())
    if planner is None:
        raise LecternError(f"{source}: Lectern plans from files that end with {', '.join(_PLANNERS)}")
    planned = with_identity(planner(_Source(source, _content(source), title_of(source))))
    if not planned.scenes:
        raise LecternError(f"{source} has nothing that Lectern could show")
    make_folder(folder, inside=None)
    write_atomic(folder / SCRIPT, script_of(planned), inside=folder)
    for name, content in planned.files.items():
        write_atomic(folder / name, content, inside=folder)
    files = tuple(folder / name for name in planned.files)
    return PlannedFiles(
        script=folder / SCRIPT, files=files, scenes=len(planned.scenes), taken=planned.taken, refused=planned.refused
    )


def title_of(source: Path) -> str:
    """Return a title for what was made of a file: its name, as words."""
    words = re.sub(r"\.(?:spec|test|e2e)$", "", source.stem).replace("_", " ").replace("-", " ").strip() or "A film"
    return words[0].upper() + words[1:]


def _content(source: Path) -> bytes:
    try:
        return read_bounded(source, LARGEST_OWN_FILE)
    except OSError as error:
        raise LecternError(f"{source} can't be read: {error.strerror}") from error
