"""A line falls into stretches at its rests; the recordings of the stretches become one, with exact silences between."""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from xml.sax.saxutils import escape

import numpy as np

from ..errors import LecternError

LEAD_IN, TRAIL = 0.05, 0.15
"""Seconds of silence before the first and after the last sound of a recording."""

AUDIBLE = 0.01
"""What is below this part of the peak counts as silence (-40 dB)."""

EDGE = 0.005
"""Seconds kept before a stretch's first phoneme: what eSpeak NG calls its start is up to 4 ms late."""


@dataclass(frozen=True)
class Stretch:
    """Words `first` to `first + len(offsets)`, spoken without a rest. `offsets` are where they start in `text`."""

    first: int
    text: str
    offsets: tuple[int, ...]
    rest_before: float
    rest_after: float = 0.0


@dataclass(frozen=True)
class Heard:
    """What an engine made of a stretch: mono samples of 16 bit, and (sample, IPA or "" for silence, place in the text)."""

    pcm: np.ndarray
    rate: int
    phonemes: tuple[tuple[int, str, int], ...]


@dataclass(frozen=True)
class Sound:
    """A phoneme of word `word`, in seconds of the recording."""

    symbol: str
    start: float
    end: float
    word: int


@dataclass(frozen=True)
class Recording:
    """All stretches in one: int16 samples, mono, at `rate`."""

    pcm: np.ndarray
    rate: int
    sounds: tuple[Sound, ...]


def stretches(words: tuple[str, ...], pauses: tuple[tuple[int, float], ...]) -> tuple[Stretch, ...]:
    """The line cut at its rests. Rests at the same word add up."""
    if not any(character.isalnum() for word in words for character in word):
        raise LecternError("there is nothing to say in this line; give it words, or remove it")
    rests = Counter[int]()
    for index, seconds in pauses:
        rests[index] += seconds
    cuts = [0, *sorted(index for index in rests if 0 < index < len(words)), len(words)]
    return tuple(_stretch(words, first, end, rests) for first, end in pairwise(cuts))


def stressed(part: Stretch, emphasised: frozenset[int]) -> Stretch:
    """The stretch as SSML, the words of `emphasised` (indices of the line) marked up; eSpeak NG counts the markup, too."""
    marked, offsets = "", []
    for index, (start, end) in enumerate(pairwise((*part.offsets, len(part.text)))):
        offsets.append(len(marked))
        word = escape(part.text[start:end].rstrip())
        marked += f'<emphasis level="strong">{word}</emphasis> ' if part.first + index in emphasised else f"{word} "
    return replace(part, text=marked.rstrip(), offsets=tuple(offsets))


def joined(parts: tuple[Stretch, ...], heard: tuple[Heard, ...]) -> Recording:
    """One recording: silence of the lead-in, the stretches with exactly their rests between, and the trailing silence.

    A rest is counted from the end of the last phoneme; the voice's own echo sounds into it.
    """
    rate = heard[0].rate
    place, placed, sounds = round(LEAD_IN * rate), [], []
    for part, block in zip(parts, heard, strict=True):
        start, voice_end, echo_end = _audible(block)
        place += round(part.rest_before * rate)
        placed.append((place, _faded(block.pcm[start:echo_end], rate)))
        sounds += _sounds(part, block, place - start)
        place += voice_end - start
    length = place + round((TRAIL + parts[-1].rest_after) * rate)
    return Recording(_sum(placed, length), rate, tuple(sounds))


def _sum(placed: list[tuple[int, np.ndarray]], length: int) -> np.ndarray:
    """Pieces at their places, in `length` samples."""
    total = np.zeros(max([length, *(place + len(piece) for place, piece in placed)]), np.int32)
    for place, piece in placed:
        total[place : place + len(piece)] += piece
    return np.clip(total[:length], -32768, 32767).astype(np.int16)


def _stretch(words: tuple[str, ...], first: int, end: int, rests: Counter[int]) -> Stretch:
    said = [" ".join(word.replace("\0", " ").split()) for word in words[first:end]]
    offsets = tuple(sum(len(word) + 1 for word in said[:index]) for index in range(len(said)))
    text = " ".join(said)
    last = end == len(words)
    if not last and text[-1:].isalnum():
        text += ","  # the voice stays up before a rest; without this it falls as at the end of a sentence
    return Stretch(first, text, offsets, rests[first], rests[end] if last else 0.0)


def _audible(block: Heard) -> tuple[int, int, int]:
    """The samples just before the first phoneme, at the end of the last, and where its echo is gone."""
    sounding = [index for index, (_, symbol, _) in enumerate(block.phonemes) if symbol]
    if not sounding:
        return 0, 0, 0
    starts = [*(sample for sample, _, _ in block.phonemes), len(block.pcm)]
    level = np.abs(block.pcm.astype(np.int32))
    echo_end = int(np.flatnonzero(level > AUDIBLE * level.max())[-1]) + 1
    start, end = starts[sounding[0]] - round(EDGE * block.rate), starts[sounding[-1] + 1]
    return max(0, start), end, max(end, echo_end)


def _faded(piece: np.ndarray, rate: int) -> np.ndarray:
    """Without clicks: 2 ms in, 8 ms out."""
    envelope = np.ones(len(piece), np.float32)
    rise, fall = min(len(piece), rate // 500), min(len(piece), rate // 125)
    envelope[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    envelope[len(piece) - fall :] *= np.linspace(1, 0, fall, dtype=np.float32)
    return np.round(piece * envelope).astype(np.int16)


def _sounds(part: Stretch, block: Heard, shift: int) -> list[Sound]:
    """The phonemes that sound, in the recording's time, each with the word it belongs to."""
    starts = _lengthened([sample for sample, _, _ in block.phonemes] + [len(block.pcm)])
    sounds, word = [], part.first
    for (_, symbol, place), (start, end) in zip(block.phonemes, pairwise(starts), strict=True):
        if symbol:  # a pause may name a place of the text before
            word = max(word, _word_at(part, place))
            sounds.append(Sound(symbol, (start + shift) / block.rate, (end + shift) / block.rate, word))
    return sounds


def _lengthened(places: list[int]) -> list[float]:
    """Starts that strictly rise: a phoneme of no length (the l of "well") takes the last third of the one before."""
    rising = list(map(float, places))
    for index in range(1, len(rising) - 1):
        if rising[index + 1] <= rising[index]:
            rising[index] -= (rising[index] - rising[index - 1]) / 3
    return rising


def _word_at(part: Stretch, place: int) -> int:
    """The word at a place of the text; the blank after an emoji, which eSpeak NG names too, belongs to the emoji."""
    return part.first + max(0, int(np.searchsorted(part.offsets, place, side="right")) - 1)
