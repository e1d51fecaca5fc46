"""Finds text among the words that were read in a picture."""

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from ...base.geometry import Box, Size, box_of_pixels
from ...services.ocr import OcrWord
from ..take import TextBox
from ..text_claims import is_read_as

LEAST_SIMILARITY = 0.83
"""How much of a text must match if nothing matches exactly (0..1): readers take an l for a 1."""
_GAP = 2.2
"""Gap between two words of one text at most, in heights of their line."""


def text_boxes(words: Sequence[OcrWord], size: Size) -> tuple[TextBox, ...]:
    """Return the text in runs of words that belong together."""
    return tuple(TextBox(text=_run_text(run), box=_box(run, size)) for run in _runs(words))


def word_boxes(words: Sequence[OcrWord], size: Size) -> tuple[TextBox, ...]:
    """Return the text word by word."""
    return tuple(TextBox(text=word.text, box=_box([word], size)) for word in words)


def find_in_context(words: Sequence[OcrWord], wanted: str, size: Size) -> list[TextBox]:
    """Return where `wanted` is, in reading order, each place with the whole text of which it is a part.

    Whole words in the same case are found first, else in any case, else with letters that look alike, else roughly.
    """
    for same in (_matches_exactly, _matches_any_case, _matches_alike, _matches_roughly):
        found = [TextBox(text=_run_text(run), box=_box(part, size)) for run, part in _matches(words, wanted, same)]
        if found:
            return sorted(found, key=lambda match: (round(match.box.y * 60), match.box.x))
    return []


def is_whole(match: TextBox, wanted: str) -> bool:
    """Return whether a place says `wanted` and nothing else, in any case and as readers take its letters."""
    return _matches_alike(match.text, wanted)


def all_text(words: Sequence[OcrWord]) -> str:
    """Return everything that was read, a line for each run of words."""
    return "\n".join(_run_text(run) for run in _runs(words))


def _runs(words: Sequence[OcrWord]) -> Iterator[list[OcrWord]]:
    """Yield runs of words that are close to each other on one line."""
    for _, line in groupby(sorted(words, key=lambda w: (w.line, w.left)), key=lambda w: w.line):
        run: list[OcrWord] = []
        for word in line:
            if run and word.left - (run[-1].left + run[-1].width) > _GAP * max(word.height, run[-1].height):
                yield run
                run = []
            run.append(word)
        yield run


def _matches(
    words: Sequence[OcrWord], wanted: str, same: Callable[[str, str], bool]
) -> Iterator[tuple[list[OcrWord], list[OcrWord]]]:
    """Yield each run of words with the part of it that says `wanted`."""
    count = len(wanted.split())
    for run in _runs(words):
        taken = -1
        for first in range(len(run) - count + 1):
            part = run[first : first + count]
            if first > taken and same(_run_text(part), wanted):
                taken = first + count - 1
                yield run, part


def _matches_exactly(read: str, wanted: str) -> bool:
    return _without_punctuation(read) == _without_punctuation(" ".join(wanted.split()))


def _matches_any_case(read: str, wanted: str) -> bool:
    return _without_punctuation(read).casefold() == _without_punctuation(" ".join(wanted.split())).casefold()


def _matches_alike(read: str, wanted: str) -> bool:
    one, other = _without_punctuation(read), _without_punctuation(wanted)
    return len(other) > 1 and is_read_as(one, other) or _matches_any_case(read, wanted)


def _matches_roughly(read: str, wanted: str) -> bool:
    one, other = _without_punctuation(read).casefold(), _without_punctuation(wanted).casefold()
    return len(other) > 3 and SequenceMatcher(None, one, other).ratio() >= LEAST_SIMILARITY


def _without_punctuation(text: str) -> str:
    """Remove the punctuation around a text: readers see it in lines and corners."""
    return re.sub(r"^[^\w]+|[^\w]+$", "", text) or text


def _run_text(run: Sequence[OcrWord]) -> str:
    return " ".join(word.text for word in run)


def _box(run: Sequence[OcrWord], size: Size) -> Box:
    left, top = min(w.left for w in run), min(w.top for w in run)
    right, bottom = max(w.left + w.width for w in run), max(w.top + w.height for w in run)
    return box_of_pixels(left, top, right - left, bottom - top, size)
