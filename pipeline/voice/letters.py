"""Words that two sides spell differently, matched letter by letter."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from .words import Span

Token = tuple[str, float, float]
"""A word as a service spells it, with its start and end in seconds."""


def spans_by_letters(words: Sequence[str], tokens: Iterable[Token]) -> tuple[dict[int, Span], float]:
    """When those of `words` (by index) are heard of which `tokens` have a letter; and the share (0..1) of letters found."""
    ours = [(letter, index) for index, word in enumerate(words) for letter in letters_of(word)]
    theirs = [timed for token in tokens for timed in _timed(*token)]
    matcher = SequenceMatcher(None, [letter for letter, _ in ours], [letter for letter, *_ in theirs], autojunk=False)
    spans: dict[int, Span] = {}
    count = 0
    for a, b, size in matcher.get_matching_blocks():
        for (_, index), (_, start, end) in zip(ours[a : a + size], theirs[b : b + size], strict=True):
            spans[index] = (spans.get(index, (start, end))[0], end)
            count += 1
    return spans, count / max(len(ours), len(theirs), 1)


def letters_of(word: str) -> str:
    """The letters and digits of a word, whatever their case."""
    return "".join(filter(str.isalnum, word.casefold()))


def _timed(word: str, start: float, end: float) -> list[Token]:
    letters = letters_of(word)
    step = (end - start) / max(1, len(letters))
    return [(letter, start + i * step, start + (i + 1) * step) for i, letter in enumerate(letters)]
