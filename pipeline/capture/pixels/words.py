"""Text in a picture: what a reader read there, and where a person's words for it are found."""

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from ...geometry import Box, Size, box_of_pixels
from ...services.reading import ReadWord
from ..take import TextBox

ALIKE = 0.83
"""So much of a text has to be as it was read, where nothing is exactly so: readers take an l for a 1."""
_GAP = 2.2
"""Words farther apart than so many heights of their line are not one text."""


def text_boxes(words: Sequence[ReadWord], size: Size) -> tuple[TextBox, ...]:
    """The text in stretches that are read together."""
    return tuple(TextBox(text=_said(run), box=_box(run, size)) for run in _runs(words))


def word_boxes(words: Sequence[ReadWord], size: Size) -> tuple[TextBox, ...]:
    """The text word by word."""
    return tuple(TextBox(text=word.text, box=_box([word], size)) for word in words)


def find_text(words: Sequence[ReadWord], wanted: str, size: Size) -> list[Box]:
    """Where `wanted` stands: exactly (whole words, case), else in any case, else about so. In the order of reading."""
    for same in (_exactly, _in_any_case, _about):
        found = [_box(run, size) for run in _matches(words, wanted, same)]
        if found:
            return sorted(found, key=lambda box: (round(box.y * 60), box.x))
    return []


def all_text(words: Sequence[ReadWord]) -> str:
    """What was read, a line for each stretch."""
    return "\n".join(_said(run) for run in _runs(words))


def _runs(words: Sequence[ReadWord]) -> Iterator[list[ReadWord]]:
    """Words of a line that stand close to each other."""
    for _, line in groupby(sorted(words, key=lambda w: (w.line, w.left)), key=lambda w: w.line):
        run: list[ReadWord] = []
        for word in line:
            if run and word.left - (run[-1].left + run[-1].width) > _GAP * max(word.height, run[-1].height):
                yield run
                run = []
            run.append(word)
        yield run


def _matches(words: Sequence[ReadWord], wanted: str, same: Callable[[str, str], bool]) -> Iterator[list[ReadWord]]:
    count = len(wanted.split())
    for run in _runs(words):
        taken = -1
        for first in range(len(run) - count + 1):
            part = run[first : first + count]
            if first > taken and same(_said(part), wanted):
                taken = first + count - 1
                yield part


def _exactly(read: str, wanted: str) -> bool:
    return _bare(read) == _bare(" ".join(wanted.split()))


def _in_any_case(read: str, wanted: str) -> bool:
    return _bare(read).casefold() == _bare(" ".join(wanted.split())).casefold()


def _about(read: str, wanted: str) -> bool:
    one, other = _bare(read).casefold(), _bare(wanted).casefold()
    return len(other) > 3 and SequenceMatcher(None, one, other).ratio() >= ALIKE


def _bare(text: str) -> str:
    """Without the punctuation around it, which readers see where there are lines and corners."""
    return re.sub(r"^[^\w]+|[^\w]+$", "", text) or text


def _said(run: Sequence[ReadWord]) -> str:
    return " ".join(word.text for word in run)


def _box(run: Sequence[ReadWord], size: Size) -> Box:
    left, top = min(w.left for w in run), min(w.top for w in run)
    right, bottom = max(w.left + w.width for w in run), max(w.top + w.height for w in run)
    return box_of_pixels(left, top, right - left, bottom - top, size)
