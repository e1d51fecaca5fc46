"""Text broken into lines: Blender's labels don't break it, and leave out the middle of what is too long for them."""

import textwrap

CHARACTER = 6.1
"""Mean width of a character of Blender's interface font in pixels at a resolution scale of 1."""


def broken(text: str, pixels: float) -> list[str]:
    """The lines of `text` in a column so many pixels wide at a resolution scale of 1."""
    columns = max(16, int(pixels / CHARACTER))
    return [line for part in text.splitlines() for line in textwrap.wrap(part, columns) or [""]]
