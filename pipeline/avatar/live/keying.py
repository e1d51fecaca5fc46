"""The built-in matte: a figure before a plain background, cut out with the edge it really has.

At an edge the picture is `a·F + (1 - a)·B`. The background B is known (plate.py), the figure's own colour F is carried
outwards from where the figure is surely alone, and the alpha a is then the projection of the picture onto the line from B
to F; the edge's colour is what remains without B. (Smith and Blinn, Blue Screen Matting, 1996, with F from next to it.)
"""

from typing import Literal

import numpy as np
from PIL import Image, ImageFilter

from ..bleed import bled
from .plate import Plate

Holes = Literal["clear", "kept"]
"""Whether the background's colour is removed wherever it is (a chroma key), or only where it reaches the picture's edge."""

BAND = 3
"""Pixels around the background in which the figure may be mixed with it: antialiasing, and colour at half resolution."""
REACH = 12
"""Pixels around it in which what is tinted by a strong background counts as mixed: soft hair."""
TINT = 0.08
"""The part of the background's own tint from which a pixel is tinted."""
LEAST = 1.5
"""Levels by which a clean background may differ from itself."""
NOISE = 3.0
"""A noisy one: so many sigmas."""


def keyed(pixels: np.ndarray, plate: Plate, holes: Holes) -> np.ndarray:
    """`pixels` (RGB, uint8) as RGBA with straight alpha: without the background `plate`."""
    seen = pixels[..., :3].astype(np.float32)
    off = seen - plate.colours
    clear = np.abs(off).max(2) <= max(LEAST, NOISE * plate.noisy)
    if holes == "kept":
        clear = reaching(clear)
    band = mixed(seen, clear, plate, tints=holes == "clear") & ~clear
    sure = ~(clear | band)
    figure = _carried(pixels, sure)
    alpha = np.where(sure, 1.0, 0.0).astype(np.float32)
    alpha[band] = _projected(off[band], figure[band] - plate.colours[band], plate.noisy)
    colours = np.where(sure[..., None], seen, figure)
    colours[band] = _unmixed(seen[band], plate.colours[band], figure[band], alpha[band])
    return np.dstack([np.clip(colours + 0.5, 0, 255), alpha * 255 + 0.5]).astype(np.uint8)


def reaching(clear: np.ndarray) -> np.ndarray:
    """The part of a mask that reaches the upper edge or the sides without leaving the mask."""
    reached = np.zeros_like(clear)
    reached[0], reached[:, 0], reached[:, -1] = clear[0], clear[:, 0], clear[:, -1]
    before = -1
    while before != (now := int(reached.sum())):
        before = now
        for mask, flood in ((clear, reached), (clear[::-1], reached[::-1]), (clear.T, reached.T), (clear.T[::-1], reached.T[::-1])):
            _swept(mask, flood)
    return reached


def mixed(seen: np.ndarray, clear: np.ndarray, plate: Plate, tints: bool) -> np.ndarray:
    """Where the figure may be mixed with the background."""
    near = _grown(clear, BAND)
    if not tints:
        return near
    tinted = _tint(seen, plate) > TINT
    return near | _grown(_grown(clear, REACH) & tinted, BAND)


def _swept(mask: np.ndarray, flood: np.ndarray) -> None:
    """Carries a flood from each row to the next, within the mask."""
    for row in range(1, len(mask)):
        np.logical_or(flood[row], flood[row - 1] & mask[row], out=flood[row])


def _tint(seen: np.ndarray, plate: Plate) -> np.ndarray:
    """How much of the background's strongest colour stands out, as a part of how much it does in the background."""
    middle = np.median(plate.colours[0], axis=0)
    strong = int(np.argmax(middle))
    weak = [c for c in range(3) if c != strong]
    whole = middle[strong] - middle[weak].max()
    return (seen[..., strong] - seen[..., weak].max(2)) / whole if whole > 30 else np.zeros(seen.shape[:2])


def _grown(mask: np.ndarray, pixels: int) -> np.ndarray:
    picture = Image.fromarray(mask.astype(np.uint8) * 255)
    for _ in range(pixels // 3):
        picture = picture.filter(ImageFilter.MaxFilter(7))
    if pixels % 3:
        picture = picture.filter(ImageFilter.MaxFilter(2 * (pixels % 3) + 1))
    return np.asarray(picture) > 0


def _carried(pixels: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """The figure's colours, carried beyond where it is surely alone."""
    alone = Image.fromarray(np.dstack([pixels[..., :3], sure.astype(np.uint8) * 255]), "RGBA")
    return np.asarray(bled(alone, Image.new("RGBA", alone.size)))[..., :3].astype(np.float32)


def _projected(off: np.ndarray, whole: np.ndarray, noisy: float) -> np.ndarray:
    """Alpha, with what may be noise at either end counted as none or all."""
    length = np.maximum((whole * whole).sum(-1), 1.0)
    alpha, noise = (off * whole).sum(-1) / length, np.minimum(2 * noisy / np.sqrt(length), 0.2)
    return np.clip((alpha - noise) / (1 - 2 * noise), 0, 1)


def _unmixed(seen: np.ndarray, plate: np.ndarray, figure: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """The edge's own colour; where there is next to nothing of it, that of the figure beside it."""
    a = alpha[:, None]
    own = np.clip(plate + (seen - plate) / np.maximum(a, 0.02), 0, 255)
    trust = np.clip((a - 0.1) / 0.3, 0, 1)
    return own * trust + figure * (1 - trust)
