"""English as a programmer reads it aloud: the rules for prose, and those for code."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from .calendar import SPANS
from .dictionary import NO_ENTRIES, Dictionary, entries
from .figures import FIGURES, PLANS, counted, port
from .names import NAMES
from .numerals import spelt
from .rules import ALONE, NeighbourWords, SpeechRule, Verbaliser, always_read_as, apply_rules
from .vocabulary import (
    ABBREVIATIONS,
    CODE_WORDS,
    DOMAINS,
    ENDINGS,
    FILES,
    KEY_SIGNS,
    KEYS,
    MONTHS,
    OPERATORS,
    PER,
    SYMBOLS,
    WORDS,
)

_FILE = rf"(?:[\w-]+[./])*[\w-]*\.(?:{'|'.join(FILES.split())})(?![\w.]\w)(?!\w)"
_DOMAIN = rf"(?:[A-Za-z0-9-]+\.)+(?:{'|'.join(DOMAINS.split())})(?:/[\w./~%+-]*\w)?/?(?!\w)"
_PATH = r"(?<![\w/.])(?:~|\.{1,2})?/(?:[\w.-]*\w/?)+"
_URL = r"(?:https?://|www\.)[^\s<>\"]*[\w/]"
_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_FLAG = r"(?<![\w-])--?[A-Za-z][\w-]*(?:=[\w./-]*\w)?"
_SNAKE = r"\w*[^\W_]_\w+(?:\(\))?|__?\w+(?:\(\))?"
_DOTTED = r"[a-z_]\w*(?:\.[A-Za-z_]\w+)+(?:\(\))?|\w+\(\)"
_CAMEL = r"(?-i:[a-z]{2,}\d*(?:[A-Z][a-z]+\d*)+)(?:\(\))?(?!\w)"
_LETTER = r"[^\W\d_\u00b2\u00b3]"
_SHORT = "|".join(month[:3] for month in MONTHS)
_SMALL = r"[^\WA-Z\d_]"
_TYPE = r"(?:[\w:&'*?.()\[\]]|, ?)"
_EMOJI = re.compile(
    r"([\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF])[\uFE0F\u200D\U0001F3FB-\U0001F3FF]*(?:\1\uFE0F?)*"
)


_BOUNDS = {"O": "big O", "o": "little O", "\u0398": "big theta", "\u03a9": "big omega"}

BIG_O: SpeechRule = (
    re.compile(rf"(?<!\w)([{''.join(_BOUNDS)}])\((?=[\w\u221a])"),
    lambda found, around: f"{_BOUNDS[found[1]]} of ",
)
"""How an algorithm grows: O(log n) is "big O of log n"."""


@cache
def prose_rules(author: Dictionary) -> tuple[SpeechRule, ...]:
    """Return how prose is read; the author's dictionary goes first."""
    shaped = "|".join((_URL, _EMAIL, _FLAG, _PATH, _FILE, _DOMAIN, _SNAKE, _DOTTED, _CAMEL))

    def as_code(found: re.Match[str], around: NeighbourWords) -> str:
        return code(found[0], author, around)

    return (
        entries(author, r"(?![._@]\w)"),
        (re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ABBREVIATIONS))})(?!\w)"), _abbreviation),
        (re.compile(rf"(?<![\w.])(?:{shaped})"), as_code),
        entries(WORDS),
        BIG_O,
        *SPANS,
        (re.compile(rf"({_SHORT})\.?(?!\w)"), _month),
        PLANS,
        (re.compile(r"(?<![\w.#])(\d+(?:\.\d+)?)([MBkK]|[bt]n)(?!\w)"), counted),
        *NAMES,
        *FIGURES,
        (re.compile(rf"(?<=[\dkKMB])/({'|'.join(PER)})\b|(?<=[a-z]{{3}})/(s|sec|min)\b"), _per),
        (re.compile(r"(?<=\d)/(?=1?[kKM]\b)"), always_read_as(" per ")),
        (re.compile(r"(?<=[A-Z]{2})/(?=\d)"), always_read_as(" ")),
        (re.compile(rf"(?<!\w)({'|'.join(KEYS)})[+-](?=\w)"), lambda found, around: f"{KEYS[found[1]]} "),
        (re.compile(rf"[{''.join(KEY_SIGNS)}]"), lambda found, around: f" {KEY_SIGNS[found[0]]} "),
        (re.compile(r"(?<!\S)\$(?=[A-Za-z_])"), always_read_as("dollar ")),
        (re.compile(r"(?<!\S)\.(?=[a-z]{2})"), always_read_as("dot ")),
        (re.compile(r"(?<!\w):([a-z_]{2,}):(?!\w)"), lambda found, around: found[1].replace("_", " ")),
        (re.compile(r"(?<!\w)[#](?=\d)"), always_read_as("number ")),
        (re.compile(r"(?<!\w)[~\u2248](?=[\d$])"), always_read_as("about ")),
        (re.compile(rf"(?<={_LETTER})/(?={_LETTER})"), always_read_as(" slash ")),
        (re.compile(r"(?<!\S)/(?=\W*$)"), _lone_slash),
        (_any_of(SYMBOLS), lambda found, around: f" {SYMBOLS[found[0]]} "),
        (_EMOJI, _emoji),
        (re.compile(rf"{_LETTER}+"), _plain),
    )


@cache
def code_rules(author: Dictionary) -> tuple[SpeechRule, ...]:
    """Return how code is read: identifiers fall into their words, signs are named, brackets and quotes are silent."""

    def word(found: re.Match[str], around: NeighbourWords) -> str:
        return f" {author.get(found[0]) or _code_word(found[0])} "

    return (
        entries(author, blank=" "),
        (re.compile(r"https?://(?:www\.)?"), always_read_as(" ")),
        BIG_O,
        (re.compile(rf"\.({'|'.join(ENDINGS)})(?![\w./])"), lambda found, around: f" dot {ENDINGS[found[1]]} "),
        (re.compile(r"(?<=[^\W\d_])\d+(?:\.\d+)?(?=\W|$)"), _stuck_number),
        (re.compile(r"(?:(?<=[pP][oO][rR][tT]=)|(?<=[\"']):)([1-9]\d{2,3})(?!\w)"), port),
        *((pattern, _apart(verbaliser)) for pattern, verbaliser in FIGURES),
        entries(WORDS, blank=" "),
        (re.compile(r"(?<!\w)__(?=[A-Za-z]\w*__(?!\w))"), always_read_as(" dunder ")),
        (re.compile(rf"(?<=\w)<((?:{_TYPE}|<{_TYPE}+>)+)>"), lambda found, around: f" of {code(found[1], author)} "),
        (re.compile(r"(?<!\S)-([A-Za-z]{2,3})(?![\w=-])"), _options),
        (re.compile(r"(?<!\S)--(?=\w)"), always_read_as(" dash dash ")),
        (re.compile(r"(?<!\S)-(?=\w)"), always_read_as(" dash ")),
        (re.compile(r"(?<=\s)-(?=\s|$)"), always_read_as(" minus ")),
        (re.compile(r"(?<!\S)!(?=\w)"), always_read_as(" not ")),
        (_any_of(OPERATORS), lambda found, around: f" {OPERATORS[found[0]]} "),
        (re.compile(r"\.(?=\w)|(?<!\S)\.(?=/|\s|$)"), always_read_as(" dot ")),
        (re.compile(r"(?<![\w'])a(?![\w'])"), _name_a),
        (re.compile(r"(?<!\w)use(?=[A-Z][a-z])"), always_read_as(" yooz ")),
        (re.compile(r"(?<=\w)'(?:s|t|d|m|re|ve|ll)(?!\w)"), lambda found, around: found[0]),
        (re.compile(r"[A-Z]{2,}s(?![a-z])"), lambda found, around: f" {_plain(found, around)} "),
        (re.compile(rf"[A-Z]+(?!{_SMALL})|[A-Z]?{_SMALL}+|[^\W\d_]"), word),
        (re.compile(r"[^\w\s]|_"), always_read_as(" ")),
    )


def code(text: str, author: Dictionary = NO_ENTRIES, around: NeighbourWords = ALONE) -> str:
    """Return a code span as a person reads it aloud: ``git-log`` is "git log", ``setup.py`` "setup dot pie"."""
    said = " ".join(apply_rules(text, code_rules(author), around).split()).replace(" '", "'")
    return said or " ".join(unicodedata.name(c, "").lower() for c in text if not c.isspace())


def _any_of(table: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(table, key=len, reverse=True))))


def _abbreviation(found: re.Match[str], around: NeighbourWords) -> str:
    """Return an abbreviation in full. The full stop of "etc." may be that of its sentence, too."""
    ends = found[0] == "etc." and (not around.after or around.after[0].isupper())
    return ABBREVIATIONS[found[0]] + ("." if ends else "")


def _plain(found: re.Match[str], around: NeighbourWords) -> str:
    """Return a word as it is, except for the plural of an acronym, which voices swallow."""
    word, stem = found[0], found[0][:-1]
    if not (word.endswith("s") and stem.isupper()):
        return word
    is_spelt = len(stem) == 2 or (len(stem) > 2 and not set(stem) & set("AEIOU"))
    said = WORDS.get(stem) or (stem if is_spelt else None)
    return _plural(said) if said else word


def _plural(said: str) -> str:
    """Return a plural of capitals: JSONs are "jay-sons", letters are said one by one: APIs are "A-P-I's"."""
    if not said.isupper():
        return f"{said}s"
    return f"{said if '-' in said else '-'.join(said)}'s"


def _month(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return a short month beside its day or year."""
    is_date = around.after[:1].isdigit() or around.before[-1:].isdigit()
    return next(month for month in MONTHS if month.startswith(found[1])) if is_date else None


def _per(found: re.Match[str], around: NeighbourWords) -> str:
    return f" per {PER[found[1] or found[2]]}"


def _lone_slash(found: re.Match[str], around: NeighbourWords) -> str:
    """Return a slash that stands alone: the folder in rm -rf /, or 6 / 2."""
    return "divided by" if around.before[-1:].isdigit() and around.after[:1].isdigit() else "slash"


def _options(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return options of one letter that are written as one: -rf, -sSL; not one that has a name: -out."""
    letters = found[1]
    has_name = len(letters) > 2 and letters.islower() and re.search("[aeiouy]", letters)
    return None if has_name else f" dash {'-'.join(letters.upper())} "


def _code_word(word: str) -> str:
    """Return a part of an identifier; its capital is no more than a boundary."""
    if word.isupper() and len(word) > 1:
        return WORDS.get(word) or word
    return WORDS.get(word) or CODE_WORDS.get(word) or word


def _name_a(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return the name of the letter a where it is a name beside a sign, and no article: a != b, f(a), a[0]."""
    beside = found.string[max(0, found.start() - 1) : found.end() + 1].replace("a", "").strip("'\"")
    signs = f"{around.before[-1:]}{around.after[:1]}"
    return " ay " if beside or re.search(r"[=!<>+*/%&|^-]", signs) else None


def _stuck_number(found: re.Match[str], around: NeighbourWords) -> str:
    """Return a number after a name, as of a version: python3.13, utf8."""
    return " " + " point ".join(map(spelt, found[0].split("."))) + " "


def _apart(verbaliser: Verbaliser) -> Verbaliser:
    def with_blanks(found: re.Match[str], around: NeighbourWords) -> str | None:
        said = verbaliser(found, around)
        return said and f" {said} "

    return with_blanks


def _emoji(found: re.Match[str], around: NeighbourWords) -> str:
    """Return the name of a picture, said once however often it is repeated."""
    return f" {unicodedata.name(found[1], '').lower()} "
