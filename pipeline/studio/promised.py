"""What the finished film is to show, and where: what `quality` compares it with."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ..avatar.take import NarratorTake
from ..avatar.visemes import PRESSED, shapes_of
from ..capture.picture.outline import DRAWN
from ..capture.retime import events_at
from ..clock import frame_at, seconds_at
from ..geometry import FULL, Box
from ..layout.footage import camera_at
from ..quality.contrast import Text
from ..quality.film import Promise
from ..quality.lips import Mouth, Speech
from ..quality.sync import Cover, Expected, window
from ..services.voice import Phoneme
from ..timeline.frames import FADE
from ..timeline.model import ColourStrip, Key, MovieStrip, SceneSpan, Strip, TextStrip, Timeline
from ..timeline.views import View
from .arranging import Arranged
from .production import Production

OPAQUE = 0.99
PHRASE = 0.15
"""Seconds without a sound between two phrases."""


def promise_of(production: Production, timeline: Timeline, narrators: dict[str, NarratorTake]) -> Promise:
    """What the film of `timeline` must be; `narrators` by the source of their clip."""
    film = production.episode.settings.film
    scenes = list(zip(production.arranged, timeline.scenes, strict=True))
    clips = [strip for strip in timeline.strips if isinstance(strip, MovieStrip) and strip.source in narrators]
    return Promise(
        frames=timeline.frames,
        fps=timeline.fps,
        size=timeline.size,
        loudness=film.loudness,
        true_peak=film.true_peak,
        steps=tuple(e for arranged, span in scenes for e in _steps(arranged, span, production, timeline)),
        mouths=tuple(_mouth(clip, narrators[clip.source], timeline.frames) for clip in clips),
        speeches=tuple(s for a, span in scenes for s in _speeches(a, seconds_at(span.start, timeline.fps))),
        texts=tuple(_text(s, timeline.frames) for s in timeline.strips if isinstance(s, TextStrip) and s.text.strip()),
    )


# Steps


def _steps(arranged: Arranged, span: SceneSpan, production: Production, timeline: Timeline) -> Iterator[Expected]:
    strips = [s for s in timeline.strips if s.start < span.end and s.end > span.start]
    for view in arranged.schedule.views:
        take = production.recordings.captures[view.capture]
        moving = tuple(_moving(s for s in strips if s.id == f"{span.id}/{view.capture}/footage"))
        for event in events_at(take, view.plan):
            if event.at:
                time = arranged.schedule.marks[event.at]
                frame = span.start + frame_at(time, timeline.fps)
                yield Expected(
                    scene=span.id,
                    line=event.line,
                    mark=event.at,
                    frame=frame,
                    region=_region(arranged, view, time),
                    covers=tuple(cover for s in strips for cover in _covers(s, frame)),
                    moving=(*moving, *(span for s in strips for span in _pointing(s, frame))),
                )


def _region(arranged: Arranged, view: View, time: float) -> Box:
    """Where the capture's content is seen at `time` of the scene, cut at the frame's edges."""
    shown = next(shot.window for shot in arranged.layout.shots if shot.capture == view.capture)
    return camera_at(arranged.layout.cameras, time).see(shown).common(FULL) or Box(x=0, y=0, w=0, h=0)


def _moving(footage: Iterable[Strip]) -> Iterator[tuple[int, int]]:
    for strip in footage:
        for one, other in pairwise(strip.camera):
            if (one.scale, one.x, one.y) != (other.scale, other.x, other.y):
                yield one.frame, other.frame


POINTING = ("Spotlight", "Highlight")
"""Tracks of what comes with a step's effect: it is part of what is seen to happen then."""


def _pointing(strip: Strip, mark: int) -> Iterator[tuple[int, int]]:
    """The spans in which something that points at another step than that at the frame `mark` comes or goes."""
    if isinstance(strip, MovieStrip) and strip.track.startswith(POINTING):
        if strip.start != mark:
            yield strip.start, strip.start + DRAWN + 1
        yield strip.end - FADE, strip.end


def _covers(strip: Strip, mark: int) -> Iterator[Cover]:
    """What `strip` hides of the footage around the frame `mark`; something that moves, frame by frame."""
    near = window(mark)
    start, end = max(strip.start, near.start), min(strip.end, near.stop)
    if start >= end or not isinstance(strip, (MovieStrip, TextStrip, ColourStrip)) or strip.track.startswith(("Picture", *POINTING)):
        return
    if isinstance(strip, MovieStrip) and strip.box and strip.position_x:
        yield from (Cover(start=n, end=n + 1, box=_moved(strip, strip.box, n)) for n in range(start, end))
    else:
        yield Cover(start=start, end=end, box=strip.box or FULL)


def _moved(strip: MovieStrip, box: Box, frame: int) -> Box:
    x, y = _value(strip.position_x, frame), _value(strip.position_y, frame)
    return Box(x=x - box.w / 2, y=y - box.h / 2, w=box.w, h=box.h)


# Narrators and texts


def _mouth(strip: MovieStrip, take: NarratorTake, frames: int) -> Mouth:
    left, top, width, height = take.mouth
    box = Box(x=1 - left - width if strip.mirrored else left, y=top, w=width, h=height)
    start, end = _opaque(strip, frames)
    return Mouth(
        scene=strip.scene, character=strip.id.split("/")[1], start=start, end=end,
        box=box.within(strip.box or FULL), inside=take.inside,
    )  # fmt: skip


def _text(strip: TextStrip, frames: int) -> Text:
    start, end = _opaque(strip, frames)
    return Text(
        id=strip.id, scene=strip.scene, text=strip.text.strip().splitlines()[0], colour=strip.colour, size=strip.size,
        box=strip.box, start=start, end=end,
    )  # fmt: skip


def _opaque(strip: MovieStrip | TextStrip, frames: int) -> tuple[int, int]:
    """The frames of a film of so many from the first to the last (exclusive) at which nothing shines through."""
    seen = [n for n in range(max(strip.start, 0), min(strip.end, frames)) if not strip.opacity or _value(strip.opacity, n) >= OPAQUE]
    return (seen[0], seen[-1] + 1) if seen else (strip.start, strip.start)


def _value(keys: Sequence[Key], frame: int) -> float:
    """What keys give at a frame, linear between them."""
    before = max((k for k in keys if k.frame <= frame), key=lambda k: k.frame, default=keys[0])
    after = min((k for k in keys if k.frame > frame), key=lambda k: k.frame, default=before)
    share = (frame - before.frame) / (after.frame - before.frame) if after.frame > before.frame <= frame else 0.0
    return before.value + (after.value - before.value) * share


# Speech


def _speeches(arranged: Arranged, begin: float) -> Iterator[Speech]:
    """Every phrase of a scene that begins at `begin` seconds of the film."""
    for speaker in arranged.schedule.speakers:
        sounds = [p for p in arranged.schedule.phonemes_of(speaker) if shapes_of(p.symbol)]
        for phrase in _phrases(sounds):
            opens = next((p for p in phrase if shapes_of(p.symbol)[0] != PRESSED), phrase[0])
            shuts = next((p for p in reversed(phrase) if shapes_of(p.symbol)[-1] != PRESSED), phrase[-1])
            pressed = [p for p in phrase if shapes_of(p.symbol)[0] == PRESSED]
            yield Speech(
                character=speaker,
                start=round(begin + phrase[0].start, 3),
                end=round(begin + phrase[-1].end, 3),
                shut=round(opens.start - phrase[0].start, 3),
                shuts=round(phrase[-1].end - shuts.end, 3),
                pressed=tuple((round(begin + p.start, 3), round(begin + p.end, 3)) for p in pressed),
            )


def _phrases(sounds: Iterable[Phoneme]) -> list[list[Phoneme]]:
    phrases: list[list[Phoneme]] = []
    for sound in sorted(sounds, key=lambda p: p.start):
        if phrases and sound.start - phrases[-1][-1].end < PHRASE:
            phrases[-1].append(sound)
        else:
            phrases.append([sound])
    return phrases
