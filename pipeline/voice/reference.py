"""eSpeak NG saying the words that a recording is to be compared with."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..services.voice import VoiceRequest
from .espeak import recorded
from .features import HOP, Sounding, sounding
from .stretches import Recording, Sound
from .words import spoken_words

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

    def places(self, sound: Sound) -> tuple[float, float]:
        """Where `sound` starts and ends among the states, a state reaching half a place to either side.

        It lies within the states of its word, which may be all too few for a short sound.
        """
        unit = max(0, int(np.searchsorted(self.words, sound.word, side="right")) - 1)
        last = self.starts[unit + 1] if unit + 1 < len(self.starts) else len(self.frames)
        low, high = float(self.starts[unit]) - 0.5, float(last) - 0.5
        middle = round((sound.start + sound.end) / 2 / self.hop)
        near = min(int(np.searchsorted(self.frames, middle)), len(self.frames) - 1)
        start, end = (near + time / self.hop - float(self.frames[near]) for time in (sound.start, sound.end))
        return min(max(start, low), high), min(max(end, low), high)


def spoken(words: Sequence[str], voice: str) -> Recording:
    """The words said by `voice`, at an even pace."""
    settings = tuple((name, str(value)) for name, value in SETTINGS.items())
    found = recorded(VoiceRequest(provider="espeak", voice=voice, words=tuple(words), settings=settings))
    return replace(found, sounds=_to_each(words, found))


def _to_each(words: Sequence[str], found: Recording) -> tuple[Sound, ...]:
    """The sounds of words that eSpeak NG says as one ("what you") given to each: other speakers may rest in between."""
    spans = spoken_words(words, found.sounds, len(found.pcm) / found.rate)
    voiced = [index for index, word in enumerate(words) if any(map(str.isalnum, word))]
    starts = [spans[index][0] for index in voiced]
    return tuple(replace(s, word=voiced[max(0, bisect_right(starts, s.start + 1e-6) - 1)]) for s in found.sounds)


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
    """The words that begin a run of sounds, and their first states; one too short to have a state is left out."""
    first = [index for index, s in enumerate(sounds) if index == 0 or s.word != sounds[index - 1].word]
    starts = np.searchsorted(states * hop, np.array([sounds[i].start for i in first]) - hop / 2)
    starts = np.minimum(starts, len(states) - 1)
    starts[0] = 0
    own = np.append(np.diff(starts) > 0, True)
    words = np.array([sounds[i].word for i in first])
    return words[own], starts[own]
