"""All sounds of a film in one recording."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np

from .. import audio
from ..clock import seconds_at
from ..timeline.model import SoundStrip, Timeline

FADE = 0.005
"""Seconds of fade where a strip cuts into sound, so that nothing clicks."""


def sounds(timeline: Timeline) -> tuple[SoundStrip, ...]:
    """The sound strips of a timeline; what a person moved out of the film is cut off."""
    strips = (_within(strip, timeline) for strip in timeline.strips if isinstance(strip, SoundStrip))
    return tuple(strip for strip in strips if strip.end > strip.start)


def mixed(strips: Iterable[SoundStrip], frames: int, fps: int, root: Path) -> np.ndarray:
    """The sum of `strips`, which lie within so many `frames`: (samples, 2). Where its file has no sound a strip is silent."""
    film = np.zeros((_sample(frames, fps), 2), np.float32)
    source = lru_cache(maxsize=8)(lambda name: audio.read(root / name))
    for strip in strips:
        start = _sample(strip.start, fps)
        clip = _clip(source(strip.source), strip, _sample(strip.end, fps) - start)[: len(film) - start]
        film[start : start + len(clip)] += clip
    return film


def _within(strip: SoundStrip, timeline: Timeline) -> SoundStrip:
    start, end = max(strip.start, 0), min(strip.end, timeline.frames)
    into = strip.source_start + seconds_at(start - strip.start, timeline.fps)
    return strip.model_copy(update={"start": start, "end": end, "source_start": into})


def _sample(frame: int, fps: int) -> int:
    return round(seconds_at(frame, fps) * audio.RATE)


def _clip(source: np.ndarray, strip: SoundStrip, length: int) -> np.ndarray:
    """The strip's stretch of its source, at its volume, mono on both sides."""
    start = round(strip.source_start * audio.RATE)
    before = min(max(0, -start), length)  # a strip may be drawn out to before its file begins
    clip = np.pad(source[max(0, start) : max(0, start + length)], ((before, 0), (0, 0))) * np.float32(strip.volume)
    ramp = np.linspace(0, 1, min(len(clip), round(FADE * audio.RATE)), dtype=np.float32)[:, None]
    if start > 0:
        clip[: len(ramp)] *= ramp
    if start + length < len(source):
        clip[len(clip) - len(ramp) :] *= ramp[::-1]
    return np.broadcast_to(clip, (len(clip), 2))
