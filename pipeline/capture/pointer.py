"""How a hand moves a pointer: a slightly bowed path, slow at both ends, longer for a longer way."""

import math
from random import Random

Point = tuple[float, float]

RATE = 60
"""Points per second."""


def pointer_way(start: Point, end: Point, seed: str) -> list[tuple[float, Point]]:
    """The points after `start` up to `end` (px) with their seconds from the start of the movement.

    Minimum jerk (Flash and Hogan 1985), its duration by Fitts's law.
    """
    way = math.dist(start, end)
    if way < 1.0:
        return []
    count = max(4, round((0.22 + 0.11 * math.log2(1 + way / 40)) * RATE))
    bow = Random(seed).uniform(-0.09, 0.09) * way
    normal = (-(end[1] - start[1]) / way, (end[0] - start[0]) / way)
    return [(i / RATE, _between(start, end, normal, bow, i / count)) for i in range(1, count + 1)]


def eased(done: float) -> float:
    """How far a hand has come, slow at both ends, when `done` of its time is over (both 0..1)."""
    return 10 * done**3 - 15 * done**4 + 6 * done**5


def _between(start: Point, end: Point, normal: Point, bow: float, done: float) -> Point:
    come = eased(done)
    side = math.sin(math.pi * come) * bow
    x, y = (a + (b - a) * come + n * side for a, b, n in zip(start, end, normal, strict=True))
    return x, y
