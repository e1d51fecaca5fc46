"""Line breaks for labels: Blender doesn't wrap a label's text, and cuts the middle out of one that is too long."""

import textwrap

CHARACTER_WIDTH = 6.1
"""Mean width of a character in Blender's interface font, in pixels at a resolution scale of 1."""


def wrap_text(text: str, pixels: float) -> list[str]:
    """Break `text` into lines that fit a column `pixels` wide (at a resolution scale of 1)."""
    columns = max(16, int(pixels / CHARACTER_WIDTH))
    return [line for part in text.splitlines() for line in textwrap.wrap(part, columns) or [""]]
