"""Where something that a person drags in the preview snaps to: lines of the frame, and places in which it hides nothing."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from ..base.geometry import Box, Size
from .obstacles import CELL, Corners, ObstacleItem, OccupancyGrid, free_places, gather_obstacles

REACH = 0.012
"""How near, in fractions of the frame's width, a line has to be to be snapped to."""
FREE_REACH = 0.04
"""The same for a place in which nothing is hidden."""


class Guide(NamedTuple):
    """A line of the frame that was snapped to: `across` at an x, else at a y (fractions of the frame)."""

    across: bool
    at: float


class Snapped(NamedTuple):
    """Where a box goes, along which lines, and whether it went to a free place."""

    box: Box
    guides: tuple[Guide, ...] = ()
    to_free: bool = False


def frame_lines(margin: float) -> tuple[float, ...]:
    """Return the lines of a frame, across or down: its edges and middle, its margins and thirds."""
    return 0.0, margin, 1 / 3, 0.5, 2 / 3, 1 - margin, 1.0


def snapped(box: Box, margin: float, aspect: float, free: Iterable[tuple[float, float]] = ()) -> Snapped:
    """Return where `box` snaps to: a free place that is near, else lines that are near its edges or middle.

    `free` are left top corners at which it hides nothing; if it is at one of them, it stays there. `aspect` is the frame's width
    by its height.
    """
    corners = np.array([*free], dtype=np.float64).reshape(-1, 2)
    distances = np.hypot(corners[:, 0] - box.x, (corners[:, 1] - box.y) / aspect)
    nearest = int(np.argmin(distances)) if len(distances) else -1
    along = _along_lines(box, margin, aspect)
    if nearest < 0 or distances[nearest] > FREE_REACH or distances[nearest] < REACH:
        return along
    x, y = corners[nearest]
    return Snapped(box.model_copy(update={"x": float(x), "y": float(y)}), to_free=True)


def _along_lines(box: Box, margin: float, aspect: float) -> Snapped:
    lines = frame_lines(margin)
    across = _nearest((box.x, box.x + box.w / 2, box.right), lines, REACH)
    down = _nearest((box.y, box.y + box.h / 2, box.bottom), lines, REACH * aspect)
    guides = [Guide(True, across[1])] if across else []
    guides += [Guide(False, down[1])] if down else []
    moved = {"x": box.x + (across[0] if across else 0.0), "y": box.y + (down[0] if down else 0.0)}
    return Snapped(box.model_copy(update=moved), tuple(guides))


def _nearest(points: Iterable[float], lines: Iterable[float], reach: float) -> tuple[float, float] | None:
    """Return by how much to move for the point that is nearest to a line, and that line; None if none is near."""
    found = min(((line - point, line) for point in points for line in lines), key=lambda pair: abs(pair[0]))
    return found if abs(found[0]) <= reach else None


class FreeRoom(NamedTuple):
    """Where something of a size hides nothing: left top corners in px, and the cells of `CELL` px that it could be over."""

    corners: Corners
    cells: OccupancyGrid

    def fractions(self, frame: Size) -> Iterator[tuple[float, float]]:
        """Yield the corners in fractions of the frame."""
        yield from ((float(x) / frame[0], float(y) / frame[1]) for x, y in self.corners)


def free_room(items: Iterable[ObstacleItem], span: tuple[float, float], box: Box, area: Box, frame: Size) -> FreeRoom:
    """Return where something as large as `box` hides none of `items` during `span`, inside `area`, as the solver finds places."""
    size = max(1, round(box.w * frame[0])), max(1, round(box.h * frame[1]))
    corners = free_places(gather_obstacles(items, frame), span, size, area)
    rows, columns = frame[1] // CELL + 1, frame[0] // CELL + 1
    marks = np.zeros((rows + 1, columns + 1), dtype=np.int_)
    wide, tall = -(-size[0] // CELL), -(-size[1] // CELL)
    for across, down, sign in ((0, 0, 1), (wide, 0, -1), (0, tall, -1), (wide, tall, 1)):
        at = corners // CELL + (across, down)
        np.add.at(marks, (at[:, 1].clip(0, rows), at[:, 0].clip(0, columns)), sign)
    return FreeRoom(corners, (marks.cumsum(0).cumsum(1)[:-1, :-1] > 0).astype(np.int_))
