"""Cut a line of text into what is drawn as one piece: letters of one font and one direction, from left to right.

The order is that of Unicode's bidirectional algorithm (UAX #9) for text without explicit directions.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from .fonts import EAST_ASIAN, FontFace, can_shape, face_for, has_letter

_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
_JOINER = "\u200d"
_NOT_FIRST = "、。，．・：；？！」』）】》〉…ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ％)]}!?.,:;"
_NOT_LAST = "「『（【《〈([{"


class TextRun(NamedTuple):
    """Letters of one font and one direction. `face` None: no font has them, and `own` draws a box for each."""

    text: str
    face: FontFace | None
    right_to_left: bool = False


@lru_cache(maxsize=20_000)
def is_plain(text: str, own: FontFace) -> bool:
    """Return whether `own` has all of the letters, and setting them one after another from left to right is right."""
    return all(
        letter.isascii()
        or (
            unicodedata.bidirectional(letter) not in _RIGHT_TO_LEFT
            and unicodedata.category(letter) not in ("Mn", "Mc", "Me", "Cf")
            and has_letter(own, letter)
            and face_for(letter, own) == own
        )
        for letter in text
    )


@lru_cache(maxsize=5_000)
def text_runs(line: str, own: FontFace, right_to_left: bool = False) -> tuple[TextRun, ...]:
    """Return the runs of `line` as they follow from left to right, in a paragraph that runs `right_to_left` or not."""
    levels = _levels(line, right_to_left)
    at, pieces = 0, []
    for cluster in clusters(line):
        pieces.append((cluster, face_for(cluster, own), levels[at]))
        at += len(cluster)
    runs = [
        (TextRun("".join(piece[0] for piece in run), face, level % 2 == 1), level)
        for (face, level), run in ((key, list(run)) for key, run in groupby(pieces, key=lambda piece: piece[1:]))
    ]
    return tuple(_visual_order(runs))


def runs_right_to_left(text: str) -> bool:
    """Return whether the first letter with a direction of its own runs from right to left."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)


def unsettable(text: str, own: FontFace) -> tuple[str, ...]:
    """Return the letters of `text` that can't be drawn rightly: no font has them, or their script can't be shaped here."""
    found = [
        cluster
        for line in text.split("\n")
        for cluster in clusters(line)
        if face_for(cluster, own) is None or not (can_shape() or is_plain(cluster, own) or _stands_alone(cluster))
    ]
    return tuple(dict.fromkeys(found))


def clusters(text: str) -> tuple[str, ...]:
    """Return what a reader takes for single letters: a letter with its marks, a joined emoji, a flag."""
    found: list[str] = []
    for letter in text:
        if found and _belongs(found[-1], letter):
            found[-1] += letter
        else:
            found.append(letter)
    return tuple(found)


def unbreakable_parts(word: str) -> tuple[str, ...]:
    """Return the parts of a word between which a line may end.

    Those are the letters of scripts without blanks, with the signs that may not begin or end a line; else the whole word.
    """
    parts: list[str] = []
    for cluster in clusters(word):
        joins = parts and (
            cluster[0] in _NOT_FIRST
            or parts[-1][-1] in _NOT_LAST
            or not (is_wide(cluster[0]) or is_wide(parts[-1][-1]))
        )
        if joins:
            parts[-1] += cluster
        else:
            parts.append(cluster)
    return tuple(parts)


def is_wide(letter: str) -> bool:
    """Return whether `letter` is of a script without blanks, whose letters fill a square: Chinese, Japanese, Korean."""
    return unicodedata.east_asian_width(letter) in "WF" and unicodedata.category(letter)[0] == "L"


def _belongs(before: str, letter: str) -> bool:
    """Return whether `letter` is a part of the cluster `before`."""
    if unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf") or "\U0001f3fb" <= letter <= "\U0001f3ff":
        return not before.isspace()
    if _is_flag_letter(letter):
        return len(before) == 1 and _is_flag_letter(before)
    return before[-1] == _JOINER and ord(before[0]) >= 0x2000 and ord(letter) >= 0x2000


def _is_flag_letter(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _stands_alone(cluster: str) -> bool:
    """Return whether a cluster is one letter of a script whose letters neither join nor stack."""
    script = unicodedata.name(cluster[0], "").partition(" ")[0]
    return len(cluster) == 1 and (script in EAST_ASIAN or unicodedata.category(cluster)[0] in "SPZN")


def _visual_order(runs: list[tuple[TextRun, int]]) -> Iterator[TextRun]:
    """Yield runs with their levels from left to right: whatever has a level or a higher one is reversed (rule L2)."""
    ordered = list(runs)
    for lowest in range(max((level for _, level in ordered), default=0), 0, -1):
        ordered = [
            run
            for high, part in groupby(ordered, key=lambda run: run[1] >= lowest)
            for run in (reversed(list(part)) if high else part)
        ]
    yield from (run for run, _ in ordered)


def _levels(line: str, right_to_left: bool) -> list[int]:
    """Return the embedding level of each letter; odd ones run from right to left."""
    base, outer = (1, "R") if right_to_left else (0, "L")
    kinds = _weak_kinds([unicodedata.bidirectional(letter) or "ON" for letter in line], outer)
    kinds = _neutral_kinds(_bracket_kinds(line, kinds, outer), outer)
    up = {"L": base, "R": 1, "EN": 2, "AN": 2} if base == 0 else {"L": 2, "R": 1, "EN": 2, "AN": 2}
    levels = [up[kind] for kind in kinds]
    for place in range(len(line.rstrip()), len(line)):
        levels[place] = base
    return levels


def _weak_kinds(kinds: list[str], outer: str) -> list[str]:
    """Return the kinds with numbers, their signs, and marks resolved (rules W1 to W7)."""
    strong, before = outer, outer
    for place, kind in enumerate(kinds):
        kind = before if kind == "NSM" else kind
        before = kind
        strong = kind if kind in ("L", "R", "AL") else strong
        kinds[place] = "AN" if kind == "EN" and strong == "AL" else kind
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for place in range(1, len(kinds) - 1):
        left, kind, right = kinds[place - 1 : place + 2]
        if left == right and (kind == "CS" and left in ("EN", "AN") or kind == "ES" and left == "EN"):
            kinds[place] = left
    text = "".join(_CODES.get(kind, "o") for kind in kinds)
    text = re.sub("t+(?=e)|(?<=e)t+", lambda found: "e" * len(found[0]), text)
    strong = _CODES[outer]
    resolved = []
    for code in text:
        strong = code if code in "lr" else strong
        resolved.append("l" if code == "e" and strong == "l" else "o" if code == "t" else code)
    return [_KINDS[code] for code in resolved]


_BRACKETS = {"(": ")", "[": "]", "{": "}", "«": "»", "‹": "›"}
_CODES = {"L": "l", "R": "r", "EN": "e", "AN": "a", "ET": "t"}
_KINDS = {"l": "L", "r": "R", "e": "EN", "a": "AN", "o": "ON"}


def _bracket_kinds(line: str, kinds: list[str], outer: str) -> list[str]:
    """Return the kinds with pairs of brackets resolved (rule N0): they run as what is in them and before them does."""
    resolved = list(kinds)
    for start, end in _bracket_pairs(line):
        inside = {_direction(kind, "") for kind in resolved[start + 1 : end]} - {""}
        if inside:
            before = (_direction(kind, "") for kind in reversed(resolved[:start]))
            context = next(filter(None, before), outer)
            resolved[start] = resolved[end] = outer if outer in inside else context
    return resolved


def _bracket_pairs(line: str) -> list[tuple[int, int]]:
    opened: list[tuple[str, int]] = []
    pairs = []
    for place, letter in enumerate(line):
        if letter in _BRACKETS:
            opened.append((_BRACKETS[letter], place))
        elif found := [n for n, (closing, _) in enumerate(opened) if closing == letter]:
            pairs.append((opened[found[-1]][1], place))
            del opened[found[-1] :]
    return sorted(pairs)


def _neutral_kinds(kinds: Sequence[str], outer: str) -> list[str]:
    """Return the kinds with signs and blanks resolved: between two of one direction they have it (rules N1 and N2)."""
    resolved, place = list(kinds), 0
    for neutral, group in groupby(kinds, key=lambda kind: kind == "ON"):
        length = len(list(group))
        if neutral:
            left = _direction(resolved[place - 1], outer) if place else outer
            right = _direction(kinds[place + length], outer) if place + length < len(kinds) else outer
            resolved[place : place + length] = [left if left == right else outer] * length
        place += length
    return resolved


def _direction(kind: str, outer: str) -> str:
    return "R" if kind in ("R", "EN", "AN") else kind if kind == "L" else outer
