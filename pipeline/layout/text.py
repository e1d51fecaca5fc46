"""Type: how wide text is, and where its lines break."""

from functools import lru_cache
from typing import NamedTuple

from ..base.assets import font_file
from ..base.lettering import line_extent, line_width
from ..base.text_runs import clusters, unbreakable_parts


@lru_cache(maxsize=50_000)
def text_width(text: str, font: str, size: int) -> float:
    """Return the width of one line in px, as Blender sets it."""
    return line_width(font_file(font), size, text)


def line_height(font: str, size: int, text: str = "") -> int:
    """Return the distance of two baselines in px: ascender plus descender, as Blender sets text strips.

    `text` that needs other fonts, too, has the highest ascender and the lowest descender of them all.
    """
    return sum(line_extent(font_file(font), size, text))


def block_size(text: str, font: str, size: int) -> tuple[int, int]:
    """Return width and height in px of text whose lines are already broken."""
    lines = text.split("\n")
    return round(max(text_width(line, font, size) for line in lines) + 0.5), len(lines) * line_height(font, size, text)


class _WordPart(NamedTuple):
    """A word, or a part of one behind which a line may end; `glued`: it goes on from the piece before without a blank."""

    text: str
    glued: bool


def break_lines(text: str, font: str, size: int, width: float, longest: float | None = None) -> tuple[str, ...]:
    """Break `text` into the fewest lines of at most `width` px, as even as possible.

    The author's line breaks are kept. Scripts without blanks break between their letters. Any other word that is too long
    gets its own line, and is cut if it is longer than `longest` px (None: than `width`).
    """
    wide = width if longest is None else max(longest, width)
    return tuple(
        line for part in text.split("\n") for line in _even_lines(_pieces(part, font, size, wide), font, size, width)
    )


def _pieces(text: str, font: str, size: int, width: float) -> list[_WordPart]:
    """Return the words, those of scripts without blanks and those of more than `width` px in parts."""
    return [
        _WordPart(part, glued=index > 0)
        for word in text.split()
        for index, part in enumerate(
            short
            for part in unbreakable_parts(word)
            for short in (_cut_to_width(part, font, size, width) if text_width(part, font, size) > width else [part])
        )
    ]


def _cut_to_width(word: str, font: str, size: int, width: float) -> list[str]:
    """Cut a word into parts of at most `width` px each, but of one letter at least."""
    parts: list[str] = []
    for letter in clusters(word):
        if parts and text_width(parts[-1] + letter, font, size) <= width:
            parts[-1] += letter
        else:
            parts.append(letter)
    return parts


def _even_lines(pieces: list[_WordPart], font: str, size: int, width: float) -> list[str]:
    lines = _greedy_lines(pieces, font, size, width)
    low, high = 0.0, width
    while high - low > 4:
        middle = (low + high) / 2
        narrower = _greedy_lines(pieces, font, size, middle)
        fits = len(narrower) == len(lines) and all(text_width(line, font, size) <= middle for line in narrower)
        low, high, lines = (low, middle, narrower) if fits else (middle, high, lines)
    return lines


def _greedy_lines(pieces: list[_WordPart], font: str, size: int, width: float) -> list[str]:
    lines = [pieces[0].text if pieces else ""]
    for text, glued in pieces[1:]:
        longer = f"{lines[-1]}{'' if glued else ' '}{text}"
        if text_width(longer, font, size) <= width:
            lines[-1] = longer
        else:
            lines.append(text)
    return lines
