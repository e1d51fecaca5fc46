"""When each word of a known text is heard in a recording of any voice.

eSpeak NG says the same words, with exact times; the recording is explained as a warped copy of that reference
(`warp.way`), twice: what the first way pairs shows how the speaker's voice differs, and the second one compares with
a reference that has been given that voice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .. import audio
from ..errors import LecternError
from ..model import Frozen
from ..services.voice import SURE, Phoneme, SpokenWord
from .adapt import adapted
from .features import HOP, Sounding, features, noise, noisy, sounding
from .mapping import heard_sounds
from .reference import Reference, reference, spoken
from .stretches import Recording, Sound
from .warp import WIDTH, Heard, Text, Way, cost, distances, way
from .words import spoken_words

REFERENCES = ("en-us", "en-us+f2", "en-gb-x-rp")
"""Voices that English is compared with: the usual one, then those for speakers whom it does not fit."""

VARIANTS = ("", "+f2", "+m2")
"""The same for all other languages."""

DOUBTFUL, DOUBTFUL_LONG, LONG, DOUBT_STEP = 0.80, 0.86, 30.0, 0.01
"""At which doubt an alignment is as likely right as wrong (in a short line, and in one of LONG seconds), and how fast
that changes.

Measured on 218 lines by eSpeak NG, Flite and a neural voice: of 109 right texts none is refused; of 102 wrong ones of
four words and more one is taken for right.
"""

FEW, MANY, DOUBTFUL_FEW = 4, 30, 0.70
"""So few sounds are found in anything: at which doubt FEW of them are as likely right as wrong, with MANY it is DOUBTFUL.

Measured on 30 lines each of 1 to 10 words by five voices of eSpeak NG: wrong texts of one word have doubts from 0.70 on (one
in twenty below 0.75), of three from 0.73, of six from 0.76, of ten from 0.83; right ones of one word up to 0.77 (half of
them below 0.58), of three up to 0.65, of ten up to 0.59.
"""

DOUBT_EACH = 0.02
"""How much more doubtful each further reference is: of many, one fits by chance."""

COARSE, ENOUGH = 2, 600
"""Of recordings with more frames than ENOUGH every COARSE one will do to learn from, and to tell a wrong text."""

REST_LEAST, REST_QUIET, REST_SLOPE = 1.2, 0.12, 9.0
"""What a frame of rest costs: the least, up to which level, and how much more for each level above."""

REST_IN_SENTENCE, REST_AT_STOP = 8.0, 2.0
"""What it costs to begin a rest, and where the text has a comma or a full stop."""

OTHER_SHARE, OTHER_AT_FIRST, OTHER = 15, 1.2, 0.6
"""A frame of other speech costs as much as this percentile of its distances to the reference, and so much more."""

SAMPLED = 200
"""To how many of the reference's frames those distances are taken."""


class Alignment(Frozen):
    """When every word and phoneme is heard, and how sure that is (0..1; to be used from SURE on).

    `reference` is the voice it was compared with. `unheard` are the words that were left out; they have a place between
    their neighbours, and no phonemes.
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
    for voice, recording in _references(words, language):
        found.append(_aligned(heard, words, voice, recording, DOUBT_EACH * len(found)))
        if found[-1].confidence >= SURE:
            break
    return max(found, key=lambda alignment: alignment.confidence)


def _references(words: Sequence[str], language: str) -> Iterator[tuple[str, Recording]]:
    """The voices that may fit, and the words said by each."""
    code = language.lower().replace("_", "-")
    if code.partition("-")[0] == "en":
        yield from ((voice, spoken(words, voice)) for voice in REFERENCES)
        return
    try:
        yield code, spoken(words, code)
    except LecternError:  # eSpeak NG knows few regions
        code = code.partition("-")[0]
        yield code, spoken(words, code)
    yield from ((code + variant, spoken(words, code + variant)) for variant in VARIANTS[1:])


def _aligned(heard: Sounding, words: Sequence[str], voice: str, said: Recording, doubt: float) -> Alignment:
    spoken_so = reference(said, heard)
    explained = _explained(spoken_so, heard, words)
    sounds = heard_sounds(spoken_so, explained.way.states)
    unheard = _unheard(spoken_so, sounds)
    times = spoken_words(words, _filled(spoken_so, sounds), len(heard.level) * HOP)
    return Alignment(
        words=tuple(SpokenWord(index=index, start=start, end=end) for index, (start, end) in enumerate(times)),
        phonemes=tuple(Phoneme(symbol=s.symbol, start=s.start, end=s.end) for s in sounds if s.end > s.start),
        confidence=round(_confidence(explained, len(spoken_so.sounds), doubt) * (1 - len(unheard) / len(words)), 3),
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
    first = _first(text, Heard(sound, rest, _other(sound, said, OTHER_AT_FIRST)))
    fit = adapted(said, sound, spoken_so.symbols, first)
    text = replace(text, features=fit.reference)
    hearing = Heard(fit.heard, rest, _other(fit.heard, fit.reference, OTHER))
    return _Explained(text, hearing, way(text, hearing, near=first if _is_long(hearing) else None))


def _rests(spoken_so: Reference, words: Sequence[str]) -> np.ndarray:
    stops = [not words[word - 1][-1:].isalnum() for word in spoken_so.words[1:]]
    return np.where([True, *stops, True], REST_AT_STOP, REST_IN_SENTENCE).astype(np.float32)


def _other(sound: np.ndarray, said: np.ndarray, more: float) -> np.ndarray:
    some = said[:: max(1, len(said) // SAMPLED)]
    return (np.percentile(distances(sound, some), OTHER_SHARE, axis=1) + more).astype(np.float32)


def _confidence(explained: _Explained, sounds: int, doubt: float) -> float:
    """How likely the text of so many `sounds` is what is said (0..1); `doubt` is what was doubtful before.

    To that comes the mean of two ratios: what the way costs to what it costs through the reference played backwards (a
    text of the same sounds that nobody says), and the distances along the way to those of the nearest frames anywhere.
    """
    states = explained.way.states
    on = states >= 0
    if not on.any():
        return 0.0
    along = np.linalg.norm(explained.heard.features[on] - explained.text.features[states[on]], axis=1)
    to_nearest = float((along / (explained.heard.other[on] - OTHER)).mean())
    doubt += (_to_backwards(explained) + to_nearest) / 2
    limit = np.interp(len(states) * HOP, [0, LONG], [DOUBTFUL, DOUBTFUL_LONG])
    limit -= np.interp(sounds, [FEW, MANY], [DOUBTFUL - DOUBTFUL_FEW, 0.0])
    return float(1 / (1 + np.exp(min(50.0, (doubt - limit) / DOUBT_STEP))))


def _to_backwards(explained: _Explained) -> float:
    text, heard, width = explained.text, explained.heard, WIDTH
    if _is_long(heard):
        (text, heard), width = _thinned(text, heard), WIDTH // COARSE
    return cost(text, heard, width) / cost(_backwards(text), heard, width)


def _first(text: Text, heard: Heard) -> np.ndarray:
    """The states of all frames, before anything is known about the voice."""
    if not _is_long(heard):
        return way(text, heard).states
    found = way(*_thinned(text, heard), WIDTH // COARSE).states
    every, within = np.repeat(found, COARSE)[: len(heard.features)], np.arange(len(heard.features)) % COARSE
    return np.where(every >= 0, np.minimum(every * COARSE + within, len(text.features) - 1), every)


def _is_long(heard: Heard) -> bool:
    return len(heard.features) > ENOUGH


def _thinned(text: Text, heard: Heard) -> tuple[Text, Heard]:
    few = Heard(heard.features[::COARSE], heard.rest[::COARSE], heard.other[::COARSE])
    return Text(text.features[::COARSE], text.starts // COARSE, text.rests), few


def _backwards(text: Text) -> Text:
    return Text(text.features[::-1], (len(text.features) - 1 - text.ends)[::-1], text.rests[::-1])


def _unheard(spoken_so: Reference, sounds: Sequence[Sound]) -> tuple[int, ...]:
    heard = {sound.word for sound in sounds}
    return tuple(sorted({sound.word for sound in spoken_so.sounds} - heard))


def _filled(spoken_so: Reference, sounds: Sequence[Sound]) -> list[Sound]:
    """`sounds`, and for every word that is not heard one of no length after the word before it."""
    missing = set(_unheard(spoken_so, sounds))
    silent = {sound.word: sound for sound in spoken_so.sounds if sound.word in missing}
    placed = (_placed(sound, sounds) for sound in silent.values())
    return sorted([*sounds, *placed], key=lambda sound: sound.word)


def _placed(silent: Sound, sounds: Sequence[Sound]) -> Sound:
    """`silent` where the last sound of a word before its own ends."""
    end = max((sound.end for sound in sounds if sound.word < silent.word), default=0.0)
    return replace(silent, start=end, end=end)
