"""A picture that shows what a theme looks like: its ground, a heading, a window with code, and a lower third."""

from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from ..base.assets import font_file
from ..base.geometry import Size
from ..base.theme import Theme
from .plate import draw_plate, plate_request

SIZE: Size = (960, 540)
"""The picture's size in px."""
CODE = (
    (("# which commit broke it?", "brightBlack"),),
    (("def ", "magenta"), ("total", "blue"), ("(prices: ", "foreground"), ("list", "cyan"), ("):", "foreground")),
    (("    return ", "magenta"), ("sum", "blue"), ("(prices) * ", "foreground"), ("1.19", "yellow")),
    ((">>> total([12, 12])", "foreground"),),
    (("28.56", "green"), ("  # and not 14.28", "brightBlack")),
)  # fmt: skip
"""Lines of code: pieces, and the name of each one's colour."""


class _Type(NamedTuple):
    font: str
    size: int
    colour: str


def draw_theme_card(theme: Theme) -> Image.Image:
    """Draw the card of a theme (RGB, SIZE px)."""
    picture = Image.fromarray(draw_plate(plate_request(theme, SIZE, 1)))
    draw = ImageDraw.Draw(picture)
    _write(draw, (48, 130), "Chapter two", _Type(theme.sans_bold, 22, theme.accent))
    for row, line in enumerate(("Put it", "right")):
        _write(draw, (48, 162 + 66 * row), line, _Type(theme.display, round(theme.title_size * 0.62), theme.text))
    for row, line in enumerate(("One line, one test,", "two books again")):
        _write(draw, (48, 316 + 30 * row), line, _Type(theme.sans, 22, theme.muted))
    draw.rounded_rectangle((48, 390, 226, 432), 8, fill=theme.accent)
    _write(draw, (66, 397), "git bisect run", _Type(theme.sans_bold, 20, theme.accent_text))
    _draw_window(draw, theme, (350, 60, 912, 390))
    _draw_lower_third(draw, theme, (520, 350, 940, 430))
    return picture


def _draw_window(draw: ImageDraw.ImageDraw, theme: Theme, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    draw.rounded_rectangle(box, 12, fill=theme.window, outline=theme.window_line or theme.surface_line)
    draw.rounded_rectangle((left, top, right, top + 36), 12, fill=theme.window_bar, corners=(True, True, False, False))
    for i, name in enumerate(("red", "yellow", "green")):
        middle = left + 22 + 20 * i
        draw.ellipse((middle - 5, top + 13, middle + 5, top + 23), fill=theme.window_dots or theme.terminal[name])
    _write(draw, ((left + right) // 2 - 30, top + 8), "shop.py", _Type(theme.sans, 16, theme.window_text))
    for row, line in enumerate(CODE):
        x = float(left + 28)
        for text, name in line:
            x += _write(draw, (x, top + 58 + 38 * row), text, _Type(theme.mono, 20, theme.terminal[name]))


def _draw_lower_third(draw: ImageDraw.ImageDraw, theme: Theme, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    draw.rounded_rectangle(box, 10, fill=theme.plate[:7], outline=theme.surface_line)
    draw.rectangle((left + 14, top + 14, left + 18, bottom - 14), fill=theme.accent)
    _write(draw, (left + 32, top + 12), "A set keeps each price once", _Type(theme.sans_bold, 22, theme.text))
    _write(draw, (left + 32, top + 44), "so the second book is free", _Type(theme.sans, 18, theme.muted))


def _write(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, type: _Type) -> float:
    """Write a line of text; return its width in px."""
    font = ImageFont.truetype(str(font_file(type.font)), type.size)
    draw.text(at, text, type.colour, font)
    return float(font.getlength(text))
