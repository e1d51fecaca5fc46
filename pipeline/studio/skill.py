"""`lectern skill`: how to write a script, on one page, for language models and for whoever is in a hurry."""

from ..base.assets import ASSETS

PAGE = ASSETS / "skill.md"


def skill() -> str:
    """Return the page, as Markdown. Its examples and lists are checked against the program by a test."""
    return PAGE.read_text(encoding="utf-8")
