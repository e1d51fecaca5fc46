"""The pictures that lie lowest: plates and footage, which tile the film and cross where scenes fade."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from ..base.clock import frame_at
from ..base.frozen import Frozen
from ..episode.model import Scene
from ..timing.schedule import SceneSchedule
from .camera import camera_keys
from .model import CrossStrip, MovieStrip, StripId
from .takes import SceneTakes

COMES_IN = 10
"""Frames of the cross between a plate and the capture that comes into view, and between two captures."""
CROSSFADING = ("fade", "slide", "wipe")
"""Transitions for which two scenes cross."""


class BackgroundSpan(Frozen):
    """A stretch of the film's background: frames of the film; `capture` None is the plate.

    Spans tile the film by `start` and `end`; the strip itself reaches `before` and `after` frames further, into its
    neighbours. `origin` is the frame at which the scene starts.
    """

    scene: str
    number: int
    capture: str | None
    origin: int
    start: int
    end: int
    before: int = 0
    after: int = 0

    @property
    def id(self) -> str:
        """The id of the span's strip."""
        return str(StripId(self.scene, *((self.capture, "footage") if self.capture else ("plate", str(self.number)))))

    @property
    def footage(self) -> "FootageSpan":
        """The frames of the capture's footage that the film shows, crosses included."""
        first, end = self.start - self.before - self.origin, self.end + self.after - self.origin
        return FootageSpan(first=first, frames=end - first)


class FootageSpan(Frozen):
    """The frames that a capture's footage is made of: `first` counts from the scene's start (negative: before it)."""

    first: int
    frames: int


def background_spans(scenes: tuple[Scene, ...], schedules: tuple[SceneSchedule, ...]) -> tuple[BackgroundSpan, ...]:
    """Return every stretch of the film's background in order, and how far neighbours overlap."""
    spans: list[BackgroundSpan] = []
    start = 0
    for schedule in schedules:
        spans += _scene_backgrounds(schedule, start)
        start += schedule.frames
    crosses = [_crossfade_frames(a, b, scenes, schedules) for a, b in pairwise(spans)]
    return tuple(
        span.model_copy(update={"before": before // 2, "after": after - after // 2})
        for span, before, after in zip(spans, [0, *crosses], [*crosses, 0], strict=True)
    )


def background_strips(
    spans: tuple[BackgroundSpan, ...], takes: Mapping[str, SceneTakes]
) -> Iterator[MovieStrip | CrossStrip]:
    """Yield plates and footage on Picture A and B in turn, and the crosses between them; `takes` by scene."""
    for i, span in enumerate(spans):
        yield _background_strip(span, takes[span.scene], "Picture A" if i % 2 == 0 else "Picture B")
    for one, other in pairwise(spans):
        if one.after + other.before:
            yield CrossStrip(
                id=str(StripId(other.scene, other.capture or f"plate-{other.number}", "cross")),
                scene=other.scene,
                name="Cross",
                track="Transitions",
                start=other.start - other.before,
                end=one.end + one.after,
                first=one.id,
                second=other.id,
            )


def _scene_backgrounds(schedule: SceneSchedule, origin: int) -> list[BackgroundSpan]:
    frames = [(s.capture, frame_at(s.start, schedule.fps), frame_at(s.end, schedule.fps)) for s in schedule.segments]
    starts: list[tuple[str | None, int]] = [(capture, start) for capture, start, end in frames if end > start]
    if not starts or starts[0][1] > 0:
        starts.insert(0, (None, 0))
    ends = [start for _, start in starts[1:]] + [schedule.frames]
    return [
        BackgroundSpan(
            scene=schedule.scene, number=i, capture=capture, origin=origin, start=origin + start, end=origin + end
        )
        for i, ((capture, start), end) in enumerate(zip(starts, ends, strict=True))
    ]


def _crossfade_frames(
    one: BackgroundSpan, other: BackgroundSpan, scenes: tuple[Scene, ...], schedules: tuple[SceneSchedule, ...]
) -> int:
    """Return the frames over which `one` fades into `other`; never so many that three pictures meet."""
    shortest = min(one.end - one.start, other.end - other.start)
    if one.scene == other.scene:
        return min(COMES_IN, shortest // 2)
    scene = next(s for s in scenes if s.id == other.scene)
    frames = frame_at(scene.transition_seconds, schedules[0].fps) if scene.transition in CROSSFADING else 0
    return min(frames, shortest // 2)


def _background_strip(span: BackgroundSpan, take: SceneTakes, track: str) -> MovieStrip:
    first, last = span.start - span.origin, span.end - span.origin
    moves, fps = take.layout.camera_moves, take.schedule.fps
    return MovieStrip(
        id=span.id,
        scene=span.scene,
        name=f"{span.scene}: {span.capture or 'plate'}",
        track=track,
        start=span.start - span.before,
        end=span.end + span.after,
        source=take.footage[span.capture] if span.capture else take.plate,
        camera=camera_keys(moves, first, last, fps, span.origin) if span.capture else (),
    )
