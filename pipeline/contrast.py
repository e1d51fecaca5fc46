"""How well one colour can be told from another (WCAG 2.2, "contrast ratio" and "relative luminance")."""

import numpy as np
from PIL import ImageColor

_STORED = np.arange(256) / 255
_LINEAR = np.where(_STORED <= 0.04045, _STORED / 12.92, ((_STORED + 0.055) / 1.055) ** 2.4)


def contrast(front: str, back: str) -> float:
    """The contrast (1..21) of text in `front` on `back`, sRGB hex; at its worst where `back` is translucent (``#rrggbbaa``)."""
    text = _luminance_of(front, 0)
    return min(ratio(text, _luminance_of(back, under)) for under in (0, 255))


def ratio(one: float, other: float) -> float:
    """The contrast (1..21) of two relative luminances."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def luminance(rgb: np.ndarray) -> np.ndarray:
    """Relative luminance (0..1) of sRGB pixels, uint8, shape (..., 3)."""
    return _LINEAR[rgb] @ np.array([0.2126, 0.7152, 0.0722])


def _luminance_of(colour: str, under: int) -> float:
    """That of a colour upon the grey `under`."""
    *rgb, alpha = ImageColor.getcolor(colour, "RGBA")
    share = alpha / 255
    return float(luminance(np.array([round(share * c + (1 - share) * under) for c in rgb], np.uint8)))
