"""Text strips: the settings with which Blender's text fills the box that the layout has computed.

Blender 5.2 measures a text from the top of its first line, `pitch` pixels above the second, to a little below the last.
The plate is Blender's own text box, which follows the words when a person edits them. That box has the same margin on
all sides. If it misses the layout's height by a few pixels, the difference is split evenly.
"""

from pathlib import Path
from typing import NamedTuple

import bpy

from ...pipeline.base.assets import font_file
from ...pipeline.base.colour import alpha_of, rgb_of
from ...pipeline.base.geometry import Size
from ...pipeline.base.lettering import line_metrics, text_size
from ...pipeline.timeline.model import TextStrip

_FONT = "lectern_font"
"""Custom property of a bundled font: its file name."""


class TextLayout(NamedTuple):
    """A text strip's anchor (fractions of the frame, origin bottom left), line distance and margin (pixels)."""

    x: float
    y: float
    pitch: float
    margin: float


def text_layout(strip: TextStrip, canvas: Size) -> TextLayout:
    """Return the settings with which Blender's text fills `strip.box`."""
    left, top, right, bottom = strip.box.pixels(canvas)
    pad = strip.padding
    lines = strip.text.count("\n") + 1
    pitch = max((bottom - top - 2 * pad) / lines, 1.0)
    if strip.plate:
        margin = _margin(strip, bottom - top, round(pitch))
        height = text_size(font_file(strip.font), strip.size, strip.text, round(pitch))[1]
        head = (top + bottom - height) / 2
    else:
        margin, head = 0.0, top + pad + _leading(strip, pitch)
    anchor = {"left": left + pad, "center": (left + right) / 2, "right": right - pad}[strip.align]
    return TextLayout(anchor / canvas[0], 1 - head / canvas[1], round(pitch), margin)


def _margin(strip: TextStrip, height: float, pitch: int) -> float:
    """Return the mean of the layout's padding and of the margin that would match the box's height."""
    inner = text_size(font_file(strip.font), strip.size, strip.text, pitch)[1]
    return max(0.0, (strip.padding + (height - inner) / 2) / 2)


def _leading(strip: TextStrip, pitch: float) -> float:
    """Return the distance from the layout's top of a line (ascent and descent centred in it) to Blender's."""
    metrics = line_metrics(font_file(strip.font), strip.size)
    return (pitch - metrics.ascent - metrics.descent) / 2 + metrics.ascent - metrics.baseline


def set_text(vse_strip: bpy.types.TextStrip, strip: TextStrip, canvas: Size) -> None:
    """Make Blender's text strip `vse_strip` show what `strip` says."""
    layout = text_layout(strip, canvas)
    vse_strip.text, vse_strip.font, vse_strip.font_size = strip.text, load_font(strip.font), strip.size
    vse_strip.color = colour(strip.colour)
    vse_strip.use_shadow = vse_strip.use_outline = vse_strip.use_bold = vse_strip.use_italic = False
    vse_strip.wrap_width = 0.0
    vse_strip.alignment_x = vse_strip.anchor_x = strip.align.upper()
    vse_strip.anchor_y, vse_strip.location = "TOP", (layout.x, layout.y)
    vse_strip.use_absolute_line_spacing, vse_strip.abs_space_line = True, layout.pitch
    vse_strip.use_box = strip.plate is not None
    if strip.plate:
        vse_strip.box_color = colour(strip.plate)
        vse_strip.box_margin, vse_strip.box_roundness = layout.margin / canvas[0], strip.roundness


def load_font(name: str, root: Path | None = None) -> bpy.types.VectorFont | None:
    """Return a font, packed into the .blend so that text looks the same where Lectern is not installed.

    `name` is that of a bundled font, else of one that the .blend has, or a file in `root`. Returns None for any other.
    """
    for loaded in bpy.data.fonts:
        if font_name(loaded) == name:
            return loaded
    bundled = font_file(Path(name).name)
    if bundled.name == name and bundled.is_file():
        loaded = bpy.data.fonts.load(str(bundled))
        loaded[_FONT] = name
        loaded.pack()
        loaded.filepath = f"//fonts/{name}"
        return loaded
    file = (root / name).resolve() if root else bundled
    if root is None or not file.is_file() or not file.is_relative_to(root.resolve()):
        return None
    try:
        return bpy.data.fonts.load(str(file))
    except RuntimeError:
        return None


def font_name(font: bpy.types.VectorFont | None) -> str:
    """Return the name of a bundled font, else the path of the font's file, relative to the .blend if it lies below it."""
    if font is None:
        return ""
    beside = bpy.path.abspath("//") if bpy.data.filepath else ""
    return str(font.get(_FONT, "")) or bpy.path.abspath(font.filepath).removeprefix(beside)


def colour(hex: str) -> tuple[float, float, float, float]:
    """Return red, green, blue, alpha (0..1) of ``#rrggbb`` or ``#rrggbbaa``. Strips use sRGB values, not linear ones."""
    red, green, blue = rgb_of(hex)
    return red / 255, green / 255, blue / 255, alpha_of(hex) / 255
