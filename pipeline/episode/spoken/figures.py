"""Numbers in English: years, versions, amounts, times, ranges, and what is measured in units."""

import re

from .numerals import cardinal, digits, minute, ordinal, pairs, spelt
from .reading import Around, Rule, always
from .vocabulary import COUNTED_CUES, CURRENCIES, MONTHS, NAME_CUES, PER, SIZES, STAGES, UNITS, VERSION_CUES, YEAR_CUES

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d+"
_START, _END = r"(?<![\w.])", r"(?![\w]|\.\d)"
_SIGN = r"[-\u2212]?"
_SIGNED = rf"({_SIGN}(?:{_NUMBER}))"
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_EACH = rf"(?:/({'|'.join(PER)})(?!\w))?"
_STAGE = rf"(?:-?({'|'.join(STAGES)})\.?(\d+)?(?!\w))?"
_HALVES = {"1/2": "one half", "1/3": "one third", "2/3": "two thirds", "1/4": "one quarter", "3/4": "three quarters"}


def number(written: str, around: Around = Around()) -> str:
    """A number with its sign, separators and decimals, or by its digits' pairs where it reads like a year or a name."""
    plain = written.replace(",", "").replace("\u2212", "-")
    if plain.startswith("-"):
        return f"minus {number(plain[1:])}"
    whole, _, decimals = plain.partition(".")
    if decimals:
        return f"{spelt(whole)} point {_decimals(decimals, around)}"
    if _is_year(written, around) or _is_name(written, around):
        return pairs(int(written))
    return digits(plain) if len(plain) > 1 and plain.startswith("0") else spelt(plain)


def unit_after(written: str, before: str, article: str = "") -> str | None:
    """A unit that stands on its own behind the number `before`: "ms" after "5" is "milliseconds"; None if it is none.

    Behind an `article`, which stands before the number, it is one: a five millisecond delay.
    """
    found = re.fullmatch(rf"({_UNIT}){_EACH}", written)
    if found is None or not re.fullmatch(rf"{_SIGN}(?:.*[-\u2013~$])?(?:{_NUMBER})", before):
        return None
    return _unit(found[1], found[2], before, article)


def _decimals(written: str, around: Around) -> str:
    """Behind the point: one by one, but of a version (Python 3.13) a number."""
    is_version = around.before.lower() in VERSION_CUES and not written.startswith("0")
    return spelt(written) if is_version else digits(written)


def _is_year(written: str, around: Around) -> bool:
    """Four digits from 1100 to 2099, unless what follows is counted by them."""
    if len(written) != 4 or not written.isascii() or not 1100 <= int(written) <= 2099:
        return False
    return not _is_counted(around) or around.before.lower() in YEAR_CUES


def _is_name(written: str, around: Around) -> bool:
    """Three or four digits that number something: port 5432, RFC 2616, a 404."""
    if not re.fullmatch(r"[1-9]\d{2,3}", written) or _is_counted(around):
        return False
    is_status = len(written) == 3 and written[0] in "45"
    before = around.before.lstrip("-")
    is_numbered = before.lower() in NAME_CUES or re.fullmatch(r"[A-Z]{2,}", before)
    return bool(is_numbered) or (is_status and before in ("a", "returns"))


def _is_counted(around: Around) -> bool:
    return around.after in UNITS or bool(re.fullmatch(r"[a-z-]{3,}s", around.after))


def _unit(unit: str, per: str | None, amount: str, article: str = "") -> str:
    one, many = UNITS[unit]
    is_one = amount.lstrip("-\u2212") == "1" or article.lower() in ("a", "an")
    return (one if is_one else many) + (f" per {PER[per]}" if per else "")


def _version(found: re.Match[str], around: Around) -> str:
    """Its numbers; the four of an address by their pairs, as 127 is "one twenty-seven"."""
    parts = found[2].split(".")
    if len(parts) == 4:
        return " dot ".join(pairs(int(part)) if 100 <= int(part) <= 255 else spelt(part) for part in parts)
    return ("version " if found[1] else "") + " point ".join(map(spelt, parts)) + _stage(found[3], found[4])


def _stage(name: str | None, count: str | None) -> str:
    return f" {STAGES[name]}{' ' + spelt(count) if count else ''}" if name else ""


def _line(found: re.Match[str], around: Around) -> str:
    """All versions that begin with the same number: 3.x."""
    return " point ".join((*map(spelt, found[1].split(".")), "x"))


def port(found: re.Match[str], around: Around) -> str:
    """Behind the name of a host."""
    return f" {_paired(found[1])}"


def _ports(found: re.Match[str], around: Around) -> str:
    return " colon ".join(map(_paired, found.groups()))


def _paired(written: str) -> str:
    return pairs(int(written)) if len(written) in (3, 4) else spelt(written)


def counted(found: re.Match[str], around: Around) -> str:
    """An amount with a letter for its size: 1.5M, 7B parameters; where it may be of memory ("16M of it") the letter."""
    amount, size = found[1], found[2]
    is_counted = around.after != "of" if size == "M" else around.after in COUNTED_CUES
    return f"{number(amount)} {SIZES[size] if is_counted else size}"


def _money(found: re.Match[str], around: Around) -> str:
    amount, size = found["amount"] or found["before"], found["size"]
    one, many = CURRENCIES[found["sign"] or found["behind"]]
    if size:
        return f"{number(amount)} {SIZES[size]} {many}"
    whole, _, cents = amount.partition(".")
    if len(cents) not in (0, 2):
        return f"{number(amount)} {many}"
    return f"{number(whole)} {one if whole == '1' else many}" + (f" {cardinal(int(cents))}" if int(cents or 0) else "")


def _time(found: re.Match[str], around: Around) -> str:
    hours, minutes, seconds, half = found.groups()
    said = [cardinal(int(hours)), *(minute(int(part)) for part in (minutes, seconds) if part and int(part))]
    if half:
        return f"{' '.join(said)} {half.upper()}M"
    is_half_said = re.match(r"[ap]\.?m\b", around.after.lower())
    return f"{said[0]} o'clock" if len(said) == 1 and not is_half_said else " ".join(said)


def _date(found: re.Match[str], around: Around) -> str | None:
    year, month, day = (int(part) for part in found.groups())
    return f"{MONTHS[month - 1]} {ordinal(day)}, {pairs(year)}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _range(found: re.Match[str], around: Around) -> str:
    unit = f" {_unit(found[3], found[4], found[2])}" if found[3] else ""
    return f"{number(found[1], around)} to {number(found[2], around)}{unit}"


def _sized(found: re.Match[str], around: Around) -> str:
    return f"{_pixels(found[1])} by {_pixels(found[2])}"


def _pixels(written: str) -> str:
    """The size of a picture: 1080 is "ten eighty"."""
    return pairs(int(written)) if len(written) == 4 and int(written) < 2100 else number(written)


def _measured(found: re.Match[str], around: Around) -> str | None:
    amount, unit = found[1], found[2]
    if unit == "s" and _is_decade(amount, around):
        return _decade(amount)
    return f"{number(amount)} {_unit(unit, found[3], amount, around.before)}"


def _is_decade(amount: str, around: Around) -> bool:
    return amount.endswith("0") and (len(amount) == 4 or (len(amount) == 2 and around.before.lower() == "the"))


def _decade(amount: str) -> str:
    said = pairs(int(amount)) if len(amount) == 4 else cardinal(int(amount))
    return f"{said[:-1]}ies" if said.endswith("y") else f"{said}s"


def _hexadecimal(found: re.Match[str], around: Around) -> str:
    name = {"x": "hex", "b": "binary", "o": "octal"}[found[1].lower()]
    return f"{name} {' '.join(re.sub('[0-9]', lambda d: f' {digits(d[0])} ', _apart(found[2].upper())).split())}"


def _apart(letters: str) -> str:
    """Letters with hyphens between, which voices read one by one."""
    return re.sub(r"(?<=[A-Z])(?=[A-Z])", "-", letters.replace("_", ""))


def _scientific(found: re.Match[str], around: Around) -> str:
    return f"{number(found[1])} e {number(found[2].lstrip('+'))}"


def _ratio(found: re.Match[str], around: Around) -> str:
    return f"{number(found[1])} to {number(found[2])}"


def _fraction(found: re.Match[str], around: Around) -> str | None:
    return _HALVES.get(found[0])


def _ordinal(found: re.Match[str], around: Around) -> str:
    return ordinal(int(found[1]))


def _times(found: re.Match[str], around: Around) -> str:
    return f"{number(found[1])} times"


def _bare(found: re.Match[str], around: Around) -> str:
    return number(found[1], around) + _gap(found)


def _behind_letters(found: re.Match[str], around: Around) -> str:
    return f" {number(found[0])}{_gap(found)}"


def _gap(found: re.Match[str]) -> str:
    """A blank between a number and letters that follow it: 64bit."""
    return " " if found.string[found.end() : found.end() + 1].isalpha() else ""


FIGURES: tuple[Rule, ...] = (
    (re.compile(r"(?<!\w)0([xXbBoO])([0-9A-Fa-f_]+)\b"), _hexadecimal),
    (re.compile(rf"{_START}(\d{{4}})-(\d\d)-(\d\d){_END}"), _date),
    (re.compile(rf"{_START}({_SIGN}\d+(?:\.\d+)?)[eE]([-+]?\d+){_END}"), _scientific),
    (re.compile(r"(?<=[a-z0-9]):([1-9]\d{1,4})(?![\w:]|\.\d)"), port),
    (re.compile(rf"{_START}(\d{{4}}):(\d{{2,4}})(?![\w:-])"), _ports),
    (re.compile(rf"(?<![\w.])(v(?=\d))?(\d+(?:\.\d+){{2,}}){_STAGE}"), _version),
    (re.compile(rf"(?<!\w)(v)(\d+(?:\.\d+)*){_STAGE}"), _version),
    (re.compile(r"(?<![\w.])v?(\d+(?:\.\d+)*)\.x\b"), _line),
    (
        re.compile(
            rf"(?P<sign>[{''.join(CURRENCIES)}])(?P<amount>{_NUMBER})(?P<size>bn|[kKmMB])?(?!\w)|"
            rf"{_START}(?P<before>{_NUMBER})(?P<behind>[{''.join(CURRENCIES)}])"
        ),
        _money,
    ),
    (re.compile(rf"{_START}(\d{{1,2}}):([0-5]\d)(?::([0-5]\d))?(?:([ap])\.?m\b\.?)?{_END}", re.I), _time),
    (re.compile(rf"{_START}(\d{{1,2}}):(\d{{1,2}}){_END}"), _ratio),
    (re.compile(rf"{_START}(?:[12]/[23]|[13]/4){_END}"), _fraction),
    (re.compile(rf"{_START}(\d+)[x\u00d7](\d+){_END}"), _sized),
    (re.compile(rf"{_START}(1080)(?=[pi]\d*\b)"), always("ten eighty ")),
    (re.compile(rf"{_START}({_NUMBER})(?:\u2013|-)({_NUMBER})(?:({_UNIT}){_EACH})?{_END}"), _range),
    (re.compile(rf"{_START}(\d{{1,15}})(?:st|nd|rd|th)\b"), _ordinal),
    (re.compile(rf"{_START}{_SIGNED}({_UNIT}){_EACH}(?!\w)"), _measured),
    (re.compile(rf"{_START}{_SIGNED}x\b"), _times),
    (re.compile(r"(?<=[\w)])(?:\^2(?!\w)|\u00b2)"), always(" squared")),
    (re.compile(r"(?<=[\w)])(?:\^3(?!\w)|\u00b3)"), always(" cubed")),
    (re.compile(r"(?<=[A-Z]-)([1-9]\d{2,3})\b"), lambda found, around: pairs(int(found[1]))),
    (re.compile(rf"{_START}{_SIGNED}(?!\d)"), _bare),
    (re.compile(r"(?<=[^\W\d])\d+(?:\.\d+)?(?!\.?\d)"), _behind_letters),
)
"""Rules for figures, the more special first."""
