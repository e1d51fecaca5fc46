"""The reference that a recording is compared with: eSpeak NG saying the same words."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..services.voice import VoiceRequest
from .espeak import record_untreated
from .features import HOP, SpectralFrames, spectral_frames
from .utterances import EspeakRecording, WordPhoneme
from .words import spoken_words

RATE = 165
"""Words per minute."""

SETTINGS = {"rate": RATE, "pitch": 50, "range": 50, "word_gap": 0}

MARGIN = 0.5
"""The fraction of a frame that may lie outside of the phonemes."""

TEMPO = (0.5, 2.0)
"""The least and the greatest pace of the reference, relative to the recording."""


@dataclass(frozen=True)
class Reference:
    """The phonemes that eSpeak NG said, and the states of the alignment: its audible frames.

    `sounding` are its frames, `hop` seconds apart; `frames` is the frame of each state, and `symbols` the number of its
    phoneme (states,); `words` are the words that begin a run of phonemes, at the states `starts`.
    """

    sounds: tuple[WordPhoneme, ...]
    sounding: SpectralFrames
    hop: float
    frames: NDArray[np.int64]
    symbols: NDArray[np.int64]
    words: NDArray[np.int64]
    starts: NDArray[np.int64]

    def places(self, sound: WordPhoneme) -> tuple[float, float]:
        """Return where `sound` starts and ends among the states, where a state reaches half a place to either side.

        The place is within the states of its word, even if these are too few for a short sound.
        """
        unit = max(0, int(np.searchsorted(self.words, sound.word, side="right")) - 1)
        last = self.starts[unit + 1] if unit + 1 < len(self.starts) else len(self.frames)
        low, high = float(self.starts[unit]) - 0.5, float(last) - 0.5
        middle = round((sound.start + sound.end) / 2 / self.hop)
        near = min(int(np.searchsorted(self.frames, middle)), len(self.frames) - 1)
        start, end = (near + time / self.hop - float(self.frames[near]) for time in (sound.start, sound.end))
        return min(max(start, low), high), min(max(end, low), high)


def speak_reference(words: Sequence[str], voice: str) -> EspeakRecording:
    """Return the words said by eSpeak NG's `voice`, at an even pace."""
    settings = tuple((name, str(value)) for name, value in SETTINGS.items())
    found = record_untreated(VoiceRequest(provider="espeak", voice=voice, words=tuple(words), settings=settings))
    return replace(found, sounds=_split_merged_words(words, found))


def _split_merged_words(words: Sequence[str], found: EspeakRecording) -> tuple[WordPhoneme, ...]:
    """Return the phonemes, shared among words that eSpeak NG says as one ("what you"): other speakers may rest in between."""
    spans = spoken_words(words, found.sounds, len(found.pcm) / found.rate)
    voiced = [index for index, word in enumerate(words) if any(map(str.isalnum, word))]
    starts = [spans[index][0] for index in voiced]
    return tuple(replace(s, word=voiced[max(0, bisect_right(starts, s.start + 1e-6) - 1)]) for s in found.sounds)


def reference_for(recording: EspeakRecording, heard: SpectralFrames) -> Reference:
    """Return the reference, in frames so far apart that it has as many frames of speech as `heard`."""
    sound = recording.pcm.astype(np.float32) / np.float32(32768)
    seconds = sum(s.end - s.start for s in recording.sounds)
    pace = seconds / max(HOP, HOP * int(heard.speech.sum()))
    hop = HOP * float(np.clip(pace, *TEMPO))
    frames = spectral_frames(sound, recording.rate, hop)
    return _build_reference(recording.sounds, frames, hop)


def _build_reference(sounds: tuple[WordPhoneme, ...], frames: SpectralFrames, hop: float) -> Reference:
    starts, ends = np.array([s.start for s in sounds]), np.array([s.end for s in sounds])
    times = np.arange(len(frames.level)) * hop
    nearest = np.clip(np.searchsorted(starts, times + MARGIN * hop, side="right") - 1, 0, None)
    states = np.flatnonzero((times + MARGIN * hop >= starts[0]) & (times < ends[nearest] + MARGIN * hop))
    numbers: dict[str, int] = {}
    symbols = np.array([numbers.setdefault(s.symbol, len(numbers)) for s in sounds])
    words, first = _word_starts(sounds, states, hop)
    return Reference(sounds, frames, hop, states, symbols[nearest[states]], words, first)


def _word_starts(
    sounds: tuple[WordPhoneme, ...], states: NDArray[np.int64], hop: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the words that begin a run of phonemes, and their first states; one too short to have a state is left out."""
    first = [index for index, s in enumerate(sounds) if index == 0 or s.word != sounds[index - 1].word]
    starts = np.searchsorted(states * hop, np.array([sounds[i].start for i in first]) - hop / 2)
    starts = np.minimum(starts, len(states) - 1)
    starts[0] = 0
    own = np.append(np.diff(starts) > 0, True)
    words = np.array([sounds[i].word for i in first])
    return words[own], starts[own]
