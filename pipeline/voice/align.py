"""When each word of a known text is heard in a recording of any voice.

eSpeak NG says the same words, with exact times; the recording is explained as a warped copy of that reference
(`warp.way`), twice: what the first way pairs shows how the speaker's voice differs, and the second one compares with
a reference that has been given that voice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .. import audio
from ..model import Frozen
from ..services.voice import Phoneme, SpokenWord
from .adapt import adapted
from .features import HOP, Sounding, features, noise, noisy, sounding
from .mapping import heard_sounds
from .reference import Reference, reference, spoken
from .stretches import Sound
from .warp import Heard, Text, Way, cost, distances, way
from .words import spoken_words

VOICES = {"en": ("en-us", "en-us+f2", "en-gb-x-rp")}
"""Reference voices of a language: the usual one, then those for speakers whom it does not fit."""

VARIANTS = ("", "+f2", "+m2")
"""The same for all other languages."""

SURE = 0.5
"""The confidence from which times are good to use."""

DOUBTFUL, DOUBT_STEP = 0.821, 0.015
"""At which doubt an alignment is as likely right as wrong, and how fast that changes.

Measured: right texts up to 0.81 (two words of a neural voice, or of a high one in a room), mostly 0.4 to 0.75; wrong texts
from 0.833 (two words) and 0.85 (a sentence) on.
"""

COARSE = 2
"""Every so many frames are enough to learn from, and to tell a right text from a wrong one."""

REST_LEAST, REST_QUIET, REST_SLOPE = 1.2, 0.12, 9.0
"""What a frame of rest costs: the least, up to which level, and how much more for each level above."""

REST_IN_SENTENCE, REST_AT_STOP = 8.0, 2.0
"""What it costs to begin a rest, and where the text has a comma or a full stop."""

OTHER_SHARE, OTHER_AT_FIRST, OTHER = 15, 1.2, 0.6
"""A frame of other speech costs as much as this percentile of its distances to the reference, and so much more."""

SAMPLED = 200
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
    found: list[Alignment] = []
    for voice in _voices(language):
        found.append(_aligned(heard, words, voice))
        if found[-1].confidence >= SURE:
            break
    return max(found, key=lambda alignment: alignment.confidence)


def _voices(language: str) -> tuple[str, ...]:
    return VOICES.get(language) or tuple(language + variant for variant in VARIANTS)


def _aligned(heard: Sounding, words: Sequence[str], voice: str) -> Alignment:
    spoken_so = reference(spoken(words, voice), heard)
    explained = _explained(spoken_so, heard, words)
    sounds = heard_sounds(spoken_so, explained.way.states)
    unheard = _unheard(spoken_so, sounds)
    times = spoken_words(words, _filled(spoken_so, sounds), len(heard.level) * HOP)
    return Alignment(
        words=tuple(SpokenWord(index=index, start=start, end=end) for index, (start, end) in enumerate(times)),
        phonemes=tuple(Phoneme(symbol=s.symbol, start=s.start, end=s.end) for s in sounds),
        confidence=round(_confidence(explained) * (1 - len(unheard) / len(words)), 3),
        reference=voice,
        unheard=unheard,
    )


@dataclass(frozen=True)
class _Explained:
    """The recording explained by the reference with the speaker's voice."""

    text: Text
    heard: Heard
    way: Way


def _explained(spoken_so: Reference, heard: Sounding, words: Sequence[str]) -> _Explained:
    steady = noise(heard)
    said = features(noisy(spoken_so.sounding, steady), steady)[spoken_so.frames]
    sound = features(heard, steady)
    rest = (REST_LEAST + REST_SLOPE * np.maximum(0, heard.level - REST_QUIET)).astype(np.float32)
    text = Text(said, spoken_so.starts, _rests(spoken_so, words))
    first = way(_thinned(text), _thinned_heard(Heard(sound, rest, _other(sound, said, OTHER_AT_FIRST))))
    fit = adapted(said, sound, spoken_so.symbols, _every_frame(first.states, len(sound), len(said)))
    text = replace(text, features=fit.reference)
    hearing = Heard(fit.heard, rest, _other(fit.heard, fit.reference, OTHER))
    return _Explained(text, hearing, way(text, hearing))


def _rests(spoken_so: Reference, words: Sequence[str]) -> np.ndarray:
    stops = [not words[word - 1][-1:].isalnum() for word in spoken_so.words[1:]]
    return np.where([True, *stops, True], REST_AT_STOP, REST_IN_SENTENCE).astype(np.float32)


def _other(sound: np.ndarray, said: np.ndarray, more: float) -> np.ndarray:
    some = said[:: max(1, len(said) // SAMPLED)]
    return (np.percentile(distances(sound, some), OTHER_SHARE, axis=1) + more).astype(np.float32)


def _confidence(explained: _Explained) -> float:
    """How likely the text is what is said (0..1).

    Doubt is the mean of two ratios: what the way costs to what it costs through the reference played backwards (a text
    of the same sounds that nobody says), and the distances along the way to those of the nearest frames anywhere.
    """
    states = explained.way.states
    on = states >= 0
    if not on.any():
        return 0.0
    along = np.linalg.norm(explained.heard.features[on] - explained.text.features[states[on]], axis=1)
    doubt = (_to_backwards(explained) + float((along / (explained.heard.other[on] - OTHER)).mean())) / 2
    return float(1 / (1 + np.exp(min(50.0, (doubt - DOUBTFUL) / DOUBT_STEP))))


def _to_backwards(explained: _Explained) -> float:
    text = _thinned(explained.text)
    heard = _thinned_heard(explained.heard)
    return cost(text, heard) / cost(_backwards(text), heard)


def _thinned(text: Text) -> Text:
    return Text(text.features[::COARSE], text.starts // COARSE, text.rests)


def _thinned_heard(heard: Heard) -> Heard:
    return Heard(heard.features[::COARSE], heard.rest[::COARSE], heard.other[::COARSE])


def _every_frame(thinned: np.ndarray, frames: int, states: int) -> np.ndarray:
    """The states of all frames, from those of every COARSE frame."""
    every, within = np.repeat(thinned, COARSE)[:frames], np.arange(frames) % COARSE
    return np.where(every >= 0, np.minimum(every * COARSE + within, states - 1), every)


def _backwards(text: Text) -> Text:
    return Text(text.features[::-1], (len(text.features) - 1 - text.ends)[::-1], text.rests[::-1])


def _unheard(spoken_so: Reference, sounds: Sequence[Sound]) -> tuple[int, ...]:
    heard = {sound.word for sound in sounds}
    return tuple(sorted({sound.word for sound in spoken_so.sounds} - heard))


def _filled(spoken_so: Reference, sounds: Sequence[Sound]) -> list[Sound]:
    """`sounds`, and for every word that is not heard one of no length after the word before it."""
    missing = set(_unheard(spoken_so, sounds))
    silent = [s for i, s in enumerate(spoken_so.sounds) if s.word in missing and (i == 0 or spoken_so.sounds[i - 1].word != s.word)]
    ends = {sound.word: sound.end for sound in sounds}
    placed = [replace(s, start=t, end=t) for s in silent for t in [max((e for w, e in ends.items() if w < s.word), default=0.0)]]
    return sorted([*sounds, *placed], key=lambda sound: sound.word)
