"""What is said about a step where nobody has written it: one sentence that leads to the step, with the mark on its verb."""

import re

from ..episode.prose import escape_prose

_OPENINGS = (
    "First, we {mark}run {what}.",
    "Then we {mark}run {what}.",
    "Next, {mark}{what}.",
    "Now we {mark}run {what}.",
)
"""Sentences take turns, so that ten commands do not begin ten times with the same words."""
_LONGEST = 48
"""Letters of a command that is said; of a longer one, only its first words are."""
_END = tuple(".!?:…")


def sentence(text: str) -> str:
    """Return a text as a sentence of prose: its first letter large, with an end."""
    plain = " ".join(text.split())
    if not plain:
        return ""
    return escape_prose(plain[0].upper() + plain[1:] + ("" if plain.endswith(_END) else "."))


def marked(text: str, mark: str) -> str:
    """Return prose that begins with a mark."""
    return f"{{{mark}}}{text}"


def said_command(number: int, command: str, mark: str) -> str:
    """Return what is said with the command `number` (from 0) of a scene."""
    opening = _OPENINGS[0] if number == 0 else _OPENINGS[1 + (number - 1) % (len(_OPENINGS) - 1)]
    return opening.format(mark=f"{{{mark}}}", what=_spoken(command))


def said_typed(text: str, mark: str) -> str:
    """Return what is said with a text that a program is given."""
    return f"Then we {{{mark}}}type {_spoken(text)}."


def _spoken(command: str) -> str:
    """Return a command as code within prose, which is read as programmers read it; only its beginning, if it is long."""
    first = re.split(r"\s*(?:&&|\|\||[|;\n])\s*", command.strip(), maxsplit=1)[0]
    words = first.split()
    while len(" ".join(words)) > _LONGEST and len(words) > 1:
        words.pop()
    shown = " ".join(words)[:_LONGEST].replace("`", "'")
    return f"`{shown}`"
