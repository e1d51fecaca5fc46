"""When known words are heard, by a transcript that spells some of them otherwise and has others."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from ..services.transcription import HeardWord
from .words import Span


@dataclass(frozen=True)
class Matched:
    """The span of every word, and the share (0..1) of letters that were heard as they are known."""

    spans: tuple[Span, ...]
    share: float


def matched(words: Sequence[str], heard: Sequence[HeardWord], duration: float) -> Matched:
    """`words` matched letter by letter with what was `heard`; those without a match stand between others."""
    ours = [(letter, index) for index, word in enumerate(words) for letter in _letters(word)]
    theirs = [timed for word in heard for timed in _timed_letters(word)]
    matcher = SequenceMatcher(None, [letter for letter, _ in ours], [letter for letter, *_ in theirs], autojunk=False)
    spans: dict[int, Span] = {}
    count = 0
    for a, b, size in matcher.get_matching_blocks():
        for (_, index), (_, start, end) in zip(ours[a : a + size], theirs[b : b + size], strict=True):
            spans[index] = (spans.get(index, (start, end))[0], end)
            count += 1
    return Matched(between(words, spans, duration), count / max(len(ours), len(theirs), 1))


def between(words: Sequence[str], known: dict[int, Span], duration: float) -> tuple[Span, ...]:
    """`known` spans in order, and for words without one the time between their neighbours, by letters."""
    found: list[Span] = []
    for has_span, run in groupby(range(len(words)), known.__contains__):
        members = list(run)
        if has_span:
            found += [_after(found, known[index], duration) for index in members]
            continue
        start = found[-1][1] if found else 0.0
        end = known.get(members[-1] + 1, (duration, duration))[0]
        found += _shared([words[index] for index in members], start, max(start, min(end, duration)))
    return tuple(found)


def _after(found: Sequence[Span], span: Span, duration: float) -> Span:
    """`span` within the recording, and not before the word before it ends."""
    start = min(max(span[0], found[-1][1] if found else 0.0), duration)
    return start, min(max(span[1], start), duration)


def _shared(words: Sequence[str], start: float, end: float) -> list[Span]:
    lengths = [max(1, len(_letters(word))) for word in words]
    step = (end - start) / sum(lengths)
    places = [start + step * sum(lengths[:index]) for index in range(len(words))]
    return list(zip(places, [*places[1:], end], strict=True))


def _letters(word: str) -> str:
    return "".join(filter(str.isalnum, word.casefold()))


def _timed_letters(word: HeardWord) -> list[tuple[str, float, float]]:
    letters = _letters(word.word)
    step = (word.end - word.start) / max(1, len(letters))
    return [(letter, word.start + i * step, word.start + (i + 1) * step) for i, letter in enumerate(letters)]
