"""Draws only: nothing is computed here."""


def classes() -> tuple[type, ...]:
    """Every panel and list, parents before their children."""
    from . import captures, characters, sidebar

    return (*sidebar.CLASSES, *characters.CLASSES, *captures.CLASSES)
