"""What several written words say together in English: (555) 123-4567, 1 1/2, 5 ft 6 in."""

import re
from collections.abc import Callable, Iterator, Sequence

from .figures import number
from .numerals import FRACTIONS, digits

_CALLED = frozenset("call dial phone phoned fax tel text".split())


def figure_phrases(words: Sequence[str], separated: Sequence[bool]) -> Iterator[tuple[int, str]]:
    """Yield (index, what is said) for words that are read together, from left to right.

    `words` are without the punctuation around them; `separated[i]` says whether punctuation separates word `i` from the next.
    """
    index = 0
    while index < len(words):
        said = _phrase_at(words, separated, index)
        yield from enumerate(said, index)
        index += len(said) or 1


def _phrase_at(words: Sequence[str], separated: Sequence[bool], index: int) -> list[str]:
    run = [words[index]]
    while index + len(run) < len(words) and not separated[index + len(run) - 1] and len(run) < _LONGEST:
        run.append(words[index + len(run)])
    before = words[index - 1].lower() if index else ""
    if before in _CALLED and re.fullmatch(r"\d{3}", run[0]):
        return [digits(run[0])]
    for count in range(len(run), 1, -1):
        text = " ".join(run[:count])
        for pattern, verbalise in _PHRASES:
            if (found := pattern.fullmatch(text)) and len(said := verbalise(found)) == count:
                return said
    return []


def _telephone(found: re.Match[str]) -> list[str]:
    return [
        ("plus " if group.startswith("+") else "") + ", ".join(digits(part) for part in re.findall(r"\d+", group))
        for group in found[0].split(" ")
    ]


def _mixed(found: re.Match[str]) -> list[str]:
    fraction = FRACTIONS.get(found[2])
    return [number(found[1]), f"and {'a half' if found[2] == '1/2' else fraction}"] if fraction else []


def _feet(found: re.Match[str]) -> list[str]:
    feet, inches = found[1], found[3]
    return [
        number(feet), "foot" if feet == "1" else "feet", number(inches), "inch" if inches == "1" else "inches"
    ]  # fmt: skip


_PHRASES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], list[str]]], ...] = (
    (re.compile(r"\+\d{1,3}(?: \(?\d{1,12}\)?(?:-\d+)*){1,5}"), _telephone),
    (re.compile(r"\(?\d{3}\)? \d{3}-\d{4}"), _telephone),
    (re.compile(r"(\d+) ([1-9]/\d{1,3})"), _mixed),
    (re.compile(r"(\d+) (ft|feet|foot) (\d+) (in|inches)"), _feet),
)
_LONGEST = 6
