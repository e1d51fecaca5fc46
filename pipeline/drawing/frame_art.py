"""The window that Lectern draws around a capture: shadow, rounded corners, a bar with a title or an address."""

from bisect import bisect_left

import numpy as np
from PIL import Image, ImageFilter

from ..base.arrays import RgbaImage, RgbImage
from ..base.backdrop import alpha_over
from ..base.frozen import Frozen
from ..base.geometry import Box, Size
from ..base.svg import render_svg, svg_text, svg_text_width
from ..base.text_runs import clusters
from ..base.theme import Motif
from ..capture.take import BrowserBar
from ..capture.window import BAR, BOTTOM_EDGE, RADIUS, Shape, window_around
from ..episode.capture_kinds import CaptureKind
from .device_art import RADII, device_drawing
from .motifs import draw_ground

_SHADOW = 34
"""Blur of the shadow in px (one sigma is half of it)."""
_SHADOW_OFFSET = 16
_TITLE = 28
"""Size of the bar's text in px: the least that is legible."""


DARK_SHADOW, LIGHT_SHADOW = 0.62, 0.22
"""How much of a window's shadow is seen on a dark and on a light ground (0..1)."""


class WindowColours(Frozen):
    """What the window takes from the theme, sRGB hex; `shadow` is how much of its shadow is seen (0..1)."""

    background: tuple[str, str]
    motif: Motif
    window: str
    window_bar: str
    window_text: str
    surface: str
    line: str
    dots: tuple[str, str, str]
    shadow: float = DARK_SHADOW


def draw_window_frame(
    colours: WindowColours,
    content: Box,
    frame: Size,
    kind: CaptureKind,
    title: str,
    scale: int = 1,
    shape: Shape = "",
    bar: BrowserBar | None = None,
) -> RgbImage:
    """Draw the whole frame except the content: backdrop, shadow and window (uint8 RGB), `scale` times as large.

    `shape` is the device that is drawn in place of a window; `bar` is a browser's own title, and its tabs.
    """
    left, top, right, bottom = window_around(content, frame, shape).pixels(frame)
    if _has_no_bar(kind, title):
        top += BAR - BOTTOM_EDGE
    window = (left, top, right - left, bottom - top)
    picture = alpha_over(
        draw_ground(colours.background, colours.motif, frame, scale),
        _shadow(window, frame, scale, RADII.get(shape, RADIUS) + 6, colours.shadow),
    )
    drawing = (
        _device(colours, window, frame, shape, scale)
        if shape
        else _window(colours, window, frame, kind, bar or title, scale)
    )
    return alpha_over(picture, render_svg(drawing))


def _canvas(frame: Size, scale: int) -> str:
    """Return the beginning of an SVG in the frame's pixels, `scale` times as large."""
    w, h = frame
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{w * scale}" height="{h * scale}" viewBox="0 0 {w} {h}">'


def _shadow(window: tuple[int, int, int, int], frame: Size, scale: int, radius: int, opacity: float) -> RgbaImage:
    x, y, w, h = window
    svg = (
        f"{_canvas(frame, scale)}"
        f'<rect x="{x}" y="{y + _SHADOW_OFFSET}" width="{w}" height="{h}" rx="{radius}" fill-opacity="{opacity}"/></svg>'
    )
    alpha = Image.fromarray(render_svg(svg)[..., 3]).filter(ImageFilter.GaussianBlur(_SHADOW / 2 * scale))
    black = np.zeros((*np.asarray(alpha).shape, 4), dtype=np.uint8)
    black[..., 3] = alpha
    return black


def _window(
    colours: WindowColours,
    window: tuple[int, int, int, int],
    frame: Size,
    kind: CaptureKind,
    title: str | BrowserBar,
    scale: int,
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
        shape,
        w,
        h,
        {"body": colours.surface, "edge": colours.line, "screen": colours.window, "ink": colours.window_text},
    )
    return f'{_canvas(frame, scale)}<g transform="translate({x} {y})">{drawing}</g></svg>'


def _has_no_bar(kind: CaptureKind, title: str | BrowserBar) -> bool:
    """Return whether there is no bar, but the same edge above as below: a film or a photograph is no program's window."""
    return kind == "footage" and not title


def _bar(colours: WindowColours, width: int, kind: CaptureKind, title: str | BrowserBar) -> str:
    if _has_no_bar(kind, title):
        return ""
    if isinstance(title, BrowserBar):
        inside = _tabs(colours, width, title) if len(title.tabs) > 1 else _address(colours, width, title.address)
    else:
        inside = _address(colours, width, title) if kind == "browser" else _title(colours, width, title)
    return f'<rect width="{width}" height="{BAR}" fill="{colours.window_bar}"/>{inside}'


def _dots(colours: WindowColours) -> str:
    middle = BAR / 2
    return "".join(f'<circle cx="{28 + 26 * i}" cy="{middle}" r="8" fill="{c}"/>' for i, c in enumerate(colours.dots))


def _title(colours: WindowColours, width: int, title: str) -> str:
    text = _fitting(title or "Terminal", width - 280)
    return _dots(colours) + svg_text(text, width / 2, BAR / 2 + 10, _TITLE, colours.window_text, "middle", bold=True)


def _address(colours: WindowColours, width: int, address: str) -> str:
    left, high = 124, 40
    wide = max(0, width - left - 40)
    text = svg_text(_fitting(address, wide - 90), left + 50, BAR / 2 + 10, _TITLE, colours.window_text)
    return (
        f'{_dots(colours)}<rect x="{left}" y="{(BAR - high) / 2}" width="{wide}" height="{high}" rx="{high / 2}" '
        f'fill="{colours.surface}"/>{_globe(left + 26, BAR / 2, colours.window_text)}{text}'
    )


def _tabs(colours: WindowColours, width: int, bar: BrowserBar) -> str:
    """Return the tabs side by side, as wide as there is room for; the one that is shown has a ground of its own."""
    left, gap = 124, 8
    wide = min(420.0, max(0.0, (width - left - 40 + gap) / len(bar.tabs) - gap))
    pieces = [_tab(colours, left + i * (wide + gap), wide, name, i == bar.shown) for i, name in enumerate(bar.tabs)]
    return _dots(colours) + "".join(pieces)


def _tab(colours: WindowColours, x: float, wide: float, name: str, shown: bool) -> str:
    high = 40
    ground = (
        f'<rect x="{x}" y="{(BAR - high) / 2}" width="{wide}" height="{high}" rx="12" fill="{colours.surface}"/>'
        if shown
        else ""
    )
    faint = f' opacity="{1 if shown else 0.72}"'
    name = _fitting(name, wide - 44)
    return ground + svg_text(name, x + 20, BAR / 2 + 10, _TITLE, colours.window_text, more=faint)


def _globe(x: float, y: float, colour: str) -> str:
    return (
        f'<g fill="none" stroke="{colour}" stroke-width="1.8"><circle cx="{x}" cy="{y}" r="10"/>'
        f'<ellipse cx="{x}" cy="{y}" rx="4.4" ry="10"/><path d="M{x - 10} {y}H{x + 10}"/></g>'
    )


def _fitting(text: str, width: float) -> str:
    """Return `text`, cut with an ellipsis to about `width` px; "" where not even that has room."""
    letters = clusters(text)

    def cut(count: int) -> str:
        return text if count == len(letters) else "".join(letters[:count]).rstrip() + "…"

    def is_too_wide(count: int) -> bool:
        return svg_text_width(cut(count), _TITLE, bold=True) > width

    most = min(len(letters), max(0, int(width)))  # a letter is a pixel wide at least
    if not is_too_wide(most):
        return cut(most)
    first_too_wide = bisect_left(range(most), True, key=is_too_wide)
    return cut(first_too_wide - 1) if first_too_wide else ""
