"""Paragraphs of text in a panel."""

import bpy

from ..addon.text_wrap import wrap_text

MARGIN = 52
"""Pixels beside a panel's text, left and right together, at a resolution scale of 1."""


def paragraph(
    column: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE", beside: float = 0
) -> None:
    """Draw `text` wrapped to the region's width, with `icon` before its first line; `beside` are pixels that something else takes."""
    inset = (20 if icon != "NONE" else 0) + beside
    for number, line in enumerate(wrap_text(text, width_of(context) - inset)):
        column.label(text=line, icon=icon if number == 0 or icon == "NONE" else "BLANK1")


def width_of(context: bpy.types.Context) -> float:
    """Return how wide a line may be, in pixels at a resolution scale of 1."""
    scale = context.preferences.system.ui_scale or 1.0  # it is 0 without a window
    return (context.region.width / scale if context.region else 280) - MARGIN
