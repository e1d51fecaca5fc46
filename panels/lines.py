"""Text in a panel: Blender's labels don't break lines by themselves."""

import bpy

from ..addon.lines import broken

MARGIN = 52
"""Pixels left and right of a panel's text at a resolution scale of 1."""


def paragraph(column: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """Draws `text` broken to the region's width, `icon` before its first line."""
    inset = 20 if icon != "NONE" else 0
    for number, line in enumerate(broken(text, _width(context) - inset)):
        column.label(text=line, icon=icon if number == 0 or icon == "NONE" else "BLANK1")


def time_code(seconds: float) -> str:
    """Minutes and seconds: ``1:05``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _width(context: bpy.types.Context) -> float:
    """Pixels that a line may be wide, at a resolution scale of 1."""
    scale = context.preferences.system.ui_scale or 1.0  # 0 without a window
    return (context.region.width / scale if context.region else 280) - MARGIN
