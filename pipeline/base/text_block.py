"""Text whose lines are already broken, as it is laid out and as a strip shows it."""

from typing import Literal

from .frozen import Frozen
from .geometry import Box


class TextBlock(Frozen):
    """Text of `size` px (at full resolution) in `box`, which its lines and the padding fill.

    Colours are sRGB hex (``#rrggbb`` or ``#rrggbbaa``). `font` is a file of Lectern's assets/fonts. `plate` is the
    colour of the rounded box behind the text (None: no box).
    """

    text: str
    font: str
    size: int
    colour: str
    plate: str | None = None
    roundness: float = 0.0
    padding: float = 0.0
    align: Literal["left", "center", "right"] = "left"
    box: Box
