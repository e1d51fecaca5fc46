"""How words that are spelt alike and said in two ways are said where they stand: "live", "close", "export"."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from ..base.assets import ASSETS

RULES = ASSETS / "pronunciation" / "heteronyms.toml"
_ENDS = (".", "!", "?", "\u2026")


@dataclass(frozen=True)
class _SoundRule:
    """What `words` are said as between what `before` and `after` match."""

    words: Mapping[str, str | list[str]]
    before: re.Pattern[str]
    after: re.Pattern[str]


def said_in_place(words: Sequence[str], *, british: bool) -> dict[int, str]:
    """Return the phonemes, in misaki's alphabet, of the spoken `words` that a rule settles, by their index."""
    found = {}
    for first, last in _sentences(words):
        for index in range(first, last):
            core = _core(words[index])
            if core in _settled() and (said := _said(words[first:index], core, words[index:last])):
                found[index] = said if isinstance(said, str) else said[british]
    return found


def _said(before: Sequence[str], core: str, rest: Sequence[str]) -> str | list[str]:
    """Return how `core`, the first of the `rest` of a sentence, is said; "" where no rule fits."""
    left = "".join(f"{word.lower()} " for word in before)
    right = " ".join(word.lower() for word in rest).partition(core)[2]
    fitting = (r.words[core] for r in _rules() if core in r.words and r.before.search(left) and r.after.search(right))
    return next(fitting, "")


def _sentences(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the first index of each sentence, and the one behind its last."""
    ends = [index + 1 for index, word in enumerate(words) if word.rstrip("\"'\u2019\u201d)").endswith(_ENDS)]
    yield from pairwise(dict.fromkeys((0, *ends, len(words))))


def _core(word: str) -> str:
    """Return a word in small letters, without the punctuation around it."""
    return re.sub(r"^[(\[\"'\u201c\u2018]*|[.,;:!?\u2026)\]\"'\u2019\u201d]*$", "", word.lower())


@cache
def _settled() -> frozenset[str]:
    return frozenset(word for rule in _rules() for word in rule.words)


@cache
def _rules() -> tuple[_SoundRule, ...]:
    with RULES.open("rb") as file:
        said = tomllib.load(file)
    patterns = {"": "", "VERB": said["VERB"], "THING": said["THING"]}

    def pattern(rule: Mapping[str, str], side: str) -> re.Pattern[str]:
        written = rule.get(side, "")
        return re.compile(patterns.get(written, written))

    return tuple(_SoundRule(rule["words"], pattern(rule, "before"), pattern(rule, "after")) for rule in said["rule"])
