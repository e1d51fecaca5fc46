"""What a plan makes of the recording: its pictures, text, pointer and events in seconds of the scene."""

from bisect import bisect_right

from .plan import FitPlan, Piece
from .take import CaptureTake, PointerPoint, StepEvent, VisibleText

_HAIR = 1e-6


def source_at(plan: FitPlan, seconds: float) -> float:
    """The moment of the recording that is seen at `seconds` of the scene (before and after: its first and last)."""
    index = bisect_right(plan.pieces, seconds + _HAIR, key=lambda piece: piece.start) - 1
    piece = plan.pieces[max(index, 0)]
    share = (seconds - piece.start) / (piece.end - piece.start) if piece.end > piece.start else 1.0
    return piece.source_start + (piece.source_end - piece.source_start) * min(max(share, 0.0), 1.0)


def retime(plan: FitPlan, source: float) -> float:
    """When (seconds of the scene) the moment `source` of the recording is first seen."""
    for piece in plan.pieces:
        if source <= piece.source_end + _HAIR:
            return _within(piece, source)
    return plan.pieces[-1].end


def picture_at(take: CaptureTake, plan: FitPlan, seconds: float) -> int:
    """The index of the picture that is seen at `seconds` of the scene."""
    return max(bisect_right(take.times, source_at(plan, seconds) + _HAIR) - 1, 0)


def visible_text(take: CaptureTake, plan: FitPlan, start: float, end: float) -> tuple[VisibleText, ...]:
    """The text that is visible from `start` to `end`, in seconds of the scene; the first entry is at `start`."""
    entries: dict[float, VisibleText] = {}
    for entry in take.text:
        time = max(start, retime(plan, entry.time))
        if time < end:
            entries[time] = entry.model_copy(update={"time": time})
    return tuple(entries[time] for time in sorted(entries))


def pointer_path(take: CaptureTake, plan: FitPlan) -> tuple[PointerPoint, ...]:
    """The pointer in seconds of the scene; it rests where the picture is held."""
    if not take.pointer:
        return ()
    points = [point.model_copy(update={"time": retime(plan, point.time)}) for point in take.pointer]
    edges = {(time, source) for p in plan.pieces for time, source in ((p.start, p.source_start), (p.end, p.source_end))}
    begun = take.pointer[0].time
    points += [_pointer_at(take.pointer, source, time) for time, source in edges if source >= begun]
    return tuple(_in_order(points))


def events_at(take: CaptureTake, plan: FitPlan) -> tuple[StepEvent, ...]:
    """The steps in seconds of the scene; an effect is on its mark."""
    return tuple(
        event.model_copy(update={name: retime(plan, getattr(event, name)) for name in ("start", "effect", "end")})
        for event in take.events
    )


def _within(piece: Piece, source: float) -> float:
    length = piece.source_end - piece.source_start
    share = (source - piece.source_start) / length if length > 0 else 0.0
    return piece.start + (piece.end - piece.start) * min(max(share, 0.0), 1.0)


def _pointer_at(points: tuple[PointerPoint, ...], source: float, time: float) -> PointerPoint:
    index = bisect_right(points, source + _HAIR, key=lambda point: point.time) - 1
    here, after = points[index], points[min(index + 1, len(points) - 1)]
    share = (source - here.time) / (after.time - here.time) if after.time > here.time else 0.0
    return PointerPoint(
        time=time, x=here.x + (after.x - here.x) * share, y=here.y + (after.y - here.y) * share, pressed=here.pressed
    )


def _in_order(points: list[PointerPoint]) -> list[PointerPoint]:
    kept: list[PointerPoint] = []
    for point in sorted(points, key=lambda p: p.time):
        if not kept or point.time > kept[-1].time + _HAIR or point.pressed != kept[-1].pressed:
            kept.append(point)
    return kept
