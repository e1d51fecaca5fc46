"""How one picture gives way to the next: what direction chooses, what an author chooses, and what is then on the timeline."""

from typing import Any

import pytest
from staged import capture, episode, line, scene, take, takes

from lectern.pipeline.base.geometry import FULL, Camera
from lectern.pipeline.episode.blocks import Clip, Overlay
from lectern.pipeline.episode.film_scenes import film_scenes
from lectern.pipeline.episode.model import Scene
from lectern.pipeline.episode.rhythm import with_rhythm
from lectern.pipeline.layout.model import CameraMove
from lectern.pipeline.timeline.background import PUSHED, BackgroundSpan, Join, picture_keys
from lectern.pipeline.timeline.camera import box_on
from lectern.pipeline.timeline.model import MovieStrip, Timeline
from lectern.pipeline.timeline.resolve import resolve

SHOP = capture("shop", "a1").model_copy(update={"title": "shop"})
AGAIN = capture("again", "b1").model_copy(update={"title": "shop"})
OTHER = capture("other", "b1").model_copy(update={"title": "lab"})
CHAPTER = Overlay(id="chapter", kind="chapter", text="Two")


def scenes_of(second: Any, **fields: Any) -> tuple[Scene, ...]:
    return (
        scene("one", line("a", a1=8), captures=(SHOP,)),
        scene("two", line("b", b1=8), captures=(second,), **fields),
        scene("end", line("c"), overlays=(Overlay(id="t", kind="title", text="Done"),)),
    )


def film(second: Any, **fields: Any) -> Timeline:
    scenes = film_scenes(episode(*scenes_of(second, **fields)))
    return resolve(episode(*scenes), takes(scenes, {c.id: take(c) for c in (SHOP, AGAIN, OTHER)}))


def footage(timeline: Timeline, scene: str) -> MovieStrip:
    return next(s for s in timeline.strips if s.id.startswith(f"{scene}/") and s.id.endswith("footage"))  # type: ignore[return-value]


def test_direction_pushes_another_window_cuts_one_that_goes_on_and_fades_cards() -> None:
    for second, style in ((OTHER, "push"), (AGAIN, "cut")):
        assert [s.transition for s in with_rhythm(scenes_of(second))] == ["cut", style, "fade"]
    covered = Clip(id="list", name="list")
    for fields in ({"overlays": (CHAPTER,)}, {"clips": (covered,)}, {"layout": "narrator-only"}):
        assert with_rhythm(scenes_of(OTHER, **fields))[1].transition == "fade"


def test_scenes_of_a_chapter_follow_closely_and_a_chapter_takes_its_time() -> None:
    close, slow = with_rhythm(scenes_of(OTHER)), with_rhythm(scenes_of(OTHER, overlays=(CHAPTER,)))
    assert close[0].after + close[1].before <= 0.45
    assert 0.9 <= slow[0].after + slow[1].before <= 1.2
    assert slow[1].transition_seconds > close[2].transition_seconds


def test_what_an_author_sets_goes_before_direction() -> None:
    own = {"transition": "wipe", "transition_seconds": 1.5, "before": 2.0, "after": 3.0}
    directed = with_rhythm(scenes_of(OTHER, **own))[1]
    assert {name: getattr(directed, name) for name in own} == own
    # a value that happens to be the usual one is the author's, too
    assert with_rhythm(scenes_of(OTHER, overlays=(CHAPTER,), before=0.2))[1].before == 0.2


def test_a_push_moves_each_picture_on_its_own_side_of_the_cut_and_never_shows_both() -> None:
    timeline = film(OTHER)
    one, two = footage(timeline, "one"), footage(timeline, "two")
    cut = two.start
    assert one.end == cut
    before, after = box_on(one, cut - 1), box_on(two, cut)
    assert -PUSHED < before.x < -0.6 * PUSHED and 0.6 * PUSHED < after.x <= PUSHED, "at its fastest at the cut"
    assert box_on(one, cut - 12).is_near(FULL, 1e-6) and box_on(two, cut + 12).is_near(FULL, 1e-6)
    assert [s.track for s in timeline.strips if s.track == "Transitions" and s.scene == "two"] == []


@pytest.mark.parametrize(("moves_at", "still_at"), [(0.0, 0), (0.1, 3), (2.0, 10)])
def test_a_push_is_over_when_the_camera_begins_to_move(moves_at: float, still_at: int) -> None:
    """Else a picture would be pushed and enlarged at once, and jump where the close-up comes."""
    span = BackgroundSpan(
        scene="two", number=0, capture="near", origin=90, start=90, end=290, comes=Join(style="push", out=10, into=10)
    )
    close = CameraMove(start=moves_at, seconds=0.6, camera=Camera(scale=1.5, x=0.4, y=0.5))
    keys = picture_keys(span, (close,), 30)
    assert [key.frame for key in keys] == sorted(key.frame for key in keys)
    rest = [key for key in keys if key.frame >= 90][0]
    assert (rest.frame - 90, rest.scale, rest.x) == (still_at, 1.0, 0.5)
    assert keys[-1].scale == 1.5


def test_beside_a_pushed_picture_lies_its_own_ground_so_that_nothing_is_black() -> None:
    timeline = film(OTHER)
    grounds = [s for s in timeline.strips if isinstance(s, MovieStrip) and s.track == "Ground"]
    assert [(s.scene, s.mirrored, s.source) for s in grounds] == [
        ("one", True, "media/plate.mov"), ("two", True, "media/plate.mov")
    ]  # fmt: skip
    for ground in grounds:
        picture = footage(timeline, ground.scene)
        for frame in range(ground.start, ground.end):
            own, shown = box_on(ground, frame), box_on(picture, frame)
            assert own.x == pytest.approx(shown.right) or own.right == pytest.approx(shown.x)
            assert min(own.x, shown.x) <= 1e-9 and max(own.right, shown.right) >= 1 - 1e-9


def test_a_slide_moves_both_pictures_all_of_the_way_side_by_side() -> None:
    timeline = film(OTHER, transition="slide")
    one, two = footage(timeline, "one"), footage(timeline, "two")
    assert one.end > two.start
    for frame in range(two.start, one.end):
        assert box_on(one, frame).right == pytest.approx(box_on(two, frame).x)
    assert box_on(one, two.start).is_near(FULL, 1e-6) and box_on(two, one.end).is_near(FULL, 1e-6)


def test_a_wipe_is_a_strip_of_its_own_over_both_pictures() -> None:
    timeline = film(OTHER, transition="wipe")
    one, two = footage(timeline, "one"), footage(timeline, "two")
    (wipe,) = [s for s in timeline.strips if s.kind == "wipe"]
    assert (wipe.first, wipe.second, wipe.start, wipe.end) == (one.id, two.id, two.start, one.end)


def test_a_window_that_goes_on_is_cut_without_any_movement() -> None:
    timeline = film(AGAIN)
    one, two = footage(timeline, "one"), footage(timeline, "two")
    assert one.end == two.start and not one.camera and not two.camera


def test_two_windows_in_one_scene_are_pushed_too() -> None:
    both = film_scenes(episode(scene("one", line("a", a1=5, b1=13), captures=(SHOP, OTHER))))
    timeline = resolve(episode(*both), takes(both, {c.id: take(c) for c in (SHOP, OTHER)}))
    (cut,) = {s.start for s in timeline.strips if s.id == "one/other/footage"}
    shop = next(s for s in timeline.strips if s.id == "one/shop/footage")
    assert shop.end == cut and isinstance(shop, MovieStrip) and box_on(shop, cut - 1).x < 0
