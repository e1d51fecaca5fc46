"""Guesses the times of words from speech and silence alone: the last resort."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..base import audio
from ..base.arrays import MonoSamples
from ..base.clock import Span
from .features import HOP, SpectralFrames, spectral_frames

REST = 0.18
"""Silence of at least so many seconds is a rest between words, not a sound within one."""

IN_SENTENCE = 0.25
"""What a rest costs if the text has no comma or full stop there, in seconds by which the words before it are too long."""

DIGIT = 4
"""The number of letters that a digit counts for: "2026" takes as long as "twenty twenty-six"."""


def spans_by_loudness(sound: MonoSamples, words: Sequence[str]) -> tuple[Span, ...]:
    """Return the spans of `words`, spread over the speech in `sound`.

    Rests fall between words, preferably at a comma or a full stop.
    """
    pieces = _pieces(spectral_frames(sound.astype(np.float32, copy=False), audio.RATE)) or [
        (0.0, len(sound) / audio.RATE)
    ]
    lengths = np.array([_length(word) for word in words])
    counts = _counts(pieces, lengths, [word[-1:].isalnum() for word in words])
    spans: list[Span] = []
    for (start, end), first, last in zip(pieces, counts, counts[1:], strict=False):
        places = start + (end - start) * np.append(0, np.cumsum(lengths[first:last])) / max(
            1, lengths[first:last].sum()
        )
        spans += [(float(a), float(b)) for a, b in pairwise(places)]
    return tuple(spans)


def _pieces(heard: SpectralFrames) -> list[Span]:
    """Return the spans of speech between rests."""
    spoken = np.flatnonzero(heard.speech)
    if not len(spoken):
        return []
    groups = np.split(spoken, np.flatnonzero(np.diff(spoken) * HOP > REST) + 1)
    return [(max(0.0, (group[0] - 0.5) * HOP), (group[-1] + 0.5) * HOP) for group in groups]


def _counts(pieces: Sequence[Span], lengths: NDArray[np.int64], unstopped: Sequence[bool]) -> list[int]:
    """Return how many words are said by the start of each piece, and by the end, so that all pieces have the same pace."""
    said = np.append(0, np.cumsum(lengths)) * sum(end - start for start, end in pieces) / lengths.sum()
    between = np.append(0, np.where(unstopped, IN_SENTENCE, 0.0))
    costs, came = np.where(np.arange(len(said)) == 0, 0.0, np.inf), []
    for start, end in pieces:
        there = costs[:, None] + np.abs(said[None] - said[:, None] - (end - start)) + between
        there[np.tril_indices(len(said), -1)] = np.inf
        came.append(there.argmin(axis=0))
        costs = there.min(axis=0)
    counts = [len(lengths)]
    for back in reversed(came):
        counts.append(int(back[counts[-1]]))
    return counts[::-1]


def _length(word: str) -> int:
    return max(1, sum(DIGIT if letter.isdigit() else 1 for letter in word if letter.isalnum()))
