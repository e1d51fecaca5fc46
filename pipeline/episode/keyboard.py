"""The names of keys, as a person writes them in a script."""

import re

from .errors import did_you_mean, list_names

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
    """Return what is wrong with the name of a key, or of keys pressed together ("": nothing); `page`: in a browser."""
    *held, key = (name,) if len(name) == 1 else (*name[:-2].split("+"), "+") if name.endswith("++") else name.split("+")
    unknown = next((part for part in held if not _is_key_name(part, MODIFIERS, page)), "")
    if not unknown and (len(key) == 1 or _is_key_name(key, (*NAMES, *_ALSO, *(MODIFIERS if page else ())), page)):
        return ""
    if not key:
        return f'"{name}" lacks the key that is pressed'
    advice = _suggestion(unknown or key)
    listed = "" if advice.startswith(";") else f"; keys are letters, digits and signs, {_LISTED}"
    return f'there is no key "{unknown or key}"{advice}{listed}'


_MOST_LETTERS = 8
"""Letters of what is pressed one after the other; more are a text that is typed."""


def one_by_one(names: str) -> str:
    """Return keys with blanks between them where some are written without, as in Vim: `3@a j` is `3 @ a j`; "" elsewhere.

    A word may be the slip of a key's name, and one that begins with : or / is a command.
    """
    written = names.split()
    parted = [_parted(name) for name in written]
    return " ".join(parted) if parted != written else ""


def _parted(name: str) -> str:
    is_word = len(name) > 3 and name.isalpha()
    if is_word or len(name) > _MOST_LETTERS or name[0] in ":/<^" or "+" in name or not key_fault(name, page=False):
        return name
    return name if _as_elsewhere(name) != name or did_you_mean(name, (*NAMES, *MODIFIERS)) else " ".join(name)


def _is_key_name(part: str, names: tuple[str, ...], page: bool) -> bool:
    return part.casefold() in map(str.casefold, names) or (page and re.fullmatch(_OF_PAGES, part) is not None)


_HELD = {"c": "Control", "^": "Control", "ctrl": "Control", "ctl": "Control", "control": "Control", "strg": "Control",
         "m": "Alt", "a": "Alt", "alt": "Alt", "opt": "Alt", "option": "Alt", "s": "Shift", "shift": "Shift",
         "cmd": "Meta", "command": "Meta", "super": "Meta", "win": "Meta"}  # fmt: skip
_KEYS = {
    "cr": "Enter",
    "ret": "Enter",
    "esc": "Escape",
    "bs": "Backspace",
    "del": "Delete",
    "spc": "Space",
    "space": "Space",
}


def _as_elsewhere(name: str) -> str:
    """Return the name of a key that is written as in Vim, Emacs or a manual: ^C, Ctrl-C, C-x, <Esc>, <C-w>."""
    bare = name[1:-1] if name.startswith("<") and name.endswith(">") and len(name) > 2 else name
    found = re.fullmatch(r"(?:(\w+)-|(\^))(\w+)", bare)
    if found and (held := _HELD.get((found[1] or found[2]).casefold())):
        key = found[3]
        return f"{held}+{_KEYS.get(key.casefold(), key.upper() if len(key) == 1 else key.capitalize())}"
    return _KEYS.get(bare.casefold(), bare.capitalize()) if bare != name else name


def _suggestion(part: str) -> str:
    """Return what may be meant."""
    if (meant := _as_elsewhere(part)) != part:
        return f"; write press: {meant}"
    if len(part) > 1 and part[0] in ":/":
        return f'; a text is typed: type: "{part}" (in a terminal, that presses Enter, too)'
    near = did_you_mean(part, NAMES)
    return near or (f' (one after the other: "{" ".join(part)}")' if part.islower() and len(part) < 5 else "")


_LISTED = f"{list_names(NAMES[:-12])} and F1 to F12, with Control+, Alt+, Shift+ or Meta+ before them; put a space between them"
