"""Tells a picture in which a program or a page has drawn something from one that is still black, white or empty."""

from collections.abc import Iterable

import numpy as np

from .edges import EDGE, luma

_LINE = 32
"""Pixels of an edge from which it is a straight line: those of frames and empty fields, and of no letter."""
_MARKS = 170
"""Pixels of other edges from which something is drawn: a prompt has them, the round corners of an empty window have not."""
_STEP = 8
"""Pixels between two that are compared as colours."""
_COLOURS = 32
"""Different colours from which something is drawn that has no edges: a photograph, a gradient."""
BLANK_SECONDS = 1.5
"""Seconds without anything drawn from which a viewer wonders."""


def is_painted(picture: np.ndarray) -> bool:
    """Return whether anything is drawn in an RGB picture (uint8): more than one colour, and the straight lines of a frame."""
    levels = luma(picture)
    marks = sum(_marks(np.abs(np.diff(lines, axis=1)) > EDGE) for lines in (levels, levels.T))
    return marks >= _MARKS or _colours(picture) >= _COLOURS


def blank_spans(pictures: Iterable[tuple[float, float, np.ndarray]]) -> tuple[tuple[float, float], ...]:
    """Return where pictures (each with the seconds from which and until which it is seen) are blank for `BLANK_SECONDS` or longer.

    They come in order. A picture that is seen for a moment only is not looked at.
    """
    spans: list[tuple[float, float]] = []
    for start, end, picture in pictures:
        if spans and spans[-1][1] == start and end - start < _MOMENT:
            spans[-1] = (spans[-1][0], end)
        elif end - start >= _MOMENT and not is_painted(picture):
            spans[-1:] = [(spans[-1][0], end)] if spans and spans[-1][1] == start else [*spans[-1:], (start, end)]
    return tuple(span for span in spans if span[1] - span[0] >= BLANK_SECONDS)


_MOMENT = 0.2
"""Seconds for which a picture is seen at least that is looked at."""


def _marks(edges: np.ndarray) -> int:
    """Return how many pixels are edges (between columns) that are no part of a line of `_LINE` rows or more."""
    rows = np.flatnonzero(edges.any(axis=1))
    if not len(rows):
        return 0
    edges = edges[rows[0] : rows[-1] + 1, edges.any(axis=0)]
    ends = np.diff(np.pad(edges, ((1, 1), (0, 0))).astype(np.int8), axis=0).T
    lengths = np.nonzero(ends == -1)[1] - np.nonzero(ends == 1)[1]
    return int(lengths[lengths < _LINE].sum())


def _colours(picture: np.ndarray) -> int:
    few = (picture[_STEP // 2 :: _STEP, _STEP // 2 :: _STEP] >> 3).astype(np.uint32)
    return len(np.unique(few[..., 0] << 10 | few[..., 1] << 5 | few[..., 2]))
