"""Times the words of a line by a transcript or tokens that spell some of them differently, letter by letter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from ..base.clock import Span
from ..services.transcription import TranscribedWord

type Token = tuple[str, float, float]
"""A word as a service spells it, with its start and end in seconds."""


@dataclass(frozen=True)
class TranscriptMatch:
    """The span of every word, and the share (0..1) of letters that the transcript has in common with the line."""

    spans: tuple[Span, ...]
    share: float


def match_transcript(words: Sequence[str], heard: Sequence[TranscribedWord], duration: float) -> TranscriptMatch:
    """Match `words` with the transcript `heard`; a word without a match gets a place between its neighbours."""
    spans, share = spans_by_letters(words, ((word.word, word.start, word.end) for word in heard))
    return TranscriptMatch(fill_between(words, spans, duration), share)


def fill_between(words: Sequence[str], known: dict[int, Span], duration: float) -> tuple[Span, ...]:
    """Return the `known` spans in order; words without one share the time between their neighbours, by letters."""
    found: list[Span] = []
    for has_span, run in groupby(range(len(words)), known.__contains__):
        members = list(run)
        if has_span:
            found += [_clamp_after(found, known[index], duration) for index in members]
            continue
        start = found[-1][1] if found else 0.0
        end = known.get(members[-1] + 1, (duration, duration))[0]
        found += _share_by_letters([words[index] for index in members], start, max(start, min(end, duration)))
    return tuple(found)


def _clamp_after(found: Sequence[Span], span: Span, duration: float) -> Span:
    """Return `span` within the recording, and not before the previous word ends."""
    start = min(max(span[0], found[-1][1] if found else 0.0), duration)
    return start, min(max(span[1], start), duration)


def _share_by_letters(words: Sequence[str], start: float, end: float) -> list[Span]:
    lengths = [max(1, len(letters_of(word))) for word in words]
    step = (end - start) / sum(lengths)
    places = [start + step * sum(lengths[:index]) for index in range(len(words))]
    return list(zip(places, [*places[1:], end], strict=True))


def spans_by_letters(words: Sequence[str], tokens: Iterable[Token]) -> tuple[dict[int, Span], float]:
    """Return the spans of those of `words` (by index) that share letters with `tokens`, and the share (0..1) of letters found."""
    ours = [(letter, index) for index, word in enumerate(words) for letter in letters_of(word)]
    theirs = [timed for token in tokens for timed in _letter_tokens(*token)]
    matcher = SequenceMatcher(None, [letter for letter, _ in ours], [letter for letter, *_ in theirs], autojunk=False)
    spans: dict[int, Span] = {}
    count = 0
    for a, b, size in matcher.get_matching_blocks():
        for (_, index), (_, start, end) in zip(ours[a : a + size], theirs[b : b + size], strict=True):
            spans[index] = (spans.get(index, (start, end))[0], end)
            count += 1
    return spans, count / max(len(ours), len(theirs), 1)


def letters_of(word: str) -> str:
    """Return the letters and digits of a word, in lower case."""
    return "".join(filter(str.isalnum, word.casefold()))


def _letter_tokens(word: str, start: float, end: float) -> list[Token]:
    letters = letters_of(word)
    step = (end - start) / max(1, len(letters))
    return [(letter, start + i * step, start + (i + 1) * step) for i, letter in enumerate(letters)]
