"""When things happen: narration sets the pace, marks lie on frames, the voice waits where the picture can't hurry."""

from itertools import pairwise

import pytest
from staged import PROSE, WORD, capture, line, scene, scheduled, take, voice

from lectern.pipeline.base.clock import frame_at
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.episode.blocks import Overlay
from lectern.pipeline.services.voice import VoiceTake
from lectern.pipeline.timing.fit import FitPlan
from lectern.pipeline.timing.schedule import SceneSchedule, schedule

FRAME = 1 / 30


def plan_of(when: SceneSchedule, capture_id: str) -> FitPlan:
    return next(segment.plan for segment in when.segments if segment.capture == capture_id)


def seen_of(when: SceneSchedule, capture_id: str, moment: float) -> float:
    """The scene's second at which `moment` of the recording is seen."""
    for piece in plan_of(when, capture_id).pieces:
        if piece.source_end > piece.source_start and moment <= piece.source_end + 1e-9:
            share = (moment - piece.source_start) / (piece.source_end - piece.source_start)
            return piece.start + share * (piece.end - piece.start)
    raise AssertionError(f"{moment} is never seen")


def test_rests_between_lines_follow_their_sense() -> None:
    """A new thought takes its time, more after a long one; another speaker comes in sooner, and answers at once."""
    asks = line("d", "And why is that?", "ben")
    when = scheduled(
        scene("new", line("a", PROSE), line("b", " ".join([PROSE] * 2)), line("c", PROSE), asks, line("e", PROSE))
    )
    lines = when.lines
    assert lines[0].start == pytest.approx(0.2)
    gaps = [other.start - one.end for one, other in pairwise(lines)]
    assert gaps == pytest.approx([0.45, 0.55, 0.35, 0.2], abs=FRAME)
    assert when.duration == pytest.approx(lines[-1].end + 0.25, abs=FRAME)


def test_marks_parts_and_the_end_lie_on_frames() -> None:
    when = scheduled(scene("new", line("a", one=1, two=7), line("b", three=3)))
    times = [*when.marks.values(), when.duration, *(p.start for x in when.lines for p in x.parts)]
    assert all(t * 30 == pytest.approx(round(t * 30), abs=1e-9) for t in times)


def test_a_mark_is_when_its_word_is_heard() -> None:
    when = scheduled(scene("new", line("a", five=5, end=17)))
    assert abs(when.marks["five"] - (0.2 + 5 * WORD)) <= FRAME / 2 + 1e-9
    assert abs(when.marks["end"] - when.lines[0].end) <= FRAME / 2 + 1e-9


def test_the_effect_of_a_step_is_seen_at_its_mark() -> None:
    shell = capture("shell", "init", "tree")
    when = scheduled(scene("new", line("a", init=8, tree=14), line("b"), captures=(shell,)), {"shell": take(shell)})
    for event in take(shell).events:
        assert abs(seen_of(when, "shell", event.effect) - when.marks[event.at]) <= FRAME


def test_the_voice_waits_before_the_word_where_footage_cannot_be_fitted() -> None:
    shell = capture("shell", "init", "tree")
    slow = take(shell, every=12.0)
    one = scene("new", line("a", init=8, tree=9), captures=(shell,))
    when, free = scheduled(one, {"shell": slow}), scheduled(scene("new", line("a", init=8, tree=9)))
    waits = {p.mark: p.seconds for p in when.pauses}
    assert when.words[-1].end - free.words[-1].end == pytest.approx(sum(waits.values()), abs=2 * FRAME)
    for event in slow.events:
        assert abs(seen_of(when, "shell", event.effect) - when.marks[event.at]) <= FRAME
    parts = when.lines[0].parts
    assert len(parts) == 1 + len(waits)
    assert sum(p.source_end - p.source_start for p in parts) == pytest.approx(voice(one.lines[0]).duration)
    assert all(a.source_end == b.source_start and a.end < b.start for a, b in zip(parts, parts[1:], strict=False))


def test_after_a_pause_every_word_and_sound_is_later_by_it() -> None:
    shell = capture("shell", "init")
    when = scheduled(scene("new", line("a", init=8), captures=(shell,)), {"shell": take(shell, every=20.0)})
    free = scheduled(scene("new", line("a", init=8)))
    (pause,) = when.pauses
    moved = [b.start - a.start for a, b in zip(free.words, when.words, strict=True)]
    assert moved[:8] == pytest.approx([0.0] * 8)
    assert moved[8:] == pytest.approx([pause.seconds] * 9, abs=FRAME)
    sounds = [b.start - a.start for a, b in zip(free.phonemes_of("ada"), when.phonemes_of("ada"), strict=True)]
    assert sounds[7:9] == pytest.approx([0.0, pause.seconds], abs=FRAME)


def test_no_word_is_cut_in_two_by_a_pause() -> None:
    shell = capture("shell", "init")
    when = scheduled(scene("new", line("a", init=8), captures=(shell,)), {"shell": take(shell, every=20.0)})
    cut = when.lines[0].parts[0].source_end
    spoken = voice(line("a")).words
    assert spoken[7].end <= cut + 1e-9 <= spoken[8].start + 2e-9


def test_a_scene_lasts_as_long_as_its_footage_after_the_last_word() -> None:
    shell = capture("shell", "init", None, None, None)
    when = scheduled(scene("new", line("a", init=15), captures=(shell,)), {"shell": take(shell, every=4.0)})
    assert when.duration >= when.lines[-1].end + 0.8 - FRAME
    assert when.segments[0].end == pytest.approx(when.duration)
    assert plan_of(when, "shell").pieces[-1].end == pytest.approx(when.duration, abs=FRAME)


def test_what_the_last_step_brings_can_be_read_before_the_scene_ends() -> None:
    shell = capture("shell", "init")
    one, filmed = scene("new", line("a", init=len(PROSE.split()) - 1), captures=(shell,)), take(shell)
    short = filmed.model_copy(update={"duration": 2.1, "times": tuple(t for t in filmed.times if t < 2.05)})
    when = scheduled(one, {"shell": short})
    assert when.duration - seen_of(when, "shell", short.events[-1].end) >= 1.5 - FRAME
    assert when.duration > scheduled(scene("new", line("a", init=len(PROSE.split()) - 1))).duration + 0.2


def test_captures_come_one_after_another_at_their_marks() -> None:
    first, second = capture("one", "a1"), capture("two", "b1", at="later")
    one = scene("new", line("a", a1=9), line("b", later=4, b1=12), captures=(first, second))
    when = scheduled(one, {"one": take(first), "two": take(second)})
    assert [(v.capture, v.start) for v in when.segments] == [("one", 0.0), ("two", when.marks["later"])]
    assert when.segments[0].end == when.segments[1].start
    assert when.segments[1].end == when.duration


def test_a_scene_of_a_title_alone_lasts_long_enough_to_read_it() -> None:
    title = Overlay(id="t", kind="title", text="The end")
    assert scheduled(scene("new", overlays=(title,))).duration == pytest.approx(3.5, abs=0.1)
    assert scheduled(scene("new", overlays=(title.model_copy(update={"seconds": 6.0}),))).duration == pytest.approx(6.0)


def test_the_words_that_bring_a_capture_wait_for_the_card_before_it() -> None:
    shell = capture("shell", "init", at="now")
    chapter = Overlay(id="c", kind="chapter", text="A new project")
    when = scheduled(
        scene("new", line("a", now=0, init=9), captures=(shell,), overlays=(chapter,)), {"shell": take(shell)}
    )
    assert when.segments[0].start >= 2.4 - FRAME
    assert when.lines[0].start == pytest.approx(when.segments[0].start)


def test_each_speaker_has_their_own_sounds_and_hears_the_other() -> None:
    when = scheduled(scene("new", line("a"), line("b", "And if not?", "ben")))
    assert len(when.phonemes_of("ada")) == 17 and len(when.phonemes_of("ben")) == 3
    assert when.listening("ada") == tuple((part.start, part.end) for part in when.lines[1].parts)
    assert when.speakers == ("ada", "ben")


def test_a_line_without_a_recording_is_an_error_that_names_it() -> None:
    with pytest.raises(LecternError, match='script.md:5: this line of scene "new" has no recording'):
        schedule(scene("new", line("a")), {}, {}, 30)


def test_a_word_without_a_time_of_its_own_comes_with_the_next() -> None:
    one = line("a", "one two three", mark=1)
    spoken = voice(one)
    gap = VoiceTake.model_validate(
        spoken.model_dump() | {"words": [w.model_dump() for w in spoken.words if w.index != 1]}
    )
    when = schedule(scene("new", one), {"a": gap}, {}, 30)
    assert frame_at(when.marks["mark"], 30) == frame_at(0.2 + 2 * WORD, 30)


def test_a_capture_comes_early_enough_for_a_first_step_that_takes_long_to_film() -> None:
    first, second = capture("one", "a1"), capture("two", "b1")
    one = scene("new", line("a", a1=9), line("b"), line("c", b1=12), captures=(first, second))
    when = scheduled(one, {"one": take(first), "two": take(second, every=12.0)})
    assert when.findings == ()
    assert when.segments[1].start < when.marks["b1"] - 12.0 / 3
    assert abs(seen_of(when, "two", 12.2) - when.marks["b1"]) <= FRAME


def test_a_capture_whose_mark_is_that_of_its_first_step_comes_before_it() -> None:
    shell = capture("shell", "init", at="init")
    when = scheduled(scene("new", line("a", init=8), captures=(shell,)), {"shell": take(shell)})
    assert when.findings == ()
    assert when.segments[0].start < when.marks["init"]
