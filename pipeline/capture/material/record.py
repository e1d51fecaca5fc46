"""Footage that exists already: a video or a picture of the episode, with the moments that a person marked."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ...base.errors import LecternError
from ...base.geometry import Box
from ...episode.capture_block import Capture
from ...episode.steps import Step
from ...episode.targets import Target
from ...jobs.recipe import JobContext
from ..fault import StepFault
from ..pictures import PICTURES, read_pictures, write_pictures
from ..pixels.edges import busy_timeline
from ..pixels.screen_vision import ScreenVision
from ..request import CaptureRequest
from ..take import FRAME, BlurredRegions, CaptureTake, StepEvent
from .decoding import is_still, read_still, read_video, video_seconds

STILL_SECONDS = 1.0
"""Seconds that a still picture lasts at least; it is held for as long as the scene wants."""
LOOK_INTERVAL = 0.25
"""Seconds between two searches for what is to be blurred."""


def record_footage(request: CaptureRequest, folder: Path, context: JobContext) -> CaptureTake:
    """Write the wanted part of the file into `folder`, at the content's size, and return the take.

    Raises StepFault for a moment that isn't in that part, LecternError if the file can't be read.
    """
    file, steps = context.episode / request.file, request.steps
    duration = seconds_shown(request, file)
    for index, step in enumerate(steps):
        if fault := moment_fault(step, request, duration):
            raise StepFault("steps", index, step, fault)
    times: list[float] = []
    write_pictures(folder / PICTURES, _distinct_pictures(_source_pictures(request, file), times, duration, context))
    events = tuple(_event(index, step, request.start) for index, step in enumerate(steps))
    sight = ScreenVision(request, context.episode)
    found = _target_boxes(folder / PICTURES, times, request, events, sight)
    return CaptureTake(
        kind="footage",
        size=request.size,
        pictures=PICTURES,
        times=tuple(times),
        duration=max(duration, times[-1] + FRAME),
        events=tuple(event.model_copy(update={"target": box}) for event, box in zip(events, found, strict=True)),
        text=busy_timeline(zip(times, read_pictures(folder / PICTURES), strict=True)),
        blurred=_blurred(folder / PICTURES, times, request, sight),
    )


def seconds_shown(wanted: CaptureRequest | Capture, file: Path) -> float:
    """Return how many seconds of `file` are shown. Raises LecternError if there are none, or the file can't be read."""
    start, end = wanted.start or 0.0, wanted.end
    last = max((step.moment or 0.0 for step in wanted.steps), default=0.0)
    lasts = max(end or 0.0, last, start + STILL_SECONDS) if is_still(file) else video_seconds(file)
    if start >= lasts:
        raise LecternError(f"start: {start:g} is beyond the end of {wanted.file}, which lasts {lasts:.2f} s")
    if end is not None and end <= start:
        raise LecternError(f"end: {end:g} is not after start: {start:g}")
    return min(lasts, end or lasts) - start


def moment_fault(step: Step, wanted: CaptureRequest | Capture, duration: float) -> str:
    """Return why a step of footage of which `duration` seconds are shown can't be done; "" where it can."""
    start, moment = wanted.start or 0.0, step.moment
    if step.action != "moment" or moment is None:
        return "footage has moments and no other steps"
    if start <= moment <= start + duration + 1e-6:
        return ""
    return f"{moment:g} s is outside of what is shown of {wanted.file}: {start:g} to {start + duration:.2f} s"


def _source_pictures(request: CaptureRequest, file: Path) -> Iterator[tuple[float, np.ndarray]]:
    colour = dict(request.colours)["window"]
    if is_still(file):
        return iter([(0.0, read_still(file, request.size, colour))])
    return read_video(file, request.size, colour, request.start, request.end)


def _distinct_pictures(
    shown: Iterator[tuple[float, np.ndarray]], times: list[float], duration: float, context: JobContext
) -> Iterator[np.ndarray]:
    """Yield the pictures that differ from the one before, and add their times to `times`."""
    before = None
    for time, picture in shown:
        if before is None or not np.array_equal(before, picture):
            times.append(time)
            before = picture
            yield picture
        context.report(0.8 * min(time / max(duration, 0.1), 1.0))


def _event(index: int, step: Step, start: float) -> StepEvent:
    moment = (step.moment or 0.0) - start
    return StepEvent(index=index, action="moment", start=moment, effect=moment, end=moment)


def _target_boxes(
    pictures: Path, times: list[float], request: CaptureRequest, events: tuple[StepEvent, ...], sight: ScreenVision
) -> list[Box | None]:
    """Return where each moment's target is in the picture that is seen then; None for a moment without one."""
    wanted = {i: step.target for i, step in enumerate(request.steps) if step.target}
    at = {i: max((k for k, time in enumerate(times) if time <= events[i].effect + 1e-6), default=0) for i in wanted}
    found: list[Box | None] = [None] * len(events)
    for number, picture in enumerate(read_pictures(pictures)) if wanted else ():
        for index in (i for i, k in at.items() if k == number):
            found[index] = _target_box(sight, picture, wanted[index], index, request.steps[index])
    return found


def _target_box(sight: ScreenVision, picture: np.ndarray, target: Target, index: int, step: Step) -> Box:
    try:
        return sight.one(picture, target)
    except LecternError as error:
        raise StepFault("steps", index, step, str(error)) from error


def _blurred(
    pictures: Path, times: list[float], request: CaptureRequest, sight: ScreenVision
) -> tuple[BlurredRegions, ...]:
    """Return the places of what nobody may see, searched every `LOOK_INTERVAL` seconds.

    Between two searches, everything that either of them found is covered.
    """
    if not request.blur:
        return ()
    looks: list[BlurredRegions] = []
    for time, picture in zip(times, read_pictures(pictures), strict=True):
        if not looks or time - looks[-1].time >= LOOK_INTERVAL or time == times[-1]:
            boxes = tuple(box for target in request.blur for box in sight.covered(picture, target))
            looks.append(BlurredRegions(time=time, boxes=boxes))
    if not any(look.boxes for look in looks):
        raise LecternError("blur: nothing of it is ever on the screen; correct it, or remove it")
    pairs = zip(looks, [*looks[1:], looks[-1]], strict=True)
    return tuple(BlurredRegions(time=a.time, boxes=tuple(dict.fromkeys((*a.boxes, *b.boxes)))) for a, b in pairs)
