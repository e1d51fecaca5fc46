"""Path data from any editor, written in one way."""

import cmath
import itertools
import math
import re

import pytest

from lectern.pipeline.avatar.svg_path import absolute, bend_path

SHAPE = "M 10 20 C 10 30 20 30 20 20 L 25 20 L 25 5 Z"


@pytest.mark.parametrize(
    "data",
    [SHAPE, "m10,20c0,10 10,10 10,0h5v-15z", "M10 20C10 30 20 30 20 20L25 20 25 5Z", "M1e1 20c0 1e1 10 10 10-0H25V5z"],
)
def test_one_shape_has_one_way_of_being_written(data: str) -> None:
    assert absolute(data) == SHAPE


def test_numbers_may_touch_as_editors_pack_them() -> None:
    assert absolute("m10-.5.5.25") == "M 10 -0.5 L 10.5 -0.25"


def test_numbers_after_a_move_are_lines_and_a_closed_shape_goes_on_where_it_started() -> None:
    assert absolute("m1 1 2 0 0 2zl5 5") == "M 1 1 L 3 1 L 3 3 Z L 6 6"


def test_what_is_not_understood_stays_as_it_is() -> None:
    for data in ("M 1", "", "Z 4", "L 1 2", "M 0 0 X 3", "hello"):
        assert absolute(data) == data


def test_smooth_curves_have_their_control_points_written_out() -> None:
    assert absolute("M 1 1 C 1 2 3 4 5 5 S 1 2 3 4") == "M 1 1 C 1 2 3 4 5 5 C 7 6 1 2 3 4"
    assert absolute("M 1 1 Q 2 2 3 1 T 5 1") == "M 1 1 Q 2 2 3 1 Q 4 0 5 1"


def test_an_arc_is_written_as_curves_that_lie_on_it() -> None:
    """Half an ellipse of 40 by 25 around (50, 50), turned by 30 degrees."""
    turn = cmath.rect(1, math.radians(30))
    first, last = 50 + 50j - 40 * turn, 50 + 50j + 40 * turn
    written = absolute(f"M {first.real} {first.imag} A 40 25 30 0 1 {last.real} {last.imag} Z")
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", written)]
    points = [complex(*pair) for pair in itertools.batched(numbers, 2, strict=True)]
    assert re.sub(r"[-\d. ]", "", written) == "MCCCCCCCCZ" and abs(points[-1] - last) < 0.001
    for a, b, c, d in zip(points[0::3], points[1::3], points[2::3], points[3::3], strict=False):
        for point in (a, (a + 3 * b + 3 * c + d) / 8, d):
            straight = (point - 50 - 50j) / turn
            assert abs(math.hypot(straight.real / 40, straight.imag / 25) - 1) < 1e-4


def test_arcs_are_bent_like_all_else() -> None:
    bent = bend_path('<path d="M -10 0 A 10 10 0 0 0 10 0"/>', 4)
    assert bent.startswith('<path d="M -10 -4 C ') and bent.endswith(' 10 -4"/>')
    assert re.findall(r"C \S+ \S+ \S+ \S+ (\S+ \S+)", bent)[3] == "0 10"


def test_a_bent_mouth_has_its_corners_higher_and_its_middle_where_it_was():
    lips = '<path class="lip" d="M -20 0 C -10 6 10 6 20 0 Z"/><path class="tongue" d="M 0 8 L 10 8"/>'
    assert bend_path(lips, 4) == (
        '<path class="lip" d="M -20 -4 C -10 5 10 5 20 -4 Z"/><path class="tongue" d="M 0 8 L 10 7"/>'
    )
    assert bend_path(lips, 0) == lips
    assert bend_path(faulty := '<path d="M 0 0 A 5 5"/>', 4) == faulty
