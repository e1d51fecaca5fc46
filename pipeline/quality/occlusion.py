"""Find what hides what: narrators and overlays over the footage's text, and over each other, moment by moment."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ..base.clock import seconds_at
from ..base.frozen import Frozen
from ..base.geometry import Box
from ..capture.html.request import ClipTake
from ..capture.take import CaptureTake, TextBox, VisibleText, entry_at
from ..layout.camera import camera_at
from ..layout.model import SceneLayout
from ..timeline.camera import box_on
from ..timeline.model import ColourStrip, MovieStrip, Strip, TextStrip, Timeline, is_narrator, shown_text
from ..timing.retime import retimed_text
from ..timing.schedule import SceneSchedule
from .visibility import TOUCH

STEP = 3
"""Frames from one look at the film to the next."""


class Occlusion(Frozen):
    """`over` (a strip's id) hides `under` (text of the footage, or another strip's id), first at `frame`."""

    scene: str
    over: str
    under: str
    frame: int


class PlannedScene(Frozen):
    """A scene as it was planned, to be compared with its strips."""

    schedule: SceneSchedule
    layout: SceneLayout
    clips: Mapping[str, ClipTake] = {}


def find_occlusions(
    timeline: Timeline, scenes: Mapping[str, PlannedScene], captures: Mapping[str, CaptureTake]
) -> tuple[Occlusion, ...]:
    """Return every pair of things where one hides the other, once each; `captures` by capture id."""
    found: dict[tuple[str, str], Occlusion] = {}
    for span in timeline.scenes:
        strips = [s for s in timeline.strips if s.start < span.end and s.end > span.start]
        text = _footage_text(scenes.get(span.id), captures)
        for frame in range(span.start, span.end, STEP):
            for over, under in _pairs(_boxes(strips, frame), text(seconds_at(frame - span.start, timeline.fps))):
                found.setdefault((over, under), Occlusion(scene=span.id, over=over, under=under, frame=frame))
    return tuple(found.values())


def narrator_share(timeline: Timeline) -> float:
    """Return the share (0..1) of the film's frames with a narrator in them."""
    seen = {f for s in timeline.strips if is_narrator(s) for f in range(s.start, s.end)}
    return len(seen) / max(timeline.frames, 1)


def smallest_narrator(timeline: Timeline) -> float | None:
    """Return the least height of a narrator, as a fraction of the frame; None without a narrator."""
    heights = [
        s.box.h * min((key.scale for key in s.camera), default=1.0)
        for s in timeline.strips
        if is_narrator(s) and s.box is not None
    ]
    return min(heights, default=None)


def _boxes(strips: Sequence[Strip], frame: int) -> list[tuple[str, str, Box]]:
    """Return id, owner and box of all that is over the footage at `frame`; parts of one overlay have one owner."""
    return [
        (s.id, f"{s.scene}/{s.owner}", box_on(s, frame) if isinstance(s, MovieStrip) else s.box)
        for s in strips
        if s.start <= frame < s.end and isinstance(s, (MovieStrip, TextStrip, ColourStrip)) and lies_over(s) and s.box
    ]


def lies_over(strip: Strip) -> bool:
    """Return whether a strip lies over the footage: a narrator, keys, or a part of an overlay."""
    return isinstance(strip, ColourStrip) or shown_text(strip) is not None or strip.is_on("Narrator", "Keys")


def _pairs(over: list[tuple[str, str, Box]], text: Iterable[TextBox]) -> Iterator[tuple[str, str]]:
    texts = list(text)
    for number, (id, owner, box) in enumerate(over):
        inner = box.grown(-TOUCH, -TOUCH)
        yield from ((id, piece.text) for piece in texts if inner.overlaps(piece.box))
        above = over[number + 1 :]
        yield from ((id, other) for other, owned, where in above if owned != owner and inner.overlaps(where))


def _footage_text(
    scene: PlannedScene | None, captures: Mapping[str, CaptureTake]
) -> Callable[[float], Iterable[TextBox]]:
    """Return a function from seconds of the scene to the footage's text boxes in the frame at that time."""
    if scene is None:
        return lambda time: ()
    windows = scene.layout.windows
    segments = [(s, retimed_text(captures[s.capture], s.plan, s.start, s.end)) for s in scene.schedule.segments]

    def at(time: float) -> Iterator[TextBox]:
        yield from _clip_text(scene, time)
        camera = camera_at(scene.layout.camera_moves, time)
        for segment, entries in segments:
            if segment.start <= time < segment.end:
                for piece in _latest_boxes(entries, time):
                    yield TextBox(text=piece.text, box=camera.see(piece.box.within(windows[segment.capture])))

    return at


def _clip_text(scene: PlannedScene, time: float) -> Iterator[TextBox]:
    for place in scene.layout.clips:
        if place.clip in scene.clips and place.start <= time < place.end:
            for piece in _latest_boxes(scene.clips[place.clip].text, time - place.start):
                yield TextBox(text=piece.text, box=piece.box.within(place.box))


def _latest_boxes(entries: Sequence[VisibleText], time: float) -> tuple[TextBox, ...]:
    entry = entry_at(entries, time)
    return entry.boxes if entry else ()
