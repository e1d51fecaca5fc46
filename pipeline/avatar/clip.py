"""Write a narrator's clip: square pictures with straight alpha, without loss."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from ..base.arrays import RgbaImage
from ..base.video import write_clip

VIDEO = "narrator.mov"
"""The clip's name in its take."""
SEEK = 2
"""Seconds between key frames."""


def write_narrator(file: Path, pictures: Iterable[Image.Image], pixels: int, fps: int, mirrored: bool = False) -> None:
    """Write `pictures` (straight alpha, `pixels` wide and high) to `file`, mirrored if asked for.

    The same object twice in a row costs next to nothing.
    """
    write_clip(file, _arrays(pictures, mirrored), (pixels, pixels), fps, gop=SEEK * fps)


def _arrays(pictures: Iterable[Image.Image], mirrored: bool) -> Iterator[RgbaImage]:
    last: Image.Image | None = None
    array = np.empty((0, 0, 4), np.uint8)
    for picture in pictures:
        if picture is not last:
            array, last = np.asarray(picture)[:, ::-1] if mirrored else np.asarray(picture), picture
        yield array
