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


class Plate:
    """A background: `colours` float32, (height, width, 3); how `noisy` it is (levels, one sigma); `share` of the strip."""

    def __init__(self, colours: np.ndarray, noisy: float, share: float) -> None:
        self.colours, self.noisy, self.share = colours, noisy, share


def is_plain(pixels: np.ndarray) -> bool:
    """Whether an opaque picture's background is of one colour, or of one that changes slowly."""
    return plate_of(pixels).share >= PLAIN


def plate_of(pixels: np.ndarray) -> Plate:
    """The background as a surface of second degree through the strip, without its outliers."""
    height, width = pixels.shape[:2]
    strip = _strip(height, width)
    y, x = np.nonzero(strip)
    seen, terms = pixels[y, x, :3].astype(np.float64), _terms(x / width, y / height)
    kept = np.abs(seen - np.median(seen, axis=0)).max(1) <= 4 * OUTLIER
    for _ in range(ROUNDS):
        if kept.sum() < 12:
            break
        factors = np.linalg.lstsq(terms[kept], seen[kept], rcond=None)[0]
        off = np.abs(seen - terms @ factors).max(1)
        kept = off <= OUTLIER
    else:
        noise = float(np.sqrt(np.mean((seen[kept] - terms[kept] @ factors) ** 2))) if kept.any() else 0.0
        return Plate(_surface(factors, height, width), noise, float(kept.mean()))
    return Plate(np.broadcast_to(np.median(seen, axis=0).astype(np.float32), (height, width, 3)), 0.0, float(kept.mean()))


def _strip(height: int, width: int) -> np.ndarray:
    strip = np.zeros((height, width), bool)
    deep, wide = max(2, round(EDGE * height)), max(2, round(EDGE * width))
    strip[:deep] = True
    strip[: round(SIDES * height), :wide] = strip[: round(SIDES * height), -wide:] = True
    return strip


def _terms(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def _surface(factors: np.ndarray, height: int, width: int) -> np.ndarray:
    """Flat where the factors say next to nothing else, so that rounding makes no gradient."""
    if np.abs(factors[1:]).max() < 1.5:
        return np.broadcast_to((factors[0] + _flat(factors)).astype(np.float32), (height, width, 3))
    y, x = np.mgrid[0:height, 0:width]
    return (_terms(x / width, y / height) @ factors).astype(np.float32)


def _flat(factors: np.ndarray) -> np.ndarray:
    """What the small terms come to in the middle of the upper edge."""
    return np.array([0, 0.5, 0, 0.25, 0, 0]) @ factors
