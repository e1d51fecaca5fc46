"""A recording fitted to marks: what holds for every recording and every narration."""

from itertools import pairwise
from random import Random

import pytest

from lectern.pipeline.base.clock import frame_at
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.geometry import FULL
from lectern.pipeline.capture.take import CaptureTake, PointerPoint, StepEvent, TextBox, VisibleText
from lectern.pipeline.timing.fit import CALM, FASTEST, FitPlan, fit
from lectern.pipeline.timing.retime import (
    picture_at,
    retimed_events,
    retimed_pointer,
    retimed_text,
    scene_time_of,
    source_at,
    with_their_pictures,
)

FPS = 30
SEEDS = range(60)


def _take(times: list[float], duration: float, events: list[StepEvent], **more) -> CaptureTake:
    return CaptureTake(
        kind="terminal",
        size=(1504, 900),
        pictures="p.mkv",
        times=tuple(times),
        duration=duration,
        events=tuple(events),
        **more,
    )


def _typing(start: float, characters: int) -> list[float]:
    return [start + 0.07 * i for i in range(characters)]


def _random_take(random: Random) -> CaptureTake:
    time, times, events = 0.3, [0.0], []
    for index in range(random.randint(1, 6)):
        start = time
        effect = start + random.choice([1 / 30, 0.05, 0.4, 1.2])
        burst = [round(t, 4) for t in _typing(effect, random.randint(1, 30))]
        times += burst
        time = burst[-1] + random.choice([0.15, 0.5, 2.0, 6.0])
        at = f"m{index}" if random.random() < 0.7 else None
        events.append(StepEvent(index=index, action="type", at=at, start=start, effect=burst[0], end=time - 0.1))
    return _take(times, time + 0.3, events)


def _random_marks(random: Random, take: CaptureTake) -> dict[str, float]:
    time, marks = random.uniform(0, 2), {}
    for event in take.events:
        time += random.choice([0.15, 0.8, 2.5, 7.0]) * random.uniform(0.5, 1.5)
        marks[f"m{event.index}"] = time
    return marks


def _fitted(seed: int) -> tuple[CaptureTake, dict[str, float], FitPlan]:
    random = Random(seed)
    take = _random_take(random)
    marks = _random_marks(random, take)
    return take, marks, fit(take, marks, 0.5, 12.0, FPS)


def _shifted(marks: dict[str, float], plan: FitPlan, name: str) -> float:
    return marks[name] + sum(p.seconds for p in plan.pauses if marks[p.mark] <= marks[name])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_frame_that_shows_an_effect_is_the_frame_of_its_mark_and_a_rest_comes_before(seed):
    take, marks, plan = _fitted(seed)
    for event in take.events:
        if event.at:
            frame, picture = frame_at(_shifted(marks, plan, event.at), FPS), take.times.index(event.effect)
            assert picture_at(take, plan, frame / FPS) == picture
            assert {picture_at(take, plan, (frame - before) / FPS) for before in (1, 4)} == {picture - 1}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_pieces_follow_each_other_without_a_gap_and_show_the_whole_recording(seed):
    take, _, plan = _fitted(seed)
    assert (plan.pieces[0].source_start, plan.pieces[0].start) == (0.0, 0.5)
    assert plan.pieces[-1].source_end == take.duration and plan.pieces[-1].end >= 12.0
    for a, b in zip(plan.pieces, plan.pieces[1:], strict=False):
        assert a.end == pytest.approx(b.start, abs=1e-9) and a.end >= a.start
        assert a.source_end == b.source_start


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_that_moves_is_more_than_three_times_faster_or_slower_than_it_was(seed):
    take, _, plan = _fitted(seed)
    for piece in plan.pieces:
        if any(piece.source_start < t < piece.source_end for t in take.times):
            speed = (piece.source_end - piece.source_start) / (piece.end - piece.start)
            assert 1 - 1e-6 <= speed <= FASTEST + 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_the_narration_pauses_only_when_the_footage_is_already_as_fast_as_it_may_be(seed):
    take, marks, plan = _fitted(seed)
    for pause in plan.pauses:
        event = next(e for e in take.events if e.at == pause.mark)
        before = [e for e in take.events if e.at and e.index < event.index]
        since = before[-1].effect if before else 0.0
        for piece in plan.pieces:
            length = piece.source_end - piece.source_start
            if since <= piece.source_start < piece.source_end <= event.effect and length > 0.3:
                assert length / (piece.end - piece.start) > 1.5
        assert pause.seconds * FPS == pytest.approx(round(pause.seconds * FPS))


@pytest.mark.parametrize("seed", SEEDS)
def test_time_never_runs_backwards_and_the_same_input_gives_the_same_plan(seed):
    take, marks, plan = _fitted(seed)
    seen = [picture_at(take, plan, k / FPS) for k in range(15, 900)]
    assert seen == sorted(seen) and seen[-1] == len(take.times) - 1
    assert fit(take, marks, 0.5, 12.0, FPS) == plan
    for time in take.times:
        assert source_at(plan, scene_time_of(plan, time)) == pytest.approx(time, abs=1e-5)


def test_with_room_everything_plays_at_its_own_pace_and_waits_before_the_step():
    times = [0.0, *_typing(0.5, 10), 3.0, *_typing(3.5, 10)]
    events = [
        StepEvent(index=0, action="run", at="a", start=0.45, effect=0.5, end=3.4),
        StepEvent(index=1, action="run", at="b", start=3.45, effect=3.5, end=5.0),
    ]
    plan = fit(_take(times, 5.0, events), {"a": 2.0, "b": 9.0}, 0.0, 12.0, FPS)
    assert not plan.pauses
    typing = next(p for p in plan.pieces if p.source_start == 0.5)
    assert typing.end - typing.start == pytest.approx(typing.source_end - typing.source_start)
    hold = next(p for p in plan.pieces if p.source_start == p.source_end == 3.45)
    assert hold.end == pytest.approx(9.0 - 0.05)
    wait = next(p for p in plan.pieces if p.source_end == 3.0)
    assert wait.end - wait.start == pytest.approx(CALM)


def test_a_long_wait_of_the_recording_is_cut_when_the_words_go_on():
    times = [0.0, *_typing(0.5, 5), 30.0]
    events = [
        StepEvent(index=0, action="run", at="a", start=0.5, effect=0.5, end=0.9),
        StepEvent(index=1, action="wait", at="b", start=0.9, effect=30.0, end=30.0),
    ]
    plan = fit(_take(times, 30.5, events), {"a": 1.0, "b": 2.0}, 0.0, 4.0, FPS)
    assert not plan.pauses and scene_time_of(plan, 30.0) == pytest.approx(2.0)


def test_what_does_not_fit_even_three_times_faster_pauses_the_voice_before_the_mark():
    times = [0.0, *_typing(0.1, 100), 7.2]
    events = [
        StepEvent(index=0, action="run", at="a", start=0.1, effect=0.1, end=7.0),
        StepEvent(index=1, action="run", at="b", start=7.1, effect=7.2, end=7.3),
    ]
    plan = fit(_take(times, 8.0, events), {"a": 1.0, "b": 2.0}, 0.0, 4.0, FPS)
    assert [p.mark for p in plan.pauses] == ["b"]
    assert plan.pauses[0].seconds == pytest.approx(7.1 / 3 - 1.0, abs=1 / FPS)


def test_steps_in_another_order_than_their_marks_are_an_error_with_both_lines():
    events = [
        StepEvent(index=0, action="run", at="a", start=0.1, effect=0.1, end=1.0, line=7),
        StepEvent(index=1, action="run", at="b", start=1.1, effect=1.2, end=1.3, line=9),
    ]
    with pytest.raises(LecternError, match=r'line 9.*"b".*line 7'):
        fit(_take([0.0, 0.1, 1.2], 2.0, events), {"a": 3.0, "b": 2.0}, 0.0, 4.0, FPS)


def test_the_pointer_rests_while_a_picture_is_held():
    events = [StepEvent(index=0, action="click", at="a", start=1.0, effect=2.0, end=2.2)]
    pointer = [PointerPoint(time=0, x=0.1, y=0.1), PointerPoint(time=1.0, x=0.1, y=0.1)]
    pointer += [PointerPoint(time=1.0 + i / 30, x=0.1 + i * 0.02, y=0.1) for i in range(1, 21)]
    take = _take([0.0, 2.0], 3.0, events, pointer=tuple(pointer))
    plan = fit(take, {"a": 8.0}, 0.0, 10.0, FPS)
    path = retimed_pointer(take, plan)
    assert all(p.x == pytest.approx(0.1) for p in path if p.time <= 7.0)
    assert all(a.time < b.time for a, b in zip(path, path[1:], strict=False))
    assert retimed_events(take, plan)[0].effect == pytest.approx(8.0)


@pytest.mark.parametrize("fps", [24, 30, 60])
@pytest.mark.parametrize("action", ["click", "select"])
@pytest.mark.parametrize(("after", "mark"), [(0.07, 8.0), (0.13, 8.0), (0.171, None), (0.27, 8.01), (0.31, None)])
def test_a_click_is_seen_at_most_two_frames_before_its_picture(after: float, mark: float | None, action: str, fps: int):
    """The button is held for 0.07 s, and the page, or a desktop's program, needs a moment to paint what it does."""
    effect = 1.5 + after
    events = [StepEvent(index=0, action=action, at=mark and "a", start=1.0, effect=effect, end=2.4)]
    pointer = tuple(PointerPoint(time=1.0 + i / 60, x=0.1 + i * 0.01, y=0.1) for i in range(30))
    pointer += (PointerPoint(time=1.5, x=0.4, y=0.1, pressed=True), PointerPoint(time=1.57, x=0.4, y=0.1))
    take = _take([0.0, effect], 3.0, events, pointer=pointer)
    plan = fit(take, {"a": mark} if mark else {}, 0.0, 10.0, fps)
    path = with_their_pictures(retimed_pointer(take, plan), retimed_events(take, plan), fps)
    first = next(frame for frame in range(12 * fps) if picture_at(take, plan, frame / fps) == 1)
    press = next(point for point in path if point.pressed)
    assert first - 2 <= frame_at(press.time, fps) <= first
    assert all(a.time <= b.time for a, b in pairwise(path)) and not path[-1].pressed


def test_only_the_click_that_brings_a_picture_is_moved_to_it_and_only_where_it_does_so_at_once():
    def path_of(*times: float, effect: float, action: str = "click") -> list[float]:
        points = [
            p
            for t in times
            for p in (PointerPoint(time=t, x=0, y=0, pressed=True), PointerPoint(time=t + 0.07, x=0, y=0))
        ]
        events = [StepEvent(index=0, action=action, start=0.9, effect=effect, end=4.0)]
        return [point.time for point in with_their_pictures(points, events, 30) if point.pressed]

    assert path_of(1.0, 1.16, effect=1.4) == pytest.approx([1.0, 1.4 - 2 / 30])  # a double click
    assert path_of(1.0, effect=3.0) == [1.0]  # a page that had to be waited for
    assert path_of(1.0, effect=1.05) == [1.0]  # what is pressed looks pressed
    assert path_of(1.0, effect=1.0) == [1.0]  # a click without effect
    assert path_of(1.0, effect=1.3, action="drag") == [1.0]
    assert path_of(2.0, effect=1.5) == [2.0]


def test_the_text_of_a_stretch_starts_with_what_is_there_when_it_starts():
    boxes = [(TextBox(text=name, box=FULL),) for name in ("one", "two", "three")]
    text = tuple(VisibleText(time=t, boxes=b) for t, b in zip((0.0, 1.0, 2.0), boxes, strict=True))
    take = _take([0.0, 1.0, 2.0], 3.0, [], text=text)
    plan = fit(take, {}, 5.0, 20.0, FPS)
    seen = retimed_text(take, plan, 6.5, 20.0)
    assert [(v.time, v.boxes[0].text) for v in seen] == [(6.5, "two"), (pytest.approx(7.0), "three")]


def test_what_a_step_has_brought_up_is_held_before_the_next_one() -> None:
    def events(hold: float) -> list[StepEvent]:
        first = StepEvent(index=0, action="run", at="a", start=0.3, effect=1.0, end=1.5, hold=hold)
        return [first, StepEvent(index=1, action="run", at="b", start=1.6, effect=2.0, end=2.5)]

    times, marks = [0.0, 0.3, 1.0, 1.6, 2.0], {"a": 2.0, "b": 3.0}
    plain, held = (fit(_take(times, 3.0, events(hold)), marks, 0.0, 9.0, FPS) for hold in (0.0, 4.0))
    assert plain.pauses == () and [pause.mark for pause in held.pauses] == ["b"]
    (still,) = [p for p in held.pieces if p.source_start == p.source_end and abs(p.end - p.start - 4.0) < 1e-6]
    assert 1.0 <= still.source_start < 1.5
    assert all(
        a.end == pytest.approx(b.start) and a.source_end == pytest.approx(b.source_start)
        for a, b in pairwise(held.pieces)
    )


def test_the_last_step_is_held_although_nothing_follows() -> None:
    event = StepEvent(index=0, action="run", at="a", start=0.3, effect=1.0, end=1.5, hold=5.0)
    plan = fit(_take([0.0, 0.3, 1.0], 1.8, [event]), {"a": 2.0}, 0.0, 2.5, FPS)
    assert plan.pieces[-1].end >= 2.0 + 5.0
