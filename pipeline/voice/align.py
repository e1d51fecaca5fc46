"""Forced alignment: finds when each word of a known text is heard in a recording of any voice.

eSpeak NG says the same words, with exact times. The recording is aligned with that reference (`viterbi`) twice: the first
path shows how the speaker's voice differs, and the second pass compares with a reference adapted to that voice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..base import audio
from ..base.arrays import MonoSamples
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..services.voice import CONFIDENT, Phoneme, SpokenWord
from .features import HOP, Features, SpectralFrames, add_noise, cepstral_features, noise_spectrum, spectral_frames
from .path_mapping import aligned_phonemes
from .reference import Reference, reference_for, speak_reference
from .speaker_adaptation import adapt_to_speaker
from .utterances import EspeakRecording, WordPhoneme
from .viterbi import (
    WIDTH,
    AlignmentPath,
    CostArray,
    Observation,
    ReferenceStates,
    States,
    distances,
    path_cost,
    viterbi,
)
from .words import spoken_words

REFERENCES = ("en-us", "en-us+f2", "en-gb-x-rp")
"""Reference voices for English: the usual one, then those for speakers whom it does not fit."""

VARIANTS = ("", "+f2", "+m2")
"""The same for all other languages."""

DOUBTFUL, DOUBTFUL_LONG, LONG, DOUBT_STEP = 0.80, 0.86, 30.0, 0.01
"""The doubt at which an alignment is as likely right as wrong (in a short line, and in one of LONG seconds), and how fast
that changes.

Measured on 218 lines by eSpeak NG, Flite and a neural voice: none of 109 right texts is rejected; one of 102 wrong texts of
four words or more is accepted.
"""

FEW, MANY, DOUBTFUL_FEW = 4, 30, 0.70
"""A few sounds are found in any recording: the limit for FEW sounds is lower; for MANY it is DOUBTFUL.

Measured on 30 lines each of 1 to 10 words by five voices of eSpeak NG: wrong texts of one word have doubts from 0.70 on (one
in twenty below 0.75), of three from 0.73, of six from 0.76, of ten from 0.83; right ones of one word up to 0.77 (half of
them below 0.58), of three up to 0.65, of ten up to 0.59.
"""

DOUBT_EACH = 0.02
"""How much doubt each further reference adds: with many, one fits by chance."""

COARSE, ENOUGH = 2, 600
"""In recordings with more frames than ENOUGH, the first pass and the check of the text use only every COARSE-th frame."""

REST_LEAST, REST_QUIET, REST_SLOPE = 1.2, 0.12, 9.0
"""What a frame of rest costs: the minimum, the level up to which it applies, and the slope above that level."""

REST_IN_SENTENCE, REST_AT_STOP = 8.0, 2.0
"""What it costs to begin a rest: within a sentence, and at a comma or a full stop."""

OTHER_SHARE, OTHER_AT_FIRST, OTHER = 15, 1.2, 0.6
"""A frame of other speech costs this percentile of its distances to the reference, plus a constant for each pass."""

SAMPLED = 200
"""The number of reference frames to which those distances are computed."""


class Alignment(Frozen):
    """The times of all words and phonemes, and the confidence in them (0..1; usable from `CONFIDENT` on).

    `reference` is the voice that the recording was compared with. `unheard` are the words that the speaker left out; they
    get a place between their neighbours, and no phonemes.
    """

    words: tuple[SpokenWord, ...]
    phonemes: tuple[Phoneme, ...]
    confidence: float
    reference: str
    unheard: tuple[int, ...] = ()


def align(sound: MonoSamples, words: Sequence[str], language: str = "en") -> Alignment:
    """Align `words` with a recording of them; return the alignment with the reference voice that fits best.

    Raises LecternError if eSpeak NG does not know the language.
    """
    heard = spectral_frames(sound.astype(np.float32, copy=False), audio.RATE)
    found: list[Alignment] = []
    for voice, recording in _references(words, language):
        found.append(_align_with_voice(heard, words, voice, recording, DOUBT_EACH * len(found)))
        if found[-1].confidence >= CONFIDENT:
            break
    return max(found, key=lambda alignment: alignment.confidence)


def _references(words: Sequence[str], language: str) -> Iterator[tuple[str, EspeakRecording]]:
    """Yield the reference voices that may fit, each with its recording of the words."""
    code = language.lower().replace("_", "-")
    if code.partition("-")[0] == "en":
        yield from ((voice, speak_reference(words, voice)) for voice in REFERENCES)
        return
    try:
        yield code, speak_reference(words, code)
    except LecternError:  # eSpeak NG knows few regions
        code = code.partition("-")[0]
        yield code, speak_reference(words, code)
    yield from ((code + variant, speak_reference(words, code + variant)) for variant in VARIANTS[1:])


def _align_with_voice(
    heard: SpectralFrames, words: Sequence[str], voice: str, said: EspeakRecording, doubt: float
) -> Alignment:
    reference = reference_for(said, heard)
    fitted = _fit_reference(reference, heard, words)
    sounds = aligned_phonemes(reference, fitted.path.states)
    unheard = _unheard_words(reference, sounds)
    times = spoken_words(words, _fill_unheard(reference, sounds), len(heard.level) * HOP)
    return Alignment(
        words=tuple(SpokenWord(index=index, start=start, end=end) for index, (start, end) in enumerate(times)),
        phonemes=tuple(Phoneme(symbol=s.symbol, start=s.start, end=s.end) for s in sounds if s.end > s.start),
        confidence=round(_confidence(fitted, len(reference.sounds), doubt) * (1 - len(unheard) / len(words)), 3),
        reference=voice,
        unheard=unheard,
    )


@dataclass(frozen=True)
class _AdaptedFit:
    """The path through the reference that was adapted to the speaker's voice, and what it was found with."""

    text: ReferenceStates
    heard: Observation
    path: AlignmentPath


def _fit_reference(reference: Reference, heard: SpectralFrames, words: Sequence[str]) -> _AdaptedFit:
    steady = noise_spectrum(heard)
    said = cepstral_features(add_noise(reference.sounding, steady), steady)[reference.frames]
    sound = cepstral_features(heard, steady)
    rest = (REST_LEAST + REST_SLOPE * np.maximum(0, heard.level - REST_QUIET)).astype(np.float32)
    text = ReferenceStates(said, reference.starts, _rest_costs(reference, words))
    first = _first_pass(text, Observation(sound, rest, _other_speech_costs(sound, said, OTHER_AT_FIRST)))
    fit = adapt_to_speaker(said, sound, reference.symbols, first)
    text = replace(text, features=fit.reference)
    adapted = Observation(fit.heard, rest, _other_speech_costs(fit.heard, fit.reference, OTHER))
    return _AdaptedFit(text, adapted, viterbi(text, adapted, near=first if _is_long(adapted) else None))


def _rest_costs(reference: Reference, words: Sequence[str]) -> CostArray:
    stops = [not words[word - 1][-1:].isalnum() for word in reference.words[1:]]
    return np.where([True, *stops, True], REST_AT_STOP, REST_IN_SENTENCE).astype(np.float32)


def _other_speech_costs(sound: Features, said: Features, more: float) -> CostArray:
    some = said[:: max(1, len(said) // SAMPLED)]
    return (np.percentile(distances(sound, some), OTHER_SHARE, axis=1) + more).astype(np.float32)


def _confidence(fitted: _AdaptedFit, sounds: int, doubt: float) -> float:
    """Return how likely a text of so many `sounds` is what the speaker says (0..1); `doubt` is the doubt to start with.

    Two ratios are averaged and added to it: the cost of the path to that of the path through the reversed reference (a text
    of the same sounds that nobody says), and the distances along the path to those of the nearest frames anywhere.
    """
    states = fitted.path.states
    on = states >= 0
    if not on.any():
        return 0.0
    along = np.linalg.norm(fitted.heard.features[on] - fitted.text.features[states[on]], axis=1)
    to_nearest = float((along / (fitted.heard.other[on] - OTHER)).mean())
    doubt += (_cost_ratio_to_reversed(fitted) + to_nearest) / 2
    limit = np.interp(len(states) * HOP, [0, LONG], [DOUBTFUL, DOUBTFUL_LONG])
    limit -= np.interp(sounds, [FEW, MANY], [DOUBTFUL - DOUBTFUL_FEW, 0.0])
    return float(1 / (1 + np.exp(min(50.0, (doubt - limit) / DOUBT_STEP))))


def _cost_ratio_to_reversed(fitted: _AdaptedFit) -> float:
    text, heard, width = fitted.text, fitted.heard, WIDTH
    if _is_long(heard):
        (text, heard), width = _downsample(text, heard), WIDTH // COARSE
    return path_cost(text, heard, width) / path_cost(_reverse_text(text), heard, width)


def _first_pass(text: ReferenceStates, heard: Observation) -> States:
    """Return the states of all frames, found before anything is known about the voice."""
    if not _is_long(heard):
        return viterbi(text, heard).states
    found = viterbi(*_downsample(text, heard), WIDTH // COARSE).states
    every, within = np.repeat(found, COARSE)[: len(heard.features)], np.arange(len(heard.features)) % COARSE
    return np.where(every >= 0, np.minimum(every * COARSE + within, len(text.features) - 1), every)


def _is_long(heard: Observation) -> bool:
    return len(heard.features) > ENOUGH


def _downsample(text: ReferenceStates, heard: Observation) -> tuple[ReferenceStates, Observation]:
    few = Observation(heard.features[::COARSE], heard.rest[::COARSE], heard.other[::COARSE])
    return ReferenceStates(text.features[::COARSE], text.starts // COARSE, text.rests), few


def _reverse_text(text: ReferenceStates) -> ReferenceStates:
    return ReferenceStates(text.features[::-1], (len(text.features) - 1 - text.ends)[::-1], text.rests[::-1])


def _unheard_words(reference: Reference, sounds: Sequence[WordPhoneme]) -> tuple[int, ...]:
    heard = {sound.word for sound in sounds}
    return tuple(sorted({sound.word for sound in reference.sounds} - heard))


def _fill_unheard(reference: Reference, sounds: Sequence[WordPhoneme]) -> list[WordPhoneme]:
    """Return `sounds`, with a phoneme of no length for every unheard word, after the word before it."""
    missing = set(_unheard_words(reference, sounds))
    silent = {sound.word: sound for sound in reference.sounds if sound.word in missing}
    placed = (_placed_after(sound, sounds) for sound in silent.values())
    return sorted([*sounds, *placed], key=lambda sound: sound.word)


def _placed_after(silent: WordPhoneme, sounds: Sequence[WordPhoneme]) -> WordPhoneme:
    """Return the phoneme `silent` at the end of the last sound of an earlier word."""
    end = max((sound.end for sound in sounds if sound.word < silent.word), default=0.0)
    return replace(silent, start=end, end=end)
