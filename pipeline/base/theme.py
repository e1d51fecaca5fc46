"""A film's theme: colours, fonts and sizes, from a JSON file (assets/themes)."""

from .frozen import Frozen


class Theme(Frozen):
    """The look of a film. Colours are sRGB hex, sizes px at 1080 lines, `margin` a fraction of the frame."""

    name: str
    background: tuple[str, str]
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
