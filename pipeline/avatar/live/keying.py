"""The built-in matte: a figure before a plain background, cut out with the edge it really has.

At an edge the picture is `a·F + (1 - a)·B`. The background B is known (plate.py), the figure's own colour F is carried
outwards from where the figure is surely alone, and the alpha a is then the projection of the picture onto the line from B
to F; the edge's colour is what remains without B. (Smith and Blinn, Blue Screen Matting, 1996, with F from next to it.)
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from PIL import Image, ImageFilter

from .plate import Plate

Holes = Literal["clear", "kept"]
"""Whether the background's colour is removed wherever it is (a chroma key), or only where it reaches the picture's edge."""

BAND = 3
"""Pixels around the background in which the figure may be mixed with it: antialiasing, and colour at half resolution."""
REACH = 12
"""Pixels around it in which what is tinted by a strong background counts as mixed: soft hair."""
TINT = 0.08
"""The part of the background's own tint from which a pixel is tinted."""
STRONG = 30.0
"""Levels by which one colour of a background must stand out for it to tint anything."""
LEAST = 1.5
"""Levels by which a clean background may differ from itself."""
NOISE = 4.0
"""A noisy one: so many sigmas."""
ALIKE = 10.0
"""Levels within which nothing is surely the figure: ringing of video, a background that is not quite even."""
NOISY = 1.0
"""Levels (one sigma) from which single pixels off the background are noise, and no hair."""
EITHER = 2.5
"""Sigmas by which alpha may be off at either end."""
FAR = 0.25
"""Levels by which a colour one pixel farther away must fit better."""


UNLIKE = 6.0
"""Levels by which a mixed pixel must miss every colour beside it to be taken for one of the figure's own."""

Places = tuple[np.ndarray, np.ndarray]
"""Pixels by row and column."""


def keyed(pixels: np.ndarray, plate: Plate, holes: Holes) -> np.ndarray:
    """`pixels` (RGB, uint8) as RGBA with straight alpha: without the background `plate`."""
    seen = pixels[..., :3].astype(np.float32)
    off = seen - plate.colours
    clear = np.abs(off).max(2) <= max(LEAST, NOISE * plate.noisy)
    if plate.noisy > NOISY:
        clear |= ~_solid(~clear)
    alike = clear | (np.abs(off).max(2) <= ALIKE)
    if holes == "kept":
        alike = reaching(alike)
        clear &= alike
    band = (mixed(seen, clear, plate, tints=holes == "clear") | alike) & ~clear
    sure = ~(clear | band)
    sure |= _tips(seen, plate, sure, band)
    at = np.nonzero(band & ~sure)
    figure, part, _ = beside(seen, plate, sure, at)
    alpha, colours = sure.astype(np.float32), seen.copy()
    alpha[at] = _sharpened(part, np.linalg.norm(figure - plate.colours[at], axis=1), plate.noisy)
    colours[at] = _without_spill(_unmixed(seen[at], plate.colours[at], figure, alpha[at]), figure, plate)
    colours[clear] = 0
    return np.dstack([np.clip(colours + 0.5, 0, 255), alpha * 255 + 0.5]).astype(np.uint8)


def beside(seen: np.ndarray, plate: Plate, sure: np.ndarray, at: Places) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The figure's own colour at the mixed pixels `at`, their alpha, and by how many levels that misses what is seen.

    The colour is one of those that lie next to the pixel where the figure is alone: the one, and near rather than far,
    with which figure and background come closest to what is seen. Far from any, a pixel is what it looks like.
    """
    off = seen[at] - plate.colours[at]
    best = np.full(len(off), np.inf, np.float32)
    figure, alpha = seen[at].copy(), (np.abs(off).max(1) > ALIKE).astype(np.float32)
    for colours, steps in _candidates(seen, sure, at):
        whole = colours - plate.colours[at]
        part = np.clip((off * whole).sum(1) / np.maximum((whole * whole).sum(1), 1.0), 0, 1)
        miss = np.abs(off - part[:, None] * whole).max(1) + FAR * steps
        better = (steps > 0) & (miss < best)
        best[better], figure[better], alpha[better] = miss[better], colours[better], part[better]
    return figure, alpha, best


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
    near, tint = _grown(clear, BAND), _tint(seen, plate)
    if not tints or tint is None:
        return near
    return near | _grown(_grown(clear, REACH) & (tint > TINT), BAND)


def _solid(mask: np.ndarray) -> np.ndarray:
    """A mask without its specks: what is near a block of three by three pixels of it."""
    return mask & _grown(~_grown(~mask, 1), BAND)


def _swept(mask: np.ndarray, flood: np.ndarray) -> None:
    """Carries a flood from each row to the next, within the mask."""
    for row in range(1, len(mask)):
        np.logical_or(flood[row], flood[row - 1] & mask[row], out=flood[row])


def _tint(seen: np.ndarray, plate: Plate) -> np.ndarray | None:
    """How much the background's strong colours stand out, as a part of how much they do there; None before grey."""
    strong, weak, whole = _strongest(plate)
    return (seen[..., strong].min(2) - seen[..., weak].max(2)) / whole if whole > STRONG else None


def _without_spill(own: np.ndarray, figure: np.ndarray, plate: Plate) -> np.ndarray:
    """Edge colours no more tinted than the figure beside them: video smears colour over two pixels."""
    strong, weak, whole = _strongest(plate)
    if whole > STRONG:
        allowed = np.maximum(figure[:, strong].min(1) - figure[:, weak].max(1), -STRONG)
        most = own[:, weak].max(1) + np.maximum(allowed + LEAST, 0 if len(strong) > 1 else -STRONG)
        over = np.maximum(own[:, strong].min(1) - most, 0)
        own[:, strong] -= over[:, None]
    return own


def _strongest(plate: Plate) -> tuple[list[int], list[int], float]:
    """The background's strong colours (one, or two as in magenta), the others, and by how many levels they stand out."""
    middle = np.median(plate.colours[0], axis=0)
    low, mid, high = (int(channel) for channel in np.argsort(middle))
    one, two = float(middle[high] - middle[mid]), float(middle[mid] - middle[low])
    return ([high], [low, mid], one) if one >= two else ([high, mid], [low], two)


def _grown(mask: np.ndarray, pixels: int) -> np.ndarray:
    """A mask with all that lies within so many pixels of it, sideways, up and down."""
    wide = mask.copy()
    for step in range(1, pixels + 1):
        wide[:, step:] |= mask[:, :-step]
        wide[:, :-step] |= mask[:, step:]
    grown = wide.copy()
    for step in range(1, pixels + 1):
        grown[step:] |= wide[:-step]
        grown[:-step] |= wide[step:]
    return grown


def _tips(seen: np.ndarray, plate: Plate, sure: np.ndarray, band: np.ndarray) -> np.ndarray:
    """Points and strands of the figure thinner than the band: what nothing next to it explains as mixed.

    Before a strong colour it must be without its tint; before another, no neighbour may be farther from the background,
    and where there is noise, whose peaks look the same, there are none.
    """
    at = np.nonzero(band)
    unlike = np.zeros(band.shape, bool)
    unlike[at] = beside(seen, plate, sure, at)[2] > UNLIKE + NOISE * plate.noisy
    tint = _tint(seen, plate)
    if tint is not None:
        return unlike & (tint <= 0)
    if plate.noisy > NOISY:
        return np.zeros_like(unlike)
    off = np.abs(seen - plate.colours).max(2)
    highest = np.asarray(Image.fromarray(np.minimum(off, 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(3)))
    return unlike & (off >= highest - 1.0)


def _candidates(seen: np.ndarray, sure: np.ndarray, at: Places) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The first colour of the figure alone in each of eight directions, and how many steps away it is (0: none)."""
    height, width = sure.shape
    for down, right in ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)):
        steps, y, x = np.zeros(len(at[0]), np.int16), at[0].copy(), at[1].copy()
        left = np.arange(len(steps))
        for step in range(1, BAND + REACH + 1):
            y[left] = np.clip(y[left] + down, 0, height - 1)
            x[left] = np.clip(x[left] + right, 0, width - 1)
            found = sure[y[left], x[left]]
            steps[left[found]] = step
            left = left[~found]
        yield seen[y, x], steps


def _sharpened(alpha: np.ndarray, length: np.ndarray, noisy: float) -> np.ndarray:
    """Alpha in which what may be noise at either end counts as none or all; `length` is from background to figure."""
    noise = np.minimum(EITHER * noisy / np.maximum(length, 1.0), 0.2)
    return np.clip((alpha - noise) / (1 - 2 * noise), 0, 1)


def _unmixed(seen: np.ndarray, plate: np.ndarray, figure: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """The edge's own colour; where there is next to nothing of it, that of the figure beside it."""
    a = alpha[:, None]
    own = np.clip(plate + (seen - plate) / np.maximum(a, 0.02), 0, 255)
    trust = np.clip((a - 0.1) / 0.3, 0, 1)
    return own * trust + figure * (1 - trust)
