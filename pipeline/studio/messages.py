"""How a verb that works step by step reports what it is doing."""

from collections.abc import Callable

MessageListener = Callable[[str], None]
"""Called with one line for a person to read, again and again while something is done."""


def ignore_message(line: str) -> None:
    """Do nothing with a message: nobody is watching."""
