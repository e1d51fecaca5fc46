"""What must not be covered, where and when; and the places that are left free."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..base.clock import Span
from ..base.geometry import Box, Size

MARGIN = 12
"""Pixels that stay free around whatever must not be covered."""
CELL = 8
"""Pixels of the grid on which free places are looked for."""
type PixelBoxes = NDArray[np.float64]
"""Left, top, right, bottom in px, shape (n, 4)."""
type Times = NDArray[np.float64]
"""Start and end in seconds, shape (n, 2)."""
type Corners = NDArray[np.int_]
"""Left and top in px, shape (n, 2)."""
type OccupancyGrid = NDArray[np.int_]
"""A number for each cell of the frame's grid, shape (rows, columns)."""
ObstacleItem = tuple[Box, float, float]
"""A box (fraction of the frame) and the seconds from and until which it must stay visible."""
type Sight = tuple[str, Box, float, float]
"""The same, after what it is, in words."""


class PointedText(NamedTuple):
    """Where `words` are that an overlay is about, and the `line` of which they are a part."""

    words: Box
    line: Box


@dataclass(frozen=True)
class Obstacles:
    """What must not be covered in a frame of `frame` px: `boxes`, each for as long as its row of `times` says."""

    boxes: PixelBoxes
    times: Times
    frame: Size
    _sums: dict[tuple[Span, float], OccupancyGrid] = field(default_factory=dict, compare=False, repr=False)

    def summed(self, span: Span, margin: float) -> OccupancyGrid:
        """Return how many cells above and left of each corner of the grid are taken during `span`: one row and column more."""
        if (span, margin) not in self._sums:
            rows, columns = self.frame[1] // CELL + 1, self.frame[0] // CELL + 1
            taken = np.zeros((rows + 1, columns + 1), dtype=np.int_)
            taken[1:, 1:] = _occupied_cells(self, span, margin, rows, columns)
            self._sums[span, margin] = taken.cumsum(0).cumsum(1)
        return self._sums[span, margin]

    def __add__(self, other: "Obstacles") -> "Obstacles":
        """Return the obstacles of both."""
        return Obstacles(np.vstack([self.boxes, other.boxes]), np.vstack([self.times, other.times]), self.frame)


def gather_obstacles(items: Iterable[ObstacleItem], frame: Size) -> Obstacles:
    """Return the items as arrays; what lies outside the frame or lasts no time is left out."""
    w, h = frame
    rows = [(b.x * w, b.y * h, b.right * w, b.bottom * h, s, e) for b, s, e in items if e > s]
    table = np.array(rows, dtype=np.float64).reshape(-1, 6)
    seen = (table[:, 2] > 0) & (table[:, 3] > 0) & (table[:, 0] < w) & (table[:, 1] < h)
    return Obstacles(table[seen, :4], table[seen, 4:], frame)


def covered_spans(obstacles: Obstacles, box: Box, margin: float = MARGIN) -> tuple[Span, ...]:
    """Return the spans in which `box`, `margin` px larger all round, would cover something; merged and in order."""
    w, h = obstacles.frame
    left, top, right, bottom = box.x * w - margin, box.y * h - margin, box.right * w + margin, box.bottom * h + margin
    b = obstacles.boxes
    hit = (b[:, 0] < right) & (b[:, 2] > left) & (b[:, 1] < bottom) & (b[:, 3] > top)
    return merge_spans([(float(s), float(e)) for s, e in obstacles.times[hit]], 0.0)


def merge_spans(spans: Iterable[Span], gap: float) -> tuple[Span, ...]:
    """Return `spans` in order, those joined that overlap or lie at most `gap` apart."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1] + gap:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def free_places(obstacles: Obstacles, span: Span, size: Size, area: Box, margin: float = MARGIN) -> Corners:
    """Return the left top corners in `area` at which something of `size` px covers nothing during `span`."""
    w, h = obstacles.frame
    sums = obstacles.summed(span, margin)
    rows, columns = sums.shape[0] - 1, sums.shape[1] - 1
    tall, wide = -(-size[1] // CELL), -(-size[0] // CELL)
    if tall > rows or wide > columns:
        return np.zeros((0, 2), dtype=int)
    inside = sums[tall:, wide:] - sums[:-tall, wide:] - sums[tall:, :-wide] + sums[:-tall, :-wide]
    tops, lefts = np.nonzero(inside == 0)
    corners = np.stack([lefts, tops], axis=1) * CELL
    low = np.ceil([area.x * w, area.y * h])
    high = np.floor([area.right * w - size[0], area.bottom * h - size[1]])
    return corners[((corners >= low) & (corners <= high)).all(axis=1)]


def _occupied_cells(obstacles: Obstacles, span: Span, margin: float, rows: int, columns: int) -> OccupancyGrid:
    grid = np.zeros((rows, columns), dtype=np.int_)
    now = (obstacles.times[:, 0] < span[1]) & (obstacles.times[:, 1] > span[0])
    grown = obstacles.boxes[now] + np.array([-margin, -margin, margin, margin])
    cells = np.concatenate([np.floor(grown[:, :2] / CELL), np.ceil(grown[:, 2:] / CELL)], axis=1).clip(0).astype(int)
    for left, top, right, bottom in np.unique(cells, axis=0):
        grid[top:bottom, left:right] = 1
    return grid
