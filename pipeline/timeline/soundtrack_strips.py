"""Music and effects as strips, and how far music steps back while somebody speaks."""

from collections.abc import Iterable, Iterator
from math import ceil, floor

import numpy as np

from ..base.audio import factor
from ..base.clock import Span, seconds_at
from .model import Keyframe, SceneSpan, SoundStrip, Strip
from .takes import PlacedSound, SceneTakes

DOWN, BEFORE = 0.25, 0.10
"""Seconds in which music steps back, and by which it has done so before a word."""
UP, AFTER = 0.45, 0.15
"""Seconds in which it comes back, and how long after a word it begins to."""
SHORT = 1.2
"""Seconds of a pause in which it stays where it is."""
EFFECTS_TRACK = "Effects"


def music_strips(sounds: Iterable[PlacedSound]) -> Iterator[SoundStrip]:
    """Yield a strip for each piece of music."""
    for sound in sounds:
        yield SoundStrip(
            id=sound.id, scene=sound.scene, name=sound.name, track=sound.track, start=sound.start, end=sound.end,
            source=sound.source, duck=sound.duck,
        )  # fmt: skip


def effect_strips(take: SceneTakes, span: SceneSpan) -> Iterator[SoundStrip]:
    """Yield the strip of a scene's effects, if it has any."""
    if take.effects:
        yield SoundStrip(
            id=f"{span.id}/effects/sounds", scene=span.id, name="Effects", track=EFFECTS_TRACK, start=span.start,
            end=span.end, source=take.effects,
        )  # fmt: skip


def ducked(strips: Iterable[Strip], fps: int) -> tuple[Strip, ...]:
    """Return the strips with music that steps back under the voices among them, wherever they are."""
    strips = tuple(strips)
    if not any(isinstance(strip, SoundStrip) and strip.duck for strip in strips):
        return strips
    spoken = _spoken(strips, fps)
    return tuple(
        strip.model_copy(update={"level": _level(strip, spoken, fps)})
        if isinstance(strip, SoundStrip) and strip.duck
        else strip
        for strip in strips
    )


def _spoken(strips: Iterable[Strip], fps: int) -> list[Span]:
    """Return the seconds of the film in which somebody speaks; a pause that is too short is none."""
    spans: list[Span] = []
    for start, end in sorted(span for strip in strips if isinstance(strip, SoundStrip) for span in _heard(strip, fps)):
        if spans and start - spans[-1][1] < SHORT:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans


def _heard(strip: SoundStrip, fps: int) -> Iterator[Span]:
    """Yield the speech of a voice's strip in seconds of the film, without what is trimmed away."""
    first, last = seconds_at(strip.start, fps), seconds_at(strip.end, fps)
    shift = first - strip.source_start
    spans = ((max(start + shift, first), min(end + shift, last)) for start, end in strip.speech)
    yield from ((start, end) for start, end in spans if start < end)


def _level(strip: SoundStrip, spoken: Iterable[Span], fps: int) -> tuple[Keyframe, ...]:
    """Return the factor of the strip's volume, from its first frame to its last."""
    low = factor(-strip.duck)
    keys: list[tuple[int, float]] = []
    for start, end in spoken:
        keys += [(floor(fps * (start - BEFORE - DOWN)), 1.0), (floor(fps * (start - BEFORE)), low)]
        keys += [(ceil(fps * (end + AFTER)), low), (ceil(fps * (end + AFTER + UP)), 1.0)]
    frames = sorted({strip.start, strip.end, *(frame for frame, _ in keys if strip.start < frame < strip.end)})
    level = np.interp(frames, [frame for frame, _ in keys] or [0], [value for _, value in keys] or [1.0])
    return tuple(Keyframe(frame=f, value=round(float(v), 5)) for f, v in zip(frames, level, strict=True))
