"""What letters measure when Blender sets them, so that a box computed without Blender holds the text it draws.

Blender's text strips (5.2) round every glyph's advance to whole pixels and know no kerning; Pillow's advances of
single glyphs, rounded, add up to the same pixels. tests/blender/test_lettering_in_blender.py holds the two together.
"""

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from .model import Frozen

_EM = 2000
_BOX_DESCENT = 0.215
"""How far Blender's box reaches below the last line, in sizes (measured; right to 1 px up to 48 px)."""


class LineMetrics(Frozen):
    """Of one line in pixels: baseline to baseline, and from the line's top (Blender's) to its baseline."""

    pitch: int
    baseline: int
    ascent: float
    descent: float


def line_width(font: Path, size: int, line: str) -> int:
    """The width in pixels that `line` takes at `size` px."""
    return sum(_advances(font, size, line))


def text_size(font: Path, size: int, text: str, pitch: int | None = None) -> tuple[int, int]:
    """Width and height in pixels of the box that Blender draws around `text` without a margin.

    `pitch` is the distance of two baselines (None: the font's own).
    """
    lines = text.split("\n")
    metrics = line_metrics(font, size)
    below = round(_BOX_DESCENT * size)
    height = (pitch or metrics.pitch) * (len(lines) - 1) + metrics.pitch + below
    return max(line_width(font, size, line) for line in lines), height


def line_metrics(font: Path, size: int) -> LineMetrics:
    """The metrics of a line of `font` at `size` px."""
    ascent, descent = (value * size / _EM for value in _face(str(font), _EM).getmetrics())
    pitch = round(ascent + descent)
    return LineMetrics(pitch=pitch, baseline=int(pitch - descent), ascent=ascent, descent=descent)


def _advances(font: Path, size: int, line: str) -> list[int]:
    face = _face(str(font), size)
    return [round(face.getlength(letter)) for letter in line]


@lru_cache(maxsize=64)
def _face(font: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font, size, layout_engine=ImageFont.Layout.BASIC)
