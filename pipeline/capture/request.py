"""All that a raw recording depends on: what is done to which screen. Not the voice, nor where the script says so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import not_
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field

from ..base.assets import SCREEN_FONTS
from ..base.errors import FaultDetails, LecternError, SourceError
from ..base.files import content_digest, file_digest
from ..base.frozen import Frozen
from ..base.geometry import Size
from ..base.picture import require_whole
from ..base.theme import Theme
from ..episode.capture_block import Capture, Environment
from ..episode.capture_kinds import KINDS, CaptureKind
from ..episode.model import Episode
from ..episode.source import SCRIPT
from ..episode.steps import Step, StepInFilm
from ..episode.targets import Target
from .colours import terminal_colours
from .effects import effect_of
from .take import CaptureTake, StepEvent

_NOT_MATERIAL = ("script.md", "lectern.toml", "edits.json", "media", "renders")
"""What is in an episode's folder itself and is never shown by a page or a terminal."""
DIGEST_LENGTH = 32
"""Hex digits of the hash of a file that a recording is made from."""
ZOOM_SHARPNESS = 2.0
"""How many times as large the pictures are that a zoom shows."""

Phase = Literal["url", "hidden", "earlier", "steps", "finally"]
"""Opening the capture's own address; the steps before filming; those of an earlier capture that goes on, which are done again
unseen; those that are filmed; and those that are done at the end, whatever happened."""


@dataclass(frozen=True)
class PhaseStep:
    """Step `index` (from 0) of a phase; `later` are all after it."""

    phase: Phase
    index: int
    step: Step
    later: tuple[Step, ...] = ()

    @property
    def following(self) -> Step | None:
        """The one after it."""
        return self.later[0] if self.later else None

    def seed(self, number: int) -> str:
        """Return what makes the movements and the typing of this step differ from those of others; `number` is the capture's."""
        return f"{number}:{self.phase}:{self.index}"


class CaptureRequest(Frozen):
    """What to record. Steps carry no marks, zooms or lines: `with_film_fields` puts them back on the take.

    `size` is the content's size in px; `sharpness` how many times as large the pictures are that a zoom shows (1.0: nothing
    zooms); `colours` the terminal's, by xterm.js's names, or those of windows, by the theme's; `fonts` regular and bold, files
    of assets/fonts; `folder` (relative to the episode) is what a terminal starts in; `files` are the episode's files that are
    used, with the hash of their content; `earlier` are the steps of a capture that goes on, from the first to the last. All
    else is as in `Capture`.
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
    serve: str = ""
    port: int | None = None
    cast: str = ""
    file: str = ""
    start: float = 0.0
    end: float | None = None
    colours: tuple[tuple[str, str], ...] = ()
    accent: str = "#ffb454"
    fonts: tuple[str, str] = SCREEN_FONTS
    typing_speed: float = 14.0
    seed: int = 1
    files: tuple[tuple[str, str], ...] = ()
    chromium: str = ""
    earlier: tuple[Step, ...] = Field((), exclude_if=not_)

    def phase(self, name: Phase) -> tuple[PhaseStep, ...]:
        """Return the steps of a phase in their order."""
        phases = {
            "url": self._opening,
            "hidden": self.hidden,
            "earlier": self.earlier,
            "steps": self.steps,
            "finally": self.finally_,
        }
        steps = phases[name]
        return tuple(PhaseStep(name, i, step, steps[i + 1 :]) for i, step in enumerate(steps))

    @property
    def _opening(self) -> tuple[Step, ...]:
        """The step that opens the capture's own address, where no step opens one before filming."""
        opened = any(step.action == "open" for step in (*self.hidden, *self.steps[:1]))
        opens = self.kind in ("browser", "ide") and self.url and not opened
        return (Step(action="open", value=self.url),) if opens else ()


def capture_request(episode: Episode, capture: Capture, theme: Theme, size: Size) -> CaptureRequest:
    """Return what to record for `capture` so that its content is `size` px. Raises SourceError where it names a file that isn't there."""
    settings = episode.settings.capture
    return CaptureRequest(
        **{name: getattr(capture, name) for name in _AS_WRITTEN},
        size=capture.environment.size or size,
        steps=without_film_fields(capture.steps),
        hidden=without_film_fields(capture.hidden),
        earlier=without_film_fields(tuple(step for before in capture.earlier for step in before.steps)),
        finally_=without_film_fields(capture.finally_),
        deterministic=KINDS[capture.kind].deterministic if capture.deterministic is None else capture.deterministic,
        sharpness=ZOOM_SHARPNESS if any(step.zoom and step.zoom > 1 for step in capture.steps) else 1.0,
        colours=_colours(episode, capture, theme),
        accent=theme.accent,
        fonts=(theme.mono, theme.mono.replace("Regular", "Bold")),
        typing_speed=settings.typing_speed,
        seed=settings.seed,
        files=_files_used(episode.folder, capture),
        chromium=settings.chromium,
    )


_AS_WRITTEN = (Capture.model_fields.keys() & CaptureRequest.model_fields.keys()) - {
    "steps", "hidden", "earlier", "finally_", "deterministic"
}  # fmt: skip
"""What a recording depends on just as its block says it."""


def _colours(episode: Episode, capture: Capture, theme: Theme) -> tuple[tuple[str, str], ...]:
    """Return what a screen takes from the theme: a terminal's colours (its own where it names some), or those of the windows on it."""
    kind = capture.kind
    if kind in ("terminal", "editor"):
        return _terminal_colours(episode, capture, theme)
    if kind in ("browser", "ide"):
        return _dialog_colours(theme)
    windows = (("window", theme.window), ("window_bar", theme.window_bar), ("window_text", theme.window_text))
    return windows if kind in ("desktop", "footage") else ()


def request_faults(episode: Episode, capture: Capture, theme: Theme) -> Iterator[SourceError]:
    """Yield what `capture` names that isn't there: a terminal's colours, pages, folders, pictures."""
    if capture.kind in ("terminal", "editor"):
        try:
            _terminal_colours(episode, capture, theme)
        except SourceError as error:
            yield error
    for reference in _references(capture, again=False):
        if fault := _reference_fault(episode.folder, reference) or _picture_fault(episode.folder, reference):
            yield fault


def _terminal_colours(episode: Episode, capture: Capture, theme: Theme) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(sorted(terminal_colours(capture.environment.theme, theme, episode.folder).items()))
    except LecternError as error:
        raise SourceError(SCRIPT, capture.line, str(error)) from error


def _dialog_colours(theme: Theme) -> tuple[tuple[str, str], ...]:
    """Return the colours of the dialogs that a browser draws over its page."""
    return (
        ("accent", theme.accent), ("accent_text", theme.accent_text), ("card", theme.window_bar), ("field", theme.surface),
        ("line", theme.surface_line), ("muted", theme.muted), ("text", theme.text),
    )  # fmt: skip


def with_film_fields(take: CaptureTake, capture: Capture) -> CaptureTake:
    """Return the take with what the script says of its steps today: title, marks, zooms, lines; and when each takes effect."""
    events = tuple(_event_with_film_fields(event, capture.steps[event.index], take) for event in take.events)
    return take.model_copy(update={"title": capture.title or take.title, "events": events})


def is_episode_page(address: str) -> bool:
    """Return whether `address` is a page of the episode (and not of the network)."""
    return "://" not in address and not address.startswith(("about:", "data:"))


def without_film_fields(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps without what they say of the film: what a recording depends on."""
    return tuple(step.model_copy(update=StepInFilm().film_fields()) for step in steps)


def _event_with_film_fields(event: StepEvent, step: Step, take: CaptureTake) -> StepEvent:
    return event.model_copy(update={**step.film_fields(), "effect": effect_of(event, step, take)})


class _FileReference(NamedTuple):
    """A file or folder that a capture names, and the line that names it; a `page` brings its folder with it."""

    name: str
    line: int
    kind: Literal["file", "folder", "page", "picture"] = "file"
    ide: bool = False


def _references(capture: Capture, again: bool = True) -> Iterator[_FileReference]:
    """Yield everything of the episode that `capture` names; not `again`: without what an earlier one names that goes on."""
    if capture.folder:
        yield _FileReference(capture.folder, capture.line, "folder")
    for name in (capture.cast, capture.file, *(laid.file for laid in capture.environment.files)):
        if name:
            yield _FileReference(name, capture.line)
    yield from (_FileReference(target.image, capture.line, "picture") for target in capture.blur if target.image)
    own = (*(() if capture.earlier else capture.hidden), *capture.steps, *capture.finally_)
    for step in capture.every_step if again else own:
        if step.action == "open" and capture.kind in ("browser", "ide") and is_episode_page(step.value):
            yield _FileReference(step.value.split("#")[0].split("?")[0], step.line, "page", capture.kind == "ide")
        for target in (step.target, step.to, step.wait and step.wait.target):
            if target and target.image:
                yield _FileReference(target.image, step.line, "picture")
        if step.action == "upload":
            yield _FileReference(step.value, step.line)


def _reference_fault(episode: Path, reference: _FileReference) -> SourceError | None:
    path = (episode / reference.name).resolve()
    if not path.is_relative_to(episode.resolve()):
        message = f"{reference.name} lies outside the episode; copy it into {episode.name}/"
    elif not path.exists():
        message = f"there is no {reference.name} in {episode.name}/{_meant(reference)}"
    else:
        return None
    return SourceError(SCRIPT, reference.line, message, FaultDetails(found=reference.name))


def _picture_fault(episode: Path, reference: _FileReference) -> SourceError | None:
    if reference.kind == "picture":
        try:
            require_whole(episode / reference.name)
        except LecternError as error:
            return SourceError(SCRIPT, reference.line, str(error), FaultDetails(found=reference.name))
    return None


_ADDRESS = re.compile(
    r"(?:[a-z0-9-]+\.)+(?!html?$|xhtml$|svg$|md$|py$|js$|json$|txt$|css$|pdf$)[a-z]{2,}(?:[:/].*)?|localhost(?:[:/].*)?",
    re.I,
)


def _meant(reference: _FileReference) -> str:
    """Return what else may be meant by a page that isn't there."""
    if reference.kind != "page":
        return ""
    if reference.ide:
        return "; a file is opened as in the IDE itself: - press: Control+P, then - type: its name, with enter: true"
    if not _ADDRESS.fullmatch(reference.name):
        return ""
    secure = "http" if reference.name.startswith("localhost") else "https"
    return f"; a page of the network is open: {secure}://{reference.name}"


def page_files(episode: Path, capture: Capture) -> dict[Path, int]:
    """Return the files beside the pages of the episode that `capture` opens, each with the line that opens its page."""
    root = episode.resolve()
    pages = [reference for reference in _references(capture, again=False) if reference.kind == "page"]
    there = {
        (root / page.name).resolve().parent: page.line for page in pages if _reference_fault(episode, page) is None
    }
    found = ((file, line) for folder, line in there.items() for file in sorted(folder.rglob("*")))
    return {file: line for file, line in found if is_material(file.relative_to(root))}


def _files_used(episode: Path, capture: Capture) -> tuple[tuple[str, str], ...]:
    """Return the files that a capture may show, relative to the episode, each with the hash of its content."""
    files: set[Path] = set()
    for reference in _references(capture):
        if fault := _reference_fault(episode, reference):
            raise fault
        path = (episode / reference.name).resolve()
        folder = {"folder": path, "page": path.parent}.get(reference.kind)
        files |= {file for file in folder.rglob("*") if file.is_file()} if folder else {path}
    root = episode.resolve()
    material = [file for file in sorted(files) if is_material(file.relative_to(root))]
    return tuple((file.relative_to(root).as_posix(), _digest_as_asked(file)) for file in material)


_as_asked: dict[Path, str] = {}


def note_content(file: Path) -> str:
    """Return the SHA-256 of a file as it is now. Recordings are asked for with this content until it is noted again.

    So what a person is asked about is what is recorded, also if the file changes meanwhile: the recorder compares its copy.
    """
    _as_asked[file] = content_digest(file)
    return _as_asked[file]


def _digest_as_asked(file: Path) -> str:
    return _as_asked[file][:DIGEST_LENGTH] if file in _as_asked else file_digest(file, DIGEST_LENGTH)


def is_material(file: Path) -> bool:
    """Return whether a file (relative to the episode) is material, and neither the script nor made by Lectern."""
    first = file.parts[0]
    return first not in _NOT_MATERIAL and not first.startswith(".") and not file.suffix.startswith(".blend")
