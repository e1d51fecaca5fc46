"""When the words and sounds of a piece are heard: from the durations that the model told, corrected by what is audible.

The durations are those that the model planned. Within a clause they are as good as the sound. Before a rest they are not: the rest is
counted to the last sound, which then seems to last for a third of a second. So the ends of clauses are looked up in the sound.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..base.clock import Span
from ..services.voice import Phoneme
from .neural_models import EARLY, RATE, UNIT
from .sound import AUDIBLE
from .sounds_of_phonemes import Sound, clauses_of, sounds_of

FRAME = 0.005
"""Seconds of the frames whose peaks tell silence from sound."""

REST = 0.04
"""Seconds that a rest at a comma lasts at least."""


class TimedSound(NamedTuple):
    """A sound as it is heard, in seconds, and the word that it belongs to."""

    symbol: str
    start: float
    end: float
    word: int


def timed_sounds(
    text: str, owners: Sequence[int], durations: Sequence[int], sound: NDArray[np.float32]
) -> list[TimedSound]:
    """Return the sounds of a text of phonemes in the model's `sound`, in order; none overlaps another."""
    starts = np.cumsum(durations, dtype=np.float64)[:-1] * (
        UNIT / RATE
    )  # of each character, and the end of the last one
    sounds = list(sounds_of(text))
    clauses = [[_planned(each, starts.tolist(), owners) for each in clause] for clause in clauses_of(text, sounds)]
    closed = [_without_gaps(clause) for clause in clauses]
    loud = _audible_frames(sound)
    return _in_order([each for clause in _corrected(closed, loud) for each in clause])


def word_spans(sounds: Sequence[TimedSound], words: int) -> tuple[Span | None, ...]:
    """Return the span of each word; None for one without sounds."""
    spans: list[Span | None] = [None] * words
    for each in sounds:
        known = spans[each.word]
        spans[each.word] = (known[0] if known else each.start, each.end)
    return tuple(spans)


def phonemes_in(sounds: Sequence[TimedSound]) -> tuple[Phoneme, ...]:
    """Return the sounds as phonemes of a take."""
    return tuple(
        Phoneme(symbol=each.symbol, start=each.start, end=each.end) for each in sounds if each.end > each.start
    )


def _planned(sound: Sound, starts: Sequence[float], owners: Sequence[int]) -> TimedSound:
    start, end = starts[sound.first] - EARLY, starts[sound.end] - EARLY
    return TimedSound(sound.symbol, start, end, owners[sound.end - 1])


def _without_gaps(clause: list[TimedSound]) -> list[TimedSound]:
    """Return the sounds of a clause, each until the next one begins: the blank between words is part of the speech."""
    return [a._replace(end=b.start) for a, b in pairwise(clause)] + clause[-1:]


def _audible_frames(sound: NDArray[np.float32]) -> NDArray[np.bool_]:
    size = round(FRAME * RATE)
    peaks = np.abs(sound[: len(sound) // size * size]).reshape(-1, size).max(axis=1)
    audible: NDArray[np.bool_] = peaks > AUDIBLE * peaks.max(initial=0.0)
    return audible


def _corrected(clauses: list[list[TimedSound]], loud: NDArray[np.bool_]) -> list[list[TimedSound]]:
    """Return the clauses, with the start of each first sound and the end of each last one where they are heard."""
    heard = np.flatnonzero(loud)
    if not clauses or not len(heard):
        return clauses
    clauses[0][0] = clauses[0][0]._replace(start=float(heard[0]) * FRAME)
    for before, after in pairwise(clauses):
        if rest := _rest_between(before[-1].start, after[0].end, loud):
            before[-1], after[0] = before[-1]._replace(end=rest[0]), after[0]._replace(start=rest[1])
        else:
            before[-1] = before[-1]._replace(end=after[0].start)
    clauses[-1][-1] = clauses[-1][-1]._replace(end=float(heard[-1] + 1) * FRAME)
    return clauses


def _rest_between(start: float, end: float, loud: NDArray[np.bool_]) -> Span | None:
    """Return the longest silence between two times, if it is a rest."""
    first, last = max(0, round(start / FRAME)), min(len(loud), round(end / FRAME))
    edges = np.flatnonzero(np.diff(np.concatenate([[True], loud[first:last], [True]]).astype(np.int8)))
    runs = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    longest = max(runs, key=lambda run: run[1] - run[0], default=None)
    if longest is None or (longest[1] - longest[0]) * FRAME < REST:
        return None
    return (first + longest[0]) * FRAME, (first + longest[1]) * FRAME


def _in_order(sounds: list[TimedSound]) -> list[TimedSound]:
    """Return the sounds, none of which starts before the previous one ends, or ends before it starts."""
    found: list[TimedSound] = []
    for each in sounds:
        start = max(each.start, found[-1].end if found else 0.0)
        found.append(each._replace(start=start, end=max(start, each.end)))
    return found
