"""Whole numbers in English words, as a programmer says them: num2words without its "and" and its commas."""

from collections.abc import Mapping
from types import MappingProxyType

import num2words

MOST = 15
"""A number with more digits is read digit by digit."""


def spelt(written: str) -> str:
    """Return digits as the number they are: "1024" is "one thousand twenty-four"."""
    return cardinal(int(written)) if len(written) <= MOST else digits(written)


def cardinal(number: int) -> str:
    """Return `number` in words: 1024 is "one thousand twenty-four"."""
    return _words(number, "cardinal")


def ordinal(number: int) -> str:
    """Return the place that `number` counts: 21 is "twenty-first"."""
    return _words(number, "ordinal")


def pairs(number: int) -> str:
    """Return a year or a port of up to four digits in two halves: 1905 is "nineteen oh five", 2000 "two thousand"."""
    return _words(number, "year").replace("oh-", "oh ")


def minute(number: int) -> str:
    """Return two digits as they are said after others: 5 is "oh five"."""
    return f"oh {cardinal(number)}" if number < 10 else cardinal(number)


def digits(written: str) -> str:
    """Return digits one by one: "007" is "zero zero seven"."""
    return " ".join(cardinal(int(digit)) for digit in written)


def _words(number: int, form: str) -> str:
    return num2words.num2words(number, lang="en", to=form).replace(" and ", " ").replace(",", "")


def _fraction_name(top: int, bottom: int) -> str:
    name = {2: "half", 4: "quarter"}.get(bottom) or ordinal(bottom)
    return f"{cardinal(top)} {name}{'' if top == 1 else 's'}"


_DENOMINATORS = (2, 3, 4, 5, 6, 8, 10, 12, 16, 32, 64, 100)

FRACTIONS: Mapping[str, str] = MappingProxyType(
    {f"{top}/{bottom}": _fraction_name(top, bottom) for bottom in _DENOMINATORS for top in range(1, bottom)}
)
"""Fractions that are said as such: 5/8 is "five eighths"."""
