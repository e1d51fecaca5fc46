"""Footage meets the narration: a recording is held, cut and hurried so that each marked effect falls on its mark.

What moves plays at its own pace, or up to `FASTEST` times faster where the words leave no room; what stands still is
cut or held at will; where even that does not do, the narration pauses.
"""

import math
from dataclasses import dataclass

from ..clock import frame_at, seconds_at
from ..errors import LecternError
from .plan import FitPlan, Pause, Piece
from .take import CaptureTake, StepEvent

FASTEST = 3.0
"""How many times faster than it was recorded something that moves may be shown."""
STILL = 0.4
"""Seconds without any change from which a stretch counts as standing still."""
CALM = 1.0
"""Seconds that a still stretch lasts at most where nothing asks for more."""
BLINK = 0.2
"""Seconds that a still stretch lasts at least, so that what was there can be noticed."""
REST = 0.1
"""Seconds without any change from which a stretch counts as standing still where it leads to a marked effect."""
_HAIR = 0.001


def fit(take: CaptureTake, marks: dict[str, float], start: float, end: float, fps: int) -> FitPlan:
    """The plan that shows `take` from `start` (seconds of the scene) so that every step with a mark takes effect on it.

    `marks` are scene seconds as spoken without the plan's pauses; pieces count them in. An effect's first picture is
    seen on the very frame `frame_at(mark + pauses before it)`. After the last one the rest follows naturally and its
    last picture stays until `end`; where it needs longer, it ends later. LecternError for a mark that is missing or out of order.
    """
    first = frame_at(start, fps)
    cursor, pauses, pieces = _Cursor(0.0, seconds_at(first, fps)), [], []
    for anchor in _anchors(take, marks):
        wanted = seconds_at(frame_at(anchor.time, fps) + frame_at(sum(p.seconds for p in pauses), fps), fps)
        part = _part(take, cursor.source, anchor.source, anchor.lead)
        if (missing := part.shortest - (wanted - cursor.time)) > 1e-6:
            pauses.append(Pause(mark=anchor.mark, seconds=math.ceil(missing * fps - 1e-6) / fps))
            wanted = seconds_at(frame_at(wanted + pauses[-1].seconds, fps), fps)
        pieces += _laid(part, cursor, wanted)
        cursor = _Cursor(anchor.source, wanted)
    rest = _part(take, cursor.source, take.duration, take.duration)
    pieces += _laid(rest, cursor, max(cursor.time + rest.natural, end))
    return FitPlan(pieces=tuple(pieces), pauses=tuple(pauses))


@dataclass(frozen=True)
class _Cursor:
    """Where the recording and the scene have got to, in seconds of each."""

    source: float
    time: float


@dataclass(frozen=True)
class _Anchor:
    """Source time `source` has to be seen at `time`; what leads to it begins at source time `lead`."""

    source: float
    lead: float
    mark: str
    time: float
    line: int


@dataclass(frozen=True)
class _Span:
    """A stretch of the recording in which something moves, or nothing does."""

    start: float
    end: float
    moves: bool

    @property
    def length(self) -> float:
        return self.end - self.start

    @property
    def natural(self) -> float:
        return self.length if self.moves else max(BLINK, min(self.length, CALM))

    @property
    def floor(self) -> float:
        return self.length / FASTEST if self.moves else BLINK


@dataclass(frozen=True)
class _Part:
    """What lies between two anchors; a picture can be held at `hold` (source seconds) for as long as wanted."""

    spans: tuple[_Span, ...]
    hold: float

    @property
    def natural(self) -> float:
        return sum(span.natural for span in self.spans)

    @property
    def shortest(self) -> float:
        return sum(span.floor for span in self.spans)


def _anchors(take: CaptureTake, marks: dict[str, float]) -> list[_Anchor]:
    found: list[_Anchor] = []
    for event in take.events:
        if event.at is not None and event.at not in {anchor.mark for anchor in found}:
            found.append(_anchor(event, marks, found[-1] if found else None))
    return found


def _anchor(event: StepEvent, marks: dict[str, float], before: _Anchor | None) -> _Anchor:
    assert event.at is not None
    if event.at not in marks:
        raise LecternError(f'line {event.line}: a step waits for mark "{event.at}", which nobody speaks in this scene')
    if before and marks[event.at] < before.time:
        raise LecternError(
            f'line {event.line}: the step at "{event.at}" comes after the step at "{before.mark}" (line {before.line}) '
            f'but "{event.at}" is spoken first; change the order of the steps or of the words'
        )
    return _Anchor(event.effect, event.start, event.at, marks[event.at], event.line)


def _part(take: CaptureTake, start: float, end: float, lead: float) -> _Part:
    hold = max(start, min(lead, end - _HAIR))
    return _Part((*_spans(take, start, hold, REST), *_spans(take, hold, end, STILL)), hold)


def _spans(take: CaptureTake, start: float, end: float, last: float) -> list[_Span]:
    """What moves and what stands still from `start` to `end`; the last stretch stands still if it is longer than `last`."""
    moments = sorted({t for t in (*take.times, *(p.time for p in take.pointer)) if start < t < end} | {start, end})
    spans: list[_Span] = []
    for a, b in zip(moments, moments[1:], strict=False):
        moves = b - a <= (last if b == end else STILL)
        if spans and moves and spans[-1].moves:
            spans[-1] = _Span(spans[-1].start, b, True)
        else:
            spans.append(_Span(a, b, moves))
    return spans


def _laid(part: _Part, cursor: _Cursor, end: float) -> list[Piece]:
    """The part as pieces from the cursor's time to `end`, which leaves room for its shortest form."""
    room = end - cursor.time
    spare = max(0.0, room - part.natural)
    lengths = _lengths(part.spans, room)
    pieces: list[Piece] = []
    time, held = cursor.time, False
    for span, length in zip(part.spans, lengths, strict=True):
        if spare > 1e-9 and not held and span.start >= part.hold - 1e-9:
            pieces.append(Piece(source_start=part.hold, source_end=part.hold, start=time, end=time + spare))
            time, held = time + spare, True
        pieces.append(Piece(source_start=span.start, source_end=span.end, start=time, end=time + length))
        time += length
    if spare > 1e-9 and not held:
        source = part.spans[-1].end if part.spans else cursor.source
        pieces.append(Piece(source_start=source, source_end=source, start=time, end=end))
    return _closed(pieces, end)


def _closed(pieces: list[Piece], end: float) -> list[Piece]:
    """Without the rounding of many sums: the last piece ends exactly at `end`."""
    return [*pieces[:-1], pieces[-1].model_copy(update={"end": end})] if pieces else []


def _lengths(spans: tuple[_Span, ...], room: float) -> list[float]:
    """How long each span is seen: naturally if there is room, else stills are cut first, then movement is hurried."""
    natural, stills_cut = [s.natural for s in spans], [s.natural if s.moves else s.floor for s in spans]
    shortest = [s.floor for s in spans]
    if sum(natural) <= room:
        return natural
    if sum(stills_cut) <= room:
        return _between(stills_cut, natural, room)
    return _between(shortest, stills_cut, room)


def _between(least: list[float], most: list[float], room: float) -> list[float]:
    """Lengths that sum up to `room`, each the same share of the way from its least to its most."""
    slack = sum(most) - sum(least)
    share = (room - sum(least)) / slack if slack > 1e-12 else 0.0
    return [low + (high - low) * share for low, high in zip(least, most, strict=True)]
