"""How smoothly something that moves was filmed: the stretches in which frames are missing, and how many of them."""

from collections.abc import Sequence

RATE = 30.0
"""Frames per second of the film."""
LATE = 1.6 / RATE
"""Seconds between two frames of something that moves from which one is missing."""
GAP = 0.1
"""Seconds between two frames of something that moves from which it is a gap."""
MAY_DROP = 0.01
"""The share of frames that may be missing."""
_LIVELY = 5
"""So many frames in a row, each in time, are something that moves by itself."""
_LASTING = 30
"""So many before and after a gap are one movement that goes on; fewer are movements with a rest between them."""

Span = tuple[float, float]


def dropped(times: Sequence[float], moving: Sequence[Span], stirred: Sequence[Span] = ()) -> tuple[tuple[Span, ...], float]:
    """The gaps of a recording, and the share of frames that a 30 fps film of what moved lacks.

    `times` are those of its pictures; what moved are the spans of `moving` (a scroll, a drag), and wherever at least
    five frames (thirty, where it is longer than `GAP`) come in time both before and after the gap: an animation, unless it
    is the rest after one of `moving`.
    During `stirred` the recorder itself held the page up (a picture taken for zooms), which is no fault of the machine's.
    """
    pairs = list(zip(times, times[1:], strict=False))
    late = [i for i, (a, b) in enumerate(pairs) if b - a > LATE and _moves(pairs, i, moving) and not _within(pairs[i], stirred)]
    missing = sum(round((pairs[i][1] - pairs[i][0]) * RATE) - 1 for i in late)
    steady = sum(b - a for i, (a, b) in enumerate(pairs) if b - a <= LATE and (_lively(pairs, i) or _inside(pairs[i], moving)))
    wanted = steady * RATE + missing + len(late)
    return tuple(pairs[i] for i in late if pairs[i][1] - pairs[i][0] > GAP), missing / wanted if wanted else 0.0


def _moves(pairs: Sequence[Span], index: int, moving: Sequence[Span]) -> bool:
    if _inside(pairs[index], moving):
        return True
    enough = _LIVELY if pairs[index][1] - pairs[index][0] <= GAP else _LASTING
    lively = _in_time(pairs, index - enough, index) and _in_time(pairs, index + 1, index + 1 + enough)
    return lively and not any(start <= pairs[index][0] <= end + LATE for start, end in moving)  # a scroll comes to rest


def _lively(pairs: Sequence[Span], index: int) -> bool:
    return any(_in_time(pairs, start, start + _LIVELY) for start in range(index - _LIVELY + 1, index + 1))


def _in_time(pairs: Sequence[Span], start: int, end: int) -> bool:
    return 0 <= start and end <= len(pairs) and all(b - a <= LATE for a, b in pairs[start:end])


def _inside(span: Span, spans: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def _within(span: Span, spans: Sequence[Span]) -> bool:
    return any(start <= span[1] and span[0] <= end for start, end in spans)
