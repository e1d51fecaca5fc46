"""Does the picture change on the word? Measured on the rendered film, not on the plan."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from ..geometry import Box
from ..model import Frozen
from .frames import frames_at

REACH = 12
"""How many frames before and after a mark are searched for its change."""
BLOCK = 8
"""Side in px of the squares whose mean brightness is compared."""
VISIBLE = 10.0
"""A square that changes by more than this (of 255) is a change that a viewer can see; encoding noise is below 3."""

QUIET = 3
"""A change begins where so many frames before it showed none (the letters of typed text are one change)."""


class Expected(Frozen):
    """A step whose effect must appear at `frame` of the film within `region`, but not within `ignored`."""

    scene: str
    line: int
    mark: str
    frame: int
    region: Box
    ignored: tuple[Box, ...] = ()


class Met(Frozen):
    """By how many frames a step's first visible change was late (negative: early); None: no change was seen."""

    scene: str
    line: int
    mark: str
    late: int | None


def measure_sync(film: Path, expected: Sequence[Expected]) -> tuple[Met, ...]:
    """For every expected change, how far from its frame the film first shows one."""
    wanted = {n for step in expected for n in _window(step.frame)}
    pictures = {number: _blocks(picture) for number, picture in frames_at(film, wanted)}
    return tuple(Met(scene=s.scene, line=s.line, mark=s.mark, late=_lateness(s, pictures)) for s in expected)


def _window(frame: int) -> range:
    return range(max(0, frame - REACH), frame + REACH + 1)


def _blocks(picture: np.ndarray) -> np.ndarray:
    """Mean brightness of each BLOCK x BLOCK square: float32, shape (rows, columns)."""
    rows, columns = picture.shape[0] // BLOCK, picture.shape[1] // BLOCK
    squares = picture[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    return squares.mean(axis=(1, 3), dtype=np.float32)


def _lateness(step: Expected, pictures: dict[int, np.ndarray]) -> int | None:
    numbers = [n for n in _window(step.frame) if n in pictures]
    seen = _mask(step.region, step.ignored, pictures[numbers[0]].shape)
    changed = [n for a, n in zip(numbers, numbers[1:], strict=False) if _differs(pictures[a], pictures[n], seen)]
    onsets = [n for n in changed if not any(n - QUIET <= other < n for other in changed)]
    return min((n - step.frame for n in onsets), key=lambda late: (abs(late), late), default=None)


def _differs(before: np.ndarray, after: np.ndarray, seen: np.ndarray) -> bool:
    return bool((np.abs(after - before)[seen] > VISIBLE).any())


def _mask(region: Box, ignored: Iterable[Box], shape: tuple[int, int]) -> np.ndarray:
    """True for the squares that lie wholly in `region` and touch none of `ignored`."""
    rows, columns = shape
    mask = np.zeros(shape, bool)
    mask[_span(region.y, region.bottom, rows), _span(region.x, region.right, columns)] = True
    for box in ignored:
        mask[_span(box.y, box.bottom, rows, out=True), _span(box.x, box.right, columns, out=True)] = False
    return mask


def _span(start: float, end: float, count: int, out: bool = False) -> slice:
    grow = 1 if out else 0
    first = int(start * count) - grow if out else int(np.ceil(start * count))
    last = int(np.ceil(end * count)) + grow if out else int(end * count)
    return slice(max(0, first), max(0, min(count, last)))
