"""How narrators make room: they become smaller for as long as something needs their place, and leave only if that isn't enough."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from ..base.clock import Span
from ..base.frozen import Frozen
from ..base.geometry import Box, Camera, union
from ..timing.schedule import SceneSchedule
from .camera import MOVE, camera_at
from .model import CameraMove, NarratorPlace, Side
from .obstacles import ObstacleItem, Obstacles, covered_spans, merge_spans

SHORTEST_STAY = 2.5
"""A narrator neither comes, leaves nor changes her size for less than so many seconds."""
BREATH = 0.12
"""Seconds without a word from which on there is room to move between two words."""
EARLIEST = 2.0
"""A narrator makes room at most so many seconds before she has to, to do it between two words."""
NEAR = 0.05
"""Seconds for which what is not covered stays free before and after it is."""


class CandidatePlace(Frozen):
    """A place where `character` could be for a whole scene; `smaller` are those on the same side, largest first."""

    character: str
    side: Side
    mirrored: bool
    pixels: int
    box: Box
    smaller: tuple["CandidatePlace", ...] = ()


class _Stay(NamedTuple):
    """From `start` to `end` a narrator is in `place` (None: she is away)."""

    place: CandidatePlace | None
    start: float
    end: float


def narrator_places(
    largest: CandidatePlace, spans: Iterable[Span], obstacles: Obstacles, schedule: SceneSchedule
) -> list[NarratorPlace]:
    """Return where a narrator is through `spans` of a scene, at her largest as often as nothing is covered."""
    places = (largest, *largest.smaller)
    stays = [stay for span in spans for stay in _calm(_stays(places, span, span, obstacles))]
    seen = [stay.place for stay in stays if stay.place]
    base = max(seen, key=lambda place: place.pixels, default=largest)
    pauses = _pauses(schedule)
    return [
        NarratorPlace(
            character=base.character,
            side=base.side,
            mirrored=base.mirrored,
            pixels=base.pixels,
            box=base.box,
            start=run[0].start,
            end=run[-1].end,
            moves=tuple(_moves(run, base.box, pauses, schedule.fps)),
        )
        for run in _runs(stays)
    ]


def narrator_items(places: Iterable[NarratorPlace]) -> list[ObstacleItem]:
    """Return what narrators take of the frame and when; while one changes her size, both places."""
    return [item for place in places for item in _items(place)]


def mean_pixels(place: NarratorPlace) -> float:
    """Return the side (px) of a narrator, in the mean of the time in which she is seen."""
    seconds = place.end - place.start
    seen = sum(box.w * (end - start) for box, start, end in _items(place)) / place.box.w
    return place.pixels * min(seen / seconds, 1.0) if seconds else place.pixels


def _stays(places: Sequence[CandidatePlace], within: Span, whole: Span, obstacles: Obstacles) -> list[_Stay]:
    """Return who is where in a span: in the first of `places` while it is free, else in a later one."""
    if not places or within[1] <= within[0]:
        return [_Stay(None, *within)] if within[1] > within[0] else []
    first, *others = places
    covered = [(s - NEAR, e + NEAR) for s, e in covered_spans(obstacles, first.box)]
    free = [
        span
        for span in _without(within, merge_spans(covered, SHORTEST_STAY))
        if span[1] - span[0] >= SHORTEST_STAY or span in (within, whole)
    ]
    found = [_Stay(first, *span) for span in free]
    for gap in _without(within, free):
        found += _stays(others, gap, whole, obstacles)
    return sorted(found, key=lambda stay: stay.start)


def _calm(stays: list[_Stay]) -> list[_Stay]:
    """Return the stays without short ones between two sizes: a smaller place lies within a larger one, so it is free, too."""
    while True:
        for i, stay in enumerate(stays):
            near = [
                one
                for one in stays[max(i - 1, 0) : i + 2]
                if one.place and (one.start == stay.end or one.end == stay.start)
            ]
            smaller = [one for one in near if one.place and stay.place and one.place.pixels < stay.place.pixels]
            if smaller and stay.end - stay.start < SHORTEST_STAY:
                kept = max(smaller, key=lambda one: one.place.pixels if one.place else 0)
                joined = _Stay(kept.place, min(kept.start, stay.start), max(kept.end, stay.end))
                stays = sorted([joined, *(one for one in stays if one not in (kept, stay))], key=lambda one: one.start)
                break
        else:
            return stays


def _without(span: Span, holes: Iterable[Span]) -> list[Span]:
    left, end = span
    pieces = []
    for hole_start, hole_end in holes:
        if hole_end > left and hole_start < end:
            pieces.append((left, hole_start))
            left = hole_end
    return [(s, e) for s, e in [*pieces, (left, end)] if e - s > 1e-6]


def _runs(stays: Sequence[_Stay]) -> Iterator[list[_Stay]]:
    """Yield the stays without a break between them."""
    breaks = [0]
    for one, other in pairwise(stays):
        breaks.append(breaks[-1] + (one.place is None or other.place is None or other.start > one.end + 1e-6))
    for _, run in groupby(zip(breaks, stays, strict=False), key=lambda pair: pair[0]):
        found = [stay for _, stay in run if stay.place]
        if found:
            yield found


def _moves(run: Sequence[_Stay], base: Box, pauses: Sequence[float], fps: int) -> Iterator[CameraMove]:
    """Yield the changes of size in a run; one that she begins with is over before she is seen."""
    first = run[0]
    if first.place and first.place.box != base:
        yield CameraMove(start=first.start - 1 / fps, seconds=1 / fps, camera=_view(base, first.place.box))
    for one, other in pairwise(run):
        if one.place and other.place and one.place != other.place:
            grows = other.place.pixels > one.place.pixels
            start = _after(pauses, other) if grows else _before(pauses, one)
            yield CameraMove(start=start, seconds=MOVE, camera=_view(base, other.place.box))


def _view(base: Box, seen: Box) -> Camera:
    """Return the camera that shows what lies in `base` in the box `seen`."""
    scale = seen.w / base.w
    return Camera(scale=scale, x=base.x - (seen.x - 0.5) / scale, y=base.y - (seen.y - 0.5) / scale)


def _before(pauses: Sequence[float], stay: _Stay) -> float:
    """Return when to begin a move that is over at the end of a stay: in the last pause before it, if that is near."""
    last = stay.end - MOVE
    fits = [p for p in pauses if max(last - EARLIEST, stay.start + MOVE) <= p - MOVE / 2 <= last]
    return fits[-1] - MOVE / 2 if fits else last


def _after(pauses: Sequence[float], stay: _Stay) -> float:
    """Return when to begin a move after the start of a stay: in the first pause after it, if that is near."""
    fits = [p for p in pauses if stay.start <= p - MOVE / 2 <= min(stay.start + EARLIEST, stay.end - 2 * MOVE)]
    return fits[0] - MOVE / 2 if fits else stay.start


def _pauses(schedule: SceneSchedule) -> list[float]:
    """Return the middles (seconds) of the pauses between words."""
    words = sorted((word.start, word.end) for word in schedule.words)
    return [(end + start) / 2 for (_, end), (start, _) in pairwise(words) if start - end >= BREATH]


def _items(place: NarratorPlace) -> Iterator[ObstacleItem]:
    time, box = place.start, place.box
    for move in place.moves:
        later = move.camera.see(place.box)
        if move.start > time:
            yield box, time, move.start
        if move.start + move.seconds > place.start:
            yield union([box, later]), max(move.start, place.start), min(move.start + move.seconds, place.end)
        time, box = max(move.start + move.seconds, place.start), later
    if place.end > time:
        yield box, time, place.end


def box_at(place: NarratorPlace, time: float) -> Box:
    """Return where a narrator is at `time` of the scene."""
    return camera_at(place.moves, time).see(place.box)
