"""How words are pronounced, word by word."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from .rules import NeighbourWords, SpeechRule

Entry = tuple[str, str]
"""A word (or several), and how it is said."""


@dataclass(frozen=True)
class Dictionary:
    """Entries of which no two name the same word.

    A word in small letters is meant in any case ("uv" is also "UV"); one with a capital letter only as it is written.
    """

    entries: tuple[Entry, ...] = ()

    def get(self, written: str) -> str | None:
        """Return how exactly `written` is said, if it has an entry."""
        return self._by_word.get(written) or self._by_word.get(written.lower())

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds the entries of one word, not within longer words; matches nothing if there are none."""
        words = sorted((word for word, _ in self.entries if " " not in word), key=len, reverse=True)
        return re.compile(rf"(?<![^\W_])(?i:{'|'.join(map(re.escape, words)) or '(?!)'})(?![^\W_])")

    @cached_property
    def longest(self) -> int:
        """How many words the longest phrase has (0: there is no phrase)."""
        return max((word.count(" ") + 1 for word, _ in self.entries if " " in word), default=0)

    @cached_property
    def _by_word(self) -> Mapping[str, str]:
        return dict(self.entries)


NO_ENTRIES = Dictionary()


def entries(dictionary: Dictionary, end: str = "", blank: str = "") -> SpeechRule:
    """Return the rule that reads the dictionary's entries, with `blank` on both sides; `end` is what must follow."""

    def verbaliser(found: re.Match[str], around: NeighbourWords) -> str | None:
        said = dictionary.get(found[0])
        return said and f"{blank}{said}{blank}"

    return re.compile(dictionary.pattern.pattern + end), verbaliser


def merge_entries(dictionaries: Iterable[Iterable[Entry]]) -> tuple[Entry, ...]:
    """Return the entries of all, nearest first: of two that name the same word the first counts."""
    said: dict[str, str] = {}
    for entries in dictionaries:
        said = {**dict(entries), **said}
    return tuple(sorted(said.items()))


def share_respelling(said: str, count: int) -> list[str]:
    """Share a phrase's respelling among its `count` written words; each gets at least one word of it."""
    parts = said.split()
    cuts = [round(len(parts) * index / count) for index in range(count + 1)]
    return [" ".join(parts[first:end]) for first, end in pairwise(cuts)]
