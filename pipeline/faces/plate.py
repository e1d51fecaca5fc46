"""The plain background of a picture, which a key removes; found along its upper edges."""

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import AnyImage, Mask

EDGE = 0.03
"""Width of the strip along the upper edge and the sides that shows the background, as a fraction of the picture."""
SIDES = 0.5
"""How far the strip goes down the sides."""
OUTLIER = 12.0
"""Levels from the background beyond which a pixel of the strip is hair, a shoulder or a logo."""
PLAIN = 0.8
"""The fraction of the strip that must be background."""
ROUNDS = 3
LEAST = 12
"""The fewest pixels of the strip from which a background can be fitted."""


type Terms = NDArray[np.float64]
"""Shape (…, terms or channels): the terms 1, x, y and x² of the surface, or their factors."""


class Plate:
    """A background: its `colours` (height, width, 3), its noise (levels, one sigma), and its `share` of the strip."""

    def __init__(self, colours: NDArray[np.float32], noisy: float, share: float) -> None:
        self.colours, self.noisy, self.share = colours, noisy, share


def is_plain(pixels: AnyImage) -> bool:
    """Return whether an opaque picture's background has one colour, or one that changes slowly."""
    return plate_of(pixels).share >= PLAIN


def plate_of(pixels: AnyImage) -> Plate:
    """Fit the background: the simplest surface through the strip without outliers (level, tilted, or bent sideways)."""
    height, width = pixels.shape[:2]
    y, x = np.nonzero(_strip(height, width))
    seen, terms = pixels[y, x, :3].astype(np.float64), _terms(x / width, y / height)
    kept = np.abs(seen - np.median(seen, axis=0)).max(1) <= 4 * OUTLIER
    for _ in range(ROUNDS):
        if kept.sum() < LEAST:
            return Plate(_surface(np.median(seen, axis=0)[None], height, width), 0.0, float(kept.mean()))
        factors, noise = _fit_terms(terms[kept], seen[kept])
        kept = np.abs(seen - terms[:, : len(factors)] @ factors).max(1) <= OUTLIER
    return Plate(_surface(factors, height, width), noise, float(kept.mean()))


def _fit_terms(terms: Terms, seen: Terms) -> tuple[Terms, float]:
    """Return the factors of the fewest terms that fit well enough, and the residual (levels, one sigma)."""
    fits = []
    for count in (1, 3, 4):
        factors = np.linalg.lstsq(terms[:, :count], seen, rcond=None)[0]
        fits.append((factors, float(np.sqrt(np.mean((seen - terms[:, :count] @ factors) ** 2)))))
    enough = max(1.0, 1.3 * fits[-1][1])
    return next((fit for fit in fits if fit[1] <= enough), fits[-1])


def _strip(height: int, width: int) -> Mask:
    strip = np.zeros((height, width), bool)
    deep, wide = max(2, round(EDGE * height)), max(2, round(EDGE * width))
    strip[:deep] = True
    strip[: round(SIDES * height), :wide] = strip[: round(SIDES * height), -wide:] = True
    return strip


def _terms(x: Terms, y: Terms) -> Terms:
    return np.stack([np.ones_like(x), x, y, x * x], axis=-1)


def _surface(factors: Terms, height: int, width: int) -> NDArray[np.float32]:
    if len(factors) == 1:
        return np.broadcast_to(factors[0].astype(np.float32), (height, width, 3))
    y, x = np.mgrid[0:height, 0:width]
    surface: Terms = _terms(x / width, y / height)[..., : len(factors)] @ factors
    return surface.astype(np.float32)
