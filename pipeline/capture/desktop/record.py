"""A desktop capture: any program, used as a person uses it, filmed through a web view."""

import time
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from PIL import Image
from playwright.sync_api import Error

from ...episode.screen import Step
from ...errors import LecternError
from ...jobs.recipe import Bench
from ..browser.screencast import Shown
from ..browser.smoothness import MAY_DROP, dropped
from ..fault import StepFault, keep_picture, readable
from ..pictures import PICTURES, write_pictures
from ..request import CaptureRequest
from ..retake import retaken
from ..secrets import masked, reveals
from ..take import CaptureTake, StepEvent
from .seen import blurred_through, text_through
from .steps import Doing, do
from .view import View, view


def record(request: CaptureRequest, folder: Path, bench: Bench) -> CaptureTake:
    """Does the steps at a desktop; writes the pictures it showed; StepFault (with a picture kept) where one fails.

    A recording with gaps is made once more, and the better one is kept; but not of a desktop that is somewhere else,
    which is no longer as it was.
    """
    take = _recorded(request, folder, bench)
    if not take.gaps or take.dropped <= MAY_DROP or request.url:
        return take
    return retaken(take, folder, lambda beside: _recorded(request, beside, bench))


def _recorded(request: CaptureRequest, folder: Path, bench: Bench) -> CaptureTake:
    with view(request, bench.episode) as scene:
        try:
            events, ended = _perform(request, scene, bench)
        except LecternError:
            with suppress(StepFault, Error):  # what failed first is what the author has to know
                _run_all("finally", request.finally_, scene, bench)
                scene.cast.stop()
            raise
        _run_all("finally", request.finally_, scene, bench)
        frames = scene.cast.frames
    return _take(request, folder, _Filmed(scene, frames, events, ended), bench)


def _perform(request: CaptureRequest, scene: View, bench: Bench) -> tuple[list[StepEvent], float]:
    """The filmed steps, and when filming ended."""
    _run_all("hidden", request.hidden, scene, bench)
    scene.cast.start()
    scene.filming = True
    scene.pointer.clear()
    scene.keys.clear()
    scene.note_pointer()
    events = []
    for index, step in enumerate(request.steps):
        events.append(_filmed(Doing("steps", index, step, scene), bench))
        bench.report(0.7 * (index + 1) / len(request.steps))
    scene.cast.settle(0.3, 2.0)
    ended = time.time()
    scene.cast.stop()
    scene.filming = False
    return events, ended


def _filmed(doing: Doing, bench: Bench) -> StepEvent:
    scene, start = doing.scene, time.time()
    _do(doing, bench)
    _settle(doing, bench)
    met = doing.step.action == "wait"
    effect = scene.cast.frames[-1].time if met else scene.cast.changed_after(doing.moment) or doing.moment
    if doing.step.action == "highlight":
        effect = doing.moment
    return StepEvent(
        index=doing.index, action=doing.step.action, start=start, effect=max(effect, start), end=time.time(), target=doing.target
    )


def _settle(doing: Doing, bench: Bench) -> None:
    """Waits for what comes of the step; a program that it has brought down is its fault, even if no other step follows."""
    try:
        doing.scene.cast.settle(0.25, 2.5)
        doing.scene.wait(0.1)
        doing.scene.check(wanted=False)
    except (LecternError, Error) as error:
        raise _fault(doing, bench, error) from error


def act(scene: View, phase: str, index: int, step: Step, bench: Bench) -> None:
    """Does a step that is not filmed; StepFault, with a picture kept, where it fails."""
    _do(Doing(phase, index, step, scene), bench)


def _run_all(phase: str, steps: tuple[Step, ...], scene: View, bench: Bench) -> None:
    for index, step in enumerate(steps):
        act(scene, phase, index, step, bench)
        scene.wait(0.3)


def _do(doing: Doing, bench: Bench) -> None:
    try:
        doing.scene.check(wanted=doing.step.action != "run")
        do(doing)
    except (LecternError, Error) as error:
        raise _fault(doing, bench, error) from error


def _fault(doing: Doing, bench: Bench, error: LecternError | Error) -> StepFault:
    said = error.message.splitlines()[0] if isinstance(error, Error) else str(error)
    return StepFault(doing.phase, doing.index, doing.step, masked(said, doing.scene.secrets.values()), _kept(doing, bench))


def _kept(doing: Doing, bench: Bench) -> Path | None:
    """What the screen looked like, as a file; nothing where there is none any more, or a secret could be read."""
    scene, png = doing.scene, BytesIO()
    try:
        picture = scene.picture()
        if scene.secrets and reveals(scene.sight.text(picture), scene.secrets.values()):
            return None
    except Error:
        return None
    Image.fromarray(picture).save(png, "PNG")
    return keep_picture(png.getvalue(), bench.episode, scene.request, doing.phase, doing.index)


@dataclass
class _Filmed:
    """All that a take is made of; times are epoch seconds."""

    scene: View
    frames: list[Shown]
    events: list[StepEvent]
    ended: float

    def since(self, moment: float) -> float:
        return max(0.0, moment - self.frames[0].time)

    def index_at(self, moment: float) -> int:
        """Which frame was seen at `moment`."""
        return max((i for i, frame in enumerate(self.frames) if frame.time <= moment), default=0)


def _take(request: CaptureRequest, folder: Path, filmed: _Filmed, bench: Bench) -> CaptureTake:
    scene, frames = filmed.scene, filmed.frames
    write_pictures(folder / PICTURES, (frame.picture(request.size) for frame in frames))
    times = tuple(filmed.since(frame.time) for frame in frames)
    events = tuple(_since(event, filmed) for event in filmed.events)
    moving = [(filmed.since(a), filmed.since(b)) for a, b in scene.moving]
    gaps, missing = dropped(times, moving)
    bench.report(0.85)
    moments = [0.0, *(event.end for event in events)]
    seen = [frames[filmed.index_at(frames[0].time + moment)].picture(request.size) for moment in moments]
    _refuse_seen_secrets(scene, seen)
    return CaptureTake(
        kind="desktop",
        size=request.size,
        pictures=PICTURES,
        times=times,
        duration=max(filmed.since(filmed.ended), times[-1] + 0.1),
        events=events,
        pointer=tuple(point.model_copy(update={"time": filmed.since(point.time)}) for point in scene.pointer),
        keys=tuple(key.model_copy(update={"time": filmed.since(key.time)}) for key in scene.keys),
        text=text_through(scene.sight, folder / PICTURES, times, events, seen),
        blurred=blurred_through(scene.sight, request.blur, moments, seen),
        title=_title(request),
        gaps=gaps,
        dropped=missing,
    )


def _refuse_seen_secrets(scene: View, seen: list[np.ndarray]) -> None:
    for (phase, index), value in scene.secrets.items():
        if any(reveals(scene.sight.text(picture), [value]) for picture in seen):
            raise readable(scene.request, phase, index)


def _since(event: StepEvent, filmed: _Filmed) -> StepEvent:
    return event.model_copy(update={name: filmed.since(getattr(event, name)) for name in ("start", "effect", "end")})


def _title(request: CaptureRequest) -> str:
    """What the window's bar shows: the program, or where the desktop is."""
    if request.app:
        return Path(request.app.split()[0]).name.replace("-", " ").capitalize()
    return urlsplit(request.url).netloc.rpartition("@")[2]
