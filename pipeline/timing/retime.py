"""What a plan makes of the recording: its pictures, text, pointer and events in seconds of the scene."""

import math
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence

from ..capture.take import CaptureTake, PointerPoint, StepEvent, VisibleText
from .fit import FitPiece, FitPlan

_EPSILON = 1e-6
AHEAD = 2
"""Frames by which a click is seen before its picture, at most."""
SOON = 0.45
"""Seconds within which a picture is the click's at once: the button is held for a part of them."""
JUST_AFTER = 0.002
"""Seconds of the recording after a moment of a step: a picture that is held before that moment is over by then."""


def source_at(plan: FitPlan, seconds: float) -> float:
    """Return the moment of the recording that is seen at `seconds` of the scene (before and after: its first and last)."""
    index = bisect_right(plan.pieces, seconds + _EPSILON, key=lambda piece: piece.start) - 1
    piece = plan.pieces[max(index, 0)]
    share = (seconds - piece.start) / (piece.end - piece.start) if piece.end > piece.start else 1.0
    return piece.source_start + (piece.source_end - piece.source_start) * min(max(share, 0.0), 1.0)


def scene_time_of(plan: FitPlan, source: float) -> float:
    """Return when (seconds of the scene) the moment `source` of the recording is first seen."""
    for piece in plan.pieces:
        if source <= piece.source_end + _EPSILON:
            return _scene_time_in(piece, source)
    return plan.pieces[-1].end


def picture_at(take: CaptureTake, plan: FitPlan, seconds: float) -> int:
    """Return the index of the picture that is seen at `seconds` of the scene."""
    return max(bisect_right(take.times, source_at(plan, seconds) + _EPSILON) - 1, 0)


def retimed_text(take: CaptureTake, plan: FitPlan, start: float, end: float) -> tuple[VisibleText, ...]:
    """Return the text that is visible from `start` to `end`, in seconds of the scene; the first entry is at `start`."""
    entries: dict[float, VisibleText] = {}
    for entry in take.text:
        time = max(start, scene_time_of(plan, entry.time))
        if time < end:
            entries[time] = entry.model_copy(update={"time": time})
    return tuple(entries[time] for time in sorted(entries))


def retimed_pointer(take: CaptureTake, plan: FitPlan) -> tuple[PointerPoint, ...]:
    """Return the pointer's path in seconds of the scene; the pointer rests where the picture is held."""
    if not take.pointer:
        return ()
    points = [point.model_copy(update={"time": scene_time_of(plan, point.time)}) for point in take.pointer]
    edges = {(time, source) for p in plan.pieces for time, source in ((p.start, p.source_start), (p.end, p.source_end))}
    first = take.pointer[0].time
    points += [_pointer_at(take.pointer, source, time) for time, source in edges if source >= first]
    return tuple(_without_repeats(points))


def retimed_events(take: CaptureTake, plan: FitPlan) -> tuple[StepEvent, ...]:
    """Return the steps in seconds of the scene; the effect of a step with a mark falls on it."""
    return tuple(
        event.model_copy(
            update={name: scene_time_of(plan, getattr(event, name)) for name in ("start", "effect", "end")}
        )
        for event in take.events
    )


def with_their_pictures(
    points: Sequence[PointerPoint], events: Iterable[StepEvent], fps: int
) -> tuple[PointerPoint, ...]:
    """Return the pointer's points with each click at most `AHEAD` frames before the picture that it brings.

    A program acts when the button is released, a moment after it was pressed, which looks late in a film. A picture that
    comes later than `SOON` was waited for, so its click stays where it is. `points` and `events` are in seconds of the
    scene, in order.
    """
    moved = list(points)
    for event in (event for event in events if event.action in ("click", "select")):
        down = [i for i, p in enumerate(points) if p.pressed and event.start <= p.time <= event.effect]
        if down and event.effect - points[down[-1]].time <= SOON:
            earliest = (math.ceil(event.effect * fps - _EPSILON) - AHEAD) / fps
            for index in (down[-1], *range(down[-1] + 1, len(points))):
                if moved[index].time >= earliest:
                    break
                moved[index] = moved[index].model_copy(update={"time": earliest})
    return tuple(moved)


def presence_spans[T: Hashable](
    moments: Iterable[tuple[float, Iterable[T]]], end: float
) -> list[tuple[T, float, float]]:
    """Return each thing that is seen, with the seconds from and until which it stays without a break.

    `moments` say in order what is there from a time on; what is there last goes at `end`.
    """
    since: dict[T, float] = {}
    spans: list[tuple[T, float, float]] = []
    for time, things in moments:
        present = dict.fromkeys(things)
        spans += [(thing, since.pop(thing), time) for thing in [t for t in since if t not in present]]
        for thing in present:
            since.setdefault(thing, time)
    return spans + [(thing, start, end) for thing, start in since.items()]


def _scene_time_in(piece: FitPiece, source: float) -> float:
    length = piece.source_end - piece.source_start
    share = (source - piece.source_start) / length if length > 0 else 0.0
    return piece.start + (piece.end - piece.start) * min(max(share, 0.0), 1.0)


def _pointer_at(points: tuple[PointerPoint, ...], source: float, time: float) -> PointerPoint:
    """Return the pointer as it is at `source` of the recording, as a point at `time` of the scene."""
    index = bisect_right(points, source + _EPSILON, key=lambda point: point.time) - 1
    here, after = points[index], points[min(index + 1, len(points) - 1)]
    share = (source - here.time) / (after.time - here.time) if after.time > here.time else 0.0
    return PointerPoint(
        time=time, x=here.x + (after.x - here.x) * share, y=here.y + (after.y - here.y) * share, pressed=here.pressed
    )


def _without_repeats(points: list[PointerPoint]) -> list[PointerPoint]:
    """Return the points in order; of two at the same time and equally pressed, the first."""
    kept: list[PointerPoint] = []
    for point in sorted(points, key=lambda p: p.time):
        if not kept or point.time > kept[-1].time + _EPSILON or point.pressed != kept[-1].pressed:
            kept.append(point)
    return kept
