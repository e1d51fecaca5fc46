"""Footage meets the narration: a recording is held, cut and hurried so that each marked effect falls on its mark.

What moves plays at its own pace, or up to `FASTEST` times faster where the words leave no room. A still picture is
cut or held as needed. Where even that is not enough, the narration pauses.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..base.clock import frame_at, on_frame, seconds_at
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..capture.take import CaptureTake, StepEvent

FASTEST = 3.0
"""Factor by which something that moves may be shown faster than it was recorded."""
STILL = 0.4
"""Seconds without any change from which a stretch counts as still."""
CALM = 1.0
"""Seconds for which a still stretch lasts at most where nothing asks for more."""
BLINK = 0.2
"""Seconds for which a still stretch lasts at least, so that what is there can be noticed."""
SHORTEST_STILL = 0.1
"""Seconds without any change from which a stretch counts as still where it leads to a marked effect."""
_EPSILON = 0.001


class FitPiece(Frozen):
    """Recording from `source_start` to `source_end` is seen from `start` to `end` of the scene (all seconds).

    A piece with `source_start == source_end` holds a still picture.
    """

    source_start: float
    source_end: float
    start: float
    end: float


class NarrationPause(Frozen):
    """The narration has to pause for `seconds` before the word at `mark`, so that footage can catch up."""

    mark: str
    seconds: float


class FitPlan(Frozen):
    """Contiguous `pieces` from the capture's first picture to its end, and the pauses they need."""

    pieces: tuple[FitPiece, ...]
    pauses: tuple[NarrationPause, ...] = ()


def fit(take: CaptureTake, marks: dict[str, float], start: float, end: float, fps: int) -> FitPlan:
    """Plan how to show `take` from `start` (seconds of the scene) so that every step with a mark takes effect on it.

    `marks` are seconds of the scene as spoken without the plan's pauses; the pieces count the pauses in. An effect's
    first picture is seen exactly on frame `frame_at(mark + pauses before it)`. After the last effect the rest of the
    recording follows at its own pace, and its last picture stays until `end`; where it takes longer, it ends later.
    Raises LecternError for a mark that is missing or out of order.
    """
    cursor = _FitCursor(0.0, on_frame(start, fps))
    pauses: list[NarrationPause] = []
    pieces: list[FitPiece] = []
    for anchor in _fit_anchors(take, marks):
        due = seconds_at(frame_at(anchor.time, fps) + frame_at(sum(p.seconds for p in pauses), fps), fps)
        section = _fit_section(take, cursor.source, anchor.source, anchor.lead)
        if (missing := section.shortest - (due - cursor.time)) > 1e-6:
            pauses.append(NarrationPause(mark=anchor.mark, seconds=math.ceil(missing * fps - 1e-6) / fps))
            due = on_frame(due + pauses[-1].seconds, fps)
        pieces += _fitted_pieces(section, cursor, due)
        cursor = _FitCursor(anchor.source, due)
    rest = _fit_section(take, cursor.source, take.duration, take.duration)
    pieces += _fitted_pieces(rest, cursor, max(cursor.time + rest.natural, end))
    return FitPlan(pieces=tuple(pieces), pauses=tuple(pauses))


def lead_seconds(take: CaptureTake) -> float:
    """Return how long what leads to the first marked effect takes at its own pace (0.0: no step has a mark)."""
    event = next((event for event in take.events if event.at is not None), None)
    return _fit_section(take, event.start, event.effect, event.start).natural if event else 0.0


@dataclass(frozen=True)
class _FitCursor:
    """How far the recording and the scene are placed already, in seconds of each."""

    source: float
    time: float


@dataclass(frozen=True)
class _FitAnchor:
    """Second `source` of the recording has to be seen at `time`; what leads to it begins at second `lead`."""

    source: float
    lead: float
    mark: str
    time: float
    line: int


@dataclass(frozen=True)
class _MotionSpan:
    """A stretch of the recording (seconds of it) in which something moves, or nothing does.

    One without any length is a picture that is `held` for so many seconds.
    """

    start: float
    end: float
    moves: bool
    held: float = 0.0

    @property
    def length(self) -> float:
        return self.end - self.start

    @property
    def natural(self) -> float:
        if self.held:
            return self.held
        return self.length if self.moves else max(BLINK, min(self.length, CALM))

    @property
    def shortest(self) -> float:
        if self.held:
            return self.held
        return self.length / FASTEST if self.moves else BLINK


@dataclass(frozen=True)
class _FitSection:
    """What lies between two anchors; the picture at second `hold` of the recording can be held for as long as needed."""

    spans: tuple[_MotionSpan, ...]
    hold: float

    @property
    def natural(self) -> float:
        return sum(span.natural for span in self.spans)

    @property
    def shortest(self) -> float:
        return sum(span.shortest for span in self.spans)


def _fit_anchors(take: CaptureTake, marks: dict[str, float]) -> list[_FitAnchor]:
    found: list[_FitAnchor] = []
    for event in take.events:
        if event.at is not None and event.at not in {anchor.mark for anchor in found}:
            found.append(_fit_anchor(event, marks, found[-1] if found else None))
    return found


def _fit_anchor(event: StepEvent, marks: dict[str, float], before: _FitAnchor | None) -> _FitAnchor:
    assert event.at is not None
    if event.at not in marks:
        raise LecternError(f'line {event.line}: a step waits for mark "{event.at}", which nobody speaks in this scene')
    if before and marks[event.at] < before.time:
        raise LecternError(
            f'line {event.line}: the step at "{event.at}" comes after the step at "{before.mark}" (line {before.line}) '
            f'but "{event.at}" is spoken first; change the order of the steps or of the words'
        )
    return _FitAnchor(event.effect, event.start, event.at, marks[event.at], event.line)


def _fit_section(take: CaptureTake, start: float, end: float, lead: float) -> _FitSection:
    hold = max(start, min(lead, end - _EPSILON))
    spans = (*_motion_spans(take, start, hold, SHORTEST_STILL), *_motion_spans(take, hold, end, STILL))
    return _FitSection(_with_holds(spans, take.events, last=end >= take.duration), hold)


def _with_holds(spans: tuple[_MotionSpan, ...], events: Iterable[StepEvent], last: bool) -> tuple[_MotionSpan, ...]:
    """Return the spans with a picture that is held at the end of each step whose `hold` says so; `last`: nothing follows."""
    if not spans:
        return spans
    for event in (event for event in events if event.hold):
        moment = max(event.end - _EPSILON, event.effect)
        if spans[0].start <= moment < spans[-1].end or (last and moment >= spans[-1].end):
            moment = min(moment, spans[-1].end)
            before = [replace(span, end=min(span.end, moment)) for span in spans if span.start < moment]
            after = [replace(span, start=max(span.start, moment)) for span in spans if span.end > moment]
            spans = (*before, _MotionSpan(moment, moment, False, event.hold), *after)
    return spans


def _motion_spans(take: CaptureTake, start: float, end: float, still_at_end: float) -> list[_MotionSpan]:
    """Return what moves and what is still from `start` to `end`.

    A stretch without any change is still if it is longer than `STILL`, the last one if it is longer than `still_at_end`.
    """
    moments = sorted({t for t in (*take.times, *(p.time for p in take.pointer)) if start < t < end} | {start, end})
    spans: list[_MotionSpan] = []
    for a, b in zip(moments, moments[1:], strict=False):
        moves = b - a <= (still_at_end if b == end else STILL)
        if spans and moves and spans[-1].moves:
            spans[-1] = _MotionSpan(spans[-1].start, b, True)
        else:
            spans.append(_MotionSpan(a, b, moves))
    return spans


def _fitted_pieces(section: _FitSection, cursor: _FitCursor, end: float) -> list[FitPiece]:
    """Return the section as pieces from the cursor's time to `end`, which leaves room for its shortest form."""
    room = end - cursor.time
    spare = max(0.0, room - section.natural)
    lengths = _span_lengths(section.spans, room)
    pieces: list[FitPiece] = []
    time, held = cursor.time, False
    for span, length in zip(section.spans, lengths, strict=True):
        if spare > 1e-9 and not held and span.start >= section.hold - 1e-9:
            pieces.append(FitPiece(source_start=section.hold, source_end=section.hold, start=time, end=time + spare))
            time, held = time + spare, True
        pieces.append(FitPiece(source_start=span.start, source_end=span.end, start=time, end=time + length))
        time += length
    if spare > 1e-9 and not held:
        source = section.spans[-1].end if section.spans else cursor.source
        pieces.append(FitPiece(source_start=source, source_end=source, start=time, end=end))
    return _end_exactly_at(pieces, end)


def _end_exactly_at(pieces: list[FitPiece], end: float) -> list[FitPiece]:
    """Return the pieces, the last of them ending exactly at `end`, free of the rounding of many sums."""
    return [*pieces[:-1], pieces[-1].model_copy(update={"end": end})] if pieces else []


def _span_lengths(spans: tuple[_MotionSpan, ...], room: float) -> list[float]:
    """Return how long each span is seen: naturally if there is room, else stills are cut first, then movement is hurried."""
    natural, stills_cut = [s.natural for s in spans], [s.natural if s.moves else s.shortest for s in spans]
    shortest = [s.shortest for s in spans]
    if sum(natural) <= room:
        return natural
    if sum(stills_cut) <= room:
        return _interpolated_lengths(stills_cut, natural, room)
    return _interpolated_lengths(shortest, stills_cut, room)


def _interpolated_lengths(least: list[float], most: list[float], room: float) -> list[float]:
    """Return lengths that add up to `room`, each the same share of the way from its least to its most."""
    slack = sum(most) - sum(least)
    share = (room - sum(least)) / slack if slack > 1e-12 else 0.0
    return [low + (high - low) * share for low, high in zip(least, most, strict=True)]
