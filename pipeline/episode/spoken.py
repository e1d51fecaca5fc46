"""How what is written is said, where the two differ."""

import re
import unicodedata

_PROSE = (
    (re.compile(r"[\u2018\u2019]"), "'"),
    (re.compile(r"[\"\u201c\u201d\u201e\u00ab\u00bb]"), ""),
    (re.compile(r"(?<=\d)\u2013(?=\d)"), " to "),
    (re.compile(r"\s*(?:\u2014|\u2013|--+)\s*"), ", "),  # a dash is a breath; voices know the comma best
    (re.compile(r"([,;:.!?]),"), r"\1"),
)

_CODE = (
    (re.compile(r"\bhttps?://"), ""),
    (re.compile(r"!="), " not equals "),
    (re.compile(r"=+"), " equals "),
    (re.compile(r"&&|&"), " and "),
    (re.compile(r"->|=>"), " to "),
    (re.compile(r"(?:^|(?<=\s))--(?=\w)"), "dash dash "),
    (re.compile(r"(?:^|(?<=\s))-(?=\w)"), "dash "),
    (re.compile(r"(?<!\d)\.(?=\w)|\.(?=[^\W\d])"), " dot "),
    (re.compile(r"/"), " slash "),
    (re.compile(r"\\"), " backslash "),
    (re.compile(r"@"), " at "),
    (re.compile(r"#"), " hash "),
    (re.compile(r"\$"), " dollar "),
    (re.compile(r"%"), " percent "),
    (re.compile(r"\+"), " plus "),
    (re.compile(r"\*"), " star "),
    (re.compile(r"\|"), " pipe "),
    (re.compile(r"~"), " tilde "),
    (re.compile(r"<"), " less than "),
    (re.compile(r">"), " greater than "),
    (re.compile(r"(?<=\d)\.(?=\d)"), "\0"),  # keeps the point of a number through the next rule
    (re.compile(r"[^\w\s\0']|_"), " "),
    (re.compile(r"\0"), "."),
)


def prose_spoken(text: str) -> str:
    """Prose as a voice should get it: straight apostrophes, no quotation marks, dashes as commas."""
    return _applied(_PROSE, text).strip().removeprefix(", ")


def code_spoken(text: str) -> str:
    """A code span as a person reads it aloud: ``git-log`` is "git log", ``setup.py`` "setup dot py"."""
    said = " ".join(_applied(_CODE, text).split())
    return said or " ".join(unicodedata.name(c, "").lower() for c in text if not c.isspace()) or text


def is_silent(text: str) -> bool:
    """Whether `text` is nothing but punctuation (a dash that stands alone), so that no voice says it."""
    return not any(c.isalnum() or c in "%&@#*/\\" or unicodedata.category(c)[0] not in "PZC" for c in text)


def _applied(rules: tuple[tuple[re.Pattern[str], str], ...], text: str) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text
