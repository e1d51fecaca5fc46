"""Path data from any editor, written in one way."""

import pytest
from lectern.pipeline.avatar.paths import absolute, bent


SHAPE = "M 10 20 C 10 30 20 30 20 20 L 25 20 L 25 5 Z"


@pytest.mark.parametrize("data", [SHAPE, "m10,20c0,10 10,10 10,0h5v-15z", "M10 20C10 30 20 30 20 20L25 20 25 5Z", "M1e1 20c0 1e1 10 10 10-0H25V5z"])
def test_one_shape_has_one_way_of_being_written(data: str) -> None:
    assert absolute(data) == SHAPE


def test_numbers_may_touch_as_editors_pack_them() -> None:
    assert absolute("m10-.5.5.25") == "M 10 -0.5 L 10.5 -0.25"


def test_numbers_after_a_move_are_lines_and_a_closed_shape_goes_on_where_it_started() -> None:
    assert absolute("m1 1 2 0 0 2zl5 5") == "M 1 1 L 3 1 L 3 3 Z L 6 6"


def test_what_is_not_understood_stays_as_it_is() -> None:
    for data in ("M 0 0 A 5 5 0 0 1 10 0", "M 1", "", "Z 4"):
        assert absolute(data) == data


def test_a_bent_mouth_has_its_corners_higher_and_its_middle_where_it_was():
    lips = '<path class="lip" d="M -20 0 C -10 6 10 6 20 0 Z"/><path class="tongue" d="M 0 8 L 10 8"/>'
    assert bent(lips, 4) == (
        '<path class="lip" d="M -20 -4 C -10 5 10 5 20 -4 Z"/><path class="tongue" d="M 0 8 L 10 7"/>'
    )
    assert bent(lips, 0) == lips
    assert bent(arcs := '<path d="M 0 0 A 5 5 0 0 1 10 0"/>', 4) == arcs
