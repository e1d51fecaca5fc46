"""Clips in a scene: when they show, where they stand, and what keeps out of their way."""

import json

import pytest
from staged import FRAME, THEME, capture, episode, line, scene, scheduled, take, takes

from lectern.pipeline.base.clock import frame_at
from lectern.pipeline.base.geometry import FULL, Box, box_of_pixels
from lectern.pipeline.capture.html.request import ClipTake
from lectern.pipeline.capture.take import TextBox, VisibleText
from lectern.pipeline.episode.blocks import Clip, Overlay
from lectern.pipeline.episode.model import Scene
from lectern.pipeline.layout.clip_places import clip_items, clip_size
from lectern.pipeline.layout.model import SceneLayout
from lectern.pipeline.layout.solve import lay_out
from lectern.pipeline.timeline.resolve import resolve
from lectern.pipeline.timeline.takes import Takes
from lectern.pipeline.timing.clip_cues import clip_cues
from lectern.pipeline.timing.schedule import SceneSchedule


def clip(id: str = "c", **fields: object) -> Clip:
    return Clip.model_validate({"id": id, "html": "<p>hello</p>", "line": 7, **fields})


def drawn(of: Scene, one: Clip, *texts: tuple[float, tuple[int, int, int, int]]) -> ClipTake:
    """A clip whose text boxes (px) come at the times given."""
    size = clip_size(of, one, FRAME)
    seen = [
        tuple(TextBox(text="words", box=box_of_pixels(*box, size)) for since, box in texts if since <= t)
        for t, _ in texts
    ]
    text = tuple(VisibleText(time=t, boxes=boxes) for (t, _), boxes in zip(texts, seen, strict=True))
    return ClipTake(video="clip.mov", size=size, frames=30, text=text, drawn=3)


def laid(of: Scene, clips: dict[str, ClipTake], captures: dict | None = None) -> tuple[SceneSchedule, SceneLayout]:
    when = scheduled(of, captures)
    return when, lay_out(of, when, captures or {}, episode(of), THEME, {}, clips)


def overlap(one: Box, other: Box) -> bool:
    return one.overlaps(other)


def test_a_clip_comes_at_its_mark_and_stays_until_the_scene_ends() -> None:
    of = scene("a", line("l", go=5), clips=(clip(at="go"),))
    when = scheduled(of)
    (cue,) = clip_cues(of, when.marks, when.duration, 30)
    assert (frame_at(cue.start, 30), cue.end) == (frame_at(when.marks["go"], 30), when.duration)


def test_the_next_clip_of_the_stage_takes_the_place_of_the_one_before() -> None:
    of = scene("a", line("l", go=8), clips=(clip("one"), clip("two", at="go"), clip("over", place="frame")))
    when = scheduled(of)
    one, two, over = clip_cues(of, when.marks, when.duration, 30)
    assert one.end == two.start == pytest.approx(when.marks["go"], abs=1 / 60)
    assert (over.start, over.end) == (0.0, when.duration)


def test_a_scene_lasts_until_its_clips_are_done() -> None:
    assert scheduled(scene("a", line("l"), clips=(clip(seconds=40),))).duration == 40.0
    late = json.dumps({"items": [{"text": "x", "at": "end"}]})
    of = scene("a", line("l", end=16), clips=(clip(name="list", html="", values=late),), after=0.0)
    assert scheduled(of).duration >= scheduled(of).marks["end"] + 0.65 + 1.5


def test_entries_without_marks_come_one_after_the_other_and_are_all_seen() -> None:
    rows = [{"cells": [text]} for text in "abcdef"]
    lit = {
        "columns": ["x"],
        "rows": rows[:1],
        "highlight": [{"row": "a"}, {"column": "x"}, {"row": "a"}, {"column": "x"}],
    }
    for values, last in (({"columns": ["x"], "rows": rows}, 0.35 + 5 * 0.5), (lit, 1.5 + 3 * 0.5)):
        one = clip(name="table", html="", at="end", values=json.dumps(values))
        when = scheduled(scene("a", line("l", end=16), clips=(one,), after=0.0))
        assert when.duration - when.marks["end"] == pytest.approx(last + 0.65 + 1.5, abs=1 / 30)


@pytest.mark.parametrize(
    ("name", "values", "whole"),
    [
        ("flow", {"boxes": [{"text": "a", "at": "end"}, *({"text": text} for text in "bcd")]}, 3 * 0.5 + 0.9),
        ("bars", {"bars": [{"label": text, "value": 3, "at": at} for text, at in (("a", "end"), ("b", ""))]}, 0.5 + 1.05),
        ("table", {"columns": ["x"], "rows": [{"cells": ["a"], "at": "end"}, {"cells": ["b"]}, {"cells": ["c"]}]}, 1.65),
        ("flow", {"boxes": [{"text": "a"}, {"text": "b", "back": "a", "back_at": "end"}]}, 0.9),
        ("diff", {"code": "-a\n+b", "at": "end"}, 1.35),
    ],
)  # fmt: skip
def test_what_comes_last_in_a_clip_is_seen_whole_for_a_second_and_a_half(
    name: str, values: dict[str, object], whole: float
) -> None:
    one = clip(name=name, html="", values=json.dumps(values))
    of = scene("a", line("l", end=16), clips=(one,), after=0.0)
    when = scheduled(of)
    assert when.duration - when.marks["end"] == pytest.approx(whole + 1.5, abs=1 / 30)


def test_a_designed_title_stays_for_its_own_time() -> None:
    of = scene("a", line("l"), clips=(clip(name="title", html="", values='{"text": "x"}'),))
    when = scheduled(of)
    assert clip_cues(of, when.marks, when.duration, 30)[0].end == 4.5


def test_a_narrator_stands_beside_a_clip_and_never_on_its_words() -> None:
    one = clip()
    of = scene("a", line("l"), clips=(one,))
    full = drawn(of, one, (0.0, (0, 0, 1296, 300)), (1.0, (0, 300, 1296, 600)))
    when, layout = laid(of, {"c": full})
    assert layout.narrators[0].pixels == 480
    assert not any(overlap(n.box, box) for n in layout.narrators for box, _, _ in clip_items(layout.clips, {"c": full}))
    assert sum(n.end - n.start for n in layout.narrators) == pytest.approx(when.duration)
    assert layout.overlays == ()


def test_a_clip_over_the_whole_frame_makes_the_narrator_leave_where_its_words_are() -> None:
    one = clip(place="frame", seconds=4.0)
    of = scene("a", line("l"), clips=(one,))
    everywhere = drawn(of, one, (0.0, (0, 540, 1920, 540)))
    when, layout = laid(of, {"c": everywhere})
    assert layout.clips[0].box == FULL
    assert all(n.start >= 4.0 for n in layout.narrators) and layout.narrators[0].end == when.duration


def test_the_heading_is_shown_where_there_is_no_clip() -> None:
    one = clip(seconds=3.0)
    of = scene("a", line("l"), clips=(one,))
    when, layout = laid(of, {"c": drawn(of, one, (0.0, (0, 0, 400, 100)))})
    (heading,) = layout.overlays
    assert (heading.texts[0].start, heading.texts[0].end) == (3.0, when.duration)


@pytest.mark.parametrize(
    "values", ['{"text": "A new project!"}', '{"text": "a new project", "subtitle": "in one command"}']
)
def test_a_title_that_says_the_heading_stays_and_the_heading_does_not_come_again(values: str) -> None:
    one = clip(name="title", html="", values=values, place="frame")
    of = scene("a", line("l"), clips=(one,))
    when, layout = laid(of, {"c": drawn(of, one, (0.0, (0, 0, 400, 100)))})
    assert layout.overlays == () and layout.clips[0].end == when.duration
    card = Overlay(id="o", kind="title", text="A new project", subtitle="x", seconds=2.0, line=9)
    when, layout = laid(scene("a", line("l"), overlays=(card,)), {})
    assert [(o.overlay, o.texts[0].start, o.texts[0].end) for o in layout.overlays] == [("o", 0.0, when.duration)]


def test_a_title_that_stays_makes_way_for_what_comes_later() -> None:
    one, other = clip(name="title", html="", values='{"text": "A new project"}', place="frame"), clip(id="d", at="m")
    of = scene("a", line("l", m=8), clips=(one, other))
    when = scheduled(of)
    assert [cue.end for cue in clip_cues(of, when.marks, when.duration, 30)] == [when.marks["m"], when.duration]


def test_a_card_waits_until_the_clip_is_done() -> None:
    one, card = clip(seconds=3.0), Overlay(id="o", kind="title", text="Later", line=9)
    of = scene("a", line("l"), clips=(one,), overlays=(card,))
    _, layout = laid(of, {"c": drawn(of, one, (0.0, (0, 0, 400, 100)))})
    assert [(o.overlay, o.texts[0].start) for o in layout.overlays] == [("o", 3.0)]


def test_an_overlay_keeps_off_the_words_of_a_clip() -> None:
    one, note = clip(), Overlay(id="o", kind="callout", text="Look at this", line=9)
    of = scene("a", line("l"), clips=(one,), overlays=(note,))
    words = drawn(of, one, (0.0, (0, 200, 1296, 500)))
    _, layout = laid(of, {"c": words})
    assert not any(overlap(layout.overlays[0].box, box) for box, _, _ in clip_items(layout.clips, {"c": words}))


def test_a_clip_of_the_stage_covers_the_footage_behind_it() -> None:
    shown, one = capture("t", "go"), clip(at="over", seconds=2.0)
    of = scene("a", line("l", go=4, over=10), captures=(shown,), clips=(one,))
    footage = {"t": take(shown)}
    _, layout = laid(of, {"c": drawn(of, one, (0.0, (0, 0, 400, 100)))}, footage)
    assert [p.covers for p in layout.clips] == [True]


def test_clips_have_strips_of_their_own_above_the_picture_and_below_the_narrator() -> None:
    shown, one = capture("t", "go"), clip(at="over", seconds=2.0)
    of = scene("a", line("l", go=4, over=10), captures=(shown,), clips=(one, clip("f", place="frame", at="go")))
    film = takes((of,), {"t": take(shown)})
    of_end = takes((scene("end"),)).scenes[0]
    made = film.scenes[0].model_copy(update={"clips": {"c": "media/c.mov", "f": "media/f.mov"}})
    whole = Takes(scenes=(made, of_end), pointer=film.pointer, ripple=film.ripple)
    timeline = resolve(episode(of), whole)
    strips = {s.id: s for s in timeline.strips}
    channels = {t.name: t.channel for t in timeline.tracks}
    cover, over, frame = strips["a/c/cover"], strips["a/c/clip"], strips["a/f/clip"]
    mark = frame_at(made.schedule.marks["over"], 30)
    assert (over.start, over.end, over.source) == (mark, mark + 60, "media/c.mov")
    assert channels[cover.track] < channels[over.track] and frame.track.startswith("Clips")
    assert channels[over.track] < channels["Narrator A"]
    assert over.opacity[0].value == 1.0 and over.opacity[-1].value == 0.0
