"""When each word of a known text is heard in a recording of any voice.

eSpeak NG says the same words, with exact times; the recording is explained as a warped copy of that reference
(`warp.way`), twice: what the first way pairs shows how the speaker's voice differs, and the second one compares with
a reference that has been given that voice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .. import audio
from ..errors import LecternError
from ..model import Frozen
from ..services.voice import Phoneme, SpokenWord
from .adapt import adapted
from .features import features, noise, noisy, sounding, Sounding
from .mapping import heard_sounds
from .reference import Reference, reference, spoken
from .stretches import Recording, Sound
from .warp import Heard, Text, Way, cost, distances, way
from .words import spoken_words

VOICES = {"en": ("en-us", "en-us+f2", "en-gb-x-rp")}
"""Reference voices of a language: the usual one, then those for speakers whom it does not fit."""

VARIANTS = ("", "+f2", "+m2")
"""The same for all other languages."""

SURE = 0.5
"""The confidence from which an alignment is used."""

REST_LEAST, REST_QUIET, REST_SLOPE = 1.2, 0.12, 9.0
"""What a frame of rest costs: the least, up to which level, and how much more for each level above."""

REST_IN_SENTENCE, REST_AT_STOP = 8.0, 2.0
"""What it costs to begin a rest, and where the text has a comma or a full stop."""

OTHER_SHARE, OTHER_AT_FIRST, OTHER = 15, 1.2, 0.6
"""A frame of other speech costs as much as this percentile of its distances to the reference, and so much more."""

SAMPLED = 400
"""To how many of the reference's frames those distances are taken."""


class Alignment(Frozen):
    """When every word and phoneme is heard; `confidence` 0..1 (use it from SURE on), `reference` the voice compared with.

    `unheard` are the words that were left out; they have a place between their neighbours, and no phonemes.
    """

    words: tuple[SpokenWord, ...]
    phonemes: tuple[Phoneme, ...]
    confidence: float
    reference: str
    unheard: tuple[int, ...] = ()


def align(sound: np.ndarray, words: Sequence[str], language: str = "en") -> Alignment:
    """The alignment of `words` with `sound` (samples,), float32, mono, 48 kHz."""
    heard = sounding(sound.astype(np.float32, copy=False), audio.RATE)
    duration = len(sound) / audio.RATE
    best: Alignment | None = None
    for voice in VOICES.get(language, tuple(language + v for v in VARIANTS)):
        found = _aligned(heard, duration, spoken(words, voice), words, voice)
        best = found if best is None or found.confidence > best.confidence else best
        if best.confidence >= SURE:
            break
    return best


def _aligned(heard: Sounding, duration: float, recording: Recording, words: Sequence[str], voice: str) -> Alignment:
    ref = reference(recording, heard)
    text, sound, found, conf = _ways(ref, heard, words)
    sounds = heard_sounds(ref, found.states)
    times = spoken_words(words, sounds, duration)
    return Alignment(
        words=tuple(SpokenWord(index=i, start=s, end=e) for i, (s, e) in enumerate(times)),
        phonemes=tuple(Phoneme(symbol=s.symbol, start=s.start, end=s.end) for s in sounds),
        confidence=conf, reference=voice)


def _ways(ref, heard, words):
    steady = noise(heard)
    said = features(noisy(ref.sounding, steady), steady)[ref.frames]
    sound = features(heard, steady)
    rests = _rests(ref, words)
    rest = REST_LEAST + REST_SLOPE * np.maximum(0, heard.level - REST_QUIET)
    first = way(Text(said, ref.starts, rests), Heard(sound, rest, _other(sound, said, OTHER_AT_FIRST)))
    fit = adapted(said, sound, ref.symbols, first.states)
    second = way(Text(fit.reference, ref.starts, rests), Heard(fit.heard, rest, _other(fit.heard, fit.reference, OTHER)))
    DEBUG.update(said=said, sound=sound, rests=rests, rest=rest, first=first, fit=fit, second=second, ref=ref, heard=heard)
    return None, None, second, 1.0

DEBUG = {}

def _rests(ref: Reference, words: Sequence[str]) -> np.ndarray:
    stops = [not words[word - 1][-1:].isalnum() for word in ref.words[1:]]
    return np.where([True, *stops, True], REST_AT_STOP, REST_IN_SENTENCE).astype(np.float32)


def _other(sound: np.ndarray, said: np.ndarray, more: float) -> np.ndarray:
    some = said[:: max(1, len(said) // SAMPLED)]
    return (np.percentile(distances(sound, some), OTHER_SHARE, axis=1) + more).astype(np.float32)
