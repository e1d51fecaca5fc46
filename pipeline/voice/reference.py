"""eSpeak NG saying the words that a recording is to be compared with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..services.voice import VoiceRequest
from .espeak import recorded
from .features import HOP, Sounding, sounding
from .stretches import Recording, Sound

RATE = 165
"""Words per minute."""

SETTINGS = {"rate": RATE, "pitch": 50, "range": 50, "word_gap": 0}

MARGIN = 0.5
"""How much of a frame may lie outside of the sounds."""

TEMPO = (0.5, 2.0)
"""How much slower and faster than the recording the reference may be paced."""


@dataclass(frozen=True)
class Reference:
    """What eSpeak NG said: `sounds` with their times, and its frames that sound, the states of the alignment.

    `frames` are the states' frames of `sounding`, whose distance is `hop` seconds; `symbols` number their phonemes;
    `words` are those that begin a run of sounds, at the states `starts`.
    """

    sounds: tuple[Sound, ...]
    sounding: Sounding
    hop: float
    frames: np.ndarray
    symbols: np.ndarray
    words: np.ndarray
    starts: np.ndarray

    def state(self, sound: Sound, seconds: float) -> float:
        """The place among the states of a time within `sound`; a state's frame reaches half a place to either side."""
        near = int(np.searchsorted(self.frames, round((sound.start + sound.end) / 2 / self.hop)))
        near = min(near, len(self.frames) - 1)
        return near + seconds / self.hop - float(self.frames[near])


def spoken(words: Sequence[str], voice: str) -> Recording:
    """The words said by `voice`, at an even pace."""
    settings = tuple((name, str(value)) for name, value in SETTINGS.items())
    return recorded(VoiceRequest(provider="espeak", voice=voice, words=tuple(words), settings=settings))


def reference(recording: Recording, heard: Sounding) -> Reference:
    """The reference in frames so far apart that it has as many frames of speech as `heard`."""
    sound = recording.pcm / np.float32(32768)
    seconds = sum(s.end - s.start for s in recording.sounds)
    pace = seconds / max(HOP, HOP * int(heard.speech.sum()))
    hop = HOP * float(np.clip(pace, *TEMPO))
    frames = sounding(sound, recording.rate, hop)
    return _reference(recording.sounds, frames, hop)


def _reference(sounds: tuple[Sound, ...], frames: Sounding, hop: float) -> Reference:
    starts, ends = np.array([s.start for s in sounds]), np.array([s.end for s in sounds])
    times = np.arange(len(frames.level)) * hop
    nearest = np.clip(np.searchsorted(starts, times + MARGIN * hop, side="right") - 1, 0, None)
    states = np.flatnonzero((times + MARGIN * hop >= starts[0]) & (times < ends[nearest] + MARGIN * hop))
    numbers: dict[str, int] = {}
    symbols = np.array([numbers.setdefault(s.symbol, len(numbers)) for s in sounds])
    words, first = _words(sounds, states, hop)
    return Reference(sounds, frames, hop, states, symbols[nearest[states]], words, first)


def _words(sounds: tuple[Sound, ...], states: np.ndarray, hop: float) -> tuple[np.ndarray, np.ndarray]:
    """The words that begin a run of sounds, and their first states; one too short to have a state is left to the next."""
    first = [index for index, s in enumerate(sounds) if index == 0 or s.word != sounds[index - 1].word]
    starts = np.searchsorted(states * hop, np.array([sounds[i].start for i in first]) - hop / 2)
    starts = np.minimum(starts, len(states) - 1)
    starts[0] = 0
    own = np.append(np.diff(starts) > 0, True)
    words = np.array([sounds[i].word for i in first])
    return words[own], starts[own]
