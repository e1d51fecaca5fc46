"""Finds when each word of a line is heard, from the phonemes that belong to it."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from ..base.clock import Span
from .utterances import WordPhoneme

SLIVER = 0.01
"""Seconds given to a word without sound (a dash)."""


def spoken_words(words: Sequence[str], sounds: Sequence[WordPhoneme], duration: float) -> tuple[Span, ...]:
    """Return the span of every word: start < end, and none starts before the previous one ends.

    eSpeak NG speaks some words as one ("of the") and names only the first. Such words share its phonemes, by their length.
    """
    spans: dict[int, Span] = {}
    heard = {sound.word for sound in sounds}
    for first, group in groupby(sounds, key=lambda sound: sound.word):
        end = _end_of_run(words, first, heard)
        if end > first + 1 and not _has_letters(words[first]):
            first += 1  # a dash starts the utterance, and eSpeak NG names the word after it by the dash's place
        spans.update(_share_phonemes(words, first, list(group), end))
    return _with_slivers(spans, len(words), duration)


def _end_of_run(words: Sequence[str], first: int, heard: set[int]) -> int:
    """Return the end of the run of words after `first` that have letters but no phonemes."""
    end = first + 1
    while end < len(words) and end not in heard and _has_letters(words[end]):
        end += 1
    return end


def _has_letters(word: str) -> bool:
    return any(map(str.isalnum, word))


def _share_phonemes(words: Sequence[str], first: int, group: list[WordPhoneme], end: int) -> dict[int, Span]:
    """Share the phonemes of one spoken word among the words `first` to `end`; return their spans by index."""
    letters = [sum(map(len, words[first:index])) for index in range(first, end + 1)]
    cuts = [round(len(group) * before / letters[-1]) for before in letters]
    if any(a >= b for a, b in pairwise(cuts)):
        return _share_by_time(first, group[0].start, group[-1].end, letters)
    return {first + i: (group[a].start, group[b - 1].end) for i, (a, b) in enumerate(pairwise(cuts))}


def _share_by_time(first: int, start: float, end: float, letters: list[int]) -> dict[int, Span]:
    times = [start + (end - start) * before / letters[-1] for before in letters]
    return {first + i: span for i, span in enumerate(pairwise(times))}


def _with_slivers(spans: dict[int, Span], count: int, duration: float) -> tuple[Span, ...]:
    """Return the spans of all words: one without sound gets a sliver after the word before it, or at the start."""
    full: list[Span] = []
    for index in range(count):
        if index in spans:
            full.append(spans[index])
            continue
        start = _room_after(full)
        following = min((spans[later][0] for later in spans if later > index), default=duration)
        full.append((start, start + min(SLIVER, (following - start) / 2)))
    return tuple(full)


def _room_after(full: list[Span]) -> float:
    """Return where a sliver can start, after shortening the word before it a little."""
    if not full:
        return 0.0
    start, end = full[-1]
    full[-1] = start, end - min(SLIVER, (end - start) / 2)
    return full[-1][1]
