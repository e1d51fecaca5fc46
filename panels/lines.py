"""Text in a panel: Blender's labels don't break lines by themselves."""

import textwrap

import bpy

CHARACTER = 6.1
"""Mean width of a character of Blender's interface font in pixels at a resolution scale of 1."""

MARGIN = 52
"""Pixels left and right of a panel's text at a resolution scale of 1."""


def paragraph(column: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """Draws `text` broken to the region's width, `icon` before its first line."""
    inset = 20 if icon != "NONE" else 0
    for number, line in enumerate(_broken(text, _columns(context, inset))):
        column.label(text=line, icon=icon if number == 0 or icon == "NONE" else "BLANK1")


def time_code(seconds: float) -> str:
    """Minutes and seconds: ``1:05``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _columns(context: bpy.types.Context, inset: float) -> int:
    scale = context.preferences.system.ui_scale or 1.0  # 0 without a window
    width = context.region.width if context.region else 280 * scale
    return max(16, int((width / scale - MARGIN - inset) / CHARACTER))


def _broken(text: str, columns: int) -> list[str]:
    return [line for part in text.splitlines() for line in textwrap.wrap(part, columns) or [""]]
