"""The files that Lectern carries and captures are made with."""

from pathlib import Path

_ASSETS = Path(__file__).resolve().parents[2] / "assets"


def page(name: str) -> Path:
    """The page `name` of assets/pages."""
    return _ASSETS / "pages" / name


def font(name: str) -> Path:
    """The font file `name` of assets/fonts."""
    return _ASSETS / "fonts" / name


def themes() -> Path:
    """The folder of the themes of films; `terminal` in it holds those of terminals."""
    return _ASSETS / "themes"
