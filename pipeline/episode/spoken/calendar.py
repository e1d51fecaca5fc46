"""Dates and times in English."""

import re
from collections.abc import Sequence
from datetime import date

from .numerals import cardinal, minute, ordinal, pairs
from .rules import ALONE, NeighbourWords, SpeechRule, apply_rules
from .vocabulary import DATE_CUES, MONTHS

_START, _END = r"(?<![\w.])", r"(?![\w]|\.\d)"
_CLOCK = r"\d{1,2}:[0-5]\d"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_MONTHS = frozenset(month[:3] for month in MONTHS)


def _time(found: re.Match[str], around: NeighbourWords) -> str:
    hours, minutes, seconds, half = found.groups()
    said = [cardinal(int(hours)), *(minute(int(part)) for part in (minutes, seconds) if part and int(part))]
    if half:
        return f"{' '.join(said)} {half.upper()}M"
    if len(said) > 1 or re.match(r"[ap]\.?m\b", around.after.lower()):
        return " ".join(said)
    return f"{said[0]} o'clock" if 1 <= int(hours) <= 12 else f"{said[0]} hundred"


def _half_day(found: re.Match[str], around: NeighbourWords) -> str:
    """Return a full hour with its half of the day: 5pm."""
    return f"{cardinal(int(found[1]))} {found[2].upper()}M"


def _clock_range(found: re.Match[str], around: NeighbourWords) -> str:
    """Return a range of times: 10:30-11:45, 9am-5pm."""
    ends = (apply_rules(found[side], CLOCK, ALONE) for side in ("since", "until"))
    return " to ".join(ends)


def _date(found: re.Match[str], around: NeighbourWords) -> str | None:
    return _day_of(*(int(part) for part in found.groups()))


def _european_date(found: re.Match[str], around: NeighbourWords) -> str | None:
    day, month, year = (int(part) for part in found.groups())
    return _day_of(year, month, day)


def _either_date(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return a date whose month comes first, unless that can only be the day: 13/04/2025, 03-04-25."""
    month, day, year = int(found[1]), int(found[3]), int(found[4])
    year += 2000 if len(found[4]) == 2 else 0
    return _day_of(year, month, day) or _day_of(year, day, month)


def _date_without_year(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return the day that "on 12/25" and "by 25/12" are; None for what may as well be a part: on 3/4."""
    day = day_and_month(int(found[1]), int(found[2]))
    if not day or max(day) <= 12 or around.before.lower() not in DATE_CUES or around.after == "of":
        return None
    return f"{MONTHS[day[1] - 1]} {ordinal(day[0])}"


def day_and_month(first: int, second: int) -> tuple[int, int] | None:
    """Return the day and the month that two numbers are, in whichever order they must be, else the month first."""
    for month, day in ((first, second), (second, first)):
        if 1 <= month <= 12 and _day_of(2024, month, day):
            return day, month
    return None


def _day_of(year: int, month: int, day: int) -> str | None:
    """Return a date in words; None for a day that the calendar doesn't have."""
    try:
        date(year, month, day)
    except ValueError:
        return None
    return f"{MONTHS[month - 1]} {ordinal(day)}, {pairs(year)}"


def _day(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return a day beside its month: November 29 is "November twenty-ninth", 29 November "twenty-ninth of November"."""
    if not 1 <= int(found[1]) <= 31:
        return None
    if _is_month(around.before):
        return ordinal(int(found[1]))
    return f"{ordinal(int(found[1]))} of" if _is_month(around.after) else None


def _is_month(word: str) -> bool:
    bare = word.rstrip(".")
    return bare in MONTHS or (len(bare) == 3 and bare in _SHORT_MONTHS)


def _names(names: Sequence[str]) -> dict[str, str]:
    """Return the names by how they are written: in full, or short (Tue, Thurs, Sept)."""
    return {name[:length]: name for name in names for length in (3, 4, 5, len(name))}


def _span(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return a range of weekdays or of months: Mon-Fri is "Monday to Friday"."""
    for names in (_names(_WEEKDAYS), _names(MONTHS)):
        if found[1] in names and found[2] in names:
            return f"{names[found[1]]} to {names[found[2]]}"
    return None


def _clocked(found: re.Match[str], around: NeighbourWords) -> str:
    """Return a length of time that is written as one word: 1h30m."""
    names = {"d": "day", "h": "hour", "m": "minute", "s": "second"}
    return " ".join(
        f"{cardinal(int(amount))} {names[unit]}{'' if amount == '1' else 's'}"
        for amount, unit in re.findall(r"(\d+)([dhms])", found[0])
    )


SPANS: tuple[SpeechRule, ...] = (
    (re.compile(r"(?<![\w-])([A-Z][a-z]{2,8})\.?[-\u2013]([A-Z][a-z]{2,8})(?![\w-])"), _span),
)
"""Ranges of weekdays and months."""

CLOCK: tuple[SpeechRule, ...] = (
    (re.compile(rf"{_START}(\d{{1,2}}):([0-5]\d)(?::([0-5]\d))?(?:([ap])(?:\.m\.|m\b))?{_END}", re.I), _time),
    (re.compile(rf"{_START}(1[0-2]|[1-9])([ap])m(?!\w)", re.I), _half_day),
    (re.compile(rf"{_START}(?:\d+[dhms]){{2,}}{_END}"), _clocked),
)
"""Times of day, and lengths of time that are written as one word."""

DATES: tuple[SpeechRule, ...] = (
    (re.compile(rf"{_START}(\d{{4}})-(\d\d)-(\d\d){_END}"), _date),
    (re.compile(rf"{_START}(\d{{1,2}})([/-])(\d{{1,2}})\2((?:19|20)\d\d){_END}"), _either_date),
    (re.compile(rf"{_START}(\d{{1,2}})(/)(\d{{1,2}})/(\d\d){_END}"), _either_date),
    (re.compile(rf"{_START}(\d{{1,2}})/(\d{{1,2}}){_END}(?!/)"), _date_without_year),
    (re.compile(rf"{_START}(\d{{1,2}})\.(\d{{1,2}})\.((?:19|20)\d\d){_END}"), _european_date),
    (
        re.compile(
            rf"{_START}(?P<since>{_CLOCK}(?:[ap]m)?|\d{{1,2}}[ap]m)[-\u2013](?P<until>{_CLOCK}(?:[ap]m)?|\d{{1,2}}[ap]m){_END}",
            re.I,
        ),
        _clock_range,
    ),
)
"""Days of the calendar, and ranges of times."""

DAYS: tuple[SpeechRule, ...] = ((re.compile(rf"{_START}(\d{{1,2}}){_END}"), _day),)
"""A number beside a month."""
