"""The pictures that lie lowest: plates and footage, which tile the film and cross where scenes fade."""

from itertools import pairwise

from ..clock import frame_at
from ..episode.model import Scene
from ..model import Frozen
from .schedule import SceneSchedule

COMES_IN = 10
"""Frames of the cross between a plate and the capture that comes into view, and between two captures."""
SOFT = ("fade", "slide", "wipe")


class Base(Frozen):
    """A stretch of a scene's picture: frames of the film; `capture` None is the plate.

    `start` and `end` tile the film; the strip itself reaches `before` and `after` frames further, into its neighbours.
    """

    scene: str
    number: int
    capture: str | None
    start: int
    end: int
    before: int = 0
    after: int = 0


class FootageSpan(Frozen):
    """The frames a capture's footage is made of: `first` counts from the scene's start (negative: before it)."""

    first: int
    frames: int


def bases(scenes: tuple[Scene, ...], schedules: tuple[SceneSchedule, ...]) -> tuple[Base, ...]:
    """Every stretch of the film in order, and how far neighbours overlap."""
    stretches: list[Base] = []
    start = 0
    for schedule in schedules:
        stretches += _stretches(schedule, start)
        start += schedule.frames
    crosses = [_cross(a, b, scenes, schedules) for a, b in pairwise(stretches)]
    return tuple(
        base.model_copy(update={"before": before // 2, "after": after - after // 2})
        for base, before, after in zip(stretches, [0, *crosses], [*crosses, 0], strict=True)
    )


def footage_span(
    scenes: tuple[Scene, ...], schedules: tuple[SceneSchedule, ...], scene: str, capture: str
) -> FootageSpan:
    """The frames of `capture`'s footage that the film shows, crosses included."""
    all_bases = bases(scenes, schedules)
    base = next(b for b in all_bases if b.scene == scene and b.capture == capture)
    start = min(b.start for b in all_bases if b.scene == scene)
    return FootageSpan(
        first=base.start - base.before - start, frames=base.end + base.after - base.start + base.before
    )


def _stretches(schedule: SceneSchedule, start: int) -> list[Base]:
    views = [v for v in schedule.views if frame_at(v.end, schedule.fps) > frame_at(v.start, schedule.fps)]
    edges = [(v.capture, frame_at(v.start, schedule.fps)) for v in views]
    if not edges or edges[0][1] > 0:
        edges.insert(0, ("", 0))
    ends = [frame for _, frame in edges[1:]] + [schedule.frames]
    return [
        Base(scene=schedule.scene, number=i, capture=name or None, start=start + s, end=start + e)
        for i, ((name, s), e) in enumerate(zip(edges, ends, strict=True))
    ]


def _cross(one: Base, other: Base, scenes: tuple[Scene, ...], schedules: tuple[SceneSchedule, ...]) -> int:
    """Frames over which `one` goes over into `other`; never so long that three pictures meet."""
    shortest = min(one.end - one.start, other.end - other.start)
    if one.scene == other.scene:
        return min(COMES_IN, shortest // 2)
    scene = next(s for s in scenes if s.id == other.scene)
    frames = frame_at(scene.transition_seconds, schedules[0].fps) if scene.transition in SOFT else 0
    return min(frames, shortest // 2)
