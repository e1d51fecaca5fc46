"""A text is read from left to right, by the first rule that fits at each place."""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class NeighbourWords:
    """The words before and after the one that is read, without their punctuation ("" at the ends)."""

    before: str = ""
    after: str = ""


ALONE = NeighbourWords()
"""No words before and after."""

Verbaliser = Callable[[re.Match[str], NeighbourWords], str | None]
"""What a match is said as; None where the rule does not fit after all."""

SpeechRule = tuple[re.Pattern[str], Verbaliser]


def apply_rules(text: str, rules: tuple[SpeechRule, ...], around: NeighbourWords) -> str:
    """Return `text` as the rules say it; a character that no rule reads stays as it is."""
    said, place = "", 0
    while place < len(text):
        piece, place = _apply_next(text, place, rules, around)
        said += piece
    return said


def _apply_next(text: str, place: int, rules: tuple[SpeechRule, ...], around: NeighbourWords) -> tuple[str, int]:
    for pattern, verbaliser in rules:
        found = pattern.match(text, place)
        piece = verbaliser(found, around) if found else None
        if found and piece is not None:
            return piece, found.end()
    return text[place], place + 1


def always_read_as(said: str) -> Verbaliser:
    """Return the verbaliser that says the same for whatever matches."""
    return lambda found, around: said
