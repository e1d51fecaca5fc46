"""Measures from a clip's pixels alone how far a narrator's mouth is open."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import RgbaImage, RgbImage
from ..base.colour import rgb_of
from .take import NarratorTake

CLOSED = 0.03
"""A mouth with less openness is shut."""

NEAR = 30
"""How much (of 255, in the most different channel) a pixel may differ from a colour of the open mouth."""


def mouth_openness(frame_rgba: RgbaImage, take: NarratorTake) -> float:
    """Return the share (0..1) of the mouth's box in which a frame shows the inside of the mouth (cavity and teeth).

    Raises ValueError if the take does not know where its mouth is.
    """
    if take.mouth is None:
        raise ValueError("only drawn narrators know where their mouth is")
    left, top, width, height = (n * take.pixels for n in take.mouth)
    return openness(frame_rgba[round(top) : round(top + height), round(left) : round(left + width), :3], take.inside)


def openness(box_rgb: RgbImage, inside: Iterable[str]) -> float:
    """Return the share (0..1) of the picture of a mouth's box that shows the colours `inside` an open mouth."""
    box = box_rgb.astype(np.int16)
    seen = np.zeros(box.shape[:2], bool)
    for colour in inside:
        seen |= np.abs(box - _rgb(colour)).max(axis=2) < NEAR
    return float(seen.mean())


def _rgb(colour: str) -> NDArray[np.int16]:
    return np.array(rgb_of(colour), np.int16)
