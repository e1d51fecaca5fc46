"""Seconds and frames."""

import pytest

from lectern.pipeline.base.clock import frame_at, on_frame, seconds_at


@pytest.mark.parametrize(
    ("seconds", "frame"),
    [(0, 0), (0.5, 15), (0.0166, 0), (0.0167, 1), (-0.2, -6), (-0.21, -6), (-0.0166, 0), (-0.0167, -1)],
)
def test_a_time_is_at_the_frame_whose_start_is_nearest_also_before_the_first(seconds: float, frame: int) -> None:
    assert frame_at(seconds, 30) == frame
    assert on_frame(seconds, 30) == seconds_at(frame, 30)
