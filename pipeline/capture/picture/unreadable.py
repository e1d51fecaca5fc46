"""A region of a picture made unreadable: coarse patches of its mean colours.

A patch is so coarse that its cells are higher than letters; each cell's colour is rounded and shifted by a little
that has nothing to do with what is there, and all is softened. Nothing of a text can be won back from that.
"""

from collections.abc import Iterable
from random import Random

import numpy as np
from PIL import Image, ImageFilter

from ...geometry import Box

CELL = 44
"""Side of a cell in px of the recording: a line of text is no higher."""
LEVELS = 16
"""Levels that are left of each colour."""
JITTER = 7
"""By so many levels (of 256) a cell's colour is shifted by chance."""
AROUND = 8
"""Pixels of the frame that are hidden around a region."""


def unreadable(picture: np.ndarray, region: Box) -> Image.Image:
    """The cells of a region of a picture (uint8 RGB), one pixel each, softened: nothing but a hint of its colours."""
    height, width = picture.shape[:2]
    left, top, right, bottom = region.pixels((width, height))
    left, top = min(max(left, 0), width - 1), min(max(top, 0), height - 1)
    inside = picture[top : max(bottom, top + 1), left : max(right, left + 1)]
    cells = max(1, round(inside.shape[1] / CELL)), max(1, round(inside.shape[0] / CELL))
    means = np.asarray(Image.fromarray(inside).resize(cells, Image.Resampling.BOX), dtype=np.int16)
    chance = Random(f"{cells}")
    shift = np.array([chance.randint(-JITTER, JITTER) for _ in range(cells[0] * cells[1])]).reshape(cells[1], cells[0], 1)
    step = 256 // LEVELS
    rough = np.clip((means // step) * step + step // 2 + shift, 0, 255).astype(np.uint8)
    return Image.fromarray(rough).resize((cells[0] * 4, cells[1] * 4), Image.Resampling.NEAREST).filter(
        ImageFilter.GaussianBlur(1.4)
    )


def unreadable_in(picture: np.ndarray, regions: Iterable[Box]) -> np.ndarray:
    """The picture with all of `regions` (fractions of it) unreadable."""
    whole = Image.fromarray(picture)
    for region in regions:
        left, top, right, bottom = region.pixels(whole.size)
        size = max(1, right - left) + 2 * AROUND, max(1, bottom - top) + 2 * AROUND
        patch = unreadable(picture, region).resize(size, Image.Resampling.BICUBIC)
        whole.paste(patch, (left - AROUND, top - AROUND))
    return np.asarray(whole)
