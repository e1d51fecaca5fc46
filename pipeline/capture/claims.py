"""What a step claims to be on the screen, held against what is there."""

import difflib
import re

_GROUPED = re.compile(r"(?<=\d)[,\u00a0\u202f](?=\d{3}(?!\d))")
"""What stands between the thousands of a number."""


def holds(claim: str, text: str) -> bool:
    """Whether `text` says what `claim` does, however it is spaced and wrapped.

    Numbers are whole: "3 files" holds of "in all 3 files", not of "13 files" nor of "3.3 files"; 1,024 is 1024. What digits
    and letters go on with in turn is a name that may be begun: "ce/01" holds of "ce/0136b1".
    """
    wanted = _plain(claim)
    before = r"(?<!\d)(?<!\d\.)" if wanted[:1].isdigit() else ""
    after = r"(?!\d(?!\d*[A-Za-z]+\d))(?!\.\d)" if wanted[-1:].isdigit() else ""
    return not wanted or re.search(before + re.escape(wanted) + after, _plain(text)) is not None


def stands(words: str, text: str) -> bool:
    """Whether `words` are in `text`, however either is spaced and wrapped: what a step waits for."""
    return _spaced(words) in _spaced(text)


def instead(claim: str, text: str, most: int = 3) -> str:
    """The lines of `text` that come nearest to `claim`, in quotes ("nothing" where there are none)."""
    lines = list(dict.fromkeys(_spaced(line) for line in text.splitlines() if line.strip()))
    said = [f'"{_shortened(line)}"' for line in sorted(lines, key=lambda line: -_likeness(claim, line))[:most]]
    return ", ".join(said) or "nothing"


def _plain(text: str) -> str:
    return _GROUPED.sub("", _spaced(text))


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _likeness(claim: str, line: str) -> float:
    words, there = set(claim.casefold().split()), set(line.casefold().split())
    return len(words & there) + difflib.SequenceMatcher(None, claim.casefold(), line.casefold()).ratio()


def _shortened(line: str) -> str:
    return line if len(line) <= 80 else line[:79] + "…"
