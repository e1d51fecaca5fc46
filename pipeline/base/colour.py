"""Colours: the channels of one that is written in hex, and how legible one is on another.

Contrast ratio and relative luminance are those of WCAG 2.2.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor

_STORED = np.arange(256) / 255
_LINEAR: NDArray[np.float64] = np.where(_STORED <= 0.04045, _STORED / 12.92, ((_STORED + 0.055) / 1.055) ** 2.4)


def rgb_of(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue (0..255) of ``#rrggbb`` or ``#rrggbbaa``."""
    return ImageColor.getrgb(colour)[:3]


def alpha_of(colour: str) -> int:
    """Return the alpha (0..255) of ``#rrggbb`` (255) or ``#rrggbbaa``."""
    channels: tuple[int, ...] = (*ImageColor.getrgb(colour), 255)
    return channels[3]


def contrast(front: str, back: str) -> float:
    """Return the contrast (1..21) of text in `front` on `back`, sRGB hex; the worst where `back` is translucent (``#rrggbbaa``)."""
    text = _luminance_of(front, 0)
    return min(ratio(text, _luminance_of(back, under)) for under in (0, 255))


def is_lighter(one: str, other: str) -> bool:
    """Return whether `one` is lighter than `other`, sRGB hex."""
    return _luminance_of(one, 0) > _luminance_of(other, 0)


def ratio(one: float, other: float) -> float:
    """Return the contrast (1..21) of two relative luminances."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def luminance(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the relative luminance (0..1), shape (...), of sRGB pixels, shape (..., 3)."""
    weighted: NDArray[np.float64] = _LINEAR[rgb] @ np.array([0.2126, 0.7152, 0.0722])
    return weighted


def _luminance_of(colour: str, under: int) -> float:
    """Return the luminance of a colour upon the grey `under` (0..255)."""
    share = alpha_of(colour) / 255
    return float(luminance(np.array([round(share * c + (1 - share) * under) for c in rgb_of(colour)], np.uint8)))
