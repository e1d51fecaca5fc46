"""Whole numbers in English words."""

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_LARGE = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip

MOST = 15
"""A number of more digits is read digit by digit."""


def spelt(written: str) -> str:
    """Digits as the number they are: "1024" is "one thousand twenty-four"."""
    return cardinal(int(written)) if len(written) <= MOST else digits(written)


def cardinal(number: int) -> str:
    """A number below 10^15 in words."""
    for size, name in _LARGE:
        if number >= size:
            rest = f" {cardinal(number % size)}" if number % size else ""
            return f"{cardinal(number // size)} {name}{rest}"
    return _below_hundred(number)


def ordinal(number: int) -> str:
    """21 is "twenty-first"."""
    said = cardinal(number)
    last = said.replace("-", " ").rpartition(" ")[2]
    start = said[: -len(last)]
    return f"{start}{last[:-1]}ieth" if last.endswith("y") else start + _ORDINALS.get(last, f"{last}th")


def pairs(number: int) -> str:
    """A year or a port of four digits by its two halves: 1905 is "nineteen oh five", 2000 "two thousand"."""
    first, second = divmod(number, 100)
    if first % 10 == 0 and second < 10:
        return cardinal(number)
    if second == 0:
        return f"{cardinal(first)} hundred"
    return f"{cardinal(first)} {minute(second)}"


def minute(number: int) -> str:
    """Two digits behind others: 5 is "oh five"."""
    return f"oh {cardinal(number)}" if number < 10 else cardinal(number)


def digits(written: str) -> str:
    """One by one: "007" is "zero zero seven"."""
    return " ".join(_SMALL[int(digit)] for digit in written)


def _below_hundred(number: int) -> str:
    if number < 20:
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}-{_SMALL[ones]}" if ones else _TENS[tens]

