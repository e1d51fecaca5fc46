"""What hides what, and how much of the film a narrator is seen in."""

import pytest

from lectern.pipeline.base.geometry import FULL, Box, Camera
from lectern.pipeline.capture.take import CaptureTake, TextBox, VisibleText
from lectern.pipeline.layout.model import CameraMove, CapturePlace, SceneLayout
from lectern.pipeline.quality.occlusion import PlannedScene, find_occlusions, narrator_share, smallest_narrator
from lectern.pipeline.timeline.model import MovieStrip, SceneSpan, Strip, TextStrip, Timeline
from lectern.pipeline.timing.fit import FitPiece, FitPlan
from lectern.pipeline.timing.schedule import SceneSchedule
from lectern.pipeline.timing.segments import CaptureSegment

PLAN = FitPlan(pieces=(FitPiece(source_start=0, source_end=4, start=0, end=4),))
WORDS = TextBox(text="total: 12", box=Box(x=0.1, y=0.1, w=0.3, h=0.05))
CAPTURE = CaptureTake(
    kind="terminal", size=(1504, 900), pictures="p.mkv", times=(0.0, 2.0), duration=4, events=(),
    text=(VisibleText(time=0, boxes=()), VisibleText(time=2, boxes=(WORDS,))),
)  # fmt: skip


def narrator(x: float, y: float = 0.05, start: int = 0, end: int = 120) -> MovieStrip:
    box = Box(x=x, y=y, w=0.2, h=0.4)
    return MovieStrip(
        id="a/ada/0", scene="a", name="Ada", track="Narrator A", start=start, end=end, source="ada.mov", box=box
    )  # fmt: skip


def lettering(id: str, x: float) -> TextStrip:
    return TextStrip(
        id=id, scene="a", name=id, track="Text 1", start=30, end=90, text="The bug", font="Inter-Regular.otf", size=40,
        colour="#ffffff", box=Box(x=x, y=0.2, w=0.2, h=0.1),
    )  # fmt: skip


def film(*strips: Strip) -> Timeline:
    spans = (SceneSpan(id="a", title="A", start=0, end=120),)
    return Timeline(title="A", fps=30, size=(1920, 1080), frames=120, tracks=(), scenes=spans, strips=strips)


def hidden(*strips: Strip, cameras: tuple[CameraMove, ...] = (), window: Box = FULL) -> list[tuple[str, str, int]]:
    shown = SceneSchedule(
        scene="a", fps=30, duration=4, segments=(CaptureSegment(capture="c", start=0, end=4, plan=PLAN),)
    )
    places = SceneLayout(
        scene="a", captures=(CapturePlace(capture="c", window=window, start=0, end=4),), camera_moves=cameras
    )
    found = find_occlusions(film(*strips), {"a": PlannedScene(schedule=shown, layout=places)}, {"c": CAPTURE})
    return [(h.over, h.under, h.frame) for h in found]


def test_a_narrator_over_a_capture_s_text_is_found_from_when_the_text_is_there() -> None:
    assert hidden(narrator(0.3)) == [("a/ada/0", "total: 12", 60)]


def test_a_narrator_beside_the_text_or_gone_before_it_hides_nothing() -> None:
    assert hidden(narrator(0.5)) == []
    assert hidden(narrator(0.4)) == []  # they touch
    assert hidden(narrator(0.3, end=60)) == []


def test_text_is_where_its_window_stands() -> None:
    window = Box(x=0.5, y=0, w=0.5, h=1)
    assert hidden(narrator(0.3), window=window) == []
    assert hidden(narrator(0.6), window=window) == [("a/ada/0", "total: 12", 60)]


def test_text_is_where_the_camera_shows_it() -> None:
    closer = (CameraMove(start=0, seconds=0.1, camera=Camera(scale=2, x=0.25, y=0.25)),)
    assert hidden(narrator(0.6)) == []
    assert hidden(narrator(0.6), cameras=closer) == [("a/ada/0", "total: 12", 60)]


def test_overlays_that_cover_each_other_are_found_but_not_the_parts_of_one() -> None:
    assert hidden(lettering("a/one/text", 0.7), lettering("a/two/text", 0.8)) == [("a/one/text", "a/two/text", 30)]
    assert hidden(lettering("a/one/text", 0.7), lettering("a/one/subtitle", 0.8)) == []


def test_the_narrator_s_presence_and_size_are_counted() -> None:
    whole = film(narrator(0.3, end=30), narrator(0.6, start=20, end=60))
    assert narrator_share(whole) == pytest.approx(0.5)
    assert smallest_narrator(whole) == pytest.approx(0.4)
    assert (narrator_share(film()), smallest_narrator(film())) == (0.0, None)
