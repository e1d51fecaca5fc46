"""The names of keys, as a person writes them in a script."""

import re

from .errors import did_you_mean, listed

MODIFIERS = ("Control", "Ctrl", "Alt", "Shift", "Meta", "Cmd")
"""What is held down while another key is pressed."""
NAMES = (
    "Enter", "Tab", "Escape", "Space", "Backspace", "Delete", "Insert", "Home", "End", "PageUp", "PageDown",
    "Up", "Down", "Left", "Right", *(f"F{number}" for number in range(1, 13)),
)  # fmt: skip
"""The keys that have a name; all others are called by their one letter, digit or sign."""
_ALSO = ("Esc", "Return", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight")
_OF_PAGES = r"Key[A-Z]|Digit\d|Numpad\w+|ContextMenu|ControlOrMeta|Backquote|Minus|Equal|Slash|Backslash|Comma|Period|Semicolon|Quote"
"""What browsers call keys besides: in a page alone."""


def key_fault(name: str, page: bool) -> str:
    """What is wrong with the name of a key, or of keys pressed together ("" where nothing is). `page`: it is a browser's."""
    *held, key = (name,) if len(name) == 1 else (*name[:-2].split("+"), "+") if name.endswith("++") else name.split("+")
    unknown = next((part for part in held if not _among(part, MODIFIERS, page)), "")
    if not unknown and (len(key) == 1 or _among(key, (*NAMES, *_ALSO, *(MODIFIERS if page else ())), page)):
        return ""
    if not key:
        return f'"{name}" lacks the key that is pressed'
    return f'there is no key "{unknown or key}"{_instead(unknown or key)}; keys are letters, digits and signs, {_LISTED}'


def _among(part: str, names: tuple[str, ...], page: bool) -> bool:
    return part.casefold() in map(str.casefold, names) or (page and re.fullmatch(_OF_PAGES, part) is not None)


def _instead(part: str) -> str:
    """What may be meant."""
    near = did_you_mean(part, NAMES)
    return near or (f' (one after the other: "{" ".join(part)}")' if part.islower() and len(part) < 5 else "")


_LISTED = f"{listed(NAMES[:-12])} and F1 to F12, with Control+, Alt+, Shift+ or Meta+ before them; a blank parts one from the next"
