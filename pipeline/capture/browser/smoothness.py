"""How smoothly something that moves was filmed: the stretches in which frames are missing, and how many of them."""

from collections.abc import Iterable, Mapping, Sequence

from ...base.errors import FilmFinding
from ...episode.capture_block import Capture
from ...episode.model import Scene
from ..take import CaptureTake

RATE = 30.0
"""Frames per second of the film."""
LATE_SECONDS = 1.6 / RATE
"""Seconds between two frames of something that moves from which one is missing."""
GAP = 0.1
"""Seconds between two frames of something that moves from which it is a gap."""
MAX_DROPPED = 0.01
"""The share of frames that may be missing."""
_LIVELY = 5
"""How many frames in a row, each in time, mean that something moves by itself."""
_LASTING = 30
"""How many before and after a gap mean one movement that goes on; fewer are movements with a rest between them."""
_STEPPED = ("browser", "ide")
"""Kinds that can be filmed frame by frame, too."""

TimeSpan = tuple[float, float]


def dropped_frames(
    times: Sequence[float], moving: Sequence[TimeSpan], disturbed: Sequence[TimeSpan] = ()
) -> tuple[tuple[TimeSpan, ...], float]:
    """Return the gaps of a recording, and the share of frames that a 30 fps film of what moved lacks.

    `times` are those of its pictures; what moved are the spans of `moving` (a scroll, a drag), and wherever at least
    five frames (thirty, where it is longer than `GAP`) come in time both before and after the gap: an animation, unless it
    is the rest after one of `moving`.
    During `disturbed` the recorder itself held the page up (a picture taken for zooms), which is no fault of the machine's.
    """
    pairs = list(zip(times, times[1:], strict=False))
    late = [
        i
        for i, (a, b) in enumerate(pairs)
        if b - a > LATE_SECONDS and _is_moving(pairs, i, moving) and not _within(pairs[i], disturbed)
    ]
    missing = sum(round((pairs[i][1] - pairs[i][0]) * RATE) - 1 for i in late)
    steady = sum(
        b - a
        for i, (a, b) in enumerate(pairs)
        if b - a <= LATE_SECONDS and (_is_lively(pairs, i) or _is_covered(pairs[i], moving))
    )
    wanted = steady * RATE + missing + len(late)
    return tuple(pairs[i] for i in late if pairs[i][1] - pairs[i][0] > GAP), missing / wanted if wanted else 0.0


def dropped_findings(
    scenes: Iterable[Scene], takes: Mapping[str, CaptureTake], keys: Mapping[str, str]
) -> tuple[FilmFinding, ...]:
    """Return a finding for each capture (by id: its take and the take's key) that lacks more frames than it may."""
    filmed = ((s, c) for s in scenes for c in s.captures if c.id in takes and takes[c.id].dropped > MAX_DROPPED)
    return tuple(_dropped_finding(scene, capture, takes[capture.id], keys[capture.id]) for scene, capture in filmed)


def _is_moving(pairs: Sequence[TimeSpan], index: int, moving: Sequence[TimeSpan]) -> bool:
    if _is_covered(pairs[index], moving):
        return True
    enough = _LIVELY if pairs[index][1] - pairs[index][0] <= GAP else _LASTING
    lively = _is_steady(pairs, index - enough, index) and _is_steady(pairs, index + 1, index + 1 + enough)
    return lively and not any(
        start <= pairs[index][0] <= end + LATE_SECONDS for start, end in moving
    )  # a scroll comes to rest


def _is_lively(pairs: Sequence[TimeSpan], index: int) -> bool:
    return any(_is_steady(pairs, start, start + _LIVELY) for start in range(index - _LIVELY + 1, index + 1))


def _is_steady(pairs: Sequence[TimeSpan], start: int, end: int) -> bool:
    return 0 <= start and end <= len(pairs) and all(b - a <= LATE_SECONDS for a, b in pairs[start:end])


def _is_covered(span: TimeSpan, spans: Sequence[TimeSpan]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def _within(span: TimeSpan, spans: Sequence[TimeSpan]) -> bool:
    return any(start <= span[1] and span[0] <= end for start, end in spans)


def _dropped_finding(scene: Scene, capture: Capture, take: CaptureTake, key: str) -> FilmFinding:
    start, end = max(take.gaps, key=lambda gap: gap[1] - gap[0], default=(0.0, 0.0))
    step = next((event.line for event in take.events if event.start <= start < event.end and event.line), 0)
    worst = f" (for {end - start:.1f} s none at all, {start:.1f} s into it)" if end else ""
    return FilmFinding(
        f'scene "{scene.id}": {take.dropped:.1%} of the frames of what moves are missing in the '
        f"recording{worst}: this computer was too busy. "
        f"Close other programs, delete media/capture/{key} and build again{_deterministic_advice(capture)}",
        step or capture.line,
    )


def _deterministic_advice(capture: Capture) -> str:
    return ', or write "deterministic: true" below "kind" of its block' if capture.kind in _STEPPED else ""
