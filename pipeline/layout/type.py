"""Type: how wide text is, and where its lines break."""

from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

from ..lettering import line_width

FONTS = Path(__file__).parents[2] / "assets" / "fonts"


@cache
def face(font: str, size: int) -> ImageFont.FreeTypeFont:
    """The face of `font` (a file of assets/fonts) at `size` px."""
    return ImageFont.truetype(str(FONTS / font), size)


@lru_cache(maxsize=50_000)
def text_width(text: str, font: str, size: int) -> float:
    """Width of one line in px, as Blender sets it."""
    return line_width(FONTS / font, size, text)


def line_height(font: str, size: int) -> int:
    """Distance of two baselines in px: ascender plus descender, as Blender sets text strips."""
    return sum(face(font, size).getmetrics())


def block_size(text: str, font: str, size: int) -> tuple[int, int]:
    """Width and height in px of text whose lines are already broken."""
    lines = text.split("\n")
    return round(max(text_width(line, font, size) for line in lines) + 0.5), len(lines) * line_height(font, size)


def break_lines(text: str, font: str, size: int, width: float) -> tuple[str, ...]:
    """The fewest lines that are at most `width` px wide, as even as they can be; a longer word stands alone.

    Line breaks of the author are kept.
    """
    return tuple(line for part in text.split("\n") for line in _even_lines(part.split(), font, size, width))


def _even_lines(words: list[str], font: str, size: int, width: float) -> list[str]:
    lines = _greedy_lines(words, font, size, width)
    low, high = 0.0, width
    while high - low > 4:
        middle = (low + high) / 2
        narrower = _greedy_lines(words, font, size, middle)
        fits = len(narrower) == len(lines) and all(text_width(line, font, size) <= middle for line in narrower)
        low, high, lines = (low, middle, narrower) if fits else (middle, high, lines)
    return lines


def _greedy_lines(words: list[str], font: str, size: int, width: float) -> list[str]:
    lines = [words[0]] if words else [""]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if text_width(longer, font, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
