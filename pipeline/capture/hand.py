"""How a person's hand moves a pointer, and how a person types. The same seed gives the same movement and the same rhythm.

A pointer's path is slightly bowed, slow at both ends, longer for a longer way. No two keys come in the same rhythm, and between
words there is a breath.
"""

import math
from random import Random

Point = tuple[float, float]

RATE = 60
"""Points per second."""
BEFORE_ENTER = 0.32
"""Seconds in which a typed line is read over before Enter."""


def pointer_path(start: Point, end: Point, seed: str) -> list[tuple[float, Point]]:
    """Return the points after `start` up to `end` (px) with their seconds from the start of the movement.

    Minimum jerk (Flash and Hogan 1985), its duration by Fitts's law.
    """
    way = math.dist(start, end)
    if way < 1.0:
        return []
    count = max(4, round((0.22 + 0.11 * math.log2(1 + way / 40)) * RATE))
    bow = Random(seed).uniform(-0.09, 0.09) * way
    normal = (-(end[1] - start[1]) / way, (end[0] - start[0]) / way)
    return [(i / RATE, _point_on_bow(start, end, normal, bow, i / count)) for i in range(1, count + 1)]


def ease_in_out(done: float) -> float:
    """Return how far a hand has come, slow at both ends, when `done` of its time is over (both 0..1)."""
    return 10 * done**3 - 15 * done**4 + 6 * done**5


def typing_delays(text: str, speed: float, seed: str) -> list[tuple[float, str]]:
    """Return each character of `text` with the seconds that pass before it, about `speed` characters per second."""
    random = Random(seed)
    mean = 1.0 / speed
    return [(0.0 if i == 0 else _delay(text[i - 1], mean, random), key) for i, key in enumerate(text)]


def _point_on_bow(start: Point, end: Point, normal: Point, bow: float, done: float) -> Point:
    come = ease_in_out(done)
    side = math.sin(math.pi * come) * bow
    x, y = (a + (b - a) * come + n * side for a, b, n in zip(start, end, normal, strict=True))
    return x, y


def _delay(before: str, mean: float, random: Random) -> float:
    delay = min(max(random.gauss(0.88 * mean, 0.26 * mean), 0.35 * mean), 2.0 * mean)
    return delay + (random.uniform(0.3, 0.9) * mean if before in " ,.;|/" else 0.0)
