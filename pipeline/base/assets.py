"""The files that come with Lectern: pages, fonts, themes."""

from pathlib import Path

ASSETS = Path(__file__).resolve().parents[2] / "assets"
OWN = "lectern:"
"""What begins the name of a file that comes with Lectern: `lectern:ada` is a portrait, `lectern:dark` a theme."""

SCREEN_FONTS = ("JetBrainsMono-Regular.ttf", "JetBrainsMono-Bold.ttf")
"""The fonts of terminals and editors, regular and bold."""


def page_file(name: str) -> Path:
    """Return the path of page `name` in assets/pages."""
    return ASSETS / "pages" / name


def font_file(name: str) -> Path:
    """Return the path of font file `name` in assets/fonts."""
    return ASSETS / "fonts" / name


def own_fonts() -> tuple[str, ...]:
    """Return the names of the font files in assets/fonts."""
    return tuple(sorted(file.name for file in (ASSETS / "fonts").iterdir() if file.suffix in (".otf", ".ttf")))


def themes_folder() -> Path:
    """Return the folder of the films' themes; its folder `terminal` holds those of terminals."""
    return ASSETS / "themes"
