"""The plain background of a picture, found at its upper edges: what a key removes."""

import numpy as np

EDGE = 0.03
"""The strip along the upper edge and the sides in which the background is looked for, as a fraction of the picture."""
SIDES = 0.5
"""How far down the sides."""
OUTLIER = 12.0
"""Levels from the background beyond which a pixel of the strip is hair, a shoulder or a logo."""
PLAIN = 0.8
"""The part of the strip that must be background."""
ROUNDS = 3
LEAST = 12
"""Pixels of the strip without which nothing can be said."""


class Plate:
    """A background: `colours` float32, (height, width, 3); how `noisy` it is (levels, one sigma); `share` of the strip."""

    def __init__(self, colours: np.ndarray, noisy: float, share: float) -> None:
        self.colours, self.noisy, self.share = colours, noisy, share


def is_plain(pixels: np.ndarray) -> bool:
    """Whether an opaque picture's background is of one colour, or of one that changes slowly."""
    return plate_of(pixels).share >= PLAIN


def plate_of(pixels: np.ndarray) -> Plate:
    """The background as the simplest surface through the strip, without its outliers: level, tilted, or bent sideways."""
    height, width = pixels.shape[:2]
    y, x = np.nonzero(_strip(height, width))
    seen, terms = pixels[y, x, :3].astype(np.float64), _terms(x / width, y / height)
    kept = np.abs(seen - np.median(seen, axis=0)).max(1) <= 4 * OUTLIER
    for _ in range(ROUNDS):
        if kept.sum() < LEAST:
            return Plate(_surface(np.median(seen, axis=0)[None], height, width), 0.0, float(kept.mean()))
        factors, noise = _fitted(terms[kept], seen[kept])
        kept = np.abs(seen - terms[:, : len(factors)] @ factors).max(1) <= OUTLIER
    return Plate(_surface(factors, height, width), noise, float(kept.mean()))


def _fitted(terms: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, float]:
    """The factors of as few terms as will do, and what remains (levels, one sigma)."""
    fits = []
    for count in (1, 3, 4):
        factors = np.linalg.lstsq(terms[:, :count], seen, rcond=None)[0]
        fits.append((factors, float(np.sqrt(np.mean((seen - terms[:, :count] @ factors) ** 2)))))
    enough = max(1.0, 1.3 * fits[-1][1])
    return next((fit for fit in fits if fit[1] <= enough), fits[-1])


def _strip(height: int, width: int) -> np.ndarray:
    strip = np.zeros((height, width), bool)
    deep, wide = max(2, round(EDGE * height)), max(2, round(EDGE * width))
    strip[:deep] = True
    strip[: round(SIDES * height), :wide] = strip[: round(SIDES * height), -wide:] = True
    return strip


def _terms(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.stack([np.ones_like(x), x, y, x * x], axis=-1)


def _surface(factors: np.ndarray, height: int, width: int) -> np.ndarray:
    if len(factors) == 1:
        return np.broadcast_to(factors[0].astype(np.float32), (height, width, 3))
    y, x = np.mgrid[0:height, 0:width]
    return (_terms(x / width, y / height)[..., : len(factors)] @ factors).astype(np.float32)
