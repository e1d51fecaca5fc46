"""Footage fitted to the marks: which moment of a recording is seen when. Pure.

Between two marked steps the recording goes at its own pace where there is room, holding a still picture before the
next step begins. Where there is too little room, first the stretches in which nothing changes are shortened, then all
of it is played faster, at most FASTEST times; what doesn't fit even so asks the voice to rest.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping
from itertools import pairwise

from ..clock import seconds_at
from ..errors import SourceError
from .plan import FitPlan, Pause, Piece
from .take import CaptureTake, PointerPoint, StepEvent, VisibleText

FASTEST = 3.0
LIVELY = 0.15
"""Seconds: changes so close together are one movement, whose pace matters; longer waits between changes do not."""
LONGEST_WAIT = 1.0
"""A wait after the last marked step is shortened to so many seconds."""
BEFORE = 0.001
"""A picture is held this long before the step that changes it."""


def fit(take: CaptureTake, marks: Mapping[str, float], start: float, end: float, fps: int) -> FitPlan:
    """The plan by which `take`, in view from `start` to `end` (seconds of the scene), meets `marks`.

    Every step with a mark shows its first changed picture in the frame of its mark. The plan ends later than `end` where
    the recording needs longer. Raises SourceError where two steps can't both be on their marks.
    """
    marked = [event for event in take.events if event.at in marks]
    _check_order(marked, marks)
    pieces: list[Piece] = []
    pauses: list[Pause] = []
    source, time = 0.0, start
    for event in marked:
        room = marks[event.at] + _total(pauses) - time
        missing = _missing(take, source, event.effect, room, fps)
        if missing:
            pauses.append(Pause(mark=event.at, seconds=missing))
        pieces += _stretch(take, source, event, time, room + missing)
        source, time = event.effect, time + room + missing
    pieces += _ending(take, source, time, end)
    return FitPlan(pieces=tuple(pieces), pauses=tuple(pauses))


def source_at(plan: FitPlan, time: float) -> float:
    """The moment of the recording that is seen at `time` (seconds of the scene)."""
    piece = next((p for p in plan.pieces if time < p.end), plan.pieces[-1])
    if piece.end <= piece.start:
        return piece.source_end
    share = min(max((time - piece.start) / (piece.end - piece.start), 0.0), 1.0)
    return piece.source_start + share * (piece.source_end - piece.source_start)


def retime(plan: FitPlan, moment: float) -> float:
    """The second of the scene at which `moment` of the recording is first seen."""
    piece = next((p for p in plan.pieces if moment <= p.source_end), plan.pieces[-1])
    if piece.source_end <= piece.source_start:
        return piece.start
    share = min(max((moment - piece.source_start) / (piece.source_end - piece.source_start), 0.0), 1.0)
    return piece.start + share * (piece.end - piece.start)


def pictures_seen(take: CaptureTake, plan: FitPlan, first: int, frames: int, fps: int) -> list[int]:
    """For each of `frames` frames from frame `first` of the scene on, which picture of the take it shows."""
    moments = (source_at(plan, (first + n + 0.5) / fps) for n in range(frames))  # a frame shows its middle
    return [max(0, bisect_right(take.times, moment) - 1) for moment in moments]


def visible_text(take: CaptureTake, plan: FitPlan) -> tuple[VisibleText, ...]:
    """The visible text through time, in seconds of the scene."""
    return tuple(entry.model_copy(update={"time": retime(plan, entry.time)}) for entry in take.text)


def events_at(take: CaptureTake, plan: FitPlan) -> tuple[StepEvent, ...]:
    """What was done, in seconds of the scene."""
    return tuple(
        event.model_copy(update={name: retime(plan, getattr(event, name)) for name in ("start", "effect", "end")})
        for event in take.events
    )


def pointer_path(take: CaptureTake, plan: FitPlan) -> tuple[PointerPoint, ...]:
    """Where the pointer is, in seconds of the scene; it rests where the footage is held."""
    moments = {point.time for point in take.pointer}
    holds = [p for p in plan.pieces if p.source_end <= p.source_start < (max(moments) if moments else 0)]
    path = [point.model_copy(update={"time": retime(plan, point.time)}) for point in take.pointer]
    for hold in holds:
        rest = _pointer_at(take, hold.source_start)
        path += [rest.model_copy(update={"time": t}) for t in (hold.start, hold.end)]
    return tuple(sorted(path, key=lambda point: point.time))


def _check_order(marked: list[StepEvent], marks: Mapping[str, float]) -> None:
    for one, other in pairwise(marked):
        if marks[other.at] <= marks[one.at]:
            raise SourceError(
                "script.md",
                other.line,
                f'this step comes after the one at "{one.at}" (line {one.line}), but its mark "{other.at}" is not spoken '
                "after it; move the mark, or change the order of the steps",
            )


def _knots(take: CaptureTake, source: float, until: float) -> list[float]:
    """The moments between which nothing is seen to change, from `source` to `until`: new pictures and pointer moves."""
    moments = {t for t in take.times if source < t < until}
    moments |= {point.time for point in take.pointer if source < point.time < until}
    return [source, *sorted(moments), until]


def _least(gaps: list[float]) -> float:
    """Seconds that the gaps need at least at their own pace, when waits are cut."""
    return sum(min(gap, LIVELY) for gap in gaps)


def _missing(take: CaptureTake, source: float, until: float, room: float, fps: int) -> float:
    """Seconds (whole frames) that the recording needs beyond `room` at its fastest."""
    gaps = [b - a for a, b in pairwise(_knots(take, source, until))]
    lacking = _least(gaps) / FASTEST - room
    return seconds_at(math.ceil(lacking * fps), fps) if lacking > 1e-9 else 0.0


def _stretch(take: CaptureTake, source: float, event: StepEvent, time: float, room: float) -> list[Piece]:
    """The recording from `source` to the effect of `event`, in exactly `room` seconds from `time` on."""
    knots = _knots(take, source, event.effect)
    gaps = [b - a for a, b in pairwise(knots)]
    if sum(gaps) <= room:
        return _at_its_pace(source, event, time, room)
    return _paced(knots, _fitted(gaps, room), time)


def _at_its_pace(source: float, event: StepEvent, time: float, room: float) -> list[Piece]:
    """Played as it was, but held before the step begins."""
    held = max(source, min(event.start, event.effect - BEFORE))
    before, after = held - source, event.effect - held
    rest = time + room - after
    return _real(
        Piece(source_start=source, source_end=held, start=time, end=time + before),
        Piece(source_start=held, source_end=held, start=time + before, end=rest),
        Piece(source_start=held, source_end=event.effect, start=rest, end=time + room),
    )


def _fitted(gaps: list[float], room: float) -> list[float]:
    """The gaps shortened to `room` in all: the waits first, then everything alike."""
    least = _least(gaps)
    if least >= room:
        return [min(gap, LIVELY) * room / least for gap in gaps]
    share = (room - least) / (sum(gaps) - least)
    return [min(gap, LIVELY) + share * max(0.0, gap - LIVELY) for gap in gaps]


def _paced(knots: list[float], lengths: list[float], time: float) -> list[Piece]:
    pieces = []
    for (a, b), length in zip(pairwise(knots), lengths, strict=True):
        pieces.append(Piece(source_start=a, source_end=b, start=time, end=time + length))
        time += length
    return _real(*pieces)


def _ending(take: CaptureTake, source: float, time: float, end: float) -> list[Piece]:
    """What comes after the last marked step: as it was, long waits shortened; then the last picture is held."""
    knots = _knots(take, source, max(take.duration, source))
    pieces = _paced(knots, [min(b - a, LONGEST_WAIT) for a, b in pairwise(knots)], time)
    last = pieces[-1] if pieces else Piece(source_start=source, source_end=source, start=time, end=time)
    still = Piece(source_start=last.source_end, source_end=last.source_end, start=last.end, end=max(last.end, end))
    return [*pieces, still] if still.end > still.start or not pieces else pieces


def _real(*pieces: Piece) -> list[Piece]:
    return [piece for piece in pieces if piece.end > piece.start or piece.source_end > piece.source_start]


def _total(pauses: list[Pause]) -> float:
    return sum(pause.seconds for pause in pauses)


def _pointer_at(take: CaptureTake, moment: float) -> PointerPoint:
    """Where the pointer is at a moment of the recording."""
    index = bisect_right([point.time for point in take.pointer], moment)
    if index in (0, len(take.pointer)):
        return take.pointer[max(0, index - 1)]
    one, other = take.pointer[index - 1], take.pointer[index]
    share = (moment - one.time) / (other.time - one.time)
    return PointerPoint(time=moment, x=one.x + share * (other.x - one.x), y=one.y + share * (other.y - one.y))
