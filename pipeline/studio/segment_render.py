"""Rendering a segment of an episode: where its scene lies now is read from the timeline last compiled."""

import json
from collections.abc import Callable
from pathlib import Path

from ..errors import LecternError
from ..film.recipe import Render, SegmentRequest
from ..film.segments import ForeignStrip, Segment, segments
from ..jobs.recipe import Bench
from ..timeline.kept import read_timeline
from .places import Places
from .renderer import Renderer


def renders_with(renderer: Renderer, threads: int = 1) -> Callable[[Bench], Render]:
    """What `film.recipe.segment_recipe` wants. One thread a process costs least where several render side by side."""

    def of(bench: Bench) -> Render:
        places = Places(folder=bench.episode)

        def render(request: SegmentRequest, out: Path, report: Callable[[float], None]) -> None:
            at = _found(request, places)
            renderer.run("render", _request(request, at, places, out, threads), report)

        return render

    return of


def _request(request: SegmentRequest, at: Segment, places: Places, out: Path, threads: int) -> dict[str, object]:
    place = {"blend": str(places.blend), "start": at.start, "end": at.end, "out": str(out), "threads": threads}
    return place | request.encoding.model_dump()


def _found(request: SegmentRequest, places: Places) -> Segment:
    """The segment as it lies in the film now; its picture must still be the one that was asked for."""
    timeline = read_timeline(places.timeline)
    foreign = foreign_strips(places)
    for segment in segments(timeline, foreign, request.encoding):
        if segment.scene == request.scene and segment.fingerprint == request.fingerprint:
            return segment
    raise LecternError(f'scene "{request.scene}" has changed since its render was asked for; build again')


def foreign_strips(places: Places) -> tuple[ForeignStrip, ...]:
    """The person's strips as Blender told them when the timeline was last compiled."""
    if not places.compiled.exists():
        return ()
    said = json.loads(places.compiled.read_text(encoding="utf-8"))
    return tuple(ForeignStrip.model_validate(strip) for strip in said.get("foreign", ()))
