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
    """The sound strips of a timeline."""
    return tuple(strip for strip in timeline.strips if isinstance(strip, SoundStrip))


def mixed(strips: Iterable[SoundStrip], frames: int, fps: int, root: Path) -> np.ndarray:
    """The sum of `strips` over `frames` frames, (samples, 2). Past the end of its file a strip is silent."""
    film = np.zeros((_sample(frames, fps), 2), np.float32)
    source = lru_cache(maxsize=8)(lambda name: audio.read(root / name))
    for strip in strips:
        start = _sample(strip.start, fps)
        clip = _clip(source(strip.source), strip, _sample(strip.end, fps) - start)[: len(film) - start]
        film[start : start + len(clip)] += clip
    return film


def _sample(frame: int, fps: int) -> int:
    return round(seconds_at(frame, fps) * audio.RATE)


def _clip(source: np.ndarray, strip: SoundStrip, length: int) -> np.ndarray:
    """The strip's stretch of its source, at its volume, mono on both sides."""
    start = round(strip.source_start * audio.RATE)
    clip = source[start : start + length] * np.float32(strip.volume)
    ramp = np.linspace(0, 1, min(len(clip), round(FADE * audio.RATE)), dtype=np.float32)[:, None]
    if start > 0:
        clip[: len(ramp)] *= ramp
    if start + length < len(source):
        clip[len(clip) - len(ramp) :] *= ramp[::-1]
    return np.broadcast_to(clip, (len(clip), 2))
