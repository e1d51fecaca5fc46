"""The window that Lectern draws around a capture: shadow, rounded corners, a bar with a title or an address."""

from html import escape

import numpy as np
from PIL import Image, ImageFilter, ImageFont

from ...geometry import Box, Size
from ...model import Frozen
from .backdrop import Rgb, gradient, over
from ..carried import font
from .drawing import drawn
from .device_art import RADII, device_drawing
from ..take import Bar, CaptureKind
from ..window import BAR, LIP, RADIUS, Shape, window_around

_SHADOW = 34
"""Blur of the shadow in px (one sigma is half of it)."""
_DROP = 16
_TITLE = 28
"""Size of the bar's text in px: the least that is legible."""


class WindowColours(Frozen):
    """What the window takes from the theme, sRGB hex."""

    background: tuple[str, str]
    window: str
    window_bar: str
    window_text: str
    surface: str
    line: str
    dots: tuple[str, str, str]


def furnished(
    colours: WindowColours,
    content: Box,
    frame: Size,
    kind: CaptureKind,
    title: str,
    scale: int = 1,
    shape: Shape = "",
    bar: Bar | None = None,
) -> Rgb:
    """The whole frame but for the content: backdrop, shadow and window (uint8 RGB), drawn `scale` times as large.

    `shape` is the device that is drawn in place of a window; `bar` a browser's own words for the title, and its tabs.
    """
    left, top, right, bottom = window_around(content, frame, shape).pixels(frame)
    if _is_bare(kind, title):
        top += BAR - LIP
    window = (left, top, right - left, bottom - top)
    large = (frame[0] * scale, frame[1] * scale)
    picture = over(gradient(colours.background, large), _shadow(window, frame, scale, RADII.get(shape, RADIUS) + 6))
    drawing = _device(colours, window, frame, shape, scale) if shape else _window(colours, window, frame, kind, bar or title, scale)
    return over(picture, drawn(drawing))


def _canvas(frame: Size, scale: int) -> str:
    """The beginning of a drawing in the frame's pixels, `scale` times as large."""
    w, h = frame
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{w * scale}" height="{h * scale}" viewBox="0 0 {w} {h}">'


def _shadow(window: tuple[int, int, int, int], frame: Size, scale: int, radius: int) -> np.ndarray:
    x, y, w, h = window
    svg = (
        f"{_canvas(frame, scale)}"
        f'<rect x="{x}" y="{y + _DROP}" width="{w}" height="{h}" rx="{radius}" fill-opacity="0.62"/></svg>'
    )
    alpha = Image.fromarray(drawn(svg)[..., 3]).filter(ImageFilter.GaussianBlur(_SHADOW / 2 * scale))
    black = np.zeros((*np.asarray(alpha).shape, 4), dtype=np.uint8)
    black[..., 3] = alpha
    return black


def _window(
    colours: WindowColours, window: tuple[int, int, int, int], frame: Size, kind: CaptureKind, title: str | Bar, scale: int
) -> str:
    x, y, w, h = window
    bar = _bar(colours, w, kind, title)
    return (
        f"{_canvas(frame, scale)}"
        f'<clipPath id="c"><rect width="{w}" height="{h}" rx="{RADIUS}"/></clipPath><g transform="translate({x} {y})">'
        f'<g clip-path="url(#c)"><rect width="{w}" height="{h}" fill="{colours.window}"/>'
        f"{bar}</g>"
        f'<rect x="-0.5" y="-0.5" width="{w + 1}" height="{h + 1}" rx="{RADIUS + 0.5}" fill="none" '
        f'stroke="{colours.line}" stroke-width="1"/></g></svg>'
    )


def _device(colours: WindowColours, outside: tuple[int, int, int, int], frame: Size, shape: Shape, scale: int) -> str:
    x, y, w, h = outside
    drawing = device_drawing(
        shape, w, h, {"body": colours.surface, "edge": colours.line, "screen": colours.window, "ink": colours.window_text}
    )
    return f'{_canvas(frame, scale)}<g transform="translate({x} {y})">{drawing}</g></svg>'


def _is_bare(kind: CaptureKind, title: str | Bar) -> bool:
    """Whether there is no bar, but the same lip above as below: a film or a photograph is no program's window."""
    return kind == "footage" and not title


def _bar(colours: WindowColours, width: int, kind: CaptureKind, title: str | Bar) -> str:
    if _is_bare(kind, title):
        return ""
    if isinstance(title, Bar):
        inside = _tabs(colours, width, title) if len(title.tabs) > 1 else _address(colours, width, title.address)
    else:
        inside = _address(colours, width, title) if kind == "browser" else _title(colours, width, title)
    return f'<rect width="{width}" height="{BAR}" fill="{colours.window_bar}"/>{inside}'


def _dots(colours: WindowColours) -> str:
    middle = BAR / 2
    return "".join(f'<circle cx="{28 + 26 * i}" cy="{middle}" r="8" fill="{c}"/>' for i, c in enumerate(colours.dots))


def _title(colours: WindowColours, width: int, title: str) -> str:
    text = escape(_fitting(title or "Terminal", width - 280))
    return (
        f'{_dots(colours)}<text x="{width / 2}" y="{BAR / 2 + 10}" text-anchor="middle" font-family="Inter" '
        f'font-weight="600" font-size="{_TITLE}" fill="{colours.window_text}">{text}</text>'
    )


def _address(colours: WindowColours, width: int, address: str) -> str:
    left, wide, high = 124, width - 124 - 40, 40
    text = escape(_fitting(address, wide - 90))
    return (
        f'{_dots(colours)}<rect x="{left}" y="{(BAR - high) / 2}" width="{wide}" height="{high}" rx="{high / 2}" '
        f'fill="{colours.surface}"/>{_globe(left + 26, BAR / 2, colours.window_text)}'
        f'<text x="{left + 50}" y="{BAR / 2 + 10}" font-family="Inter" font-size="{_TITLE}" '
        f'fill="{colours.window_text}">{text}</text>'
    )


def _tabs(colours: WindowColours, width: int, bar: Bar) -> str:
    """The tabs side by side, the one that is shown on a ground of its own; as wide as there is room for."""
    left, gap = 124, 8
    wide = min(420.0, (width - left - 40 + gap) / len(bar.tabs) - gap)
    pieces = [_tab(colours, left + i * (wide + gap), wide, name, i == bar.shown) for i, name in enumerate(bar.tabs)]
    return _dots(colours) + "".join(pieces)


def _tab(colours: WindowColours, x: float, wide: float, name: str, shown: bool) -> str:
    high = 40
    ground = f'<rect x="{x}" y="{(BAR - high) / 2}" width="{wide}" height="{high}" rx="12" fill="{colours.surface}"/>' if shown else ""
    return (
        f'{ground}<text x="{x + 20}" y="{BAR / 2 + 10}" font-family="Inter" font-size="{_TITLE}" '
        f'fill="{colours.window_text}" fill-opacity="{1 if shown else 0.72}">{escape(_fitting(name, wide - 44))}</text>'
    )


def _globe(x: float, y: float, colour: str) -> str:
    return (
        f'<g fill="none" stroke="{colour}" stroke-width="1.8"><circle cx="{x}" cy="{y}" r="10"/>'
        f'<ellipse cx="{x}" cy="{y}" rx="4.4" ry="10"/><path d="M{x - 10} {y}H{x + 10}"/></g>'
    )


def _fitting(text: str, width: float) -> str:
    """`text` cut with an ellipsis to about `width` px."""
    face = ImageFont.truetype(str(font("Inter-SemiBold.otf")), _TITLE)
    while text and face.getlength(text) > width:
        text = text[:-2].rstrip() + "…"
    return text
