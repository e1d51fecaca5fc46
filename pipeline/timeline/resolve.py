"""resolve(): the whole film as strips. Pure: the same input gives the same timeline, byte for byte."""

import math
from collections.abc import Iterable
from itertools import pairwise

from ..clock import frame_at
from ..episode.model import Episode, Scene
from ..geometry import Size
from ..layout.ending import end_scene
from ..layout.model import NarratorPlace
from .base import Base, bases
from .camera import camera_keys
from .clips import clip_strips
from .edits import Edits, apply_edits
from .frames import fades, head, strip_frames
from .model import (
    CameraKey,
    CrossStrip,
    Marker,
    MovieStrip,
    SceneSpan,
    SoundStrip,
    Strip,
    Timeline,
)
from .overlaying import overlay_strips
from .patching import patch_strips
from .pointing import pointer, ripples
from .takes import SceneTakes, Takes
from .tracks import assigned

NEGLIGIBLE = 0.01
"""Seconds: less than a frame."""
Neighbours = tuple[SceneTakes | None, ...]
"""The takes of the scenes before and after; None at the film's ends."""


def film_scenes(episode: Episode) -> tuple[Scene, ...]:
    """The scenes of the film in order: those that are enabled, and the end card where the author made none."""
    closing = end_scene(episode)
    return tuple(s for s in episode.scenes if s.enabled) + ((closing,) if closing else ())


def resolve(episode: Episode, takes: Takes, edits: Edits | None = None) -> Timeline:
    """Every strip of the film, `takes.scenes` being those of `film_scenes(episode)`; then what the person changed."""
    scenes = film_scenes(episode)
    film = episode.settings.film
    size = (film.width, film.height)
    stretches = bases(scenes, tuple(t.schedule for t in takes.scenes))
    spans = _spans(scenes, takes)
    strips: list[Strip] = list(_pictures(stretches, takes, spans))
    for i, (scene, span) in enumerate(zip(takes.scenes, spans, strict=True)):
        neighbours = tuple(takes.scenes[j] if 0 <= j < len(spans) else None for j in (i - 1, i + 1))
        strips += _scene_strips(scene, neighbours, span, episode, takes, size)
    tracks, placed = assigned(strips)
    timeline = Timeline(
        title=episode.title,
        fps=film.fps,
        size=size,
        frames=spans[-1].end,
        tracks=tracks,
        scenes=spans,
        strips=placed,
        markers=tuple(_markers(takes, spans)),
    )
    return timeline if edits is None else apply_edits(timeline, edits)[0]


def _spans(scenes: tuple[Scene, ...], takes: Takes) -> tuple[SceneSpan, ...]:
    spans, start = [], 0
    for scene, take in zip(scenes, takes.scenes, strict=True):
        spans.append(SceneSpan(id=scene.id, title=scene.title, start=start, end=start + take.schedule.frames))
        start = spans[-1].end
    return tuple(spans)


def _markers(takes: Takes, spans: tuple[SceneSpan, ...]) -> Iterable[Marker]:
    for take, span in zip(takes.scenes, spans, strict=True):
        for name, time in take.schedule.mark_times:
            yield Marker(name=f"{span.id}/{name}", frame=span.start + frame_at(time, take.schedule.fps))


# Pictures


def _pictures(stretches: tuple[Base, ...], takes: Takes, spans: tuple[SceneSpan, ...]) -> Iterable[Strip]:
    """Plates and footage on Picture A and B in turn, and the crosses between them."""
    by_scene = {t.schedule.scene: t for t in takes.scenes}
    starts = {s.id: s.start for s in spans}
    for i, base in enumerate(stretches):
        yield _picture(base, by_scene[base.scene], starts[base.scene], "Picture A" if i % 2 == 0 else "Picture B")
    for one, other in pairwise(stretches):
        if one.after + other.before:
            start, end = other.start - other.before, one.end + one.after
            yield CrossStrip(
                id=f"{other.scene}/{other.capture or f'plate-{other.number}'}/cross",
                scene=other.scene,
                name="Cross",
                track="Transitions",
                start=start,
                end=end,
                first=_picture_id(one),
                second=_picture_id(other),
            )


def _picture_id(base: Base) -> str:
    return f"{base.scene}/{base.capture}/footage" if base.capture else f"{base.scene}/plate/{base.number}"


def _picture(base: Base, take: SceneTakes, scene_start: int, track: str) -> MovieStrip:
    return MovieStrip(
        id=_picture_id(base),
        scene=base.scene,
        name=f"{base.scene}: {base.capture or 'plate'}",
        track=track,
        start=base.start - base.before,
        end=base.end + base.after,
        source=take.footage[base.capture] if base.capture else take.plate,
        camera=_camera_keys(base, take, scene_start) if base.capture else (),
    )


def _camera_keys(base: Base, take: SceneTakes, scene_start: int) -> tuple[CameraKey, ...]:
    first, last = base.start - scene_start, base.end - scene_start
    return camera_keys(take.layout.cameras, first, last, take.schedule.fps, scene_start)


# What lies over the pictures


def _scene_strips(
    take: SceneTakes, neighbours: Neighbours, span: SceneSpan, episode: Episode, takes: Takes, size: Size
) -> list[Strip]:
    stays = _stays(take, episode)
    narrators = [_narrator(place, number, take, neighbours, span, episode) for place, number in stays]
    overlays = [s for o in take.layout.overlays for s in overlay_strips(o, take, span)]
    return [
        *patch_strips(take, span),
        *overlays,
        *clip_strips(take, span),
        *pointer(take, span, takes.pointer, takes.touch, size),
        *ripples(take, span, takes.ripple, size),
        *narrators,
        *_voices(take, span, narrators),
    ]


def _stays(take: SceneTakes, episode: Episode) -> list[tuple[NarratorPlace, int]]:
    """Every place with its number among those of the same character; who comes first in the episode comes first."""
    own = {c.id: [p for p in take.layout.narrators if p.character == c.id] for c in episode.characters}
    return [(place, number) for places in own.values() for number, place in enumerate(places)]


def _narrator(
    place: NarratorPlace,
    number: int,
    take: SceneTakes,
    neighbours: Neighbours,
    span: SceneSpan,
    episode: Episode,
) -> MovieStrip:
    """The character's clip, which runs with the scene, for as long as they are there.

    Where the neighbouring scene has them in the same place they neither come nor go.
    """
    start, end = strip_frames(place.start, place.end, take, span)
    stays_in = start == span.start and _stood_before(place, neighbours[0])
    stays_out = end == span.end and _stands_after(place, neighbours[1])
    name = episode.character(place.character).name
    return MovieStrip(
        **head(f"{place.character}/{number}", name, "Narrator", span, start, end),
        source=take.narrators[place.character],
        source_start=start - span.start,
        box=place.box,
        opacity=fades(start, end, not stays_in, not stays_out),
    )


def _stood_before(place: NarratorPlace, take: SceneTakes | None) -> bool:
    """Whether the scene before ends with them in the same place."""
    return take is not None and any(
        _same(p, place) and p.end >= take.schedule.duration - NEGLIGIBLE for p in take.layout.narrators
    )


def _stands_after(place: NarratorPlace, take: SceneTakes | None) -> bool:
    return take is not None and any(_same(p, place) and p.start <= NEGLIGIBLE for p in take.layout.narrators)


def _same(one: NarratorPlace, other: NarratorPlace) -> bool:
    return (one.character, one.box, one.mirrored) == (other.character, other.box, other.mirrored)


# Voice


def _voices(take: SceneTakes, span: SceneSpan, narrators: list[MovieStrip]) -> Iterable[SoundStrip]:
    """A strip for every part of every line, linked to the narrator's strips that are seen with it."""
    fps = take.schedule.fps
    for line in take.schedule.lines:
        for number, part in enumerate(line.parts):
            start = span.start + frame_at(part.start, fps)
            end = min(start + max(1, math.ceil((part.source_end - part.source_start) * fps - 1e-6)), span.end)
            seen = [n.id for n in narrators if n.id.split("/")[1] == line.speaker and n.start < end and start < n.end]
            yield SoundStrip(
                **head(f"{line.id}/voice-{number}", f"{line.speaker}: {line.id}", "Voice", span, start, end),
                source=take.voices[line.id],
                source_start=part.source_start,
                linked=tuple(seen),
            )
