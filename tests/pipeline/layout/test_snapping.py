"""Where a box that is dragged in the preview snaps to."""

import pytest

from lectern.pipeline.base.geometry import FULL, Box
from lectern.pipeline.layout.obstacles import CELL
from lectern.pipeline.layout.snapping import Guide, free_room, snapped

WIDE = 16 / 9
FRAME = (1920, 1080)


@pytest.mark.parametrize(
    "x, snaps_to, line",
    [
        (0.004, 0.0, 0.0),
        (0.045, 0.05, 0.05),
        (0.754, 0.75, 0.95),
        (0.34, 1 / 3, 1 / 3),
        (0.393, 0.4, 0.5),
        (0.2, 0.2, None),
    ],
)
def test_edges_and_middle_snap_to_edges_margins_thirds_and_the_middle(
    x: float, snaps_to: float, line: float | None
) -> None:
    found = snapped(Box(x=x, y=0.21, w=0.2, h=0.2), 0.05, WIDE)
    assert found.box.x == pytest.approx(snaps_to)
    assert found.guides == ((Guide(True, line),) if line is not None else ())


def test_a_free_place_that_is_near_goes_before_lines() -> None:
    found = snapped(Box(x=0.045, y=0.2, w=0.2, h=0.2), 0.05, WIDE, [(0.07, 0.2), (0.5, 0.5)])
    assert (found.box.x, found.box.y, found.to_free, found.guides) == (0.07, 0.2, True, ())


def test_where_nothing_is_hidden_already_lines_are_snapped_to() -> None:
    found = snapped(Box(x=0.045, y=0.2, w=0.2, h=0.2), 0.05, WIDE, [(0.046, 0.2)])
    assert found.box.x == pytest.approx(0.05) and not found.to_free


def test_free_room_is_where_the_whole_box_has_a_place_beside_what_has_to_be_seen() -> None:
    text = Box(x=0, y=0, w=0.5, h=1)
    room = free_room([(text, 0, 30)], (0, 30), Box(x=0, y=0, w=0.2, h=0.3), FULL, FRAME)
    lefts = [x for x, _ in room.fractions(FRAME)]
    assert 0.5 <= min(lefts) < 0.52 and max(lefts) == pytest.approx(0.8)
    columns = room.cells.any(axis=0).nonzero()[0] * CELL / 1920
    assert columns.min() == pytest.approx(min(lefts)) and 0.99 < columns.max() <= 1.0


def test_what_is_seen_at_another_time_takes_no_room_and_what_is_too_large_has_none() -> None:
    text = Box(x=0, y=0, w=0.5, h=1)
    assert min(x for x, _ in free_room([(text, 0, 30)], (30, 60), text, FULL, FRAME).fractions(FRAME)) == 0.0
    none = free_room([(text, 0, 30)], (0, 30), Box(x=0, y=0, w=0.6, h=0.3), FULL, FRAME)
    assert len(none.corners) == 0 and not none.cells.any()
