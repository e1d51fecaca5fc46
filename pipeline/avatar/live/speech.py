"""What a narrator says in a scene, as one recording: what lips are moved by."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ... import audio
from ...jobs.recipe import Bench
from ...model import Frozen


class Sound(Frozen):
    """A stretch of the voice take `voice` (its file `audio`), heard from `start` of the scene; seconds."""

    voice: str
    audio: str
    start: float
    source_start: float
    source_end: float


def speech(sounds: Iterable[Sound], seconds: float, bench: Bench) -> np.ndarray:
    """The sum of `sounds`, (samples, 1), exactly `seconds` long; silent where nothing is said."""
    whole = np.zeros((round(seconds * audio.RATE), 1), np.float32)
    for sound in sounds:
        source = audio.read(_file(sound, bench))
        clip = source[_sample(sound.source_start) : _sample(sound.source_end)].mean(axis=1, keepdims=True)
        start = _sample(sound.start)
        clip = clip[: max(0, len(whole) - start)]
        whole[start : start + len(clip)] += clip
    return whole


def _file(sound: Sound, bench: Bench) -> Path:
    return bench.take("voice", sound.voice) / sound.audio


def _sample(seconds: float) -> int:
    return round(seconds * audio.RATE)
