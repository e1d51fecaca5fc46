"""Where a text can be read: in captures as the camera shows them, in overlays as they were edited, in clips."""

import pytest
from staged import CONTENT, capture, episode, line, scene, take, takes

from lectern.pipeline.base.geometry import Box, box_of_pixels
from lectern.pipeline.capture.take import TextBox, VisibleText
from lectern.pipeline.episode.blocks import Overlay
from lectern.pipeline.timeline.camera import cameras_on
from lectern.pipeline.timeline.edits import Edit, Edits, edits_of
from lectern.pipeline.timeline.resolve import resolve
from lectern.pipeline.timeline.search import find_text

SHELL = capture("shell", "one", "two", zoom=1.5)
PASSED = TextBox(text="== 3 passed in 0.12s", box=box_of_pixels(28, 200, 360, 40, CONTENT))
SHOT = take(SHELL).model_copy(
    update={"text": (VisibleText(time=0.0, boxes=()), VisibleText(time=1.8, boxes=(PASSED,)))}
)
SCENES = (
    scene("intro", line("a1"), overlays=(Overlay(id="said", kind="title", text="All tests Passed"),)),
    scene("new", line("b1", one=4, two=9), captures=(SHELL,)),
    scene("end", line("c1")),
)


def found(text: str, edits: Edits | None = None, **clips: tuple[VisibleText, ...]):
    shot = takes(SCENES, {"shell": SHOT})
    film = resolve(episode(*SCENES), shot, edits)
    return shot, film, find_text(text, film, shot, {"shell": SHOT}, clips)


def test_a_text_is_found_in_captures_and_overlays_in_the_films_order_whatever_its_capitals() -> None:
    _, _, places = found("  PASSED ")
    assert [(p.kind, p.scene) for p in places[:2]] == [("overlay", "intro"), ("capture", "new")]
    assert {p.text for p in places} == {"All tests Passed", "== 3 passed in 0.12s"}
    assert found("failed")[2] == () and found(" ")[2] == ()


def test_a_captures_text_is_found_when_it_is_seen_and_where_the_camera_shows_it() -> None:
    shot, film, places = found("3 passed")
    inside = [p for p in places if p.kind == "capture"]
    span = film.scenes[1]
    assert inside[0].start == pytest.approx(span.start / 30 + shot.scenes[1].schedule.marks["one"] + 0.1, abs=0.1)
    assert all(a.end == pytest.approx(b.start) for a, b in zip(inside, inside[1:], strict=False)), "one after another"
    window, letter = shot.scenes[1].layout.captures[0].window, PASSED.box.w / 20
    words = Box(x=PASSED.box.x + 3 * letter, y=PASSED.box.y, w=8 * letter, h=PASSED.box.h).within(window)
    at_rest = [
        p for p in inside if len(set(cameras_on(shot.scenes[1].layout.camera_moves, _frames(p, span.start), 30))) == 1
    ]
    assert at_rest
    for place in at_rest:
        (camera,) = set(cameras_on(shot.scenes[1].layout.camera_moves, _frames(place, span.start), 30))
        assert place.box.x == pytest.approx(camera.see(words).x, abs=1e-3)
        assert place.box.w == pytest.approx(camera.see(words).w, abs=1e-3)
    assert 1.5 in {round(p.box.h / words.h, 2) for p in at_rest}, "close"


def _frames(place, origin: int) -> range:
    return range(round(place.start * 30) - origin + 1, round(place.end * 30) - origin - 1)


def test_what_was_written_by_hand_is_found_and_what_it_replaced_is_not() -> None:
    id = next(s.id for s in found("passed")[1].strips if s.kind == "text" and "Passed" in s.text)
    edits = edits_of([Edit(strip=id, property="text", value="By hand"),
                      Edit(strip=id, property="text_x", value=0.3, script=0.2)])  # fmt: skip
    before, after = found("passed")[2][0], found("by hand", edits)[2][0]
    assert after.box.x == pytest.approx(before.box.x + 0.1, abs=1e-3)
    assert all(p.kind == "capture" for p in found("passed", edits)[2])


def test_a_clips_text_is_found_in_the_clips_own_time() -> None:
    shot, film, _ = found("x")
    strip = next(s for s in film.strips if s.kind == "movie" and s.box)
    text = (
        VisibleText(time=0.0, boxes=()),
        VisibleText(time=1.0, boxes=(TextBox(text="grow", box=Box(x=0.5, y=0.5, w=0.2, h=0.1)),)),
    )
    (place,) = [p for p in find_text("grow", film, shot, {"shell": SHOT}, {strip.source: text}) if p.of == strip.id]
    assert place.start == pytest.approx((strip.start - strip.source_start) / 30 + 1.0, abs=1e-3)
    assert place.box.x == pytest.approx(strip.box.x + strip.box.w / 2, abs=1e-3)


def test_a_text_whose_line_grows_as_it_is_typed_is_found_once() -> None:
    shot, film, _ = found("x")
    strip = next(s for s in film.strips if s.kind == "movie" and s.box)
    typed = [
        TextBox(text=t, box=Box(x=0.1, y=0.5, w=0.05 * len(t), h=0.1)) for t in ("git st", "git sta", "git status")
    ]
    text = tuple(VisibleText(time=n / 10, boxes=(line,)) for n, line in enumerate(typed))
    (place,) = [p for p in find_text("git st", film, shot, {"shell": SHOT}, {strip.source: text}) if p.of == strip.id]
    assert (place.start, place.text) == (pytest.approx((strip.start - strip.source_start) / 30, abs=1e-3), "git status")
