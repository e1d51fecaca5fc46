"""Finds where a picture is busy: on screens that give only pixels, nothing is then put over what can be read."""

from collections.abc import Iterable

import numpy as np

from ...base.geometry import Box, Size, box_of_pixels
from ..take import TextBox, VisibleText

CELLS = (16, 32, 64)
"""Sides of the grid's cells in px: the finest one that gives at most `MAX_BOXES` rectangles is taken."""
MAX_BOXES = 120
EDGE = 24
"""Difference of luma (levels) between neighbours from which there is an edge."""
BUSY_SHARE = 0.06
"""Share of a cell's pixels that are edges from which it is busy: a line of a table is not, small grey text is."""
PLACEHOLDER_TEXT = "▒"
"""The text of a box whose text nobody knows."""
SAMPLE_SECONDS = 0.25
"""Seconds between two samples of pictures that move."""


def busy_timeline(pictures: Iterable[tuple[float, np.ndarray]]) -> tuple[VisibleText, ...]:
    """Return where pictures (with the seconds from which they are seen) are busy, an entry for each change.

    A picture that is seen for less than `SAMPLE_SECONDS` is joined with the one after it.
    """
    entries: list[VisibleText] = []
    for time, picture in pictures:
        boxes = busy_boxes(picture)
        if entries and time - entries[-1].time < SAMPLE_SECONDS:
            entries[-1] = entries[-1].model_copy(update={"boxes": tuple(dict.fromkeys([*entries[-1].boxes, *boxes]))})
        elif not entries or entries[-1].boxes != boxes:
            entries.append(VisibleText(time=time, boxes=boxes))
    return tuple(entries)


def busy_boxes(picture: np.ndarray) -> tuple[TextBox, ...]:
    """Return rectangles, few and large, that cover every busy place of an RGB picture (uint8)."""
    size = picture.shape[1], picture.shape[0]
    edges = _edges(picture)
    for cell in CELLS:
        boxes = _boxes(_busy_cells(edges, cell), cell, size)
        if len(boxes) <= MAX_BOXES:
            break
    return tuple(TextBox(text=PLACEHOLDER_TEXT, box=box) for box in boxes)


def _edges(picture: np.ndarray) -> np.ndarray:
    levels = luma(picture)
    edges = np.zeros(levels.shape, dtype=bool)
    edges[:, 1:] |= np.abs(levels[:, 1:] - levels[:, :-1]) > EDGE
    edges[1:] |= np.abs(levels[1:] - levels[:-1]) > EDGE
    return edges


def _busy_cells(edges: np.ndarray, cell: int) -> np.ndarray:
    """Return for each cell of the grid whether it is busy (bool, rows x columns; the last ones may be cut)."""
    high, wide = edges.shape
    rows, columns = -(-high // cell), -(-wide // cell)
    whole = np.zeros((rows * cell, columns * cell), dtype=bool)
    whole[:high, :wide] = edges
    return whole.reshape(rows, cell, columns, cell).sum(axis=(1, 3), dtype=np.int32) > BUSY_SHARE * cell * cell


def luma(picture: np.ndarray) -> np.ndarray:
    """Return the luma of Rec. 601 as whole numbers (int16)."""
    red, green, blue = (picture[..., c].astype(np.uint16) for c in range(3))
    return ((red * 77 + green * 150 + blue * 29) >> 8).astype(np.int16)


def _boxes(busy: np.ndarray, cell: int, size: Size) -> list[Box]:
    """Join runs of busy cells in a row (over holes of one cell) with equal runs of the rows below, and return their boxes."""
    open_: dict[tuple[int, int], int] = {}
    boxes = []
    for row in range(busy.shape[0] + 1):
        runs = set(_runs(busy[row])) if row < busy.shape[0] else set()
        for run in [r for r in open_ if r not in runs]:
            boxes.append(_box(run, open_.pop(run), row, cell, size))
        for run in sorted(runs):
            open_.setdefault(run, row)
    return sorted(boxes, key=lambda box: (box.y, box.x))


def _runs(cells: np.ndarray) -> list[tuple[int, int]]:
    closed = cells.copy()
    closed[1:-1] |= cells[:-2] & cells[2:]
    steps = np.diff(np.concatenate(([0], closed.astype(np.int8), [0])))
    return [(int(a), int(b)) for a, b in zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True)]


def _box(run: tuple[int, int], top: int, bottom: int, cell: int, size: Size) -> Box:
    left, right = run[0] * cell, min(run[1] * cell, size[0])
    return box_of_pixels(left, top * cell, right - left, min(bottom * cell, size[1]) - top * cell, size)
