"""From seconds of a scene to frames of the film, and how strips fade in and out."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TypedDict

from ..base.clock import frame_at
from .model import Keyframe, SceneSpan, StripId
from .takes import SceneTakes

FADE = 6
"""Frames in which overlays and narrators fade in and out."""


class StripFields(TypedDict):
    """The fields that every strip has."""

    id: str
    scene: str
    name: str
    track: str
    start: int
    end: int


def strip_fields(owner: str, part: str, name: str, track: str, span: SceneSpan, start: int, end: int) -> StripFields:
    """Return the fields of a strip of a scene: part `part` of `owner` (see `StripId`)."""
    id = str(StripId(span.id, owner, part))
    return {"id": id, "scene": span.id, "name": name, "track": track, "start": start, "end": end}


def strip_frames(start: float, end: float, take: SceneTakes, span: SceneSpan) -> tuple[int, int]:
    """Return the film frames from `start` to `end` (seconds of the scene), at least one and within the scene."""
    fps = take.schedule.fps
    first = min(span.start + frame_at(start, fps), span.end - 1)
    return first, min(max(span.start + frame_at(end, fps), first + 1), span.end)


def fades(
    start: int, end: int, fade_in: bool = True, fade_out: bool = True, first: float = 0.0
) -> tuple[Keyframe, ...]:
    """Return the opacity of a strip that fades at its ends; its last frame is still faintly seen, and `first` is that of its first."""
    fade = min(FADE, (end - start) // 3)
    if fade < 1:
        return ()
    keys = [Keyframe(frame=start, value=first), Keyframe(frame=start + fade, value=1.0)] if fade_in else []
    return (*keys, *([Keyframe(frame=end - fade, value=1.0), Keyframe(frame=end, value=0.0)] if fade_out else []))


def true_runs(flags: Iterable[bool]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last (exclusive) index of every run of true flags."""
    index = 0
    for flag, group in groupby(flags):
        size = sum(1 for _ in group)
        if flag:
            yield index, index + size
        index += size
