"""What hides what: narrators and overlays over the footage's text, and over each other, moment by moment."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ..capture.html.request import ClipTake
from ..capture.retime import visible_text
from ..capture.take import CaptureTake, TextBox, VisibleText
from ..clock import seconds_at
from ..geometry import Box
from ..layout.footage import camera_at
from ..layout.model import SceneLayout
from ..model import Frozen
from ..timeline.model import ColourStrip, MovieStrip, TextStrip, Timeline
from ..timeline.schedule import SceneSchedule

STEP = 3
"""Every so many frames the film is looked at."""
TOUCH = 1 / 1920
"""Boxes that share less than a pixel's width do not hide each other."""


class Hidden(Frozen):
    """`over` (a strip's id) hides `under` (text of the footage, or another strip's id), first at `frame`."""

    scene: str
    over: str
    under: str
    frame: int


class Scene(Frozen):
    """A scene as it was planned, for comparison with the strips that came of it."""

    schedule: SceneSchedule
    layout: SceneLayout
    clips: Mapping[str, ClipTake] = {}


def hidden_things(
    timeline: Timeline, scenes: Mapping[str, Scene], captures: Mapping[str, CaptureTake]
) -> tuple[Hidden, ...]:
    """Every pair of things of which one hides the other, once each; `captures` by capture id."""
    found: dict[tuple[str, str], Hidden] = {}
    for span in timeline.scenes:
        strips = [s for s in timeline.strips if s.start < span.end and s.end > span.start]
        text = _footage_text(scenes.get(span.id), captures)
        for frame in range(span.start, span.end, STEP):
            for over, under in _pairs(_boxes(strips, frame), text(seconds_at(frame - span.start, timeline.fps))):
                found.setdefault((over, under), Hidden(scene=span.id, over=over, under=under, frame=frame))
    return tuple(found.values())


def narrator_share(timeline: Timeline) -> float:
    """The share of the film's frames in which a narrator is on the screen (0..1)."""
    seen = {f for s in timeline.strips if _is_narrator(s) for f in range(s.start, s.end)}
    return len(seen) / max(timeline.frames, 1)


def smallest_narrator(timeline: Timeline) -> float | None:
    """The least height of a narrator, as a fraction of the frame."""
    return min((s.box.h for s in timeline.strips if _is_narrator(s) and s.box), default=None)


def _is_narrator(strip: object) -> bool:
    return isinstance(strip, MovieStrip) and strip.track.startswith("Narrator")


def _is_badge(strip: object) -> bool:
    return isinstance(strip, MovieStrip) and strip.track.startswith("Keys")


def _boxes(strips: Sequence[object], frame: int) -> list[tuple[str, str, Box]]:
    """(id, owner, box) of what lies over the footage at `frame`; parts of one overlay have one owner."""
    return [
        (s.id, s.id.rsplit("/", 1)[0], s.box)
        for s in strips
        if s.start <= frame < s.end and (isinstance(s, (TextStrip, ColourStrip)) or _is_narrator(s) or _is_badge(s)) and s.box
    ]


def _pairs(over: list[tuple[str, str, Box]], text: Iterable[TextBox]) -> Iterator[tuple[str, str]]:
    texts = list(text)
    for number, (id, owner, box) in enumerate(over):
        inner = box.grown(-TOUCH, -TOUCH)
        yield from ((id, piece.text) for piece in texts if inner.overlaps(piece.box))
        above = over[number + 1 :]
        yield from ((id, other) for other, owned, where in above if owned != owner and inner.overlaps(where))


def _footage_text(
    scene: Scene | None, captures: Mapping[str, CaptureTake]
) -> Callable[[float], Iterable[TextBox]]:
    """A function from seconds of the scene to the footage's text boxes in the frame then."""
    if scene is None:
        return lambda time: ()
    windows = {shot.capture: shot.window for shot in scene.layout.shots}
    views = [(v, visible_text(captures[v.capture], v.plan, v.start, v.end)) for v in scene.schedule.views]

    def at(time: float) -> Iterator[TextBox]:
        yield from _clip_text(scene, time)
        camera = camera_at(scene.layout.cameras, time)
        for view, entries in views:
            if view.start <= time < view.end:
                for piece in _latest(entries, time):
                    yield TextBox(text=piece.text, box=camera.see(piece.box.within(windows[view.capture])))

    return at


def _clip_text(scene: Scene, time: float) -> Iterator[TextBox]:
    for place in scene.layout.clips:
        if place.clip in scene.clips and place.start <= time < place.end:
            for piece in _latest(scene.clips[place.clip].text, time - place.start):
                yield TextBox(text=piece.text, box=piece.box.within(place.box))


def _latest(entries: Sequence[VisibleText], time: float) -> tuple[TextBox, ...]:
    past = [entry for entry in entries if entry.time <= time + 1e-6]
    return past[-1].boxes if past else ()
