"""Check that the picture changes on the word, in the rendered film and not in the plan."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Mask
from ..base.errors import FilmFinding
from ..base.frozen import Frozen
from ..base.geometry import Box
from .frames import DecodedFrame, FrameProbe

REACH = 12
"""Frames before and after a mark in which its change is searched for."""
BLOCK = 8
"""Side in px of the squares whose mean brightness is compared."""
VISIBLE = 10.0
"""A square that changes by more than this (of 255) is a change that a viewer can see; encoding noise is below 3."""
QUIET = 3
"""Frames without a change in a place before one begins there (the letters of a typed line are one change)."""
MORE = 2
"""How many times as many squares of a row as have just changed begin a change, too: a prompt where a caret has just been put."""
LATE = 2
"""Frames by which a marked step may miss its word."""


type Squares = NDArray[np.float16]
"""Mean brightness (0..255) of each BLOCK x BLOCK square of a frame: shape (rows, columns)."""
type RowCounts = Mapping[int, int]
"""How many squares of a row have changed, by the row; only of rows in which some have."""


class CoveredArea(Frozen):
    """From frame `start` to `end` (exclusive), something other than the footage is visible in `box`."""

    start: int
    end: int
    box: Box


class ExpectedStep(Frozen):
    """A step whose effect must appear at `frame` of the film within `region`.

    A change within one of `covers` doesn't come from the footage. While the view moves (`moving`, spans of frames), the
    whole picture changes, so nothing can be measured.
    """

    scene: str
    line: int
    mark: str
    frame: int
    region: Box
    covers: tuple[CoveredArea, ...] = ()
    moving: tuple[tuple[int, int], ...] = ()


class SyncResult(Frozen):
    """By how many frames a step's first visible change was late (negative: early); None: there was no change."""

    scene: str
    line: int
    mark: str
    late: int | None


def sync_probe(expected: Sequence[ExpectedStep]) -> FrameProbe[Squares]:
    """Return the probe that measures the brightness of squares in the frames around every mark."""
    frames = frozenset(n for step in expected for n in search_window(step.frame))
    return FrameProbe(frames, lambda number, picture: _squares(picture))


def judge_sync(expected: Sequence[ExpectedStep], seen: Mapping[int, Squares], lag: int = 0) -> tuple[SyncResult, ...]:
    """Measure for every expected change how far from its frame the film first shows one.

    A picture changes often, so of several changes that one is a step's which is nearest to the `lag` of the whole picture
    (frames, if it is known by other means), or else to the lateness that most steps share.
    """
    begins = [_beginnings(step, seen) for step in expected]
    shared = lag or _shared(begins)
    return tuple(
        SyncResult(scene=step.scene, line=step.line, mark=step.mark, late=_nearest(found, shared))
        for step, found in zip(expected, begins, strict=True)
    )


def sync_findings(steps: Iterable[SyncResult]) -> tuple[FilmFinding, ...]:
    """Return what a viewer would notice."""
    return tuple(_sync_finding(step) for step in steps if step.late is None or abs(step.late) > LATE)


def search_window(frame: int) -> range:
    """Return the frames in which a change that is due at `frame` is searched for."""
    return range(max(0, frame - REACH), frame + REACH + 1)


def _sync_finding(step: SyncResult) -> FilmFinding:
    return FilmFinding(f'the step at "{step.mark}" of scene "{step.scene}" {_lateness_clause(step.late)}', step.line)


def _lateness_clause(late: int | None) -> str:
    if late is None:
        return "is not seen"
    return f"shows {abs(late)} frames {'late' if late > 0 else 'early'}"


def _squares(picture: DecodedFrame) -> Squares:
    luma = picture.luma
    rows, columns = luma.shape[0] // BLOCK, luma.shape[1] // BLOCK
    squares = luma[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    sums = squares.sum(axis=3, dtype=np.uint16).sum(axis=1, dtype=np.uint16)
    return ((sums / BLOCK**2 - 16) * (255 / 219)).astype(np.float16)


def _beginnings(step: ExpectedStep, seen: Mapping[int, Squares]) -> tuple[int, ...]:
    """Return by how many frames each change that begins around a step is late."""
    numbers = [n for n in search_window(step.frame) if n in seen]
    changed = {other: _changed_squares(step, one, other, seen) for one, other in pairwise(numbers)}
    return tuple(n - step.frame for n in changed if _begins(n, changed))


def _nearest(found: Iterable[int], shared: int) -> int | None:
    """Return the lateness that is nearest to the one that the steps share.

    Of two equally near ones it is the later: what comes before a step's effect is often its preparation, like a caret that is
    put where something is written then.
    """
    return min(found, key=lambda late: (abs(late - shared), -late), default=None)


def _shared(found: Sequence[Sequence[int]]) -> int:
    """Return by how many frames several steps are late where none is in time, else 0."""

    def share(lag: int, most: int) -> int:
        return sum(any(abs(late - lag) <= most for late in one) for one in found)

    best = max(range(-REACH, REACH + 1), key=lambda lag: (share(lag, 1), -abs(lag)))
    return best if share(best, 1) > 1 and not share(0, LATE) else 0


def _begins(frame: int, changed: Mapping[int, RowCounts]) -> bool:
    """Return whether something changes in rows of squares in and beside which nothing, or far less, has just changed."""
    before = [changed.get(n, {}) for n in range(frame - QUIET, frame)]

    def just_changed(row: int) -> int:
        return max((counts.get(near, 0) for counts in before for near in (row - 1, row, row + 1)), default=0)

    return any(count >= MORE * just_changed(row) for row, count in changed[frame].items())


def _changed_squares(step: ExpectedStep, one: int, other: int, seen: Mapping[int, Squares]) -> RowCounts:
    """Return how many squares of each row differ visibly between two frames, as far as the step's footage is seen in them."""
    if any(start < other and one < end for start, end in step.moving):
        return {}
    before, after = seen[one], seen[other]
    covers = [cover.box for cover in step.covers if cover.start <= other and one < cover.end]
    differs = np.abs(after.astype(np.float32) - before) > VISIBLE
    counts = (differs & _mask(step.region, covers, before.shape)).sum(axis=1)
    return {int(row): int(counts[row]) for row in np.flatnonzero(counts)}


def _mask(region: Box, covers: Iterable[Box], shape: tuple[int, ...]) -> Mask:
    """Return which squares are wholly in `region` and touch none of `covers`."""
    rows, columns = shape
    mask = np.zeros(shape, bool)
    mask[_span(region.y, region.bottom, rows), _span(region.x, region.right, columns)] = True
    for box in covers:
        mask[_span(box.y, box.bottom, rows, out=True), _span(box.x, box.right, columns, out=True)] = False
    return mask


def _span(start: float, end: float, count: int, out: bool = False) -> slice:
    grow = 1 if out else 0
    first = int(start * count) - grow if out else int(np.ceil(start * count))
    last = int(np.ceil(end * count)) + grow if out else int(end * count)
    return slice(max(0, min(count, first)), max(0, min(count, last)))
