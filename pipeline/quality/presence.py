"""Check that narrators are seen where the plan has them: the film's own pixels against those of their clips."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import AnyImage
from ..base.errors import FilmFinding
from ..base.frozen import Frozen
from ..base.geometry import Box
from .frames import DecodedFrame, FrameProbe, probe_each

CELLS = 16
"""A narrator's box is compared in so many columns and rows."""
OPAQUE = 250
"""Alpha (of 255) from which nothing shines through."""
FEWEST = 3
"""Cells of which a narrator fills at least so many wholly."""
UNLIKE = 30.0
"""Mean difference (of 255) from which on what is seen is not the narrator; encoding and a shadow change less than 8."""

type CellLuma = NDArray[np.float32]
"""Mean luma (0..255) of each cell: shape (CELLS, CELLS)."""


class NarratorLook(Frozen):
    """What a narrator looks like at `frame` of the film, in `box`.

    `luma` is the mean luma (0..255) of each cell of the box, row by row; None where the clip isn't wholly opaque.
    """

    scene: str
    character: str
    frame: int
    box: Box
    luma: tuple[int | None, ...]


class NarratorPresence(Frozen):
    """By how much (mean, of 255) the film differs from a narrator at `frame`; None: the clip or the film shows nothing there."""

    scene: str
    character: str
    frame: int
    difference: float | None


def look_of(picture: AnyImage, mirrored: bool = False) -> tuple[int | None, ...]:
    """Return the mean luma of the cells of a clip's picture (RGB, or RGBA with straight alpha)."""
    pixels = picture[:, ::-1] if mirrored else picture
    luma = _cells(pixels[..., :3].astype(np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32))
    solid = _cells((pixels[..., 3] >= OPAQUE).astype(np.float32)) if pixels.shape[2] == 4 else np.ones_like(luma)
    shown = zip(luma.ravel(), solid.ravel(), strict=True)
    return tuple(round(float(value)) if whole > 0.999 else None for value, whole in shown)


def presence_probe(looks: Sequence[NarratorLook]) -> FrameProbe[dict[int, CellLuma]]:
    """Return the probe that measures the cells of every narrator's box, by the look's index."""
    return probe_each([(look.frame,) for look in looks], lambda i, picture: _film_cells(picture, looks[i].box))


def judge_presence(
    looks: Sequence[NarratorLook], seen: Mapping[int, Mapping[int, CellLuma]]
) -> tuple[NarratorPresence, ...]:
    """Compare what the film shows with every look."""
    return tuple(
        NarratorPresence(
            scene=look.scene,
            character=look.character,
            frame=look.frame,
            difference=_difference(look.luma, seen[look.frame][index]) if look.frame in seen else None,
        )
        for index, look in enumerate(looks)
    )


def presence_findings(found: Iterable[NarratorPresence], fps: int) -> tuple[FilmFinding, ...]:
    """Return which narrators a viewer would miss."""
    return tuple(
        FilmFinding(
            f'scene "{one.scene}", {one.frame / fps:.1f} s: {one.character} is on screen by plan, and is not seen in the film',
            at=one.frame / fps,
        )
        for one in found
        if one.difference is None or one.difference > UNLIKE
    )


def _difference(luma: Sequence[int | None], seen: CellLuma) -> float | None:
    pairs = [(value, float(other)) for value, other in zip(luma, seen.ravel(), strict=True) if value is not None]
    if len(pairs) < FEWEST:
        return None
    return round(float(np.mean([abs(value - other) for value, other in pairs])), 1)


def _film_cells(picture: DecodedFrame, box: Box) -> CellLuma:
    left, top, right, bottom = box.pixels(picture.size)
    height, width = picture.luma.shape
    inside = picture.luma[max(top, 0) : min(bottom, height), max(left, 0) : min(right, width)].astype(np.float32)
    return _cells((inside - 16) * (255 / 219))


def _cells(pixels: NDArray[np.float32]) -> CellLuma:
    """Return the mean of each cell of a picture of at least CELLS x CELLS px."""
    rows, columns = (np.linspace(0, side, CELLS + 1).astype(int)[:-1] for side in pixels.shape)
    sums = np.add.reduceat(np.add.reduceat(pixels, rows, axis=0), columns, axis=1)
    counts = np.outer(*(np.diff([*starts, side]) for starts, side in zip((rows, columns), pixels.shape, strict=True)))
    return (sums / counts).astype(np.float32)
