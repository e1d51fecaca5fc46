"""What of the captures must stay visible: their text, the pointer's path and the windows' titles."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from ..base.geometry import FULL, Box, Size, union
from ..capture.take import CaptureTake, TextBox
from ..capture.text_claims import exactness
from ..capture.window import window_around
from ..timing.retime import presence_spans, retimed_pointer, retimed_text
from ..timing.schedule import SceneSchedule
from ..timing.segments import CaptureSegment
from .camera import through_camera
from .capture_windows import CaptureWindows
from .model import CameraMove
from .obstacles import ObstacleItem, PointedText, Sight

POINTER = 40
"""Side in px of what is kept free around the pointer."""
BEFORE_MOVE, AFTER_MOVE = 0.2, 0.4
"""Seconds for which the pointer's path is kept free before and after a move."""


def capture_items(
    schedule: SceneSchedule,
    takes: Mapping[str, CaptureTake],
    windows: CaptureWindows,
    moves: tuple[CameraMove, ...],
    frame: Size,
) -> list[ObstacleItem]:
    """Return visible text, the pointer's path and the windows' titles, as they lie in the frame through time."""
    return [(box, start, end) for _, box, start, end in capture_sights(schedule, takes, windows.of, moves, frame)]


def capture_sights(
    schedule: SceneSchedule,
    takes: Mapping[str, CaptureTake],
    window_of: Callable[[str], Box],
    moves: tuple[CameraMove, ...],
    frame: Size,
) -> Iterator[Sight]:
    """Yield the same with what each is: the words of a text, "" for the cursor, else "the pointer" or "the window's title"."""
    for segment in schedule.segments:
        take, window = takes[segment.capture], window_of(segment.capture)
        inside = [*_text_sights(segment, take), *_pointer_sights(segment, take, window, frame)]
        sights = [(what, box.within(window), start, end) for what, box, start, end in inside]
        if not take.shape:
            sights.append(("the window's title", _title_box(window, frame), segment.start, segment.end))
        for what, box, start, end in sights:
            yield from ((what, *moved) for moved in through_camera((box, start, end), moves))


def _text_sights(segment: CaptureSegment, take: CaptureTake) -> Iterator[Sight]:
    """Yield each piece of text, and the cursor, for as long as it is there while the capture is in view."""
    entries = retimed_text(take, segment.plan, segment.start, segment.end)
    moments = [
        (
            entry.time,
            [
                *((t.text.strip(), t.box) for t in entry.boxes if t.text.strip()),
                *((("", entry.caret),) if entry.caret else ()),
            ],
        )
        for entry in entries
    ]
    for (text, box), start, end in presence_spans(moments, segment.end):
        seen, since, until = box.common(FULL), max(start, segment.start), min(end, segment.end)
        if seen and until > since:
            yield text, seen, since, until


SOON = 0.5
"""Seconds after a mark within which a text comes into view that is brought up at the mark."""


def shown_text(
    words: str, take: CaptureTake, segment: CaptureSegment, span: tuple[float, float]
) -> tuple[float, PointedText] | None:
    """Return when in `span` (seconds of the scene) a capture in view shows `words`, and where in its picture.

    Of several places, it is the one that says this most exactly ("60" rather than "160"), and of those the last one on the
    screen that comes first.
    """
    start, end = max(span[0], segment.start), min(span[1], segment.end)
    if start >= end:
        return None
    entries = retimed_text(take, segment.plan, start, end)
    at_once = [entry for entry in entries if entry.time <= start + SOON][-1:]
    pieces = [(entry.time, piece) for entry in (*at_once, *entries) for piece in reversed(entry.boxes)]
    best, found = -1, None
    for time, piece in pieces:
        exact, place = _place_in(words, piece)
        if exact > best:
            best, found = exact, (max(start, time), place)
    return found


def _place_in(words: str, piece: TextBox) -> tuple[int, PointedText]:
    """Return how exactly a piece of text says `words` (-1: not at all), and where: its letters count as equally wide."""
    text, wanted, line = piece.text.casefold(), words.casefold(), piece.box
    places = [match.start() for match in re.finditer(re.escape(wanted), text)]
    exact, at = max(((exactness(text[:at], text[at + len(wanted) :]), at) for at in places), default=(-1, 0))
    letter = line.w / max(len(text), 1)
    return exact, PointedText(Box(x=line.x + at * letter, y=line.y, w=len(wanted) * letter, h=line.h), line)


def _pointer_sights(segment: CaptureSegment, take: CaptureTake, window: Box, frame: Size) -> Iterator[Sight]:
    half = POINTER / 2 / (window.w * frame[0]), POINTER / 2 / (window.h * frame[1])
    for one, other in pairwise(retimed_pointer(take, segment.plan)):
        if (one.x, one.y) != (other.x, other.y) or one.pressed:
            swept = union([Box(x=p.x, y=p.y, w=0, h=0) for p in (one, other)]).grown(*half)
            start, end = max(one.time - BEFORE_MOVE, segment.start), min(other.time + AFTER_MOVE, segment.end)
            yield "the pointer", swept, start, end


def _title_box(window: Box, frame: Size) -> Box:
    """Return the middle of the bar, where the window's title is written."""
    around = window_around(window, frame)
    return Box(x=around.x + 0.25 * around.w, y=around.y, w=0.5 * around.w, h=window.y - around.y)
