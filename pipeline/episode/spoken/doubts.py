"""Written forms of English that no rule can read for sure: what they may be, and how to write what is meant."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .calendar import day_and_month
from .figures import is_counted
from .names import is_sayable
from .rules import NeighbourWords
from .vocabulary import DATE_CUES, MONTHS, SCORE_CUES, SHOUTED, UNITS, VERSION_CUES, WORDS

_NUMBER = r"\d+(?:[.,]\d+)?"
_SAID_AS_WORDS = frozenset(
    "ACID AIDS AJAX ALSA ANOVA ASAN BASIC BERT BIOS BLEU BOM CAD CMOS CORS COBOL COVID CRAN CRUD CUDA DAG DOM DOS DRAM ECMA "
    "FAT FIFA FIFO FORTRAN GAN GIL GIMP GIS GNOME GNU GRUB HAL IDE IKEA ISO JAR LAMP LAN LASER LIDAR LIFO LISP LORA LOL MAC "
    "MIDI MIMO MIT MOSFET NAN NAS NASA NASDAQ NATO NAT NOR NUMA OPEC PEP PIL PIN PIP POSIX RADAR RAID RAM REPL REST ROM SAN "
    "SARS SCADA SIM SIMD SLAM SOAP SONAR SPAM SWAP SWIFT SWOT TED UNESCO UNICEF UNIX VIM VRAM WAN WAR WASP WAV YAGNI YOLO "
    "ZIP ADA CERN CERT CISA FEMA FOMO HIPAA HUD LED MAMP MERN PATCH TIFF TOGAF UDEV UML VAT".split()
)
"""Capitals that everybody says as a word, and so do voices."""
_SPELT = frozenset(
    "ACL API BBC CEO CIA DIY EKG EUR ETA FBI GPS IBM IRC LCD MBA ORM PHP RSI UFO USA VIP AMD AOL UEL EU".split()
)
"""Capitals that could be words, and are letters to everybody."""
_HABITS = frozenset("always daily every normally often sometimes usually week whenever now today".split())
_PAST = frozenset("ago already before earlier last once yesterday".split())

_ONE_WORD: dict[str, tuple[str, str, str]] = {
    "read": (r"i|they|he and she|people|users", r"", "reed|red"),
    "resume": (r"my|your|his|her|their|a|the", r"|and|for|or|is|with|to|of", "rezz-oo-may|re-zoom"),
    "bow": (r"a|the|his|her|my|your|this", r"", "boh|bau"),
    "tear": (r"a|the|this|each|one", r"", "tair|teer"),
    "bass": (r"", r"(?!.*\b(?:line|lines|guitar|drum|boost|player|sound|clef)\b).*", "base|bass"),
    "minute": (r"", r"details|differences|changes|amounts?|detail|quantities|traces", "my-newt|minnit"),
    "wound": (r"is|was|are|were|be|been|has|have|had|and", r"", "wownd|woond"),
    "wind": (r"to|will|can|must|you|we|then|and", r"it|them|up|down|back|the|a|around|through", "wined|winned"),
    "lead": (r"of|with|contains?|contained|from|in|into", r"|and|or|is|in|was", "led|leed"),
    "content": (r"is|are|was|were|am|be|not", r"$", "kun-tent|kon-tent"),
    "sow": (r"a|the", r"", "sau|soh"),
    "sewer": (r"a|the", r"", "soo-er|soh-er"),
}
"""Words with two sounds: (the words before, the words after) where both fit, and the two sounds."""


@dataclass(frozen=True)
class Doubt:
    """What a written form may be, and what to write for either: `may_be` and `instead` are parts of a sentence."""

    may_be: str
    instead: str = ""


@dataclass(frozen=True)
class _Place:
    """A word with its neighbours; `opened`: it is inside of quotation marks; `starts`: it begins a sentence."""

    core: str
    text: str
    said: str
    around: NeighbourWords
    sentence: Sequence[str]
    starts: bool
    asked: bool
    opened: bool

    @property
    def before(self) -> str:
        return self.around.before.lower()

    @property
    def after(self) -> str:
        return self.around.after.lower()


def doubts(
    texts: Sequence[str], cores: Sequence[str], spoken: Sequence[str], settled: Sequence[bool]
) -> Iterator[tuple[int, Doubt]]:
    """Yield (index, doubt) for the words of a paragraph that may be read in another way than they are.

    `texts` are the words as they are written, `cores` without the punctuation around them, and `spoken` as they are said.
    What is `settled` is code, or how it is said was decided by the author.
    """
    for index, place in enumerate(_places(texts, cores, spoken)):
        if place.core and not settled[index] and (found := next(filter(None, (rule(place) for rule in _RULES)), None)):
            yield index, found


def _places(texts: Sequence[str], cores: Sequence[str], spoken: Sequence[str]) -> Iterator[_Place]:
    ends = [bool(re.search(r"[.!?\u2026][\"'\u201d\u2019)]*$", text)) and not text.startswith("No.") for text in texts]
    starts = [0, *(index + 1 for index, end in enumerate(ends) if end)]
    opened = 0
    for first, last in pairwise([*starts, len(texts)]):
        sentence = [core.lower() for core in cores[first:last]]
        for index in range(first, last):
            neighbours = (cores[at] if 0 <= at < len(cores) else "" for at in (index - 1, index + 1))
            asked = index > 0 and texts[index - 1].endswith("?")
            inside = bool((opened + texts[index].startswith('"')) % 2)
            written = cores[index], texts[index], spoken[index]
            yield _Place(*written, NeighbourWords(*neighbours), sentence, index == first, asked, inside)
            opened += texts[index].count('"')


# Rules


def _day(place: _Place) -> Doubt | None:
    """Doubt a date whose day and month can change places: 03/04/2025."""
    found = re.fullmatch(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d\d)", place.core)
    if not found or (found[2] == "-" and len(found[4]) == 2):
        return None
    year = int(found[4]) + (2000 if len(found[4]) == 2 else 0)
    return _either_day(int(found[1]), int(found[3]), f", {year}")


def _either_day(first: int, second: int, year: str) -> Doubt | None:
    if first == second or not (1 <= first <= 12 and 1 <= second <= 12):
        return None
    dates = f"{MONTHS[first - 1]} {second}{year}", f"{MONTHS[second - 1]} {first}{year}"
    return Doubt(f"{dates[0]} or {dates[1]}", f"the month in letters: {dates[0]}")


def _short_day(place: _Place) -> Doubt | None:
    """Doubt "on 3/4", which may be a day or a part."""
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})", place.core)
    if not found or place.before not in DATE_CUES or place.after == "of":
        return None
    return _either_day(int(found[1]), int(found[2]), "") if day_and_month(int(found[1]), int(found[2])) else None


def _street(place: _Place) -> Doubt | None:
    before, after = place.around.before, place.around.after
    inside = before[:1].isupper() and after[:1].isupper() and len(place.sentence) > 1 and not place.starts
    if place.text != "St." or not inside or place.before in ("at", "in", "near", "of", "the", "to", "visit"):
        return None
    return Doubt("a street or a saint", f"{before} Street, or Saint {after}")


def _answer(place: _Place) -> Doubt | None:
    if place.text == "No." and place.asked and place.around.after[:1].isdigit():
        number = place.around.after
        return Doubt("the answer or a number", f'"No, {number} ..." or "Number {number}"')
    return None


def _comma(place: _Place) -> Doubt | None:
    """Doubt 1,5: in English a list, elsewhere one and a half."""
    found = re.fullmatch(r"(\d{1,3}),(\d{1,2})", place.core)
    return Doubt(f"{found[1]}.{found[2]} or {found[1]} and {found[2]}", f"{found[1]}.{found[2]}") if found else None


def _thousands(place: _Place) -> Doubt | None:
    """Doubt 1.500 users: in English one and a half."""
    found = re.fullmatch(r"([1-9]\d{0,2})\.(\d{3})", place.core)
    if not found or not (is_counted(place.around) and place.around.after not in UNITS):
        return None
    return Doubt(f"{found[1]},{found[2]} or {found[1]} and a part", f"{found[1]},{found[2]}")


def _decimals(place: _Place) -> Doubt | None:
    """Doubt Godot 4.10, whose last part may be ten."""
    found = re.fullmatch(r"(\d{1,2})\.([1-9]\d)", place.core)
    before = place.around.before
    is_named = before[:1].isupper() and not before.isupper() and before.isalpha()
    if not found or not is_named or is_counted(place.around) or place.before in VERSION_CUES:
        return None
    if place.sentence[:1] == [place.before]:
        return None
    return Doubt("a version or a number", f"version {place.core} (its parts are numbers then)")


def _roman(place: _Place) -> Doubt | None:
    """Doubt a Roman numeral that no word before it explains."""
    if not re.fullmatch(r"(?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3})", place.core) or place.core not in place.said:
        return None
    return Doubt("a Roman numeral or letters", "the number in digits or letters")


def _inches(place: _Place) -> Doubt | None:
    found = re.fullmatch(rf"({_NUMBER})\"[,.;:!?]?", place.text)
    return Doubt("inches, or the end of a quotation", f"{found[1]} inches") if found and not place.opened else None


def _metres(place: _Place) -> Doubt | None:
    """Doubt 5m, which may be a length, a time or an amount."""
    found = re.fullmatch(r"(\d+)m", place.core)
    if not found or place.after in _LENGTHS or set(_LENGTHS) & set(place.sentence):
        return None
    return Doubt("meters, minutes or millions", f"{found[1]} meters, {found[1]} minutes or {found[1]} million")


_LENGTHS = (
    "above",
    "away",
    "below",
    "cable",
    "cables",
    "deep",
    "distance",
    "high",
    "long",
    "meters",
    "radius",
    "tall",
    "wide",
)


def _backwards(place: _Place) -> Doubt | None:
    """Doubt 5-3, which may be a difference, a range or a result."""
    found = re.fullmatch(r"(\d{1,4})([-\u2013])(\d{1,4})", place.core)
    if (
        not found
        or int(found[1]) <= int(found[3])
        or place.core in ("9-5", "9\u20135")
        or len(found[1]) == 4
        or {place.before, place.after} & SCORE_CUES
    ):
        return None
    return Doubt(
        "a difference or a range", f"{found[1]} minus {found[3]}, {found[1]} to {found[3]} or {found[3]}-{found[1]}"
    )


def _sounds(place: _Place) -> Doubt | None:
    """Doubt a word with two sounds, where what is around it leaves both."""
    before, after, sounds = _ONE_WORD.get(place.core.lower(), ("", "", ""))
    if not sounds or place.core[:1].isupper() or not re.fullmatch(before or ".*", place.before):
        return None
    if after and not re.fullmatch(after, place.after):
        return None
    told = set(place.sentence)
    if place.core == "read" and told & (_HABITS | _PAST | {"did", "do", "does", "don't", "if", "when", "can", "as"}):
        return None
    one, other = sounds.split("|")
    return Doubt(f'"{one}" or "{other}"', f"{place.core}{{say: {one}}} or {place.core}{{say: {other}}}")


def _capitals(place: _Place) -> Doubt | None:
    """Doubt capitals that may be a word or letters: SIEM. Two letters are letters, and the rest voices can't say."""
    core = place.core.removesuffix("'s").removesuffix("\u2019s")
    shouting = any(len(word) > 1 and word.isupper() for word in (place.around.before, place.around.after))
    if not re.fullmatch(r"[A-Z]{3,6}", core) or not is_sayable(core) or shouting or core not in place.said:
        return None
    if core in SHOUTED | _SAID_AS_WORDS | _SPELT or WORDS.get(core) or (core == "WHO" and place.before == "the"):
        return None
    apart = "-".join(core)
    return Doubt(
        "a word or letters",
        f'{core}{{say: {apart}}} or {core}{{say: {core.lower()}}}, or once in pronunciation.toml: {core} = "{apart}"',
    )


def _megabits(place: _Place) -> Doubt | None:
    found = re.fullmatch(rf"({_NUMBER})?(Mb|Gb|Kb|kb)(?:/s)?", place.core)
    if not found or not (found[1] or re.fullmatch(_NUMBER, place.before)):
        return None
    size = {"m": "mega", "g": "giga", "k": "kilo"}[found[2][0].lower()]
    return Doubt(f"{size}bits or {size}bytes", f"{found[2][0]}bit or {found[2][0]}B")


def _abbreviated(place: _Place) -> Doubt | None:
    """Doubt a short word with a full stop in the middle of a sentence: the sentence goes on in small letters."""
    found = re.fullmatch(r"([a-z]{2,5})\.", place.text)
    goes_on = place.around.after[:1].islower() or place.around.after[:1].isdigit()
    if (
        not found
        or not goes_on
        or found[1] not in place.said
        or re.search(r"[aeiouy]", found[1])
        or place.around.after.startswith(("i", "e"))
    ):
        return None
    return Doubt("a short form", "the whole word")


def _unread(place: _Place) -> Doubt | None:
    """Doubt a unit that the rules left as it was written."""
    found_unit = re.fullmatch(rf"{_NUMBER}([a-zA-Z\u00b5\u03a9]{{1,4}})", place.core)
    unit = found_unit[1] if found_unit else ""
    if not unit or unit in UNITS or not place.said.rstrip(".,;:!?").endswith(unit):
        return None
    if (
        len(unit) == 1
        or re.fullmatch(r"(?:st|nd|rd|th|[A-Z]{2,}|bit|x\w*|[a-f]\w*)", unit)
        or re.search("[aeiou]", unit)
    ):
        return None
    return Doubt("a unit that the voice doesn't know", "the unit in letters")


_RULES: tuple[Callable[[_Place], Doubt | None], ...] = (
    _roman, _day, _short_day, _street, _answer, _comma, _thousands, _decimals, _inches, _metres, _backwards, _sounds, _capitals,
    _megabits, _abbreviated, _unread,
)  # fmt: skip
