"""Draws only: nothing is computed here."""


def classes() -> tuple[type, ...]:
    """Every panel and list, parents before their children."""
    from . import sidebar

    return sidebar.CLASSES
