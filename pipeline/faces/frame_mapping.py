"""Spreads a clip's frames over a longer or shorter time, and measures whether that shows a jump."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..base.arrays import AnyImage

SLOWEST, FASTEST = 0.85, 1.2
"""Speeds at which a person's movements still look natural."""

LOOK = 64
"""Pixels a side to which pictures are reduced for comparison."""
CUT = 6.0
"""Levels (of 255) of mean change between two pictures from which there may be a cut."""
TIMES = 8.0
"""A cut changes so many times more than is usual in the clip."""


def frame_mapping(source: int, wanted: int) -> list[int]:
    """Return which of `source` frames to show at each of `wanted` frames.

    The clip plays a little faster or slower if that is enough. Otherwise a longer clip is cut at its end, and a shorter one
    plays back and forth, so that every frame follows one of its neighbours.
    """
    speed = source / wanted
    if SLOWEST <= speed <= FASTEST:
        return [min(int((k + 0.5) * speed), source - 1) for k in range(wanted)]
    if speed > FASTEST or source == 1:
        return [min(k, source - 1) for k in range(wanted)]
    turn = 2 * source - 2
    return [min(k % turn, turn - k % turn) for k in range(wanted)]


def largest_jump(source: Sequence[AnyImage], order: Sequence[int]) -> float:
    """Return the largest change between frames shown in this order, as a multiple of the largest in `source` itself."""
    own = max(frame_changes(source), default=0.0)
    pairs = {(a, b) for a, b in pairwise(order) if a != b}
    shown = max((_change(_small(source[a]), _small(source[b])) for a, b in pairs), default=0.0)
    return round(shown / own, 3) if own else 1.0


def frame_changes(source: Iterable[AnyImage]) -> list[float]:
    """Return the mean change (levels of 255) from each picture to the next; needs memory only for reduced ones."""
    return [_change(a, b) for a, b in pairwise(map(_small, source))]


def longest_uncut(source: Iterable[AnyImage]) -> tuple[int, int]:
    """Return the longest run of pictures (first, end) without a cut."""
    found = frame_changes(source)
    usual = max(float(np.median([c for c in found if c > 0] or [0.0])), 0.1)
    cuts = [0, *(i + 1 for i, c in enumerate(found) if c > max(CUT, TIMES * usual)), len(found) + 1]
    return max(pairwise(cuts), key=lambda run: run[1] - run[0])


def _small(image: AnyImage) -> NDArray[np.float32]:
    mode = "RGBA" if image.shape[2] == 4 else "RGB"
    return np.asarray(
        Image.fromarray(image, mode)
        .convert("RGBa" if mode == "RGBA" else "RGB")
        .resize((LOOK, LOOK), Image.Resampling.BOX),
        np.float32,
    )


def _change(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float(np.abs(a - b).mean())
