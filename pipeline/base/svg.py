"""Draw SVG with Lectern's own fonts; text that they can't show goes into it as a picture."""

from base64 import b64encode
from functools import lru_cache
from html import escape
from io import BytesIO
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image, ImageFont

from .arrays import RgbaImage
from .assets import font_file
from .lettering import draw_text, line_extent, line_width, needs_picture

INTER, INTER_BOLD = font_file("Inter-Regular.otf"), font_file("Inter-SemiBold.otf")
FONTS = ("Inter-Regular.otf", "Inter-SemiBold.otf", "JetBrainsMono-Regular.ttf")


def render_svg(svg: str) -> RgbaImage:
    """Draw an SVG (its text) in its own size."""
    png = resvg_py.svg_to_bytes(
        svg_string=svg,
        skip_system_fonts=True,
        font_files=[str(font_file(name)) for name in FONTS],
        sans_serif_family="Inter",
    )
    return np.asarray(Image.open(BytesIO(bytes(png))).convert("RGBA"))


def svg_text(
    text: str, x: float, y: float, size: int, colour: str, anchor: str = "start", bold: bool = False, more: str = ""
) -> str:
    """Return an SVG's element for a line of text in Inter, its baseline at `y` px.

    `anchor` says which part of it is at `x`: its start, middle or end. `more` are further attributes.
    """
    font = INTER_BOLD if bold else INTER
    if needs_picture(font, text):
        return _text_picture(text, x, y, size, colour, anchor, bold, more)
    anchored = "" if anchor == "start" else f'text-anchor="{anchor}" '
    weight = 'font-weight="600" ' if bold else ""
    return (
        f'<text x="{x}" y="{y}" {anchored}font-family="Inter" {weight}font-size="{size}" fill="{colour}"{more}>'
        f"{escape(text)}</text>"
    )


def svg_text_width(text: str, size: int, bold: bool = False) -> float:
    """Return the width in px of a line of text in Inter."""
    font = INTER_BOLD if bold else INTER
    return line_width(font, size, text) if needs_picture(font, text) else _face(font, size).getlength(text)


@lru_cache(maxsize=16)
def _face(font: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font), size)


def _text_picture(text: str, x: float, y: float, size: int, colour: str, anchor: str, bold: bool, more: str) -> str:
    """Return an element with a picture of the text, twice as large as it is shown, so that it can be enlarged."""
    font = INTER_BOLD if bold else INTER
    width, (ascent, descent) = line_width(font, 2 * size, text), line_extent(font, 2 * size, text)
    picture = BytesIO()
    Image.fromarray(draw_text(text, font, 2 * size, colour, "left", (width, ascent + descent))).save(picture, "PNG")
    left = x - {"start": 0.0, "middle": width / 4, "end": width / 2}[anchor]
    return (
        f'<image x="{left}" y="{y - ascent / 2}" width="{width / 2}" height="{(ascent + descent) / 2}"{more} '
        f'href="data:image/png;base64,{b64encode(picture.getvalue()).decode()}"/>'
    )
