"""The film's background and the window that Lectern draws around a capture."""

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFilter, ImageFont

from ..geometry import Box, Size
from ..layout.theme import Theme
from .take import CaptureKind
from .window import RADIUS, window_around

FONTS = Path(__file__).parents[2] / "assets" / "fonts"
FINE = 4
"""Shapes are drawn so many times larger and reduced, for smooth edges."""
TITLE_SIZE = 28
DOT = 15
EDGE = 2
"""Width in px of the line around the window."""
SHADOW = (0, 18, 44, 150)
"""The window's shadow: right and down in px, softness in px, darkness of 255."""


def background(theme: Theme, size: Size) -> np.ndarray:
    """The theme's background: a quiet gradient, uint8 RGB (height, width, 3). Rows are even, so that it packs well."""
    top, bottom = (np.array(ImageColor.getrgb(c), np.float32) for c in theme.background)
    down = np.linspace(0, 1, size[1], dtype=np.float32)[:, None, None] ** 1.2
    rows = np.rint(top + (bottom - top) * down).astype(np.uint8)
    return np.repeat(rows, size[0], axis=1)


def plate(theme: Theme, size: Size) -> np.ndarray:
    """The background of cards and of narrators without a window, with a soft light: uint8 RGB (height, width, 3)."""
    picture = background(theme, size).astype(np.float32)
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    reach = np.hypot((x / size[0] - 0.78) * size[0] / size[1], y / size[1] - 0.42) / 0.85
    light = np.clip(1 - reach, 0, 1)[..., None] ** 2
    tint = np.array(ImageColor.getrgb(theme.surface_line), np.float32)
    return np.rint(picture + (tint - picture) * 0.55 * light).astype(np.uint8)


def window(theme: Theme, size: Size, content: Box, kind: CaptureKind, title: str) -> np.ndarray:
    """The background with an empty window whose inside is `content`: uint8 RGB (height, width, 3)."""
    picture = Image.fromarray(background(theme, size)).convert("RGBA")
    around = window_around(content, size).pixels(size)
    picture.alpha_composite(_shadow(size, around))
    edge = (around[0] - EDGE, around[1] - EDGE, around[2] + EDGE, around[3] + EDGE)
    picture.paste(Image.new("RGBA", size, theme.surface_line), mask=_mask(size, edge))
    picture.paste(Image.new("RGBA", size, theme.window), mask=_mask(size, around))
    bar = (around[0], around[1], around[2], content.pixels(size)[1])
    _draw_bar(picture, bar, theme, kind, title)
    return np.asarray(picture.convert("RGB"))


def _shadow(size: Size, box: tuple[int, int, int, int]) -> Image.Image:
    right, down, soft, dark = SHADOW
    moved = (box[0] + right, box[1] + down, box[2] + right, box[3] + down)
    shade = Image.new("L", size)
    ImageDraw.Draw(shade).rounded_rectangle(moved, RADIUS, fill=dark)
    shade = shade.filter(ImageFilter.GaussianBlur(soft / 2))
    picture = Image.new("RGBA", size)
    picture.putalpha(shade)
    return picture


def _mask(size: Size, box: tuple[int, int, int, int]) -> Image.Image:
    """Where the window is: white within its rounded corners."""
    width, height = box[2] - box[0], box[3] - box[1]
    fine = Image.new("L", (width * FINE, height * FINE))
    ImageDraw.Draw(fine).rounded_rectangle((0, 0, width * FINE - 1, height * FINE - 1), RADIUS * FINE, fill=255)
    mask = Image.new("L", size)
    mask.paste(fine.resize((width, height), Image.Resampling.BOX), box[:2])
    return mask


def _draw_bar(picture: Image.Image, bar: tuple[int, int, int, int], theme: Theme, kind: CaptureKind, title: str) -> None:
    left, top, right, bottom = bar
    strip = Image.new("RGBA", (right - left, bottom - top), theme.window_bar)
    _draw_dots(strip, theme)
    if kind == "browser":
        _draw_address(strip, theme, title)
    else:
        _write(strip, theme, title or "Terminal")
    picture.paste(strip, (left, top), mask=_mask(picture.size, (left, top, right, bottom + 2 * RADIUS)).crop(bar))


def _draw_dots(strip: Image.Image, theme: Theme) -> None:
    colours = [theme.terminal[name] for name in ("red", "yellow", "green")]
    for index, colour in enumerate(colours):
        x = 24 + index * (DOT + 11)
        strip.alpha_composite(_disc(DOT, colour), (x, (strip.height - DOT) // 2))


@cache
def _disc(diameter: int, colour: str) -> Image.Image:
    fine = Image.new("L", (diameter * FINE, diameter * FINE))
    ImageDraw.Draw(fine).ellipse((0, 0, diameter * FINE - 1, diameter * FINE - 1), fill=255)
    disc = Image.new("RGBA", (diameter, diameter), colour)
    disc.putalpha(fine.resize((diameter, diameter), Image.Resampling.BOX))
    return disc


def _draw_address(strip: Image.Image, theme: Theme, title: str) -> None:
    width, height = int(strip.width * 0.5), strip.height - 12
    box = ((strip.width - width) // 2, 6, (strip.width + width) // 2, 6 + height)
    fine = Image.new("L", (width * FINE, height * FINE))
    ImageDraw.Draw(fine).rounded_rectangle((0, 0, width * FINE - 1, height * FINE - 1), height * FINE // 2, fill=255)
    strip.paste(Image.new("RGBA", (width, height), theme.window), box[:2], fine.resize((width, height), Image.Resampling.BOX))
    _write(strip, theme, title)


def _write(strip: Image.Image, theme: Theme, text: str) -> None:
    font = ImageFont.truetype(str(FONTS / theme.sans), TITLE_SIZE)
    ImageDraw.Draw(strip).text((strip.width / 2, strip.height / 2), text, font=font, fill=theme.window_text, anchor="mm")
