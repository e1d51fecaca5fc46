"""lectern capture: the recordings alone; one step as a picture, a contact sheet, or a check against today."""

import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from ..capture.fault import CaptureFault
from ..capture.recipes import CAPTURE, record
from ..capture.request import CaptureRequest, annotated
from ..capture.review.compare import Change, changes
from ..capture.review.moments import Moment, moments
from ..capture.review.sheet import Filmed, contact_sheet
from ..capture.take import CaptureTake
from ..episode.errors import EpisodeErrors
from ..episode.folder import read_episode
from ..episode.later import SCRIPT, refuse_captures
from ..episode.model import Episode, Scene
from ..episode.screen import Capture
from ..errors import LecternError
from ..jobs.takes import TakeStore, take_key
from ..model import Frozen
from .places import Places
from .production import workshop
from .recording import keep_in_mind, kept_captures, request_of, want_captures
from .themes import theme_of
from .trust import dangers, is_trusted, recording_dangers, require_trust, trust
from .voice import scenes_called
from .workshop import Listener

Tell = Callable[[str], None]
FAST = 1000.0
"""Characters a second, where nobody watches the typing."""


class Captured(Frozen):
    """A capture as it was recorded: seconds, pictures, and the share of frames that were `dropped`."""

    scene: str
    capture: str
    kind: str
    line: int
    steps: int
    seconds: float
    pictures: int
    dropped: float
    folder: str


class Staleness(Frozen):
    """What a capture does today. `fault`: it can't be done any more, and `picture` (a file) is how it looked then;
    `compared`: there was a take to compare it with."""

    scene: str
    capture: str
    line: int
    fault: str = ""
    picture: str = ""
    compared: bool = False
    changes: tuple[Change, ...] = ()

    @property
    def stale(self) -> bool:
        return bool(self.fault or self.changes)


def capture(
    folder: Path, *, scene: str | None = None, config: Path | None = None, trusted: bool = False,
    listen: Listener = lambda summary: None,
) -> tuple[Captured, ...]:  # fmt: skip
    """Records the captures of the episode, or of one scene; those that are there already stay."""
    episode, scenes = _opened(folder, scene, config, trusted)
    return tuple(_described(s, c, take, folder) for s, c, take, folder in _recorded(episode, scenes, config, listen))


def sheet(
    folder: Path, file: Path, *, scene: str | None = None, config: Path | None = None, trusted: bool = False,
    listen: Listener = lambda summary: None,
) -> Path:  # fmt: skip
    """Draws a picture of every step, and records what isn't recorded yet; LecternError where there is no capture."""
    episode, scenes = _opened(folder, scene, config, trusted)
    filmed = [_filmed(s, c, take, place) for s, c, take, place in _recorded(episode, scenes, config, listen)]
    if not filmed:
        raise LecternError("there is no capture" + (f' in scene "{scene}"' if scene else ""))
    return _saved(contact_sheet(filmed, theme_of(episode)), file)


def preview(
    folder: Path, file: Path, *, step: int, scene: str | None = None, capture: str | None = None,
    config: Path | None = None, trusted: bool = False,
) -> Path:  # fmt: skip
    """One PNG of the screen after a step (counted from 1); only the steps up to it are done, and as fast as may be."""
    episode, scenes = _opened(folder, scene, config, trusted)
    part, wanted = _chosen(scenes, capture)
    if not 1 <= step <= len(wanted.steps):
        raise LecternError(f'capture "{wanted.id}" has {len(wanted.steps)} steps, so there is no step {step}')
    return _saved(Image.fromarray(_moment(episode, part, wanted, step - 1).picture), file)


def stale_captures(
    folder: Path, *, scene: str | None = None, config: Path | None = None, trusted: bool = False,
    tell: Tell = lambda line: None,
) -> tuple[Staleness, ...]:  # fmt: skip
    """Does all captures once more, keeps nothing of it, and says which no longer do what they did."""
    episode, scenes = _opened(folder, scene, config, trusted)
    found = []
    for part, wanted in ((s, c) for s in scenes for c in s.captures):
        tell(f'scene "{part.id}": {wanted.kind} ({SCRIPT}:{wanted.line})')
        found.append(_checked(episode, part, wanted))
    return tuple(found)


@dataclass
class Desk:
    """What recorders are given where nothing they make is kept."""

    episode: Path

    def take(self, kind: str, key: str) -> Path:
        return TakeStore(Places(folder=self.episode).media).folder(kind, key)

    def report(self, done: float) -> None:
        """Nobody waits for it."""


def _opened(folder: Path, scene: str | None, config: Path | None, trusted: bool) -> tuple[Episode, tuple[Scene, ...]]:
    """The episode and the scenes that are meant, once this person allows what their captures do."""
    episode = read_episode(folder, config)
    scenes = scenes_called(episode, scene)
    if problems := refuse_captures(scenes):
        raise EpisodeErrors(problems)
    would_run = recording_dangers(episode, config)
    if not is_trusted(dangers(episode, config)):
        if trusted and not is_trusted(would_run):
            trust(would_run, episode.folder)
        require_trust(would_run)
    return episode, scenes


def _recorded(
    episode: Episode, scenes: tuple[Scene, ...], config: Path | None, listen: Listener
) -> list[tuple[Scene, Capture, CaptureTake, Path]]:
    with workshop(episode, config, listen) as shop:
        wanted = want_captures(shop, episode, scenes, theme_of(episode))
        shop.make()
        keep_in_mind(shop.places, wanted)
        made = {id: (shop.result(job), shop.folder(job)) for id, job in wanted.items()}
    return [(s, c, annotated(made[c.id][0], c), made[c.id][1]) for s in scenes for c in s.captures]


def _described(scene: Scene, wanted: Capture, take: CaptureTake, folder: Path) -> Captured:
    return Captured(
        scene=scene.id, capture=wanted.id, kind=wanted.kind, line=wanted.line, steps=len(wanted.steps),
        seconds=round(take.duration, 3), pictures=len(take.times), dropped=take.dropped, folder=str(folder),
    )  # fmt: skip


def _filmed(scene: Scene, wanted: Capture, take: CaptureTake, folder: Path) -> Filmed:
    title = f"{scene.title}   ·   {wanted.kind}" + (f"   ·   {take.title}" if take.title else "")
    return Filmed(title, wanted.steps, moments(take, folder))


def _chosen(scenes: tuple[Scene, ...], capture: str | None) -> tuple[Scene, Capture]:
    found = [(s, c) for s in scenes for c in s.captures if capture in (None, c.id)]
    if not found or (capture is None and len(found) > 1):
        there = ", ".join(c.id for s in scenes for c in s.captures) or "none"
        which = "which capture is meant? Name it with --capture, or its scene"
        what = f'there is no capture "{capture}"' if capture else which
        raise LecternError(f"{what}; there are: {there}")
    return found[0]


def _moment(episode: Episode, scene: Scene, wanted: Capture, index: int) -> Moment:
    """How it looks after a step: of the kept take where there is one, else of a recording that ends with it."""
    request = request_of(episode, scene, wanted, theme_of(episode))
    store = TakeStore(Places(folder=episode.folder).media)
    key = take_key(CAPTURE, request)
    if store.has(CAPTURE.kind, key):
        return moments(store.load(CAPTURE, key), store.folder(CAPTURE.kind, key), [index])[0]
    short = _short(request, index)
    with tempfile.TemporaryDirectory(prefix="lectern-preview-", ignore_cleanup_errors=True) as scratch:
        take = _done(short, Path(scratch), episode, scene, wanted, index)
        return moments(take, Path(scratch), [take.events[-1].index])[0]


def _short(request: CaptureRequest, index: int) -> CaptureRequest:
    """The same until the step `index`, as fast as may be; where recording takes its time, only that step is recorded."""
    hurried = request.model_copy(update={"typing_speed": FAST, "sharpness": 1.0})
    if request.deterministic or index == 0:
        return hurried.model_copy(update={"steps": request.steps[: index + 1]})
    before = (*request.hidden, *request.steps[:index])
    return hurried.model_copy(update={"hidden": before, "steps": request.steps[index : index + 1]})


def _done(
    request: CaptureRequest, folder: Path, episode: Episode, scene: Scene, wanted: Capture, index: int | None = None
) -> CaptureTake:
    """A recording that nobody keeps; its faults name file and line (of step `index`, where that alone is recorded)."""
    try:
        return record(request, folder, Desk(episode.folder))
    except LecternError as error:
        told = wanted
        if index is not None and len(request.steps) == 1:
            hidden = (*wanted.hidden, *wanted.steps[:index])
            told = wanted.model_copy(update={"hidden": hidden, "steps": wanted.steps[index : index + 1]})
        raise CaptureFault(error, SCRIPT, scene, told) from error


def _checked(episode: Episode, scene: Scene, wanted: Capture) -> Staleness:
    request = request_of(episode, scene, wanted, theme_of(episode))
    what = {"scene": scene.id, "capture": wanted.id, "line": wanted.line}
    store, key = TakeStore(Places(folder=episode.folder).media), take_key(CAPTURE, request)
    key = key if store.has(CAPTURE.kind, key) else kept_captures(episode.folder).get(wanted.id, "")
    with tempfile.TemporaryDirectory(prefix="lectern-check-", ignore_cleanup_errors=True) as scratch:
        try:
            take = _done(request, Path(scratch), episode, scene, wanted)
        except CaptureFault as fault:
            return Staleness(**what, fault=str(fault), picture=str(fault.picture or ""))
        if not (wanted.check and key and store.has(CAPTURE.kind, key)):
            return Staleness(**what)
        kept = store.load(CAPTURE, key)
        found = changes(kept, store.folder(CAPTURE.kind, key), take, Path(scratch))
        return Staleness(**what, compared=True, changes=tuple(_at_its_line(change, wanted) for change in found))


def _at_its_line(change: Change, wanted: Capture) -> Change:
    line = wanted.steps[change.index].line if change.index >= 0 else wanted.line
    return change.model_copy(update={"line": line})


def _saved(picture: Image.Image, file: Path) -> Path:
    """Writes a PNG, whole."""
    file = file.absolute()
    if not file.parent.is_dir():
        raise LecternError(f"there is no folder {file.parent}")
    sibling = file.with_name(f".{file.name}.{os.getpid()}.png")
    picture.save(sibling, optimize=True)
    os.replace(sibling, file)
    return file


def stale_lines(found: Iterable[Staleness]) -> list[str]:
    """What is stale, for a person."""
    lines = []
    for one in (s for s in found if s.stale):
        if one.fault:
            lines.append(one.fault)
        for change, before in zip(one.changes, (None, *one.changes), strict=False):
            step = f"step {change.index + 1}: " if change.index >= 0 else ""
            lines.append(f'{SCRIPT}:{change.line}: scene "{one.scene}", capture "{one.capture}": {step}{change.what}')
            again = before is not None and change.diff and change.diff == before.diff
            lines += ["    as before"] if again else [f"    {row}" for row in change.diff[:20]]
    return lines
