"""A film's theme: colours, fonts and sizes, from a JSON file (assets/themes)."""

from typing import Literal

from .colour import is_lighter
from .frozen import Frozen

MotifKind = Literal["rings", "aurora", "grid", "embers", "disc", "discs", "hills"]


class Motif(Frozen):
    """What is drawn on a theme's ground: two colours (sRGB hex), each with how much of it is seen at the most (0..1)."""

    kind: MotifKind
    colours: tuple[str, str]
    opacities: tuple[float, float]


LARGEST_THEME = 1_000_000
"""Bytes of a theme's file."""


class Theme(Frozen):
    """The look of a film. Colours are sRGB hex, sizes px at 1080 lines, `margin` a fraction of the frame.

    `mood` says in a few words what the theme is for; an empty colour of the window's line is that of surfaces, one of its dots
    red, yellow and green as in the terminal.
    """

    name: str
    mood: str = ""
    background: tuple[str, str]
    motif: Motif | None = None
    surface: str
    surface_line: str
    text: str
    muted: str
    accent: str
    accent_text: str
    plate: str
    window: str
    window_bar: str
    window_text: str
    window_line: str = ""
    window_dots: str = ""
    terminal: dict[str, str]
    sans: str = "Inter-Regular.otf"
    sans_bold: str = "Inter-SemiBold.otf"
    display: str = "InterDisplay-Bold.otf"
    mono: str = "JetBrainsMono-Regular.ttf"
    title_size: int = 104
    subtitle_size: int = 44
    heading_size: int = 48
    body_size: int = 40
    small_size: int = 32
    code_size: int = 34
    margin: float = 0.05
    radius: int = 16

    @property
    def is_light(self) -> bool:
        """Whether the ground is lighter than the text."""
        return is_lighter(self.background[0], self.text)

    @property
    def shade(self) -> str:
        """The darker of the window's ground and its text: what darkens what a step is not about."""
        return self.text if self.is_light else self.window
