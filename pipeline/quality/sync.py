"""Does the picture change on the word? Measured on the rendered film, not on the plan."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from ..geometry import Box
from ..model import Frozen
from .frames import Look, Picture

REACH = 12
"""How many frames before and after a mark are searched for its change."""
BLOCK = 8
"""Side in px of the squares whose mean brightness is compared."""
VISIBLE = 10.0
"""A square that changes by more than this (of 255) is a change that a viewer can see; encoding noise is below 3."""
QUIET = 3
"""A change begins where so many frames before it showed none (the letters of typed text are one change)."""
LATE = 2
"""Frames by which a marked step may miss its word."""


class Cover(Frozen):
    """From frame `start` to `end` (exclusive) something else than the footage is seen in `box`."""

    start: int
    end: int
    box: Box


class Expected(Frozen):
    """A step whose effect must appear at `frame` of the film within `region`.

    What changes within a `cover` is not the footage's doing. While the view moves (`moving`, spans of frames), the
    whole picture changes, and nothing can be said.
    """

    scene: str
    line: int
    mark: str
    frame: int
    region: Box
    covers: tuple[Cover, ...] = ()
    moving: tuple[tuple[int, int], ...] = ()


class Met(Frozen):
    """By how many frames a step's first visible change was late (negative: early); None: no change was seen."""

    scene: str
    line: int
    mark: str
    late: int | None


def sync_look(expected: Sequence[Expected]) -> Look[np.ndarray]:
    """The frames around every mark, as mean brightness of squares."""
    frames = frozenset(n for step in expected for n in window(step.frame))
    return Look(frames, lambda number, picture: _squares(picture))


def judge_sync(expected: Sequence[Expected], seen: Mapping[int, np.ndarray]) -> tuple[Met, ...]:
    """For every expected change, how far from its frame the film first shows one."""
    return tuple(Met(scene=s.scene, line=s.line, mark=s.mark, late=_lateness(s, seen)) for s in expected)


def sync_findings(steps: Iterable[Met]) -> tuple[str, ...]:
    """What a viewer would notice."""
    return tuple(_said(step) for step in steps if step.late is None or abs(step.late) > LATE)


def window(frame: int) -> range:
    """The frames in which a change that is due at `frame` is looked for."""
    return range(max(0, frame - REACH), frame + REACH + 1)


def _said(step: Met) -> str:
    return f'script.md:{step.line}: the step at "{step.mark}" of scene "{step.scene}" {_how(step.late)}'


def _how(late: int | None) -> str:
    if late is None:
        return "is not seen"
    return f"shows {abs(late)} frames {'late' if late > 0 else 'early'}"


def _squares(picture: Picture) -> np.ndarray:
    """Mean brightness (0..255) of each BLOCK x BLOCK square: float16, shape (rows, columns)."""
    luma = picture.luma
    rows, columns = luma.shape[0] // BLOCK, luma.shape[1] // BLOCK
    squares = luma[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    sums = squares.sum(axis=3, dtype=np.uint16).sum(axis=1, dtype=np.uint16)
    return ((sums / BLOCK**2 - 16) * (255 / 219)).astype(np.float16)


def _lateness(step: Expected, seen: Mapping[int, np.ndarray]) -> int | None:
    """The beginning of a change that is nearest to the mark; of two equally near ones the earlier."""
    numbers = [n for n in window(step.frame) if n in seen]
    changed = {b for a, b in pairwise(numbers) if _changes(step, a, b, seen)}
    onsets = [n for n in changed if changed.isdisjoint(range(n - QUIET, n))]
    return min((n - step.frame for n in onsets), key=lambda late: (abs(late), late), default=None)


def _changes(step: Expected, one: int, other: int, seen: Mapping[int, np.ndarray]) -> bool:
    if any(start < other and one < end for start, end in step.moving):
        return False
    before, after = seen[one], seen[other]
    covers = [cover.box for cover in step.covers if cover.start <= other and one < cover.end]
    mask = _mask(step.region, covers, before.shape)
    return bool((np.abs(after[mask].astype(np.float32) - before[mask]) > VISIBLE).any())


def _mask(region: Box, covers: Iterable[Box], shape: tuple[int, int]) -> np.ndarray:
    """True for the squares that lie wholly in `region` and touch none of `covers`."""
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
