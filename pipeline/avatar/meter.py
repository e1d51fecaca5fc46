"""How far a narrator's mouth is open, seen in the clip's pixels alone."""

from collections.abc import Iterable

import numpy as np
from PIL import ImageColor

from .take import NarratorTake

CLOSED = 0.03
"""A mouth is shut below this openness."""

NEAR = 30
"""How far (of 255, in the most different channel) a pixel may be from a colour of the open mouth."""


def mouth_openness(frame_rgba: np.ndarray, take: NarratorTake) -> float:
    """The share (0..1) of the mouth's box that shows the inside of a mouth (its cavity and teeth).

    `frame_rgba` is a frame of the take's clip, uint8, straight alpha.
    """
    left, top, width, height = (n * take.pixels for n in take.mouth)
    return openness(frame_rgba[round(top) : round(top + height), round(left) : round(left + width), :3], take.inside)


def openness(box_rgb: np.ndarray, inside: Iterable[str]) -> float:
    """The share (0..1) of a mouth's box, uint8 RGB, that shows the colours `inside` an open mouth."""
    box = box_rgb.astype(np.int16)
    seen = np.zeros(box.shape[:2], bool)
    for colour in inside:
        seen |= np.abs(box - _rgb(colour)).max(axis=2) < NEAR
    return float(seen.mean())


def _rgb(colour: str) -> np.ndarray:
    return np.array(ImageColor.getrgb(colour)[:3], np.int16)
