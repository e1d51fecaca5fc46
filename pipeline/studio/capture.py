"""`lectern capture`: the recordings alone; one step as a picture, a contact sheet, or a check against today."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Unpack

from PIL import Image

from ..base.episode_paths import EpisodePaths
from ..base.errors import FilmFinding, LecternError
from ..base.files import inside_of, replacing
from ..base.frozen import Frozen
from ..build.build import RecordingOptions, scenes_called, start_build
from ..build.production import recording_findings
from ..build.record_takes import last_capture_keys, note_capture_keys, request_of_capture, schedule_captures
from ..build.take_scheduler import ProgressListener, TakeHandle, ignore_summary
from ..capture.fault import CaptureFault
from ..capture.recipes import CAPTURE, record
from ..capture.request import CaptureRequest, with_film_fields
from ..capture.review.compare import RecordingChange, compare_recordings
from ..capture.review.contact_sheet import SheetCapture, contact_sheet
from ..capture.review.moments import StepMoment, step_moments
from ..capture.take import CaptureTake
from ..episode.capture_block import Capture
from ..episode.continuation import EarlierSteps
from ..episode.errors import EpisodeErrors
from ..episode.folder import read_episode
from ..episode.model import Episode, Scene
from ..episode.source import SCRIPT
from ..episode.themes import theme_of
from ..episode.unsupported import refuse_captures
from ..jobs.recipe import JobContext, take_key
from ..jobs.take_file import is_whole
from ..jobs.takes import TakeStore
from ..trust.allowed import Trust, allow, allowed_form
from ..trust.permissions import permission_requests, recording_permissions
from .messages import MessageListener, ignore_message

FAST = 1000.0
"""Characters a second, where nobody watches the typing."""


class CaptureSummary(Frozen):
    """A capture as it was recorded: seconds, pictures, the share of frames that were `dropped`, and what a viewer would miss."""

    scene: str
    capture: str
    kind: str
    line: int
    steps: int
    seconds: float
    pictures: int
    dropped: float
    folder: str
    findings: tuple[str, ...] = ()


class DrawnSheet(Frozen):
    """A contact sheet: its file, and what a viewer would miss in the recordings on it."""

    file: Path
    findings: tuple[str, ...]


class CaptureStaleness(Frozen):
    """What a capture does today. `compared`: there was a take to compare it with.

    `fault`: it can't be done any more, and `picture` (a file) is how it looked then.
    """

    scene: str
    capture: str
    line: int
    fault: str = ""
    picture: str = ""
    compared: bool = False
    changes: tuple[RecordingChange, ...] = ()

    @property
    def stale(self) -> bool:
        """Whether it no longer does what it did."""
        return bool(self.fault or self.changes)


def capture(
    folder: Path, *, scene: str | None = None, **options: Unpack[RecordingOptions]
) -> tuple[CaptureSummary, ...]:
    """Record the captures of the episode, or of one scene; those that are there already stay."""
    _, recorded, failed = _record_captures(folder, scene, **options)
    if failed:
        raise failed
    return tuple(map(_capture_summary, recorded))


def sheet(folder: Path, file: Path, *, scene: str | None = None, **options: Unpack[RecordingOptions]) -> DrawnSheet:
    """Draw a picture of every step into the PNG `file`, and record what isn't recorded yet.

    Raises LecternError if there is no capture, or if some can't be recorded: the others are drawn all the same.
    """
    episode, recorded, failed = _record_captures(folder, scene, **options)
    if not recorded:
        raise failed or LecternError("there is no capture" + (f' in scene "{scene}"' if scene else ""))
    picture = contact_sheet(list(map(_sheet_row, recorded)), theme_of(episode))
    findings = tuple(str(finding) for one in recorded for finding in one.findings)
    drawn = DrawnSheet(file=_save_png(picture, file, episode.folder), findings=findings)
    if failed:
        raise LecternError(f"{failed}\n{drawn.file} shows the captures that were recorded")
    return drawn


def preview(
    folder: Path,
    file: Path,
    *,
    step: int,
    scene: str | None = None,
    capture: str | None = None,
    config: Path | None = None,
    trust: Trust = False,
) -> Path:
    """Write the screen after a step (counted from 1) as the PNG `file`; only the steps up to it are done, and fast."""
    episode, scenes = _open_captures(folder, scene, config, trust)
    part, chosen = _find_capture(scenes, capture)
    if not 1 <= step <= len(chosen.steps):
        raise LecternError(f'capture "{chosen.id}" has {len(chosen.steps)} steps, so there is no step {step}')
    return _save_png(Image.fromarray(_moment_after(episode, part, chosen, step - 1).picture), file, episode.folder)


def stale_captures(
    folder: Path,
    *,
    scene: str | None = None,
    config: Path | None = None,
    trust: Trust = False,
    listen: MessageListener = ignore_message,
) -> tuple[CaptureStaleness, ...]:
    """Do all captures once more, keep nothing of it, and return what each does today; `listen` is called with the next one."""
    episode, scenes = _open_captures(folder, scene, config, trust)
    found = []
    for part, one in ((s, c) for s in scenes for c in s.captures):
        listen(f'scene "{part.id}": {one.kind} ({SCRIPT}:{one.line})')
        found.append(_check_capture(episode, part, one))
    return tuple(found)


def _open_captures(
    folder: Path, scene: str | None, config: Path | None, trust: Trust
) -> tuple[Episode, tuple[Scene, ...]]:
    """Return the episode and the scenes that are meant, once this person allows what their captures do."""
    episode = read_episode(folder, config)
    scenes = scenes_called(episode, scene)
    if problems := refuse_captures(scenes):
        raise EpisodeErrors(problems)
    allowed = None if trust else allowed_form(episode, partial(permission_requests, config=config))
    allowed = allowed or allow(episode, partial(recording_permissions, config=config), trust)
    return allowed, scenes_called(allowed, scene)


@dataclass(frozen=True)
class _RecordedCapture:
    """A capture of a scene, with its recording."""

    scene: Scene
    capture: Capture
    take: CaptureTake
    handle: TakeHandle[CaptureTake]

    @property
    def findings(self) -> tuple[FilmFinding, ...]:
        id = self.capture.id
        return recording_findings((self.scene,), {id: self.take}, {id: self.handle.key})


def _record_captures(
    folder: Path,
    scene: str | None,
    *,
    config: Path | None = None,
    trust: Trust = False,
    listen: ProgressListener = ignore_summary,
    wait: bool = True,
) -> tuple[Episode, list[_RecordedCapture], LecternError | None]:
    """Record the captures of one scene, or of all, as far as they are not there yet.

    Returns the episode, those that are recorded, and why others can't be.
    """
    failed: LecternError | None = None
    episode, scenes = _open_captures(folder, scene, config, trust)
    with start_build(episode, scenes, config, listen, wait=wait) as build:
        handles = schedule_captures(build)
        try:
            build.scheduler.make()
        except LecternError as error:
            failed = error
        made = {id: handle for id, handle in handles.items() if is_whole(handle.folder)}
        note_capture_keys(build.paths, made)
    pairs = [(scene, capture) for scene in scenes for capture in scene.captures if capture.id in made]
    recorded = [_RecordedCapture(s, c, with_film_fields(made[c.id].take, c), made[c.id]) for s, c in pairs]
    return episode, recorded, failed


def _capture_summary(recorded: _RecordedCapture) -> CaptureSummary:
    capture, take = recorded.capture, recorded.take
    return CaptureSummary(
        scene=recorded.scene.id,
        capture=capture.id,
        kind=capture.kind,
        line=capture.line,
        steps=len(capture.steps),
        seconds=round(take.duration, 3),
        pictures=len(take.times),
        dropped=take.dropped,
        folder=str(recorded.handle.folder),
        findings=tuple(map(str, recorded.findings)),
    )


def _sheet_row(recorded: _RecordedCapture) -> SheetCapture:
    capture, take = recorded.capture, recorded.take
    title = f"{recorded.scene.title}   ·   {capture.kind}" + (f"   ·   {take.title}" if take.title else "")
    return SheetCapture(title, capture.steps, step_moments(take, recorded.handle.folder))


def _find_capture(scenes: tuple[Scene, ...], id: str | None) -> tuple[Scene, Capture]:
    found = [(s, c) for s in scenes for c in s.captures if id in (None, c.id)]
    if not found or (id is None and len(found) > 1):
        known = ", ".join(c.id for s in scenes for c in s.captures) or "none"
        which = "which capture is meant? Name it with --capture, or its scene"
        raise LecternError(f"{f'there is no capture "{id}"' if id else which}; there are: {known}")
    return found[0]


def _moment_after(episode: Episode, scene: Scene, capture: Capture, index: int) -> StepMoment:
    """Return how it looks after a step: in the finished take if there is one, else in a recording that ends with it."""
    request = request_of_capture(episode, scene, capture, theme_of(episode))
    store, key = _store(episode), take_key(CAPTURE, request)
    if store.has(CAPTURE.kind, key):
        return step_moments(store.load(CAPTURE, key), store.folder(CAPTURE.kind, key), [index])[0]
    short = _shorten_request(request, index)
    with tempfile.TemporaryDirectory(prefix="lectern-preview-", ignore_cleanup_errors=True) as scratch:
        take = _record_unkept(short, Path(scratch), episode, scene, capture, index)
        return step_moments(take, Path(scratch), [take.events[-1].index])[0]


def _shorten_request(request: CaptureRequest, index: int) -> CaptureRequest:
    """Return a request for the steps up to `index`, done fast; where recording is in real time, for that step alone."""
    fast = request.model_copy(update={"typing_speed": FAST, "sharpness": 1.0})
    if request.deterministic or index == 0:
        return fast.model_copy(update={"steps": request.steps[: index + 1]})
    before, phase = (request.earlier, "earlier") if request.earlier else (request.hidden, "hidden")
    unseen = {phase: (*before, *request.steps[:index])}
    return fast.model_copy(update={**unseen, "steps": request.steps[index : index + 1]})


def _record_unkept(
    request: CaptureRequest, folder: Path, episode: Episode, scene: Scene, capture: Capture, index: int | None = None
) -> CaptureTake:
    """Record into `folder`, for a look only; faults name file and line (of step `index`, if that alone is recorded)."""
    try:
        return record(request, folder, JobContext.scratch(episode.folder))
    except LecternError as error:
        recorded = capture
        if index is not None and len(request.steps) == 1:
            recorded = _shortened(scene, capture, index)
        raise CaptureFault(error, SCRIPT, scene, recorded) from error


def _shortened(scene: Scene, capture: Capture, index: int) -> Capture:
    """Return the capture whose steps before `index` are done unseen, as in a shortened request."""
    before: dict[str, object] = {"hidden": (*capture.hidden, *capture.steps[:index])}
    if capture.earlier:
        before = {"earlier": (*capture.earlier, EarlierSteps(scene=scene.id, steps=capture.steps[:index]))}
    return capture.model_copy(update={**before, "steps": capture.steps[index : index + 1]})


def _check_capture(episode: Episode, scene: Scene, capture: Capture) -> CaptureStaleness:
    request, store = request_of_capture(episode, scene, capture, theme_of(episode)), _store(episode)
    key = take_key(CAPTURE, request)
    if not store.has(CAPTURE.kind, key):
        key = last_capture_keys(EpisodePaths(folder=episode.folder)).get(capture.id, "")
    unchanged = CaptureStaleness(scene=scene.id, capture=capture.id, line=capture.line)
    with tempfile.TemporaryDirectory(prefix="lectern-check-", ignore_cleanup_errors=True) as scratch:
        try:
            take = _record_unkept(request, Path(scratch), episode, scene, capture)
        except CaptureFault as fault:
            return unchanged.model_copy(update={"fault": str(fault), "picture": str(fault.picture or "")})
        if not (capture.check and key and store.has(CAPTURE.kind, key)):
            return unchanged
        changes = compare_recordings(store.load(CAPTURE, key), store.folder(CAPTURE.kind, key), take, Path(scratch))
        lines = tuple(_with_script_line(change, capture) for change in changes)
        return unchanged.model_copy(update={"compared": True, "changes": lines})


def _with_script_line(change: RecordingChange, capture: Capture) -> RecordingChange:
    line = capture.steps[change.index].line if change.index >= 0 else capture.line
    return change.model_copy(update={"line": line})


def _store(episode: Episode) -> TakeStore:
    return TakeStore(EpisodePaths(folder=episode.folder).media)


def _save_png(picture: Image.Image, file: Path, episode: Path) -> Path:
    """Write a PNG, whole; return its absolute path."""
    file = file.absolute()
    if not file.parent.is_dir():
        raise LecternError(f"there is no folder {file.parent}")
    with replacing(file, inside=inside_of(file, episode)) as draft:
        picture.save(draft, format="PNG", optimize=True)
    return file


def stale_lines(found: Iterable[CaptureStaleness]) -> list[str]:
    """Return what is stale, for a person to read."""
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
