"""What a program means to wait, worked out from what a recorder sees of it that has to wait for the processor itself.

A recorder looks at short intervals whether programs wait. Where it comes too late to look, it can't know on which side of a look
the program began to wait, or when it wrote: so what is measured may be too long or too short by as much as the recorder was late.
"""

import math

LOOK = 0.006
"""Seconds between two looks of a recorder that is in time."""
_GRID = (1 / 60, 1 / 30, 0.05, 0.08, 0.1)
"""Seconds that programs usually wait between two pictures; beyond, the grid is every 0.05 s."""
_SCHEDULING_DELAY = 0.012
"""Seconds of waiting that are nobody's intention."""
_DOUBTFUL = 0.045
"""Seconds of waiting that a recorder that is late may have seen where there were none."""
_BLUR = 0.003
"""Seconds by which a wait that is measured in time is longer or shorter than it was meant."""
_ROUND = (0.5, 0.1, 0.05)
"""What people write after a `sleep` rather than anything between: whole multiples of these, the first of them first."""


class MeasuredWait:
    """How long programs have waited since their last output."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._too_long = self._too_short = 0.0

    def begin(self) -> None:
        """Begin again, with a key that is sent."""
        self.seconds = self._too_long = self._too_short = 0.0

    def add(self, seconds: float, sure: bool) -> None:
        """Count `seconds` more; `sure`: programs waited at their beginning and at their end, and nothing was written."""
        self.seconds += seconds
        self._too_long += 0.0 if sure or seconds <= LOOK else seconds

    def add_work(self, seconds: float) -> None:
        """Note `seconds` at whose beginning programs were at work, and in which they may have begun to wait."""
        self._too_short += 0.0 if seconds <= LOOK else seconds

    def end(self) -> float:
        """Return the seconds that were meant, now that something was written, and begin again.

        The recorder may have heard it too late: then the next wait is measured as too short.
        """
        seconds, least, most = self.seconds, self.seconds - self._too_long, self.seconds + self._too_short
        self.seconds, self._too_long, self._too_short = 0.0, 0.0, self._too_long
        return _meant(seconds, least, most)


def _meant(seconds: float, least: float, most: float) -> float:
    """Return what a program meant that waited `seconds` as they were measured, and between `least` and `most`."""
    if seconds < _SCHEDULING_DELAY or (least < _SCHEDULING_DELAY and seconds < _DOUBTFUL):
        return 0.0
    for step in _ROUND:
        first, last = math.ceil((least - _BLUR) / step), math.floor((most + _BLUR) / step)
        if whole := [number * step for number in range(max(first, 1), last + 1)]:
            return min(whole, key=lambda meant: abs(meant - seconds))
    return min(_GRID, key=lambda step: abs(step - seconds)) if seconds < 0.125 else round(seconds / 0.05) * 0.05
