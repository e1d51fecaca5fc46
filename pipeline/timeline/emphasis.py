"""What a step points at: spotlights and outlines, from its effect until the next step, where the camera shows it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from ..capture.picture.course import Course, course
from ..capture.retime import events_at, retime
from ..capture.take import CaptureTake, StepEvent
from ..clock import frame_at
from ..geometry import Box, union
from ..layout.footage import brought
from ..layout.model import SceneLayout
from ..model import Frozen
from .camera import views_on
from .schedule import SceneSchedule
from .views import View

SHORTEST = 1.2
"""Seconds for which something is pointed at, at least."""

AFTER = 0.002
"""Seconds of the recording into a step: what is held before it is over then."""


class Emphasis(Frozen):
    """A step's target lies where `course` says (fractions of the frame), on frames `start` to `end` of the scene."""

    capture: str
    step: int
    kind: Literal["spotlight", "outline"]
    start: int
    end: int
    course: Course


def emphases(
    schedule: SceneSchedule, layout: SceneLayout, takes: Mapping[str, CaptureTake]
) -> tuple[Emphasis, ...]:
    """Every spotlight and every highlight of the scene; of two spotlights only one burns at a time."""
    return tuple(e for view in schedule.views for e in _of_view(view, schedule, layout, takes[view.capture]))


def _of_view(view: View, schedule: SceneSchedule, layout: SceneLayout, take: CaptureTake) -> Iterator[Emphasis]:
    events = events_at(take, view.plan)
    spans = [_span(i, events, take, view, schedule) for i in range(len(events))]
    for kind, wanted in (("spotlight", _is_lit), ("outline", _is_outlined)):
        chosen = [i for i, event in enumerate(events) if wanted(event)]
        for i, following in zip(chosen, [*chosen[1:], None], strict=False):
            target = _target(take.events[i], take)
            start, end = spans[i]
            end = min(end, spans[following][0]) if following is not None else end
            if target and end > start:
                yield _emphasis(kind, view, events[i], target, (start, end), layout, schedule.fps)


def _is_lit(event: StepEvent) -> bool:
    return event.spotlight


def _is_outlined(event: StepEvent) -> bool:
    return event.action == "highlight"


def _span(
    number: int, events: tuple[StepEvent, ...], take: CaptureTake, view: View, schedule: SceneSchedule
) -> tuple[int, int]:
    """Frames of the scene: from the effect until the step's own `until`, else until the next step."""
    event, fps = events[number], schedule.fps
    following = take.events[number + 1 : number + 2]
    comes = retime(view.plan, following[0].start + AFTER) if following else view.end
    until = schedule.marks.get(event.until or "", comes)
    start = max(event.effect, view.start)
    return frame_at(start, fps), frame_at(min(max(until, start + SHORTEST), view.end), fps)


def _emphasis(
    kind: Literal["spotlight", "outline"],
    view: View,
    event: StepEvent,
    target: Box,
    span: tuple[int, int],
    layout: SceneLayout,
    fps: int,
) -> Emphasis:
    window = next(shot.window for shot in layout.shots if shot.capture == view.capture)
    seen = (camera.see(target.within(window)) for camera in views_on(layout.cameras, range(*span), fps))
    return Emphasis(
        capture=view.capture, step=event.index, kind=kind, start=span[0], end=span[1], course=course(seen)
    )


def _target(event: StepEvent, take: CaptureTake) -> Box | None:
    """What a step is about; of whole lines of text (a terminal's, an editor's) only as far as something is written."""
    target = event.target or brought(event, take)
    if target is None or take.kind not in ("terminal", "editor"):
        return target
    return _written(target, _text_at(take, event.end)) or target


def _text_at(take: CaptureTake, time: float) -> Iterable[Box]:
    past = [entry for entry in take.text if entry.time <= time + 1e-6]
    return [t.box for t in past[-1].boxes if t.text.strip()] if past else []


def _written(target: Box, text: Iterable[Box]) -> Box | None:
    """What of `target` is written on."""
    inside = [target.common(box) for box in text if target.y <= box.centre[1] <= target.bottom]
    written = [part for part in inside if part]
    return union(written) if written else None
