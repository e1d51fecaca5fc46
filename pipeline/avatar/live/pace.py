"""How a clip's frames are told out over a longer or shorter time, and whether anyone sees a jump."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from PIL import Image

SLOWEST, FASTEST = 0.85, 1.2
"""Speeds at which a person's movements still look natural."""

LOOK = 64
"""Pixels a side of the pictures that are compared."""
CUT = 6.0
"""Levels (of 255) of mean change between two pictures from which it may be a cut."""
TIMES = 8.0
"""A cut changes so many times more than what is usual in the clip."""


def mapping(source: int, wanted: int) -> list[int]:
    """Which of `source` frames is shown at each of `wanted`.

    A little faster or slower where that is enough; else a longer clip is cut at its end, and a shorter one goes forth
    and back, so that every frame follows a neighbour of its own.
    """
    speed = source / wanted
    if SLOWEST <= speed <= FASTEST:
        return [min(int((k + 0.5) * speed), source - 1) for k in range(wanted)]
    if speed > FASTEST or source == 1:
        return [min(k, source - 1) for k in range(wanted)]
    turn = 2 * source - 2
    return [min(k % turn, turn - k % turn) for k in range(wanted)]


def jump(source: Sequence[np.ndarray], order: Sequence[int]) -> float:
    """The largest change from one shown frame to the next, as a multiple of the largest between neighbours in `source`."""
    own = max(changes(source), default=0.0)
    pairs = {(a, b) for a, b in pairwise(order) if a != b}
    shown = max((_change(_small(source[a]), _small(source[b])) for a, b in pairs), default=0.0)
    return round(shown / own, 3) if own else 1.0


def changes(source: Iterable[np.ndarray]) -> list[float]:
    """The mean change (levels of 255) from each picture to the next; only small ones are kept meanwhile."""
    return [_change(a, b) for a, b in pairwise(map(_small, source))]


def steady(source: Iterable[np.ndarray]) -> tuple[int, int]:
    """The longest run of pictures (first, end) without a cut, of at least one."""
    found = changes(source)
    usual = max(float(np.median([c for c in found if c > 0] or [0.0])), 0.1)
    cuts = [0, *(i + 1 for i, c in enumerate(found) if c > max(CUT, TIMES * usual)), len(found) + 1]
    return max(pairwise(cuts), key=lambda run: run[1] - run[0])


def _small(image: np.ndarray) -> np.ndarray:
    mode = "RGBA" if image.shape[2] == 4 else "RGB"
    return np.asarray(Image.fromarray(image, mode).convert("RGBa" if mode == "RGBA" else "RGB").resize((LOOK, LOOK), Image.Resampling.BOX), np.float32)


def _change(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a - b).mean())
