"""Where a capture's window is in the frame: the content's box, and the frame that Lectern draws around it."""

from typing import Literal, NamedTuple

from ..base.geometry import Box, Size, box_of_pixels

Shape = Literal["", "phone", "tablet"]
"""What is drawn around a capture: a window, or the device that it is seen on."""


class FrameInsets(NamedTuple):
    """What is drawn around the content at each side, in px."""

    left: int
    top: int
    right: int
    bottom: int


BAR = 52
"""Height in px of the bar above the content (title or address)."""
BOTTOM_EDGE = 14
"""Height in px of the rounded edge below the content."""
RADIUS = 14
"""Radius in px of the window's corners."""
MARGIN = 0.05
"""What stays free at each edge of the frame, as a fraction of it."""
CONTENT: Size = (1504, 900)
"""The content of a window that leaves a column for the narrator."""
CONTENT_FULL: Size = (1728, 900)
"""The content of a window that fills the frame within its margins (`layout: full`)."""


PHONE: Size = (540, 864)
"""The content of a phone that is held upright: 360 by 576 px of CSS, one and a half times as large."""
TABLET: Size = (1260, 840)
"""The content of a tablet that lies across: 900 by 600 px of CSS."""
RIM = {"phone": 18, "tablet": 30}
"""Width in px of a device's edge around its screen."""
STATUS = {"phone": 46, "tablet": 40}
"""Height in px of the strip above the content that shows the time and the battery."""
HANDLE = {"phone": 30, "tablet": 26}
"""Height in px of the strip below the content with the bar to swipe."""


def frame_insets(shape: Shape = "") -> FrameInsets:
    """Return what is around a content: a window's bar and lip, or a device's strips and rim."""
    if shape == "":
        return FrameInsets(0, BAR, 0, BOTTOM_EDGE)
    rim = RIM[shape]
    return FrameInsets(rim, rim + STATUS[shape], rim, rim + HANDLE[shape])


def window_boxes(content: Size, frame: Size, shape: Shape = "") -> dict[str, Box]:
    """Return the content's box when its window is at the "left", "centre" or "right", each edge on a whole pixel."""
    (width, height), around = content, frame_insets(shape)
    top = (frame[1] - height - around.top - around.bottom) // 2 + around.top
    edge = round(frame[0] * MARGIN)
    centre = (frame[0] - width - around.left - around.right) // 2 + around.left
    lefts = {"left": edge + around.left, "centre": centre, "right": frame[0] - edge - around.right - width}
    return {side: box_of_pixels(x, top, width, height, frame) for side, x in lefts.items()}


def window_around(content: Box, frame: Size, shape: Shape = "") -> Box:
    """Return the whole window (bar, content and lip), or the whole device, of which `content` is the inside."""
    left, top, right, bottom = frame_insets(shape)
    return Box(
        x=content.x - left / frame[0],
        y=content.y - top / frame[1],
        w=content.w + (left + right) / frame[0],
        h=content.h + (top + bottom) / frame[1],
    )
