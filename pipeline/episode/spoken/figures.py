"""Numbers in English: years, versions, amounts, times, ranges, and what is measured in units."""

import re

from .calendar import CLOCK, DATES, DAYS
from .numerals import FRACTIONS, cardinal, digits, ordinal, pairs, spelt
from .rules import ALONE, NeighbourWords, SpeechRule, always_read_as
from .vocabulary import (
    AMOUNT_CUES,
    COINS,
    COUNTED_CUES,
    CURRENCIES,
    NAME_CUES,
    NUMBERED,
    PER,
    SIZES,
    STAGES,
    UNITS,
    VERSION_CUES,
    YEAR_CUES,
)

_NUMBER = r"\d{1,3}(?:[,_' \u00a0\u2009\u202f]\d{3})+(?:\.\d+)?|\d+\.\d+|\d+"
_START, _END = r"(?<![\w.])", r"(?![\w]|\.\d)"
_SIGN = r"[-\u2212]?"
_SIGNED = rf"({_SIGN}(?:{_NUMBER}))"
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_EACH = rf"(?:/({'|'.join(PER)})(?!\w))?"
_STAGE = rf"(?:-?({'|'.join(STAGES)})\.?(\d+)?(?!\w))?"
_SUPERSCRIPTS = str.maketrans(
    "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b\u207f", "0123456789-n"
)
_SUPERSCRIPT = "[\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207b\u207f]+"


def number(written: str, around: NeighbourWords = ALONE) -> str:
    """Return a number with its sign, separators and decimals, or by its digits' pairs where it is a year or a name."""
    plain = re.sub(r"[,_'\s]", "", written).replace("\u2212", "-")
    if plain.startswith("-"):
        return f"minus {number(plain[1:])}"
    whole, _, decimals = plain.partition(".")
    if decimals:
        return f"{spelt(whole)} point {_decimals(decimals, around)}"
    if _is_year(written, around) or _is_name(written, around):
        return pairs(int(written))
    return digits(plain) if len(plain) > 1 and plain.startswith("0") else spelt(plain)


def unit_after(written: str, before: str, article: str = "") -> str | None:
    """Return a unit that follows the number `before` on its own: "ms" after "5" is "milliseconds"; None if it is none.

    With an `article` before the number, it is in the singular: a five millisecond delay.
    """
    found = re.fullmatch(rf"({_UNIT}){_EACH}", written)
    if found is None or not re.fullmatch(rf"{_SIGN}(?:.*[-\u2013~$])?(?:{_NUMBER})", before):
        return None
    return _unit(found[1], found[2], before, article)


def _decimals(written: str, around: NeighbourWords) -> str:
    """Return what is after the point: digit by digit, but of a version (Python 3.13) a number."""
    is_version = around.before.lower() in VERSION_CUES and not written.startswith("0")
    return spelt(written) if is_version else digits(written)


def _is_year(written: str, around: NeighbourWords) -> bool:
    """Return whether it is four digits from 1100 to 2099, unless what follows is counted by them."""
    if len(written) != 4 or not written.isascii() or not 1000 <= int(written) <= 2099:
        return False
    if around.after.strip(".") in _ERAS:
        return True
    if int(written) < 1100 or (written == "2048" and around.before.lower() not in YEAR_CUES):
        return False
    return not is_counted(around) or around.before.lower() in YEAR_CUES


_ERAS = ("AD", "BC", "BCE", "CE")


def _is_name(written: str, around: NeighbourWords) -> bool:
    """Return whether three or four digits number something: port 5432, RFC 2616, a 404."""
    if not re.fullmatch(r"[1-9]\d{2,3}", written) or is_counted(around):
        return False
    is_status = len(written) == 3 and written[0] in "45"
    before = around.before.lstrip("-")
    is_numbered = before.lower() in NAME_CUES or re.fullmatch(r"[A-Z]{2,}", before)
    return bool(is_numbered) or (is_status and before in ("a", "returns"))


def is_counted(around: NeighbourWords) -> bool:
    """Return whether the word after a number is what it counts: a unit, or a plural."""
    return around.after in UNITS or bool(re.fullmatch(r"[a-z-]{3,}s", around.after))


def _unit(unit: str, per: str | None, amount: str, article: str = "") -> str:
    one, many = UNITS[unit]
    is_one = amount.lstrip("-\u2212") == "1" or article.lower() in ("a", "an")
    return (one if is_one else many) + (f" per {PER[per]}" if per else "")


def _version(found: re.Match[str], around: NeighbourWords) -> str:
    """Return the numbers of a version; the four of an address by their pairs, as 127 is "one twenty-seven"."""
    parts = found[2].split(".")
    if len(parts) == 4:
        return " dot ".join(pairs(int(part)) if 100 <= int(part) <= 255 else spelt(part) for part in parts)
    named = found[1] and around.before.lower() not in ("version", "versions", "release", "releases")
    return ("version " if named else "") + " point ".join(map(spelt, parts)) + _stage(found[3], found[4])


def _stage(name: str | None, count: str | None) -> str:
    return f" {STAGES[name]}{' ' + spelt(count) if count else ''}" if name else ""


def _line(found: re.Match[str], around: NeighbourWords) -> str:
    """Return all versions that begin with the same number: 3.x."""
    return " point ".join((*map(spelt, found[1].split(".")), "x"))


def port(found: re.Match[str], around: NeighbourWords) -> str:
    """Return a port after the name of a host."""
    return f" {_paired(found[1])}"


def _ports(found: re.Match[str], around: NeighbourWords) -> str:
    return " colon ".join(map(_paired, found.groups()))


def _paired(written: str) -> str:
    return pairs(int(written)) if len(written) in (3, 4) else spelt(written)


def counted(found: re.Match[str], around: NeighbourWords) -> str:
    """Return an amount with a letter for its size: 1.5M, 7B parameters; of memory perhaps ("16M of it") the letter."""
    amount, size = found[1], found[2]
    if found[0] == "3M" and not (is_counted(around) or around.before.lower() in AMOUNT_CUES):
        return "three M"  # the company
    if size in "kK":
        is_size = is_counted(around) or around.after in COUNTED_CUES or float(amount) >= 20
    else:
        is_size = around.after != "of" if size == "M" else len(size) > 1 or around.after in COUNTED_CUES
    return f"{number(amount)} {SIZES[size] if is_size else size}"


def _plan(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return a plan for old age that has the name of its law, a 401(k); None where so many are counted."""
    return None if is_counted(around) else f"{pairs(int(found[1]))} {found[2].upper()}"


PLANS: SpeechRule = (re.compile(r"(?<![\w.#$])(401|403|457)\(?([kKb])\)?(?!\w)"), _plan)
"""Plans for old age: 401(k), 403b."""


def _money(found: re.Match[str], around: NeighbourWords) -> str:
    amount, size = found["amount"] or found["before"], found["size"]
    one, many = CURRENCIES[found["sign"] or found["behind"]]
    if size:
        return f"{number(amount)} {SIZES[size]} {many}"
    whole, _, cents = amount.partition(".")
    if len(cents) not in (0, 2):
        return f"{number(amount)} {many}"
    small = int(cents or 0)
    coins = f"{cardinal(small)} {COINS[one][small != 1]}" if one in COINS else ""
    if int(whole.replace(",", "")) == 0 and small and coins:
        return coins
    said = f"{number(whole)} {one if whole == '1' else many}"
    if not small:
        return said
    return f"{said} and {coins}" if small < 10 and coins else f"{said} {cardinal(small)}"


def _telephone(found: re.Match[str], around: NeighbourWords) -> str:
    """Return groups of digits one by one, with a breath between them; letters among them as a word."""
    return ", ".join(digits(group) if group.isdigit() else group for group in re.findall(r"\d+|[A-Z]+", found[0]))


def _dotted_thousands(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return a number whose thousands are separated by points, as in 1.234.567; not a version."""
    if around.before.lower() in VERSION_CUES:
        return None
    return spelt(found[0].replace(".", ""))


def _power(found: re.Match[str], around: NeighbourWords) -> str:
    """Return what follows ^, or is raised: 2^10 is "two to the power of ten"."""
    exponent = found[1].translate(_SUPERSCRIPTS)
    if exponent in ("2", "3"):
        return " squared" if exponent == "2" else " cubed"
    return f" to the {exponent}" if exponent.isalpha() else f" to the power of {number(exponent)}"


def _star_power(found: re.Match[str], around: NeighbourWords) -> str:
    return f" to the power of {number(found[1])}" if found[1][-1].isdigit() else f" to the {found[1]}"


def _over(found: re.Match[str], around: NeighbourWords) -> str:
    """Return what is divided, or set side by side: 80/20 is "eighty twenty", n/2 "n over two"."""
    top, bottom = (number(part) if part.isdigit() else part for part in found.groups())
    is_pair = found[1].isdigit() and found[2].isdigit() and len(found[0]) > 3
    return f"{top} {bottom}" if is_pair else f"{top} over {bottom}"


def _advisory(found: re.Match[str], around: NeighbourWords) -> str:
    """Return the year and the number of a security advisory: CVE-2024-1234."""
    written = found[2]
    said = _paired(written) if len(written) == 4 and written[0] != "0" else digits(written)
    return f" {pairs(int(found[1]))}, {said}"


def _colour(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return a colour of the web letter by letter: #ff8800."""
    written = found[1]
    if not any(map(str.isdigit, written)) and len(set(written)) > 1:
        return None
    return f"hash {' '.join(cardinal(int(sign)) if sign.isdigit() else sign.upper() for sign in written)}"


def _coefficient(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return a number before an unknown of a formula: 2x + 1."""
    is_formula = around.after[:1] in ("+", "-", "=", "*") or around.before[-1:] in ("=", "+", "-", "*")
    return f"{number(found[1])} {found[2]}" if is_formula else None


def _many_times(found: re.Match[str], around: NeighbourWords) -> str:
    return f"{number(found[1])} to {number(found[2])} times"


def _by(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return the sign between two numbers: 3 x 4 are multiplied, 1920 x 1080 is a size."""
    if not (around.before[-1:].isdigit() and around.after[:1].isdigit()):
        return None
    return "by" if len(around.before) > 2 and len(around.after) > 2 else "times"


def _minus(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return the dash between a number and another one."""
    return f"{number(found[1])} minus" if around.after[:1].isdigit() else None


def _one_fewer(found: re.Match[str], around: NeighbourWords) -> str:
    return f"{found[1]} minus {number(found[2])}"


def _serial(found: re.Match[str], around: NeighbourWords) -> str:
    """Return many digits after letters one by one: a serial number."""
    return f" {digits(found[0])}"


def _range(found: re.Match[str], around: NeighbourWords) -> str:
    unit = f" {_unit(found[3], found[4], found[2])}" if found[3] else ""
    return f"{number(found[1], around)} to {number(found[2], around)}{unit}"


def _feet(found: re.Match[str], around: NeighbourWords) -> str:
    """Return a height: 5'11"."""
    return f"{cardinal(int(found[1]))} foot {cardinal(int(found[2]))}"


def _sized(found: re.Match[str], around: NeighbourWords) -> str:
    return f"{_pixels(found[1])} by {_pixels(found[2])}"


def _pixels(written: str) -> str:
    """Return the size of a picture: 1080 is "ten eighty"."""
    return pairs(int(written)) if len(written) == 4 and int(written) < 2100 else number(written)


def _measured(found: re.Match[str], around: NeighbourWords) -> str | None:
    amount, unit = found[1], found[2]
    if unit == "s" and _is_decade(amount, around):
        return _decade(amount)
    return f"{number(amount)} {_unit(unit, found[3], amount, around.before)}"


def _is_decade(amount: str, around: NeighbourWords) -> bool:
    return amount.endswith("0") and (len(amount) == 4 or (len(amount) == 2 and around.before.lower() == "the"))


def _decade(amount: str) -> str:
    said = pairs(int(amount)) if len(amount) == 4 else cardinal(int(amount))
    return f"{said[:-1]}ies" if said.endswith("y") else f"{said}s"


def _hexadecimal(found: re.Match[str], around: NeighbourWords) -> str:
    name = {"x": "hex", "b": "binary", "o": "octal"}[found[1].lower()]
    return f"{name} {' '.join(re.sub('[0-9]', lambda d: f' {digits(d[0])} ', _apart(found[2].upper())).split())}"


def _apart(letters: str) -> str:
    """Return letters with hyphens between, which voices read one by one."""
    return re.sub(r"(?<=[A-Z])(?=[A-Z])", "-", letters.replace("_", ""))


def _scientific(found: re.Match[str], around: NeighbourWords) -> str:
    return f"{number(found[1])} e {number(found[2].lstrip('+'))}"


def _ratio(found: re.Match[str], around: NeighbourWords) -> str:
    return f"{number(found[1])} to {number(found[2])}"


def _fraction(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return a part, or the place in a row: step 1/2 is "step one of two"."""
    top, _, bottom = found[0].partition("/")
    if around.before.lower() in NUMBERED and int(top) <= int(bottom):
        return f"{spelt(top)} of {spelt(bottom)}"
    return FRACTIONS.get(found[0])


def _and_half(found: re.Match[str], around: NeighbourWords) -> str:
    """Return a number with a fraction after it: 2½."""
    part = {"\u00bd": "a half", "\u00bc": "a quarter", "\u00be": "three quarters"}[found[2]]
    return f"{number(found[1])} and {part}"


def _ordinal(found: re.Match[str], around: NeighbourWords) -> str:
    return ordinal(int(found[1]))


def _times(found: re.Match[str], around: NeighbourWords) -> str:
    return f"{number(found[1])} times"


def _bare(found: re.Match[str], around: NeighbourWords) -> str:
    return number(found[1], around) + _gap(found)


def _behind_letters(found: re.Match[str], around: NeighbourWords) -> str:
    return f" {number(found[0])}{_gap(found)}"


def _gap(found: re.Match[str]) -> str:
    """Return a space between a number and letters that follow it: 64bit."""
    return " " if found.string[found.end() : found.end() + 1].isalpha() else ""


FIGURES: tuple[SpeechRule, ...] = (
    *DATES,
    (re.compile(r"(?<!\w)0([xXbBoO])([0-9A-Fa-f_]+)\b"), _hexadecimal),
    (re.compile(rf"{_START}[1-9]\d{{0,2}}(?:\.\d{{3}}){{2,}}{_END}"), _dotted_thousands),
    (
        re.compile(
            rf"{_START}(?:\d-)?\d{{3}}-(?:\d{{3}}-\d{{4}}|\d{{4}}|[A-Z]{{5,}}){_END}|{_START}\d+(?:-\d+){{2,}}{_END}"
        ),
        _telephone,
    ),
    (re.compile(rf"{_START}({_SIGN}\d+(?:\.\d+)?)[eE]([-+]?\d+){_END}"), _scientific),
    (re.compile(r"(?<=CVE|UVD|HSA)-((?:19|20)\d\d)-(\d{4,})\b"), _advisory),
    (re.compile(rf"{_START}([1-9]\d{{0,2}}):([1-9]\d{{2}}){_END}"), _ratio),
    (re.compile(r"(?<=[a-z0-9]):([1-9]\d{1,4})(?![\w:]|\.\d)"), port),
    (re.compile(rf"{_START}(\d{{4}}):(\d{{2,4}})(?![\w:-])"), _ports),
    (re.compile(rf"(?<![\w.])(v(?=\d))?(\d+(?:\.\d+){{2,}}){_STAGE}"), _version),
    (re.compile(rf"(?<!\w)(v)(\d+(?:\.\d+)*){_STAGE}"), _version),
    (re.compile(r"(?<![\w.])v?(\d+(?:\.\d+)*)\.x\b"), _line),
    (
        re.compile(
            rf"(?P<sign>[{''.join(CURRENCIES)}])(?P<amount>{_NUMBER})(?P<size>(?:[bt]n|[kKmMB])(?!\w))?(?![\d_]|\.\d)|"
            rf"{_START}(?P<before>{_NUMBER})(?P<behind>[{''.join(CURRENCIES)}])"
        ),
        lambda found, around: _money(found, around) + _gap(found),
    ),
    *CLOCK,
    (re.compile(rf"{_START}(\d{{1,2}}):(\d{{1,2}}){_END}"), _ratio),
    (re.compile(rf"{_START}\d+/\d+{_END}(?!/)"), _fraction),
    (re.compile(rf"(?<![\w./])(\d+|[a-z])/(\d+|[a-z]){_END}(?![/%])"), _over),
    (re.compile(r"(?<=\d)/(?=\d+$)"), always_read_as(" slash ")),
    (re.compile(rf"{_START}(\d+)([\u00bc-\u00be])"), _and_half),
    (re.compile(rf"{_START}([1-9])['\u2032\u2019](\d|1[01])(?:\"|\u2033|\u201d|'')"), _feet),
    (re.compile(rf"{_START}(\d+(?:\.\d+)?)\u2033"), lambda found, around: f"{number(found[1])} inches"),
    (re.compile(rf"{_START}(\d+)[x\u00d7](\d+){_END}"), _sized),
    (re.compile(rf"{_START}(1080)(?=[pi]\d*\b)"), always_read_as("ten eighty ")),
    (re.compile(rf"{_START}({_NUMBER})(?:\u2013|-)({_NUMBER})(?:({_UNIT}){_EACH})?{_END}"), _range),
    (re.compile(rf"{_START}(\d{{1,15}})(?:st|nd|rd|th)\b"), _ordinal),
    (re.compile(rf"{_START}{_SIGNED}({_UNIT}){_EACH}(?!\w)"), _measured),
    (re.compile(rf"{_START}{_SIGNED}([a-z]){_END}"), _coefficient),
    (re.compile(rf"{_START}(\d+)(?:\u2013|-)(\d+)x\b"), _many_times),
    (re.compile(rf"{_START}{_SIGNED}x\b"), _times),
    (re.compile(r"(?<![\w.])[x\u00d7*](?![\w*])"), _by),
    (re.compile(rf"{_START}{_SIGNED} [-\u2212](?=$)"), _minus),
    (re.compile(r"(?<![\w-])([a-z])-(\d+)(?![\w-])"), _one_fewer),
    (re.compile(r"(?<=[\w)])\^(-?\d+|[a-z])(?!\w)\^?"), _power),
    (re.compile(r"(?<=[\w)])\*\*(-?\d+|[a-z])(?!\w)"), _star_power),
    (re.compile(rf"(?<=[\w)])({_SUPERSCRIPT})"), _power),
    (re.compile(r"(?<!\w)#([0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?!\w)"), _colour),
    *DAYS,
    (re.compile(r"(?<=[A-Z]-)([1-9]\d{2,3})\b"), lambda found, around: pairs(int(found[1]))),
    (re.compile(rf"{_START}{_SIGNED}(?!\d)"), _bare),
    (re.compile(r"(?<=[A-Z])\d{5,}(?!\.?\d)"), _serial),
    (re.compile(r"(?<=[^\W\d])\d+(?:\.\d+)?(?!\.?\d)"), _behind_letters),
)
"""Rules for figures, the more special first."""
