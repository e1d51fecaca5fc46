"""The pictures that lie lowest: plates and footage, which tile the film and cross where scenes fade."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from ..base.clock import frame_at
from ..base.frozen import Frozen
from ..episode.model import Scene
from ..episode.rhythm import SECONDS, Transition, is_same_window
from ..layout.model import CameraMove
from ..timing.schedule import SceneSchedule
from .camera import camera_keys
from .model import CameraKeyframe, CrossStrip, MovieStrip, StripId, WipeStrip
from .takes import SceneTakes

COMES_IN = 10
"""Frames of the fade between a plate and the capture that comes into view."""
PUSHED = 0.12
"""How far a push moves a picture: a fraction of the frame's width."""
LEAST_PUSH = 4
"""Frames that each half of a push takes at least; one for which there is no time is a cut."""
STRIPS: dict[Transition, type[CrossStrip] | type[WipeStrip]] = {"fade": CrossStrip, "wipe": WipeStrip}
"""The strips of transitions in which one picture is made of two."""


class Join(Frozen):
    """How one stretch of the background gives way to the next: on `out` frames before the border and `into` after it.

    In a fade, a wipe and a slide both pictures are there on all of these frames; in a push, each on its own.
    """

    style: Transition = "cut"
    out: int = 0
    into: int = 0

    @property
    def overlaps(self) -> bool:
        """Whether both pictures are there at the same time."""
        return self.style in ("fade", "wipe", "slide")


class BackgroundSpan(Frozen):
    """A stretch of the film's background: frames of the film; `capture` None is the plate.

    Spans tile the film by `start` and `end`. `comes` and `goes` are how it takes the place of the one before, and gives
    way to the next. `origin` is the frame at which the scene starts.
    """

    scene: str
    number: int
    capture: str | None
    origin: int
    start: int
    end: int
    comes: Join = Join()
    goes: Join = Join()

    @property
    def id(self) -> str:
        """The id of the span's strip."""
        return str(StripId(self.scene, *((self.capture, "footage") if self.capture else ("plate", str(self.number)))))

    @property
    def before(self) -> int:
        """How many frames the strip reaches into the span before."""
        return self.comes.out if self.comes.overlaps else 0

    @property
    def after(self) -> int:
        """How many frames the strip reaches into the next span."""
        return self.goes.into if self.goes.overlaps else 0

    @property
    def footage(self) -> "FootageSpan":
        """The frames of the capture's footage that the film shows, transitions included."""
        first, end = self.start - self.before - self.origin, self.end + self.after - self.origin
        return FootageSpan(first=first, frames=end - first)

    @property
    def resting(self) -> tuple[int, int]:
        """The frames of the scene, first and last (exclusive), on which no transition changes or moves the picture."""
        first = self.start - self.origin + (self.comes.into + 1 if self.comes.into else 0)
        return first, self.end - self.origin - (self.goes.out + 1 if self.goes.out else 0)


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
    joins = [_join(a, b, scenes, schedules) for a, b in pairwise(spans)]
    return tuple(
        span.model_copy(update={"comes": comes, "goes": goes})
        for span, comes, goes in zip(spans, [Join(), *joins], [*joins, Join()], strict=True)
    )


def background_strips(
    spans: tuple[BackgroundSpan, ...], takes: Mapping[str, SceneTakes]
) -> Iterator[MovieStrip | CrossStrip | WipeStrip]:
    """Yield plates and footage on Picture A and B in turn, and the transitions between them; `takes` by scene."""
    for i, span in enumerate(spans):
        yield _background_strip(span, takes[span.scene], "Picture A" if i % 2 == 0 else "Picture B")
    for one, other in pairwise(spans):
        if strip := STRIPS.get(other.comes.style):
            part = "cross" if other.comes.style == "fade" else other.comes.style
            yield strip(
                id=str(StripId(other.scene, other.capture or f"plate-{other.number}", part)),
                scene=other.scene,
                name=part.capitalize(),
                track="Transitions",
                start=other.start - other.comes.out,
                end=one.end + other.comes.into,
                first=one.id,
                second=other.id,
            )
        if other.comes.style == "push":
            yield _ground(one, takes[one.scene], one.end - other.comes.out, one.end, 1)
            yield _ground(other, takes[other.scene], other.start, other.start + other.comes.into, -1)


def _ground(span: BackgroundSpan, take: SceneTakes, start: int, end: int, side: int) -> MovieStrip:
    """Return what a pushed picture leaves free on its right (`side` 1) or left (-1): its ground, mirrored at its edge.

    So no seam is seen where the picture ends.
    """
    keys = picture_keys(span, take.layout.camera_moves, take.schedule.fps)
    return MovieStrip(
        id=str(StripId(span.scene, span.capture or "", "ground-out" if side > 0 else "ground-in")),
        scene=span.scene,
        name="Ground",
        track="Ground",
        start=start,
        end=end,
        source=take.plate,
        mirrored=True,
        camera=tuple(_moved(key, key.frame, side * key.scale) for key in keys),
    )


def picture_keys(span: BackgroundSpan, moves: tuple[CameraMove, ...], fps: int) -> tuple[CameraKeyframe, ...]:
    """Return the keys of a stretch of footage: what the camera does, and how transitions move the picture.

    A push goes on as fast as it is at the border: its keys lie on both sides of it, although only one half is seen.
    """
    keys = list(camera_keys(moves, span.start - span.origin, span.end - span.origin, fps, span.origin))
    start, end, comes, goes = span.start, span.end, span.comes, span.goes
    first, last = keys[0] if keys else CameraKeyframe(frame=end), keys[-1] if keys else CameraKeyframe(frame=start)
    into, out = (
        min(comes.into, first.frame - start),
        min(goes.out, end - last.frame),
    )  # the camera moves after, and before
    if comes.style == "push" and into > 0:
        keys = [_moved(first, start - into, 2 * PUSHED), _moved(first, start + into, 0), *keys]
    if comes.style == "slide":
        keys = [_moved(first, start - comes.out, 1), _moved(first, start + comes.into, 0), *keys]
    if goes.style == "push" and out > 0:
        keys += [_moved(last, end - out, 0), _moved(last, end + out, -2 * PUSHED)]
    if goes.style == "slide":
        keys += [_moved(last, end - goes.out, 0), _moved(last, end + goes.into, -1)]
    return tuple({key.frame: key for key in keys}.values())


def _moved(view: CameraKeyframe, frame: int, across: float) -> CameraKeyframe:
    """Return the view at another frame, the picture moved by a fraction of the frame's width, to the right."""
    return view.model_copy(update={"frame": frame, "x": view.x - across / view.scale})


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


def _join(
    one: BackgroundSpan, other: BackgroundSpan, scenes: tuple[Scene, ...], schedules: tuple[SceneSchedule, ...]
) -> Join:
    """Return how `one` gives way to `other`; it takes no more than half of the shorter, so that three pictures never meet."""
    fps = schedules[0].fps
    style, frames = _style(one, other, {scene.id: scene for scene in scenes}, fps)
    frames = min(frames, min(one.end - one.start, other.end - other.start) // 2)
    if style in ("push", "slide") and not (one.capture and other.capture):
        style = "fade"
    if style == "cut" or frames < (2 * LEAST_PUSH if style == "push" else 1):
        return Join()
    return Join(style=style, out=frames // 2, into=frames - frames // 2)


def _style(one: BackgroundSpan, other: BackgroundSpan, scenes: Mapping[str, Scene], fps: int) -> tuple[Transition, int]:
    """Return the transition between two stretches, and how many frames it takes."""
    scene = scenes[other.scene]
    if one.scene != other.scene:
        style: Transition = "fade" if scene.transition == "auto" else scene.transition
        return style, frame_at(scene.transition_seconds, fps)
    if not one.capture or not other.capture:
        return "fade", COMES_IN
    captures = {capture.id: capture for capture in scene.captures}
    goes_on = is_same_window(captures[one.capture], captures[other.capture])
    return ("cut", 0) if goes_on else ("push", frame_at(SECONDS["push"], fps))


def _background_strip(span: BackgroundSpan, take: SceneTakes, track: str) -> MovieStrip:
    return MovieStrip(
        id=span.id,
        scene=span.scene,
        name=f"{span.scene}: {span.capture or 'plate'}",
        track=track,
        start=span.start - span.before,
        end=span.end + span.after,
        source=take.footage[span.capture] if span.capture else take.plate,
        camera=picture_keys(span, take.layout.camera_moves, take.schedule.fps) if span.capture else (),
    )
