"""All that a raw recording depends on: what is done to which screen. Not the voice, nor where the script says so."""

import hashlib
from pathlib import Path

from ..episode.kinds import KINDS
from ..episode.model import Episode
from ..episode.screen import Capture, Environment, Step, Target
from ..errors import LecternError, SourceError
from ..geometry import Size
from ..layout.theme import Theme
from ..model import Frozen
from .colours import terminal_colours
from .take import CaptureKind, CaptureTake, StepEvent

_NO_MATERIAL = ("script.md", "lectern.toml", "edits.json", "media", "renders")
"""What stands in an episode's folder itself and is never shown by a page or a terminal."""


SHARP = 2.0
"""How many times as large the pictures are that a zoom shows."""


class CaptureRequest(Frozen):
    """What to record. Steps carry no marks, zooms or lines: `annotated` puts them back on the take.

    `size` is the content's size in px; `sharpness` how many times as large the pictures are that a zoom shows (1.0: nothing
    zooms); `colours` the terminal's, by xterm.js's names, or those of windows, by the theme's; `fonts` regular and bold, files of assets/fonts; `folder`
    (relative to the episode) is what a terminal starts in; `files` are the episode's files that are used, with the hash
    of their content. All else is as in `Capture`.
    """

    kind: CaptureKind
    size: Size
    steps: tuple[Step, ...]
    hidden: tuple[Step, ...] = ()
    finally_: tuple[Step, ...] = ()
    environment: Environment = Environment()
    blur: tuple[Target, ...] = ()
    deterministic: bool = False
    sharpness: float = 1.0
    shell: str = "bash"
    folder: str = ""
    url: str = ""
    app: str = ""
    cast: str = ""
    file: str = ""
    start: float = 0.0
    end: float | None = None
    colours: tuple[tuple[str, str], ...] = ()
    accent: str = "#ffb454"
    fonts: tuple[str, str] = ("JetBrainsMono-Regular.ttf", "JetBrainsMono-Bold.ttf")
    typing_speed: float = 14.0
    seed: int = 1
    files: tuple[tuple[str, str], ...] = ()
    chromium: str = ""

    def phase(self, name: str) -> tuple[Step, ...]:
        """Its steps called "hidden", "steps" or "finally"."""
        return {"hidden": self.hidden, "steps": self.steps, "finally": self.finally_}[name]


def capture_request(episode: Episode, capture: Capture, theme: Theme, size: Size) -> CaptureRequest:
    """What to record for `capture` so that its content is `size` px; SourceError where it names no such file."""
    settings = episode.settings.capture
    return CaptureRequest(
        kind=capture.kind,
        size=capture.environment.size or size,
        steps=bare(capture.steps),
        hidden=bare(capture.hidden),
        finally_=bare(capture.finally_),
        environment=capture.environment,
        blur=capture.blur,
        deterministic=KINDS[capture.kind].deterministic if capture.deterministic is None else capture.deterministic,
        sharpness=SHARP if any(step.zoom and step.zoom > 1 for step in capture.steps) else 1.0,
        shell=capture.shell,
        folder=capture.folder,
        url=capture.url,
        app=capture.app,
        cast=capture.cast,
        file=capture.file,
        start=capture.start,
        end=capture.end,
        colours=_colours(episode, capture, theme),
        accent=theme.accent,
        fonts=(theme.mono, theme.mono.replace("Regular", "Bold")),
        typing_speed=settings.typing_speed,
        seed=settings.seed,
        files=_files_used(episode.folder, capture),
        chromium=settings.chromium,
    )


def _colours(episode: Episode, capture: Capture, theme: Theme) -> tuple[tuple[str, str], ...]:
    """What a screen takes from the theme: a terminal's colours (its own where it names some), or those of the windows on it."""
    kind = capture.kind
    if kind in ("terminal", "editor"):
        return _terminal_colours(episode, capture, theme)
    if kind in ("browser", "ide"):
        return _dialog_colours(theme)
    windows = (("window", theme.window), ("window_bar", theme.window_bar), ("window_text", theme.window_text))
    return windows if kind in ("desktop", "footage") else ()


def _terminal_colours(episode: Episode, capture: Capture, theme: Theme) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(sorted(terminal_colours(capture.environment.theme, theme, episode.folder).items()))
    except LecternError as error:
        raise SourceError("script.md", capture.line, str(error)) from error


def _dialog_colours(theme: Theme) -> tuple[tuple[str, str], ...]:
    """Those of what a page asks, which the browser draws over it."""
    return (
        ("accent", theme.accent), ("accent_text", theme.accent_text), ("card", theme.window_bar), ("field", theme.surface),
        ("line", theme.surface_line), ("muted", theme.muted), ("text", theme.text),
    )  # fmt: skip


def annotated(take: CaptureTake, capture: Capture) -> CaptureTake:
    """The take with what the script says of its steps today: title, marks, zooms, lines."""
    events = tuple(_said(event, capture.steps[event.index]) for event in take.events)
    return take.model_copy(update={"title": capture.title or take.title, "events": events})


def local_page(address: str) -> bool:
    """Whether `address` is a page of the episode (and not of the network)."""
    return "://" not in address and not address.startswith(("about:", "data:"))


_OF_THE_FILM = {"at": None, "until": None, "zoom": None, "spotlight": False, "badge": True, "line": 0}
"""What a step says of the film, and not of the screen."""


def bare(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Steps without what they say of the film: what a recording depends on."""
    return tuple(step.model_copy(update=_OF_THE_FILM) for step in steps)


def _said(event: StepEvent, step: Step) -> StepEvent:
    return event.model_copy(update={name: getattr(step, name) for name in _OF_THE_FILM})


def _files_used(episode: Path, capture: Capture) -> tuple[tuple[str, str], ...]:
    folders = {_inside(episode, capture.folder, capture.line)} if capture.folder else set()
    named = {_inside(episode, name, capture.line) for name in (capture.cast, capture.file) if name}
    named |= {_inside(episode, laid.file, capture.line) for laid in capture.environment.files if laid.file}
    for step in (*capture.hidden, *capture.steps, *capture.finally_):
        if step.action == "open" and capture.kind in ("browser", "ide") and local_page(step.value):
            folders.add(_inside(episode, step.value.split("#")[0].split("?")[0], step.line).parent)
        named |= {_inside(episode, name, step.line) for name in _shown_by(step)}
    root = episode.resolve()
    files = sorted(named | {file for folder in folders for file in folder.rglob("*") if file.is_file()})
    return tuple((f.relative_to(root).as_posix(), _hash(f)) for f in files if is_material(f.relative_to(root)))


def _shown_by(step: Step) -> list[str]:
    """The files that a step itself names."""
    images = [target.image for target in (step.target, step.to, step.wait and step.wait.target) if target and target.image]
    return images + ([step.value] if step.action == "upload" else [])


def is_material(file: Path) -> bool:
    """Whether a file (relative to the episode) is material, and neither the script nor made by Lectern."""
    first = file.parts[0]
    return first not in _NO_MATERIAL and not first.startswith(".") and not file.suffix.startswith(".blend")


def _inside(episode: Path, name: str, line: int) -> Path:
    path = (episode / name).resolve()
    if not path.is_relative_to(episode.resolve()):
        raise SourceError("script.md", line, f"{name} lies outside the episode; copy it into {episode.name}/")
    if not path.exists():
        raise SourceError("script.md", line, f"there is no {name} in {episode.name}/")
    return path


def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()[:32]
