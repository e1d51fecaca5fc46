"""Footage that is there already: a video or a picture of the episode, with the moments that a person marked."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ...errors import LecternError
from ...episode.screen import Step, Target
from ...geometry import Box
from ...jobs.recipe import Bench
from ..fault import StepFault
from ..pictures import PICTURES, read_pictures, write_pictures
from ..pixels.edges import busy_through
from ..pixels.sight import Sight
from ..request import CaptureRequest
from ..take import CaptureTake, Regions, StepEvent
from .film import is_still, length, moving, still

HELD = 1.0
"""Seconds that a still picture lasts at least; it is held for as long as the scene wants."""

LOOKS = 0.25
"""Seconds between two looks for what is to be blurred."""


def record(request: CaptureRequest, folder: Path, bench: Bench) -> CaptureTake:
    """Writes the wanted part of the file at the content's size; StepFault for a moment that isn't in it."""
    file, steps = bench.episode / request.file, request.steps
    duration = _duration(request, file)
    for index, step in enumerate(steps):
        _check(index, step, request, duration)
    times: list[float] = []
    write_pictures(folder / PICTURES, _noted(_shown(request, file), times, duration, bench))
    events = tuple(_event(index, step, request.start) for index, step in enumerate(steps))
    sight = Sight(request, bench.episode)
    found = _looked(folder / PICTURES, times, request, events, sight)
    return CaptureTake(
        kind="footage",
        size=request.size,
        pictures=PICTURES,
        times=tuple(times),
        duration=max(duration, times[-1] + 1 / 30),
        events=tuple(event.model_copy(update={"target": box}) for event, box in zip(events, found, strict=True)),
        text=busy_through(zip(times, read_pictures(folder / PICTURES), strict=True)),
        blurred=_blurred(folder / PICTURES, times, request, sight),
    )


def _duration(request: CaptureRequest, file: Path) -> float:
    """How many seconds are shown; LecternError where there are none."""
    last = max((step.moment or 0.0 for step in request.steps), default=0.0)
    lasts = max(request.end or 0.0, last, request.start + HELD) if is_still(file) else length(file)
    if request.start >= lasts:
        raise LecternError(f"start: {request.start:g} is beyond the end of {request.file}, which lasts {lasts:.2f} s")
    if request.end is not None and request.end <= request.start:
        raise LecternError(f"end: {request.end:g} is not after start: {request.start:g}")
    return min(lasts, request.end or lasts) - request.start


def _check(index: int, step: Step, request: CaptureRequest, duration: float) -> None:
    end, moment = request.start + duration, step.moment
    if step.action != "moment" or moment is None:
        raise StepFault("steps", index, step, "footage has moments and no other steps")
    if not request.start <= moment <= end + 1e-6:
        said = f"{moment:g} s is outside of what is shown of {request.file}: {request.start:g} to {end:.2f} s"
        raise StepFault("steps", index, step, said)


def _shown(request: CaptureRequest, file: Path) -> Iterator[tuple[float, np.ndarray]]:
    colour = dict(request.colours)["window"]
    if is_still(file):
        return iter([(0.0, still(file, request.size, colour))])
    return moving(file, request.size, colour, request.start, request.end)


def _noted(
    shown: Iterator[tuple[float, np.ndarray]], times: list[float], duration: float, bench: Bench
) -> Iterator[np.ndarray]:
    """The pictures that differ from the one before, whose times are noted."""
    before = None
    for time, picture in shown:
        if before is None or not np.array_equal(before, picture):
            times.append(time)
            before = picture
            yield picture
        bench.report(0.8 * min(time / max(duration, 0.1), 1.0))


def _event(index: int, step: Step, start: float) -> StepEvent:
    moment = (step.moment or 0.0) - start
    return StepEvent(index=index, action="moment", start=moment, effect=moment, end=moment)


def _looked(
    pictures: Path, times: list[float], request: CaptureRequest, events: tuple[StepEvent, ...], sight: Sight
) -> list[Box | None]:
    """Where each moment's target is, in the picture that is seen then."""
    wanted = {i: step.target for i, step in enumerate(request.steps) if step.target}
    at = {i: max((k for k, time in enumerate(times) if time <= events[i].effect + 1e-6), default=0) for i in wanted}
    found: list[Box | None] = [None] * len(events)
    for number, picture in enumerate(read_pictures(pictures)) if wanted else ():
        for index in (i for i, k in at.items() if k == number):
            found[index] = _one(sight, picture, wanted[index], index, request.steps[index])
    return found


def _one(sight: Sight, picture: np.ndarray, target: Target, index: int, step: Step) -> Box:
    try:
        return sight.one(picture, target)
    except LecternError as error:
        raise StepFault("steps", index, step, str(error)) from error


def _blurred(pictures: Path, times: list[float], request: CaptureRequest, sight: Sight) -> tuple[Regions, ...]:
    """What nobody may see, looked for every `LOOKS` seconds: between two looks, what either found is covered."""
    if not request.blur:
        return ()
    looks: list[Regions] = []
    for time, picture in zip(times, read_pictures(pictures), strict=True):
        if not looks or time - looks[-1].time >= LOOKS or time == times[-1]:
            boxes = tuple(box for target in request.blur for box in sight.covered(picture, target))
            looks.append(Regions(time=time, boxes=boxes))
    if not any(look.boxes for look in looks):
        raise LecternError("blur: nothing of it is ever on the screen; correct it, or take it out")
    pairs = zip(looks, [*looks[1:], looks[-1]], strict=True)
    return tuple(Regions(time=a.time, boxes=tuple(dict.fromkeys((*a.boxes, *b.boxes)))) for a, b in pairs)
