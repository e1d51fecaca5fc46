"""A long line in parts that a service takes, cut at rests and at the ends of sentences; and the parts as one sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .. import audio
from ..services.voice import Phoneme, VoiceRequest
from .sound import AFTER, BEFORE
from .stretches import LEAD_IN, TRAIL, stretches
from .words import Span

SENTENCE_REST = 0.3
"""Seconds between sentences that were made apart."""

AROUND = 400
"""Characters of what is said before and after a part that a service is told."""

RISE, FALL = 0.003, 0.012
"""Seconds in which the edges of a part fade, so that none clicks."""


@dataclass(frozen=True)
class Part:
    """Words `first` to `first + len(words)` of a line, said in one request.

    `next_in_line`: the line goes on after it; `previous` and `next` are what is said around it.
    """

    number: int
    first: int
    words: tuple[str, ...]
    rest_before: float
    rest_after: float
    next_in_line: bool = False
    previous: str = ""
    next: str = ""

    @property
    def text(self) -> str:
        """What is sent. A comma keeps the voice up where the line goes on: without it, it falls as at the end."""
        said = " ".join(self.words)
        return f"{said}," if self.next_in_line and said[-1:].isalnum() else said


@dataclass(frozen=True)
class Timed:
    """A part as it is heard: mono samples at 48 kHz, and the times of its words and phonemes in it."""

    sound: np.ndarray
    spans: tuple[Span, ...]
    phonemes: tuple[Phoneme, ...]


def parts_of(request: VoiceRequest, most: int) -> tuple[Part, ...]:
    """The line in parts of at most `most` characters (a single longer word stays whole)."""
    found: list[tuple[int, tuple[str, ...], float, float]] = []
    for stretch in stretches(request.words, request.pauses):
        words = tuple(" ".join(w.split()) for w in request.words[stretch.first : stretch.first + len(stretch.offsets)])
        pieces = _packed(words, most)
        for index, (start, end) in enumerate(pieces):
            before = SENTENCE_REST if index else stretch.rest_before
            after = stretch.rest_after if index == len(pieces) - 1 else 0.0
            found.append((stretch.first + start, words[start:end], before, after))
    last = len(found) - 1
    return tuple(Part(number, *piece, number < last, *_around(request, piece)) for number, piece in enumerate(found))


def joined(parts: Sequence[Part], timed: Sequence[Timed]) -> Timed:
    """The parts as one, with exactly their rests between, a little silence around, and no click anywhere.

    The air that a part has around what is audible (`sound.bounds`) counts as rest.
    """
    place, placed, spans, phonemes = 0, [], [], []
    for part, heard in zip(parts, timed, strict=True):
        air = AFTER + BEFORE if placed else BEFORE
        rest = part.rest_before + (0.0 if placed else LEAD_IN)
        place += round(max(0.0, rest - air) * audio.RATE)
        shift = place / audio.RATE
        placed.append((place, _faded(heard.sound)))
        spans += [(start + shift, end + shift) for start, end in heard.spans]
        phonemes += [Phoneme(symbol=p.symbol, start=p.start + shift, end=p.end + shift) for p in heard.phonemes]
        place += len(heard.sound)
    total = np.zeros(place + round((TRAIL + parts[-1].rest_after - AFTER) * audio.RATE), np.float32)
    for start, sound in placed:
        total[start : start + len(sound)] = sound
    return Timed(total, tuple(spans), tuple(phonemes))


def _around(request: VoiceRequest, piece: tuple[int, tuple[str, ...], float, float]) -> tuple[str, str]:
    """What is said before and after a piece: the rest of its line, and the lines around if the request tells them."""
    first, words = piece[:2]
    before = " ".join([request.previous, *request.words[:first]]).strip()
    after = " ".join([*request.words[first + len(words) :], request.next]).strip()
    return before[-AROUND:], after[:AROUND]


def _packed(words: tuple[str, ...], most: int) -> tuple[tuple[int, int], ...]:
    """Runs of words (start, end) as long as `most` allows, ending with a sentence, else a clause, else anywhere."""
    cuts = [0]
    while cuts[-1] < len(words):
        start = cuts[-1]
        fitting = _fitting(words, start, most)
        cuts.append(fitting if fitting == len(words) else _best_end(words, start, fitting))
    return tuple(pairwise(cuts))


def _fitting(words: tuple[str, ...], start: int, most: int) -> int:
    """The end of the longest run of words from `start` that fits; at least one word."""
    end, length = start + 1, len(words[start])
    while end < len(words) and length + 1 + len(words[end]) <= most:
        length += 1 + len(words[end])
        end += 1
    return end


def _best_end(words: tuple[str, ...], start: int, fitting: int) -> int:
    for marks in (".!?…", ";:,–—"):
        ends = [end for end in range(start + 1, fitting + 1) if words[end - 1].rstrip("\"')]»”’")[-1:] in tuple(marks)]
        if ends:
            return ends[-1]
    return fitting


def _faded(sound: np.ndarray) -> np.ndarray:
    envelope = np.ones(len(sound), np.float32)
    rise, fall = (min(len(sound) // 2, round(seconds * audio.RATE)) for seconds in (RISE, FALL))
    envelope[:rise] = np.linspace(0, 1, rise, dtype=np.float32)
    envelope[len(sound) - fall :] *= np.linspace(1, 0, fall, dtype=np.float32)
    return sound * envelope
