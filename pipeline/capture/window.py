"""Where a capture's window stands in the frame: the content's box, and the frame that Lectern draws around it."""

from ..geometry import Box, Size, box_of_pixels

BAR = 52
"""Height in px of the bar above the content (title or address)."""
LIP = 14
"""Height in px of the rounded edge below the content."""
RADIUS = 14
"""Radius in px of the window's corners."""
MARGIN = 0.05
"""What stays free at each edge of the frame, as a fraction of it."""
CONTENT: Size = (1504, 900)
"""The content of a window that leaves a column for the narrator."""
CONTENT_FULL: Size = (1728, 900)
"""The content of a window that fills the frame within its margins (`layout: full`)."""


def window_boxes(content: Size, frame: Size) -> dict[str, Box]:
    """The content's box when its window stands "left", "centre" or "right", each edge on a whole pixel."""
    width, height = content
    top = (frame[1] - height - BAR - LIP) // 2 + BAR
    edge = round(frame[0] * MARGIN)
    lefts = {"left": edge, "centre": (frame[0] - width) // 2, "right": frame[0] - edge - width}
    return {side: box_of_pixels(x, top, width, height, frame) for side, x in lefts.items()}


def window_around(content: Box, frame: Size) -> Box:
    """The whole window (bar, content and lip) of which `content` is the inside."""
    bar, lip = BAR / frame[1], LIP / frame[1]
    return Box(x=content.x, y=content.y - bar, w=content.w, h=content.h + bar + lip)
