"""What a step claims to be on the screen, held against what is there."""

import difflib
import re
from collections.abc import Sequence

from ..base.errors import LecternError

APPEARS = 2.0
"""Seconds within which a text has to come that is to go."""
_GROUPED = re.compile(r"(?<=\d)[,\u00a0\u202f](?=\d{3}(?!\d))")
"""What separates the thousands of a number."""
_LOOK_ALIKE = str.maketrans("il|o", "1110")
"""What readers of pictures take for each other, in small letters."""


def claim_holds(claim: str, text: str) -> bool:
    """Return whether `text` says what `claim` does, however it is spaced and wrapped.

    Numbers are whole: "3 files" holds of "in all 3 files", not of "13 files" nor of "3.3 files"; 1,024 is 1024. What digits
    and letters go on with in turn is a name that may be begun: "ce/01" holds of "ce/0136b1".
    """
    wanted = _normalised(claim)
    before = r"(?<!\d)(?<!\d\.)" if wanted[:1].isdigit() else ""
    after = r"(?!\d(?!\d*[A-Za-z]+\d))(?!\.\d)" if wanted[-1:].isdigit() else ""
    return not wanted or re.search(before + re.escape(wanted) + after, _normalised(text)) is not None


def is_read_as(text: str, wanted: str) -> bool:
    """Return whether a `text` that was read in a picture may be `wanted`: readers mistake the case, and letters that look alike."""
    return _alike(text) == _alike(wanted)


def claim_is_read(claim: str, text: str) -> bool:
    """Return whether a `text` that was read in a picture says what `claim` does.

    The case doesn't count, nor, for whole words of more than one letter, which of the letters it is that look alike (l, 1 and
    I; O and 0).
    """
    if claim_holds(claim.casefold(), text.casefold()):
        return True
    wanted = _alike(claim)
    before = r"(?<!\w)(?<!\d\.)" if wanted[:1].isalnum() else ""
    after = r"(?!\w)(?!\.\d)" if wanted[-1:].isalnum() else ""
    return len(wanted) > 1 and re.search(before + re.escape(wanted) + after, _alike(text)) is not None


def contains_words(words: str, text: str) -> bool:
    """Return whether `words` are in `text`, however either is spaced and wrapped: what a step waits for."""
    return _single_spaced(words) in _single_spaced(text)


def says_somewhere(words: str, text: str) -> bool:
    """Return whether `words` are in `text` in any case and however its pieces are set apart, as a page draws them."""
    return closed_up(_normalised(words)).casefold() in closed_up(_normalised(text)).casefold()


def exactness(before: str, after: str) -> int:
    """Return how exactly a text is meant that has these parts of its line around it: 2 on its own, 1 as whole words, 0 inside of one."""
    if re.search(r"^\s*$|\s\s$", before) and re.search(r"^\s*$|^\s\s", after):
        return 2
    return 0 if re.search(r"\w$", before) or re.search(r"^\w", after) else 1


def one_meant(exact: Sequence[int]) -> int | None:
    """Return the index of the one place that is meant, of places that are so `exact`; None where none is more than the others."""
    best = [index for index, how in enumerate(exact) if how == max(exact)]
    return best[0] if len(best) == 1 else None


def nearest_lines(claim: str, text: str, most: int = 3) -> str:
    """Return the lines of `text` that come nearest to `claim`, in quotes ("nothing" where there are none)."""
    lines = list(dict.fromkeys(_single_spaced(line) for line in text.splitlines() if line.strip()))
    shown = [f'"{_shortened(line)}"' for line in sorted(lines, key=lambda line: -_similarity(claim, line))[:most]]
    return ", ".join(shown) or "nothing"


def never_there(text: str, place: str, said: str) -> LecternError:
    """Return the error for a text that is to go, and never was at a `place` (the page, the screen) that says `said`."""
    return LecternError(f'"{text}" was never on the {place}, so it can\'t go; there is {nearest_lines(text, said)}')


def closed_up(text: str) -> str:
    """Return `text` without any blanks, for what is wrapped or drawn piece by piece."""
    return "".join(text.split())


def _alike(text: str) -> str:
    """Return `text` with one letter for all that look like it."""
    return _normalised(text).casefold().translate(_LOOK_ALIKE)


def _normalised(text: str) -> str:
    return _GROUPED.sub("", _single_spaced(text))


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


def _similarity(claim: str, line: str) -> float:
    words, there = set(claim.casefold().split()), set(line.casefold().split())
    return len(words & there) + difflib.SequenceMatcher(None, claim.casefold(), line.casefold()).ratio()


def _shortened(line: str) -> str:
    return line if len(line) <= 80 else line[:79] + "…"
