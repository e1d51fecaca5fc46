"""A region of a picture made unreadable: coarse cells of its mean colours.

The cells are higher than letters. Each cell's colour is rounded and shifted a little at random, and all is softened.
No text can be recovered from that.
"""

from collections.abc import Iterable
from random import Random

import numpy as np
from PIL import Image, ImageFilter

from ..base.arrays import RgbImage
from ..base.geometry import Box

CELL = 44
"""Side of a cell in px of the recording, at least the height of a line of text."""
LEVELS = 16
"""Levels that each colour is rounded to."""
JITTER = 7
"""Levels (of 256) by which a cell's colour is shifted at random."""
CLEARANCE = 8
"""Pixels of the frame that are hidden around a region."""


def pixelated_region(picture: RgbImage, region: Box) -> Image.Image:
    """Return the cells of a region of a picture, 4 x 4 px each, softened: just a hint of its colours."""
    height, width = picture.shape[:2]
    left, top, right, bottom = region.pixels((width, height))
    left, top = min(max(left, 0), width - 1), min(max(top, 0), height - 1)
    inside = picture[top : max(bottom, top + 1), left : max(right, left + 1)]
    cells = max(1, round(inside.shape[1] / CELL)), max(1, round(inside.shape[0] / CELL))
    means = np.asarray(Image.fromarray(inside).resize(cells, Image.Resampling.BOX), dtype=np.int16)
    random = Random(f"{cells}")
    jitter = [random.randint(-JITTER, JITTER) for _ in range(cells[0] * cells[1])]
    shift = np.array(jitter).reshape(cells[1], cells[0], 1)
    step = 256 // LEVELS
    rough = np.clip((means // step) * step + step // 2 + shift, 0, 255).astype(np.uint8)
    return (
        Image.fromarray(rough)
        .resize((cells[0] * 4, cells[1] * 4), Image.Resampling.NEAREST)
        .filter(ImageFilter.GaussianBlur(1.4))
    )


def with_regions_pixelated(picture: RgbImage, regions: Iterable[Box]) -> RgbImage:
    """Return the picture with all of `regions` (fractions of it) unreadable."""
    whole = Image.fromarray(picture)
    for region in regions:
        left, top, right, bottom = region.pixels(whole.size)
        size = max(1, right - left) + 2 * CLEARANCE, max(1, bottom - top) + 2 * CLEARANCE
        patch = pixelated_region(picture, region).resize(size, Image.Resampling.BICUBIC)
        whole.paste(patch, (left - CLEARANCE, top - CLEARANCE))
    return np.asarray(whole)
