"""Narrators make room: they shrink between words, leave where no size is free, and cover nothing while they do."""

import random
from itertools import pairwise

import pytest
from staged import ADA, FRAME, line, scene

from lectern.pipeline.base.geometry import Box, box_of_pixels
from lectern.pipeline.episode.blocks import AvatarBlock
from lectern.pipeline.layout.model import NarratorPlace
from lectern.pipeline.layout.narrator_moves import box_at, narrator_items, narrator_places
from lectern.pipeline.layout.narrators import SIZES, arrangements, candidate_places
from lectern.pipeline.layout.obstacles import MARGIN, ObstacleItem, Obstacles, gather_obstacles
from lectern.pipeline.timing.narration import TimedWord
from lectern.pipeline.timing.schedule import SceneSchedule

SCENE = scene("s", line("a"), avatars=(AvatarBlock(id="x", side="left"),))
SMALLEST, LARGEST = SIZES[-1], SIZES[0]


def schedule(seconds: float = 20.0, *words: tuple[float, float]) -> SceneSchedule:
    spoken = tuple(TimedWord(written="w", speaker="ada", scene="s", start=a, end=b) for a, b in words)
    return SceneSchedule(scene="s", fps=30, duration=seconds, words=spoken)


def obstacles(*items: tuple[int, int, int, int, float, float]) -> Obstacles:
    return gather_obstacles([(box_of_pixels(*item[:4], FRAME), *item[4:]) for item in items], FRAME)


def places(taken: Obstacles, when: SceneSchedule) -> list[NarratorPlace]:
    largest = candidate_places(SCENE, ADA, SIZES, None, FRAME)[0]
    return narrator_places(largest, [(0.0, when.duration)], taken, when)


def height(place: NarratorPlace, time: float) -> float:
    return round(box_at(place, time).h * FRAME[1])


HIGH = (0, 690, 300, 30, 8.0, 12.0)
"""Text that only narrators of at least 400 px reach up to."""


def test_a_narrator_is_smaller_for_as_long_as_text_needs_her_place_and_stays_where_she_stands() -> None:
    (place,) = places(obstacles(HIGH), schedule())

    assert [height(place, t) for t in (0.0, 7.0, 8.0, 10.0, 12.0, 13.0, 19.0)] == [480, 480, 340, 340, 340, 480, 480]
    assert all(
        box_at(place, t).bottom == pytest.approx(1.0) and box_at(place, t).x >= -1e-9 for t in (0, 7.6, 10, 12.4)
    )


def test_a_narrator_who_begins_beside_text_comes_small() -> None:
    (place,) = places(obstacles((*HIGH[:4], 0.0, 6.0)), schedule())

    assert [height(place, t) for t in (0.0, 3.0, 6.0, 8.0)] == [340, 340, 340, 480]


def test_a_narrator_moves_between_two_words_where_one_ends_in_time() -> None:
    spoken = [(t / 2, t / 2 + 0.45) for t in range(40) if t not in (14, 25)]
    (place,) = places(obstacles(HIGH), schedule(20.0, *spoken))

    for move, gap in zip(place.moves, ((6.95, 7.5), (12.45, 13.0)), strict=True):
        assert sum(gap) / 2 == pytest.approx(move.start + move.seconds / 2)


def test_a_narrator_leaves_only_while_no_size_is_free() -> None:
    found = places(obstacles((*HIGH[:4], 4.0, 16.0), (0, 1000, 300, 30, 9.0, 11.0)), schedule())

    assert [(round(p.start), round(p.end)) for p in found] == [(0, 9), (11, 20)]
    assert [height(found[0], t) for t in (0.0, 6.0)] == [480, 340]
    assert [height(found[1], t) for t in (11.2, 18.0)] == [340, 480]


def test_a_narrator_who_is_nowhere_in_the_way_never_moves() -> None:
    (place,) = places(obstacles((900, 700, 300, 30, 8.0, 12.0)), schedule())

    assert place.moves == () and (place.start, place.end) == (0.0, 20.0)


def test_a_size_that_is_free_all_the_time_is_worth_more_than_moving_a_little() -> None:
    nearly = obstacles((0, 590, 300, 5, 8.0, 12.0), (1500, 590, 300, 5, 8.0, 12.0))
    best = arrangements(SCENE, (ADA,), schedule(), nearly, None, FRAME)[0]

    assert [(p.pixels, p.moves) for p in best.places] == [(400, ())]


def _random_items(dice: random.Random, seconds: float) -> list[ObstacleItem]:
    items = []
    for _ in range(dice.randint(1, 25)):
        start = dice.uniform(0, seconds)
        box = box_of_pixels(
            dice.randrange(0, 1800), dice.randrange(300, 1060), dice.randrange(20, 700), dice.randrange(10, 60), FRAME
        )
        items.append((box, start, start + dice.uniform(0.2, 6.0)))
    return items


def _hits(box: Box, item: ObstacleItem) -> bool:
    return box.grown(-1e-9, -1e-9).overlaps(item[0])


@pytest.mark.parametrize("seed", range(60))
def test_a_narrator_covers_nothing_and_is_seen_wherever_brute_force_finds_room_for_the_smallest(seed: int) -> None:
    dice = random.Random(seed)
    when = schedule(20.0, *[(t / 2, t / 2 + dice.uniform(0.2, 0.5)) for t in range(40)])
    items = _random_items(dice, when.duration)
    found = places(gather_obstacles(items, FRAME), when)

    for tick in range(600):
        t = tick / 30
        boxes = [box_at(p, t) for p in found if p.start <= t < p.end]
        now = [item for item in items if item[1] <= t < item[2]]
        assert not any(_hits(box, item) for box in boxes for item in now), t
        assert all(any(_inside(box, took) for took in _taken(found, t)) for box in boxes), t
    for start, end in _free_of_all(items, when.duration):
        if end - start > 5.2:  # long enough to come, whatever is around it
            assert any(p.start <= start + 2.6 and p.end >= end - 2.6 for p in found), (start, end)
    assert all(one.end <= other.start for one, other in pairwise(found))


def _inside(box: Box, outer: Box) -> bool:
    large = outer.grown(1e-6, 1e-6)
    return large.x <= box.x and large.y <= box.y and large.right >= box.right and large.bottom >= box.bottom


def _taken(found: list[NarratorPlace], time: float) -> list[Box]:
    return [box for box, start, end in narrator_items(found) if start - 1e-6 <= time <= end + 1e-6]


def _free_of_all(items: list[ObstacleItem], seconds: float) -> list[tuple[float, float]]:
    """The spans in which nothing is where even the smallest narrator is, looked at thirty times a second."""
    smallest = box_of_pixels(0, FRAME[1] - SMALLEST, SMALLEST, SMALLEST, FRAME)
    near = smallest.grown((MARGIN + 1) / FRAME[0], (MARGIN + 1) / FRAME[1])
    free = [
        not any(s - 0.1 <= t / 30 < e + 0.1 and _hits(near, (b, s, e)) for b, s, e in items)
        for t in range(int(seconds * 30))
    ]
    edges = [0, *(i for i in range(1, len(free)) if free[i] != free[i - 1]), len(free)]
    return [(a / 30, b / 30) for a, b in pairwise(edges) if free[a]]
