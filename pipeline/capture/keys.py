"""What a terminal and a browser get for the keys that a script names."""

import re

from ..base.errors import LecternError

_NAMED = {
    "enter": "\r", "return": "\r", "tab": "\t", "escape": "\x1b", "esc": "\x1b", "space": " ", "backspace": "\x7f",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "insert": "\x1b[2~", "delete": "\x1b[3~",
    "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~", "f6": "\x1b[17~",
    "f7": "\x1b[18~", "f8": "\x1b[19~", "f9": "\x1b[20~", "f10": "\x1b[21~", "f11": "\x1b[23~", "f12": "\x1b[24~",
}  # fmt: skip
_NAMED |= {f"arrow{name}": _NAMED[name] for name in ("up", "down", "left", "right")}
_BROWSER = {f"f{number}": f"F{number}" for number in range(1, 13)} | {
    "esc": "Escape", "return": "Enter", "ctrl": "Control", "cmd": "Meta", "up": "ArrowUp", "down": "ArrowDown",
    "left": "ArrowLeft", "right": "ArrowRight", "pageup": "PageUp", "pagedown": "PageDown", "space": "Space",
    "enter": "Enter", "tab": "Tab", "escape": "Escape", "backspace": "Backspace", "delete": "Delete", "home": "Home",
    "end": "End", "insert": "Insert", "alt": "Alt", "shift": "Shift", "control": "Control", "meta": "Meta",
}  # fmt: skip

_SHIFT, _ALT, _CONTROL = 1, 2, 4
_MODIFIERS = {"shift": _SHIFT, "alt": _ALT, "ctrl": _CONTROL, "control": _CONTROL}
"""What is added to the code of a key for each that is held with it."""


def terminal_keys(names: str) -> list[str]:
    """Return what a terminal sends for keys such as ``Down Down Enter`` or ``Ctrl+C``, one string a key."""
    return [_terminal_key(name) for name in names.split()]


def browser_keys(names: str) -> list[str]:
    """Return Playwright's names of keys such as ``Tab Enter`` or ``Ctrl+A``."""
    return ["+".join(_BROWSER.get(part.lower(), part) for part in _split_chord(name)) for name in names.split()]


def _terminal_key(name: str) -> str:
    *modifiers, key = _split_chord(name)
    held = {_MODIFIERS[modifier.lower()] for modifier in modifiers if modifier.lower() in _MODIFIERS}
    plain = _NAMED.get(key.lower(), key)
    sent = _modified_code(plain, 1 + sum(held)) if len(plain) > 1 else _modified_letter(plain, held)
    if len(held) < len(modifiers) or not sent:
        raise LecternError(f'a terminal has no key "{name}"; write for example Enter, Tab, Up, Ctrl+C, Alt+F, F5')
    return sent


def _modified_code(sent: str, code: int) -> str:
    """Return what is sent for an arrow or a function key, as xterm tells what is held with it; "" where it is neither."""
    match = re.fullmatch(r"\x1b(?:O|\[)(\d*)(\D)", sent)
    if match is None:
        return ""
    return sent if code == 1 else f"\x1b[{match[1] or 1};{code}{match[2]}"


def _modified_letter(sent: str, held: set[int]) -> str:
    """Return the character of a letter, a sign or a key that is one; "" where no character is sent for it."""
    if _SHIFT in held:
        sent = "\x1b[Z" if sent == "\t" else sent.upper()
    if _CONTROL in held:
        sent = (
            "\x00"
            if sent == " "
            else chr(ord(sent.upper()) & 0x1F)
            if len(sent) == 1 and "@" <= sent.upper() <= "_"
            else ""
        )
    return "\x1b" + sent if sent and _ALT in held else sent


def _split_chord(name: str) -> list[str]:
    return [name] if len(name) == 1 else name.split("+")
