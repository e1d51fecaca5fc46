"""resolve(): the whole film as strips. Pure: the same input gives the same timeline, byte for byte."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..base.clock import frame_at
from ..base.geometry import Size
from ..episode.blocks import Clip, Overlay, Shot
from ..episode.capture_block import Capture
from ..episode.film_scenes import film_scenes
from ..episode.model import Episode, Scene
from ..episode.music import Music
from .background import BackgroundSpan, background_spans, background_strips
from .edits import Edits, apply_edits
from .model import Element, Marker, SceneSpan, Strip, Timeline
from .narrator_strips import narrator_strips, voice_strips
from .overlay_strips import clip_strips, overlay_clip_strips, text_overlay_strips
from .pointer_strips import pointer_strips, ripple_strips
from .soundtrack_strips import ducked, effect_strips, music_strips
from .takes import SceneTakes, Takes
from .tracks import assign_tracks

_NO_WORDS = ("id", "line", "at", "until")
"""Fields of blocks that do not say what a block is: they change when it is put elsewhere."""


def resolve(episode: Episode, takes: Takes, edits: Edits | None = None) -> Timeline:
    """Return every strip of the film, `takes.scenes` being those of `film_scenes(episode)`, as `edits` change them."""
    scenes, film = film_scenes(episode), episode.settings.film
    size = (film.width, film.height)
    spans = _scene_spans(scenes, takes)
    backgrounds = background_spans(scenes, tuple(take.schedule for take in takes.scenes))
    strips: list[Strip] = list(background_strips(backgrounds, {take.schedule.scene: take for take in takes.scenes}))
    neighbours = (None, *takes.scenes, None)
    for take, before, after, span in zip(takes.scenes, neighbours, neighbours[2:], spans, strict=False):
        filmed = {b.capture: b for b in backgrounds if b.scene == span.id and b.capture}
        strips += _scene_strips(take, before, after, span, filmed, episode, takes, size)
    strips += music_strips(takes.music)
    tracks, placed = assign_tracks(strips)
    timeline = Timeline(
        title=episode.title,
        fps=film.fps,
        size=size,
        frames=spans[-1].end,
        tracks=tracks,
        scenes=spans,
        strips=ducked(placed, film.fps),
        markers=tuple(_markers(takes, spans)),
        elements=tuple(elements_of(scenes)),
    )
    return timeline if edits is None else apply_edits(timeline, edits)[0]


def _scene_spans(scenes: tuple[Scene, ...], takes: Takes) -> tuple[SceneSpan, ...]:
    spans, start = [], 0
    for scene, take in zip(scenes, takes.scenes, strict=True):
        spans.append(SceneSpan(id=scene.id, title=scene.title, start=start, end=start + take.schedule.frames))
        start = spans[-1].end
    return tuple(spans)


def _markers(takes: Takes, spans: tuple[SceneSpan, ...]) -> Iterator[Marker]:
    for take, span in zip(takes.scenes, spans, strict=True):
        for name, time in take.schedule.mark_times:
            yield Marker(name=f"{span.id}/{name}", frame=span.start + frame_at(time, take.schedule.fps))


def _scene_strips(
    take: SceneTakes,
    before: SceneTakes | None,
    after: SceneTakes | None,
    span: SceneSpan,
    filmed: Mapping[str, BackgroundSpan],
    episode: Episode,
    takes: Takes,
    size: Size,
) -> list[Strip]:
    """Return all that lies over a scene's background, and its voices.

    `before` and `after` are its neighbours, `filmed` the stretches of its captures.
    """
    narrators = list(narrator_strips(take, before, after, span, episode))
    return [
        *overlay_clip_strips(take, span, filmed),
        *(strip for place in take.layout.overlays for strip in text_overlay_strips(place, take, span)),
        *clip_strips(take, span),
        *pointer_strips(take, span, takes.pointer, takes.touch, size),
        *ripple_strips(take, span, takes.ripple, size),
        *narrators,
        *voice_strips(take, span, narrators),
        *effect_strips(take, span),
    ]


def elements_of(scenes: Iterable[Scene]) -> Iterator[Element]:
    """Yield the elements of the film's scenes, each scene before what is in it."""
    for scene in scenes:
        yield Element(scene=scene.id, owner="", kind="scene", text=scene.title)
        for line in scene.lines:
            words = " ".join(word.written for word in line.words)
            yield Element(scene=scene.id, owner=line.id, kind="line", text=words)
        blocks: Iterable[Capture | Overlay | Clip | Shot | Music] = (
            *scene.captures, *scene.overlays, *scene.clips, *scene.shots, *scene.music
        )  # fmt: skip
        for block in blocks:
            kind = f"{type(block).__name__.lower()} {getattr(block, 'kind', '')}".rstrip()
            yield Element(scene=scene.id, owner=block.id, kind=kind, text=" ".join(_words(block.model_dump())))


def _words(value: Any) -> Iterator[str]:
    """Yield all words in the fields of a block."""
    if isinstance(value, str):
        yield from value.split()
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in _NO_WORDS:
                yield from _words(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _words(inner)
