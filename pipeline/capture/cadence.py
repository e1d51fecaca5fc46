"""How a person types: never two keys in the same rhythm, a breath between words. The same seed types the same way."""

from random import Random

BEFORE_ENTER = 0.32
"""Seconds in which a typed line is read over before Enter."""


def cadence(text: str, speed: float, seed: str) -> list[tuple[float, str]]:
    """Each character of `text` with the seconds that pass before it, about `speed` characters per second."""
    random = Random(seed)
    mean = 1.0 / speed
    return [(0.0 if i == 0 else _delay(text[i - 1], mean, random), key) for i, key in enumerate(text)]


def _delay(before: str, mean: float, random: Random) -> float:
    delay = min(max(random.gauss(0.88 * mean, 0.26 * mean), 0.35 * mean), 2.0 * mean)
    return delay + (random.uniform(0.3, 0.9) * mean if before in " ,.;|/" else 0.0)
