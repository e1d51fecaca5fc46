"""Clips on the film: a strip each, on tracks of their own, which a person can move, retime and delete."""

from collections.abc import Iterable

from .frames import fades, strip_frames
from .model import MovieStrip, SceneSpan
from .takes import SceneTakes


def clip_strips(take: SceneTakes, span: SceneSpan) -> Iterable[MovieStrip]:
    """Every clip of the scene, and below one that covers the footage the scene's background. They come as they are drawn."""
    for place in take.layout.clips:
        start, end = strip_frames(place.start, place.end, take, span)
        shared = {"scene": span.id, "track": "Clips", "start": start, "end": end}
        if place.covers:
            yield MovieStrip(
                id=f"{span.id}/{place.clip}/cover", name=f"{place.clip}: cover", source=take.plate, opacity=fades(start, end), **shared
            )  # fmt: skip
        yield MovieStrip(
            id=f"{span.id}/{place.clip}/clip", name=f"Clip: {place.clip}", source=take.clips[place.clip], box=place.box,
            opacity=fades(start, end, comes=False), **shared,
        )  # fmt: skip
