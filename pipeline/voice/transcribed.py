"""When known words are heard, by a transcript that spells some of them otherwise and has others."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ..services.transcription import HeardWord
from .letters import letters_of, spans_by_letters
from .words import Span


@dataclass(frozen=True)
class Matched:
    """The span of every word, and the share (0..1) of letters that were heard as they are known."""

    spans: tuple[Span, ...]
    share: float


def matched(words: Sequence[str], heard: Sequence[HeardWord], duration: float) -> Matched:
    """`words` matched letter by letter with what was `heard`; those without a match stand between others."""
    spans, share = spans_by_letters(words, ((word.word, word.start, word.end) for word in heard))
    return Matched(between(words, spans, duration), share)


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
    lengths = [max(1, len(letters_of(word))) for word in words]
    step = (end - start) / sum(lengths)
    places = [start + step * sum(lengths[:index]) for index in range(len(words))]
    return list(zip(places, [*places[1:], end], strict=True))
