"""From seconds of a scene to frames of the film, and how strips come and go there."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from ..clock import frame_at
from .model import Key, SceneSpan
from .takes import SceneTakes

FADE = 6
"""Frames in which overlays and narrators come and go."""


def strip_frames(start: float, end: float, take: SceneTakes, span: SceneSpan) -> tuple[int, int]:
    """Film frames from `start` to `end` (seconds of the scene), at least one and within the scene."""
    fps = take.schedule.fps
    first = min(span.start + frame_at(start, fps), span.end - 1)
    return first, min(max(span.start + frame_at(end, fps), first + 1), span.end)


def fades(start: int, end: int, comes: bool = True, goes: bool = True) -> tuple[Key, ...]:
    """Opacity from 0 and back to 0 at the ends that fade; the last frame is still faintly seen."""
    fade = min(FADE, (end - start) // 3)
    if fade < 1:
        return ()
    keys = [Key(frame=start, value=0.0), Key(frame=start + fade, value=1.0)] if comes else []
    return (*keys, *([Key(frame=end - fade, value=1.0), Key(frame=end, value=0.0)] if goes else []))


def runs(so: Iterable[bool]) -> Iterator[tuple[int, int]]:
    """The first and the last (exclusive) of every stretch of frames on which it is so."""
    at = 0
    for is_so, group in groupby(so):
        size = sum(1 for _ in group)
        if is_so:
            yield at, at + size
        at += size


def head(id: str, name: str, track: str, span: SceneSpan, start: int, end: int) -> dict[str, object]:
    """What every strip of a scene begins with; `id` is its own within the scene."""
    return {"id": f"{span.id}/{id}", "scene": span.id, "name": name, "track": track, "start": start, "end": end}
