"""Splits a line into utterances at its rests, and joins their recordings with exactly these rests between."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from ..base.errors import LecternError
from .sound import AUDIBLE, fading

LEAD_IN, TRAIL = 0.05, 0.15
"""Seconds of silence before the first and after the last sound of a recording."""

EDGE = 0.005
"""Seconds kept before an utterance's first phoneme: the start that eSpeak NG reports is up to 4 ms late."""


type Pcm = NDArray[np.int16]
"""Shape (samples,), mono, at the rate of the engine."""


@dataclass(frozen=True)
class Utterance:
    """Words `first` to `first + len(offsets)` of a line, spoken without a rest; `offsets` are their places in `text`."""

    first: int
    text: str
    offsets: tuple[int, ...]
    rest_before: float
    rest_after: float = 0.0


@dataclass(frozen=True)
class EngineOutput:
    """What eSpeak NG made of an utterance: int16 samples, mono, and phonemes (sample, IPA or "" for silence, place in `text`)."""

    pcm: Pcm
    rate: int
    phonemes: tuple[tuple[int, str, int], ...]


@dataclass(frozen=True)
class WordPhoneme:
    """A phoneme of word `word`, in seconds of the recording."""

    symbol: str
    start: float
    end: float
    word: int


@dataclass(frozen=True)
class EspeakRecording:
    """All utterances of a line in one: int16 samples, mono, at `rate`."""

    pcm: Pcm
    rate: int
    sounds: tuple[WordPhoneme, ...]


def split_at_rests(words: tuple[str, ...], pauses: tuple[tuple[int, float], ...]) -> tuple[Utterance, ...]:
    """Return the utterances of a line: its words cut at the rests. Rests at the same word add up.

    Raises LecternError if the line has no letter or digit.
    """
    if not any(character.isalnum() for word in words for character in word):
        raise LecternError("this line has no words to speak; write some, or remove the line")
    rests: dict[int, float] = defaultdict(float)
    for index, seconds in pauses:
        rests[index] += seconds
    cuts = [0, *sorted(index for index in rests if 0 < index < len(words)), len(words)]
    return tuple(_utterance(words, first, end, rests) for first, end in pairwise(cuts))


def with_emphasis(part: Utterance, emphasised: frozenset[int]) -> Utterance:
    """Return an utterance as SSML, with the words `emphasised` (indices in the line) marked up; `offsets` count the markup."""
    marked, offsets = "", []
    for index, (start, end) in enumerate(pairwise((*part.offsets, len(part.text)))):
        offsets.append(len(marked))
        word = escape(part.text[start:end].rstrip())
        marked += f'<emphasis level="strong">{word}</emphasis> ' if part.first + index in emphasised else f"{word} "
    return replace(part, text=marked.rstrip(), offsets=tuple(offsets))


def join_utterances(parts: tuple[Utterance, ...], heard: tuple[EngineOutput, ...]) -> EspeakRecording:
    """Join the recordings of utterances: the lead-in, the utterances with exactly their rests between, the trailing silence.

    A rest is counted from the end of the last phoneme; the echo of the voice sounds into it.
    """
    rate = heard[0].rate
    place, placed, sounds = round(LEAD_IN * rate), [], []
    for part, block in zip(parts, heard, strict=True):
        start, voice_end, echo_end = _audible_range(block)
        place += round(part.rest_before * rate)
        placed.append((place, _fade_edges(block.pcm[start:echo_end], rate)))
        sounds += _word_phonemes(part, block, place - start)
        place += voice_end - start
    length = place + round((TRAIL + parts[-1].rest_after) * rate)
    return EspeakRecording(_mix_at(placed, length), rate, tuple(sounds))


def _mix_at(placed: list[tuple[int, Pcm]], length: int) -> Pcm:
    """Return the sum of pieces at their places, `length` samples long."""
    total = np.zeros(max([length, *(place + len(piece) for place, piece in placed)]), np.int32)
    for place, piece in placed:
        total[place : place + len(piece)] += piece
    return np.clip(total[:length], -32768, 32767).astype(np.int16)


def _utterance(words: tuple[str, ...], first: int, end: int, rests: Mapping[int, float]) -> Utterance:
    said = [" ".join(word.replace("\0", " ").split()) for word in words[first:end]]
    offsets = tuple(sum(len(word) + 1 for word in said[:index]) for index in range(len(said)))
    text = " ".join(said)
    last = end == len(words)
    if not last and text[-1:].isalnum():
        text += ","  # the voice stays up before a rest; without this it falls as at the end of a sentence
    return Utterance(first, text, offsets, rests.get(first, 0.0), rests.get(end, 0.0) if last else 0.0)


def _audible_range(block: EngineOutput) -> tuple[int, int, int]:
    """Return the samples just before the first phoneme, at the end of the last one, and where its echo ends."""
    sounding = [index for index, (_, symbol, _) in enumerate(block.phonemes) if symbol]
    if not sounding:
        return 0, 0, 0
    starts = [*(sample for sample, _, _ in block.phonemes), len(block.pcm)]
    level = np.abs(block.pcm.astype(np.int32))
    echo_end = int(np.flatnonzero(level > AUDIBLE * level.max())[-1]) + 1
    start, end = starts[sounding[0]] - round(EDGE * block.rate), starts[sounding[-1] + 1]
    return max(0, start), end, max(end, echo_end)


def _fade_edges(piece: Pcm, rate: int) -> Pcm:
    """Return a piece that starts and ends without a click: faded in for 2 ms, out for 8 ms."""
    envelope = fading(len(piece), min(len(piece), rate // 500), min(len(piece), rate // 125))
    return np.round(piece * envelope).astype(np.int16)


def _word_phonemes(part: Utterance, block: EngineOutput, shift: int) -> list[WordPhoneme]:
    """Return the audible phonemes, in seconds of the recording, each with its word."""
    starts = _rising_starts([sample for sample, _, _ in block.phonemes] + [len(block.pcm)])
    sounds, word = [], part.first
    for (_, symbol, place), (start, end) in zip(block.phonemes, pairwise(starts), strict=True):
        if symbol:  # a pause may name a place of the text before
            word = max(word, _word_at(part, place))
            sounds.append(WordPhoneme(symbol, (start + shift) / block.rate, (end + shift) / block.rate, word))
    return sounds


def _rising_starts(places: list[int]) -> list[float]:
    """Return starts that strictly rise: a phoneme without length (the l of "well") takes the last third of the one before."""
    rising = list(map(float, places))
    for index in range(1, len(rising) - 1):
        if rising[index + 1] <= rising[index]:
            rising[index] -= (rising[index] - rising[index - 1]) / 3
    return rising


def _word_at(part: Utterance, place: int) -> int:
    """Return the word at a place of the text; the blank after an emoji, which eSpeak NG reports, too, belongs to the emoji."""
    return part.first + max(0, int(np.searchsorted(part.offsets, place, side="right")) - 1)
