"""Text strips: where Blender has to be told to put letters so that they fill the box that the layout computed.

Blender 5.2 measures a text from the top of its first line, `pitch` pixels above the second; its box reaches a little
below the last. The plate is Blender's own text box: it follows the words when a person edits them. That box has one
margin for all sides; where the layout's padding leaves the two a few pixels apart, the difference is shared.
"""

from pathlib import Path
from typing import NamedTuple

import bpy

from ...pipeline.geometry import Size
from ...pipeline.lettering import line_metrics, text_size
from ...pipeline.timeline.model import TextStrip

FONTS = Path(__file__).resolve().parents[2] / "assets" / "fonts"
_FONT = "lectern_font"


class Setting(NamedTuple):
    """What a text strip is told: its anchor (fractions, origin bottom left), baseline distance and margin in pixels."""

    x: float
    y: float
    pitch: float
    margin: float


def setting(strip: TextStrip, canvas: Size) -> Setting:
    """How Blender sets the text such that it fills `strip.box`."""
    left, top, right, bottom = strip.box.pixels(canvas)
    pad = strip.padding
    lines = strip.text.count("\n") + 1
    pitch = max((bottom - top - 2 * pad) / lines, 1.0)
    if strip.plate:
        margin = _margin(strip, bottom - top, round(pitch))
        height = text_size(FONTS / strip.font, strip.size, strip.text, round(pitch))[1]
        head = (top + bottom - height) / 2
    else:
        margin, head = 0.0, top + pad + _leading(strip, pitch)
    anchor = {"left": left + pad, "center": (left + right) / 2, "right": right - pad}[strip.align]
    return Setting(anchor / canvas[0], 1 - head / canvas[1], round(pitch), margin)


def _margin(strip: TextStrip, height: float, pitch: int) -> float:
    """Between the padding that the layout asked for and the one that meets the box's height."""
    inner = text_size(FONTS / strip.font, strip.size, strip.text, pitch)[1]
    return max(0.0, (strip.padding + (height - inner) / 2) / 2)


def _leading(strip: TextStrip, pitch: float) -> float:
    """From the top of a line as the layout sees it to the top as Blender sees it: ascent and descent in the middle."""
    metrics = line_metrics(FONTS / strip.font, strip.size)
    return (pitch - metrics.ascent - metrics.descent) / 2 + metrics.ascent - metrics.baseline


def set_text(strip: bpy.types.TextStrip, wanted: TextStrip, canvas: Size) -> None:
    """Makes a text strip show `wanted`."""
    at = setting(wanted, canvas)
    strip.text, strip.font, strip.font_size = wanted.text, font(wanted.font), wanted.size
    strip.color = colour(wanted.colour)
    strip.use_shadow = strip.use_outline = strip.use_bold = strip.use_italic = False
    strip.wrap_width = 0.0
    strip.alignment_x = strip.anchor_x = wanted.align.upper()
    strip.anchor_y, strip.location = "TOP", (at.x, at.y)
    strip.use_absolute_line_spacing, strip.abs_space_line = True, at.pitch
    strip.use_box = wanted.plate is not None
    if wanted.plate:
        strip.box_color = colour(wanted.plate)
        strip.box_margin, strip.box_roundness = at.margin / canvas[0], wanted.roundness


def font(name: str) -> bpy.types.VectorFont:
    """The bundled font, packed into the .blend, so that it is seen the same where Lectern is not installed."""
    for loaded in bpy.data.fonts:
        if loaded.get(_FONT) == name:
            return loaded
    loaded = bpy.data.fonts.load(str(FONTS / name))
    loaded[_FONT] = name
    loaded.pack()
    loaded.filepath = f"//fonts/{name}"
    return loaded


def colour(digits: str) -> tuple[float, float, float, float]:
    """Red, green, blue, alpha of ``#rrggbb`` or ``#rrggbbaa``; strips hold sRGB values as they are."""
    digits = digits.removeprefix("#").ljust(8, "f")
    red, green, blue, alpha = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4, 6))
    return red, green, blue, alpha
