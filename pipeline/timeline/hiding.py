"""What nobody may read, region by region: where it is on every frame that shows anything of it."""

import math

from ..capture.picture.course import Course, Views, boxes, cameras, course, views
from ..capture.plan import FitPlan
from ..capture.retime import source_at
from ..capture.take import CaptureTake
from ..clock import seconds_at
from ..geometry import FULL, Box, union
from ..layout.model import SceneLayout
from ..model import Frozen
from .base import Base, FootageSpan
from .camera import views_on
from .frames import runs
from .views import View

FAR = 0.35
"""A region that moves further (fraction of the picture) from one moment to the next counts as another one."""


class Hidden(Frozen):
    """A region of a capture's picture on frames `start` to `end` of the scene, and what the camera sees meanwhile."""

    capture: str
    number: int
    start: int
    end: int
    regions: Course
    views: Views


class _Stay(Frozen):
    """From `start` to `end` seconds of the recording, something lies in `box` of its picture."""

    start: float
    end: float
    box: Box


def hidden(view: View, layout: SceneLayout, take: CaptureTake, span: FootageSpan, fps: int) -> tuple[Hidden, ...]:
    """All regions of the capture on the frames of its footage (`span`): crosses included, and a frame before and after."""
    found: list[Hidden] = []
    frames = range(span.first, span.first + span.frames)
    for track in _tracks(take):
        boxes = [_on_frame(track, view.plan, frame, fps) for frame in frames]
        for first, last in runs(box is not None for box in boxes):
            seen = range(span.first + first, span.first + last)
            found.append(
                Hidden(
                    capture=view.capture,
                    number=len(found),
                    start=seen.start,
                    end=seen.stop,
                    regions=course(box for box in boxes[first:last] if box),
                    views=views(views_on(layout.cameras, seen, fps)),
                )
            )
    return tuple(found)


def steady_from(base: Base, span: FootageSpan) -> int:
    """The first frame of the scene on which the footage no longer crosses with what was before."""
    return span.first + (2 * base.before + 1 if base.before else 0)


def steady_until(base: Base, span: FootageSpan) -> int:
    """The first frame on which it crosses with what comes next."""
    return span.first + span.frames - (2 * base.after + 1 if base.after else 0)


def during(of: Hidden, start: int, end: int) -> Hidden | None:
    """The part of it on frames `start` to `end` (exclusive) of the scene."""
    first, last = max(start, of.start), min(end, of.end)
    if first >= last:
        return None
    frames, part = of.end - of.start, slice(first - of.start, last - of.start)
    regions = course(list(boxes(of.regions, frames))[part])
    seen = views(list(cameras(of.views, frames))[part])
    return of.model_copy(update={"start": first, "end": last, "regions": regions, "views": seen})


def _tracks(take: CaptureTake) -> list[list[_Stay]]:
    """The regions through time: each of a moment goes on as the nearest of the next, or ends, or begins."""
    ends = [*(entry.time for entry in take.blurred[1:]), math.inf]
    tracks: list[list[_Stay]] = []
    for entry, end in zip(take.blurred, ends, strict=False):
        alive = [track for track in tracks if track[-1].end == entry.time]
        for box in filter(None, (box.common(FULL) for box in entry.boxes)):
            track = min(alive, key=lambda t, box=box: _distance(t[-1].box, box), default=None)
            stay = _Stay(start=entry.time, end=end, box=box)
            if track and _distance(track[-1].box, box) <= FAR:
                alive.remove(track)
                track.append(stay)
            else:
                tracks.append([stay])
    return tracks


def _distance(one: Box, other: Box) -> float:
    return math.dist((one.x, one.y, one.right, one.bottom), (other.x, other.y, other.right, other.bottom))


def _on_frame(track: list[_Stay], plan: FitPlan, frame: int, fps: int) -> Box | None:
    """All places at which the region is between the frame before and the frame after."""
    start, end = (source_at(plan, seconds_at(frame + by, fps)) for by in (-1, 1))
    boxes = [stay.box for stay in track if stay.start <= end and start <= stay.end]
    return union(boxes) if boxes else None
