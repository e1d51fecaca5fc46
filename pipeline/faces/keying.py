"""The built-in key: cuts a figure out of a plain background, with the edge that it really has.

At an edge the picture is `a·F + (1 - a)·B`. The background B is known (plate.py), and the figure's own colour F is taken from
nearby pixels that are surely opaque. The alpha a is then the projection of the picture onto the line from B to F, and the
edge's colour is what remains without B. (After Smith and Blinn, Blue Screen Matting, 1996.)
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from ..base.arrays import AnyImage, Mask, RgbaImage
from .plate import Plate

type Holes = Literal["clear", "kept"]
"""Whether the background's colour is removed everywhere (a chroma key), or only where it is connected to the edge."""

BAND = 3
"""Pixels around the background in which the figure may be mixed with it: antialiasing, and chroma at half resolution."""
REACH = 12
"""Pixels around it in which pixels tinted by a strong background count as mixed: soft hair."""
TINT = 0.08
"""The fraction of the background's own tint from which a pixel is tinted."""
STRONG = 30.0
"""Levels by which one channel of a background must exceed the others for it to tint anything."""
LEAST = 1.5
"""Levels by which a clean background may vary."""
NOISE = 4.0
"""Sigmas by which a noisy background may vary."""
ALIKE = 10.0
"""Levels within which a pixel is not surely the figure: video rings, and backgrounds are not quite even."""
NOISY = 1.0
"""Levels (one sigma) of noise from which single pixels that differ from the background are noise, not hair."""
EITHER = 2.5
"""Sigmas by which alpha may be off at either end."""
FAR = 0.25
"""Levels by which a colour one pixel farther away must fit better."""
UNLIKE = 6.0
"""Levels by which a pixel must differ from every mix of its neighbours to count as one of the figure's own."""

type Places = tuple[NDArray[np.intp], ...]
"""Pixels by row and column."""

type Levels = NDArray[np.float32]
"""Colours (…, 3), or one channel of them, in levels 0..255; also alpha, 0..1."""


def key_frame(pixels: AnyImage, plate: Plate, holes: Holes) -> RgbaImage:
    """Return a picture with straight alpha, without the background `plate`."""
    seen = pixels[..., :3].astype(np.float32)
    off = seen - plate.colours
    clear = np.abs(off).max(2) <= max(LEAST, NOISE * plate.noisy)
    if plate.noisy > NOISY:
        clear |= ~_solid(~clear)
    alike = clear | (np.abs(off).max(2) <= ALIKE)
    if holes == "kept":
        alike = reaching_edges(alike)
        clear &= alike
    band = (mixed_pixels(seen, clear, plate, tints=holes == "clear") | alike) & ~clear
    sure = ~(clear | band)
    sure |= _tips(seen, plate, sure, band)
    at = np.nonzero(band & ~sure)
    figure, part, _ = unmix_edges(seen, plate, sure, at)
    alpha, colours = sure.astype(np.float32), seen.copy()
    alpha[at] = _sharpened(part, np.linalg.norm(figure - plate.colours[at], axis=1), plate.noisy)
    colours[at] = _without_spill(_unmixed(seen[at], plate.colours[at], figure, alpha[at]), figure, plate)
    colours[clear] = 0
    return np.dstack([np.clip(colours + 0.5, 0, 255), alpha * 255 + 0.5]).astype(np.uint8)


def unmix_edges(seen: Levels, plate: Plate, sure: Mask, at: Places) -> tuple[Levels, Levels, Levels]:
    """Return the figure's own colour at the mixed pixels `at`, their alpha, and the levels by which that mix is wrong.

    The colour is that of a nearby pixel where the figure is opaque: the one that, mixed with the background, comes closest
    to what is seen; nearer ones are preferred. A pixel far from any such pixel keeps its colour.
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


def reaching_edges(clear: Mask) -> Mask:
    """Return the part of a mask that is connected to the upper edge or the sides."""
    reached = np.zeros_like(clear)
    reached[0], reached[:, 0], reached[:, -1] = clear[0], clear[:, 0], clear[:, -1]
    before = -1
    while before != (now := int(reached.sum())):
        before = now
        for mask, flood in (
            (clear, reached),
            (clear[::-1], reached[::-1]),
            (clear.T, reached.T),
            (clear.T[::-1], reached.T[::-1]),
        ):
            _flood_rows(mask, flood)
    return reached


def mixed_pixels(seen: Levels, clear: Mask, plate: Plate, tints: bool) -> Mask:
    """Return where the figure may be mixed with the background."""
    near, tint = _grown(clear, BAND), _tint(seen, plate)
    if not tints or tint is None:
        return near
    return near | _grown(_grown(clear, REACH) & (tint > TINT), BAND)


def _solid(mask: Mask) -> Mask:
    """Return a mask without its specks: what is near a block of three by three pixels of it."""
    return mask & _grown(~_grown(~mask, 1), BAND)


def _flood_rows(mask: Mask, flood: Mask) -> None:
    """Carry a flood from each row to the next, within the mask."""
    for row in range(1, len(mask)):
        np.logical_or(flood[row], flood[row - 1] & mask[row], out=flood[row])


def _tint(seen: Levels, plate: Plate) -> Levels | None:
    """Return the tint of every pixel, as a fraction of the background's own; None if that is grey."""
    strong, weak, whole = _strongest(plate)
    return (seen[..., strong].min(2) - seen[..., weak].max(2)) / whole if whole > STRONG else None


def _without_spill(own: Levels, figure: Levels, plate: Plate) -> Levels:
    """Return edge colours no more tinted than the figure beside them: video smears chroma over two pixels."""
    strong, weak, whole = _strongest(plate)
    if whole > STRONG:
        allowed = np.maximum(figure[:, strong].min(1) - figure[:, weak].max(1), -STRONG)
        most = own[:, weak].max(1) + np.maximum(allowed + LEAST, 0 if len(strong) > 1 else -STRONG)
        over = np.maximum(own[:, strong].min(1) - most, 0)
        own[:, strong] -= over[:, None]
    return own


def _strongest(plate: Plate) -> tuple[list[int], list[int], float]:
    """Return the background's strong channels (one, or two as in magenta), the others, and the levels between them."""
    middle = np.median(plate.colours[0], axis=0)
    low, mid, high = (int(channel) for channel in np.argsort(middle))
    one, two = float(middle[high] - middle[mid]), float(middle[mid] - middle[low])
    return ([high], [low, mid], one) if one >= two else ([high, mid], [low], two)


def _grown(mask: Mask, pixels: int) -> Mask:
    """Return a mask grown by so many pixels, sideways, up and down."""
    wide = mask.copy()
    for step in range(1, pixels + 1):
        wide[:, step:] |= mask[:, :-step]
        wide[:, :-step] |= mask[:, step:]
    grown = wide.copy()
    for step in range(1, pixels + 1):
        grown[step:] |= wide[:-step]
        grown[:-step] |= wide[step:]
    return grown


def _tips(seen: Levels, plate: Plate, sure: Mask, band: Mask) -> Mask:
    """Return points and strands of the figure that are thinner than the band: no mix of their neighbours explains them.

    On a strong background they must be without its tint; on another one no neighbour may differ more from it. There are
    none in noise, whose peaks look the same.
    """
    at = np.nonzero(band)
    unlike = np.zeros(band.shape, bool)
    unlike[at] = unmix_edges(seen, plate, sure, at)[2] > UNLIKE + NOISE * plate.noisy
    tint = _tint(seen, plate)
    if tint is not None:
        return unlike & (tint <= 0)
    if plate.noisy > NOISY:
        return np.zeros_like(unlike)
    off = np.abs(seen - plate.colours).max(2)
    highest = np.asarray(Image.fromarray(np.minimum(off, 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(3)))
    return unlike & (off >= highest - 1.0)


def _candidates(seen: Levels, sure: Mask, at: Places) -> Iterator[tuple[Levels, NDArray[np.int16]]]:
    """Yield the first opaque colour in each of eight directions, and how many steps away it is (0: none)."""
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


def _sharpened(alpha: Levels, length: Levels, noisy: float) -> Levels:
    """Return alpha without noise at either end; `length` is the distance from background to figure, in levels."""
    noise = np.minimum(EITHER * noisy / np.maximum(length, 1.0), 0.2)
    sharpened: Levels = np.clip((alpha - noise) / (1 - 2 * noise), 0, 1)
    return sharpened


def _unmixed(seen: Levels, plate: Levels, figure: Levels, alpha: Levels) -> Levels:
    """Return the edge's own colour, or that of the figure beside it where it is too faint."""
    a = alpha[:, None]
    own: Levels = np.clip(plate + (seen - plate) / np.maximum(a, 0.02), 0, 255)
    trust: Levels = np.clip((a - 0.1) / 0.3, 0, 1)
    return own * trust + figure * (1 - trust)
