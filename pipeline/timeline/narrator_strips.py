"""Narrators and their voices as strips."""

import math
from collections.abc import Iterator

from ..base.clock import Span, frame_at
from ..episode.model import Episode
from ..layout.model import NarratorPlace
from ..layout.narrator_moves import box_at
from ..timing.narration import LinePart, TimedLine
from .camera import camera_keys
from .frames import fades, strip_fields, strip_frames
from .model import MovieStrip, SceneSpan, SoundStrip
from .takes import SceneTakes

NEGLIGIBLE = 0.01
"""Seconds: less than a frame."""
TOGETHER = 0.3
"""Seconds between two words that count as one stretch of speech."""
HARDLY = 1e-6
"""A fraction of the frame by which nothing is seen to move."""


def narrator_strips(
    take: SceneTakes, before: SceneTakes | None, after: SceneTakes | None, span: SceneSpan, episode: Episode
) -> Iterator[MovieStrip]:
    """Yield each character's clip, which runs with the scene, for as long as they are there, with their changes of size.

    Where the scene `before` or `after` has them in the same place, they don't fade there.
    """
    fps = take.schedule.fps
    for place, number in _numbered_places(take, episode):
        start, end = strip_frames(place.start, place.end, take, span)
        was_there = start == span.start and before is not None and _ends_with(before, place)
        stays = end == span.end and after is not None and _begins_with(after, place)
        name = episode.character(place.character).name
        yield MovieStrip(
            **strip_fields(place.character, str(number), name, "Narrator", span, start, end),
            source=take.narrators[place.character],
            source_start=start - span.start,
            box=place.box,
            camera=tuple(
                key for key in camera_keys(place.moves, -1, end - span.start, fps, span.start) if key.frame >= start
            ),
            opacity=fades(start, end, fade_in=not was_there, fade_out=not stays),
        )


def voice_strips(take: SceneTakes, span: SceneSpan, narrators: list[MovieStrip]) -> Iterator[SoundStrip]:
    """Yield a strip for every part of every line, linked to the strips of its speaker that are seen with it."""
    fps = take.schedule.fps
    for line in take.schedule.lines:
        for number, part in enumerate(line.parts):
            start = span.start + frame_at(part.start, fps)
            end = min(start + max(1, math.ceil((part.source_end - part.source_start) * fps - 1e-6)), span.end)
            seen = [n.id for n in narrators if n.owner == line.speaker and n.start < end and start < n.end]
            yield SoundStrip(
                **strip_fields(line.id, f"voice-{number}", f"{line.speaker}: {line.id}", "Voice", span, start, end),
                source=take.voices[line.id],
                source_start=part.source_start,
                linked=tuple(seen),
                speech=_speech(take, line, part),
            )


def _speech(take: SceneTakes, line: TimedLine, part: LinePart) -> tuple[Span, ...]:
    """Return the seconds of a line's recording in which words of a part of it are said."""
    words = [w for w in take.schedule.words if w.speaker == line.speaker and part.start <= w.start < part.end]
    shift = part.source_start - part.start
    spans: list[Span] = []
    for word in words:
        start, end = round(word.start + shift, 3), round(min(word.end, part.end) + shift, 3)
        if spans and start - spans[-1][1] < TOGETHER:
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return tuple(spans)


def _numbered_places(take: SceneTakes, episode: Episode) -> list[tuple[NarratorPlace, int]]:
    """Return every place with its number among those of its character, in the order of the episode's characters."""
    own = ([p for p in take.layout.narrators if p.character == c.id] for c in episode.characters)
    return [(place, number) for places in own for number, place in enumerate(places)]


def _ends_with(take: SceneTakes, place: NarratorPlace) -> bool:
    """Return whether the scene has a narrator in this place when it ends."""
    last = take.schedule.duration - NEGLIGIBLE
    return any(_is_same_look(p, p.end, place, place.start) and p.end >= last for p in take.layout.narrators)


def _begins_with(take: SceneTakes, place: NarratorPlace) -> bool:
    """Return whether the scene has a narrator in this place when it begins."""
    return any(_is_same_look(place, place.end, p, p.start) and p.start <= NEGLIGIBLE for p in take.layout.narrators)


def _is_same_look(one: NarratorPlace, end: float, other: NarratorPlace, start: float) -> bool:
    """Return whether a narrator looks alike at the `end` of one place and at the `start` of the other."""
    is_same = (one.character, one.mirrored) == (other.character, other.mirrored)
    return is_same and box_at(one, end).is_near(box_at(other, start), HARDLY)
