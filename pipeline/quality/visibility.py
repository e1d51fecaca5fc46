"""What hides what in a scene while its strips are moved: a map of where and when, and the same in words.

`occlusion` asks the same of a finished plan, moment by moment; this answers fast enough for a strip that is being dragged.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..base.geometry import Box

TOUCH = 1 / 1920
"""Boxes that share less than a pixel's width do not hide each other."""
COLUMNS, ROWS = 96, 54
"""Cells of the map: 20 px wide and high in a frame of 1920 x 1080 px."""
MOMENTS = 400
"""A scene is looked at so often at the most, at the same distances; a short one in each frame."""
type Shares = NDArray[np.float64]
"""A share (0..1) for each cell of the frame, the top row first, shape (ROWS, COLUMNS)."""


class SightSpan(NamedTuple):
    """Something that has to be seen: `what` in words, its edges in fractions of the frame, and frames of its scene (`end` exclusive)."""

    what: str
    left: float
    top: float
    right: float
    bottom: float
    start: int
    end: int


class Cover(NamedTuple):
    """Something that lies over the footage in `box` from one frame of the scene until another (exclusive); `id` is a strip's."""

    id: str
    box: Box
    start: int
    end: int


class HiddenSight(NamedTuple):
    """`over` (a strip's id) hides `what` in `box` from one frame of the scene until another (exclusive)."""

    over: str
    what: str
    box: Box
    start: int
    end: int


def hidden_sights(sights: Sequence[SightSpan], covers: Iterable[Cover]) -> tuple[HiddenSight, ...]:
    """Return everything that a cover hides, in the order of the covers."""
    table = np.array([sight[1:] for sight in sights], dtype=np.float64).reshape(-1, 6)
    return tuple(found for cover in covers for found in _hidden_by(cover, sights, table))


def _hidden_by(cover: Cover, sights: Sequence[SightSpan], table: NDArray[np.float64]) -> Iterator[HiddenSight]:
    box = cover.box.grown(-TOUCH, -TOUCH)
    across = (table[:, 0] < box.right) & (table[:, 2] > box.x)
    down = (table[:, 1] < box.bottom) & (table[:, 3] > box.y)
    meanwhile = (table[:, 4] < cover.end) & (table[:, 5] > cover.start)
    for index in np.nonzero(across & down & meanwhile)[0]:
        sight = sights[int(index)]
        seen = Box(x=sight.left, y=sight.top, w=sight.right - sight.left, h=sight.bottom - sight.top)
        if shared := box.common(seen):
            start, end = max(cover.start, sight.start), min(cover.end, sight.end)
            yield HiddenSight(cover.id, sight.what, shared, start, end)


def seen_shares(sights: Iterable[SightSpan], frames: int) -> Shares:
    """Return for each cell the share of a scene's `frames` in which something there has to be seen."""
    return _shares(((*sight[1:5], sight.start, sight.end) for sight in sights), frames)


def hidden_shares(hidden: Iterable[HiddenSight], frames: int) -> Shares:
    """Return for each cell the share of a scene's `frames` in which something there has to be seen and is hidden."""
    return _shares(((h.box.x, h.box.y, h.box.right, h.box.bottom, h.start, h.end) for h in hidden), frames)


def _shares(items: Iterable[tuple[float, float, float, float, int, int]], frames: int) -> Shares:
    count = min(max(frames, 1), MOMENTS)
    taken = np.zeros((count, ROWS, COLUMNS), dtype=bool)
    for left, top, right, bottom, start, end in items:
        first, last = start * count // max(frames, 1), -(-end * count // max(frames, 1))
        rows = slice(max(int(top * ROWS), 0), max(int(np.ceil(bottom * ROWS)), 0))
        columns = slice(max(int(left * COLUMNS), 0), max(int(np.ceil(right * COLUMNS)), 0))
        taken[max(first, 0) : max(last, 0), rows, columns] = True
    return taken.mean(axis=0)


def hidden_spans(hidden: Iterable[HiddenSight]) -> tuple[tuple[int, int], ...]:
    """Return the frames of the scene (`end` exclusive) in which anything is hidden, in order."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted((each.start, each.end) for each in hidden):
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return tuple(spans)


def told(hidden: Sequence[HiddenSight], fps: int, most: int = 3) -> str:
    """Return in words what is hidden and for how long in all, what is hidden longest first; "" if nothing is."""
    if not hidden:
        return ""
    seconds = sum(end - start for start, end in hidden_spans(hidden)) / fps
    lengths: dict[str, int] = {}
    for each in hidden:
        lengths[each.what or "the cursor"] = lengths.get(each.what or "the cursor", 0) + each.end - each.start
    longest = sorted(lengths, key=lambda what: -lengths[what])
    more = f" and {len(longest) - most} more" if len(longest) > most else ""
    return f"hides {', '.join(map(_quoted, longest[:most]))}{more}, for {max(seconds, 0.1):.1f} s"


def _quoted(what: str, longest: int = 32) -> str:
    if what in ("the cursor", "the pointer", "the window's title"):
        return what
    return f'"{what if len(what) <= longest else what[: longest - 1] + "…"}"'
