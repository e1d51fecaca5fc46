"""The panels in the sequencer's sidebar. They only draw; nothing is computed here."""


def classes() -> tuple[type, ...]:
    """Return every panel and list, parents before their children."""
    from . import captures, characters, sidebar, voices

    return (*sidebar.CLASSES, *characters.CLASSES, *voices.CLASSES, *captures.CLASSES)
