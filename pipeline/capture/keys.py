"""The names of keys, as a person writes them in a script, and what a terminal sends for them."""

from ..errors import LecternError

_NAMED = {
    "enter": "\r", "return": "\r", "tab": "\t", "escape": "\x1b", "esc": "\x1b", "space": " ", "backspace": "\x7f",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "insert": "\x1b[2~", "delete": "\x1b[3~",
    "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~", "f6": "\x1b[17~",
    "f7": "\x1b[18~", "f8": "\x1b[19~", "f9": "\x1b[20~", "f10": "\x1b[21~", "f11": "\x1b[23~", "f12": "\x1b[24~",
}  # fmt: skip
_BROWSER = {
    "esc": "Escape", "return": "Enter", "ctrl": "Control", "cmd": "Meta", "up": "ArrowUp", "down": "ArrowDown",
    "left": "ArrowLeft", "right": "ArrowRight", "pageup": "PageUp", "pagedown": "PageDown", "space": "Space",
    "enter": "Enter", "tab": "Tab", "escape": "Escape", "backspace": "Backspace", "delete": "Delete", "home": "Home",
    "end": "End", "insert": "Insert", "alt": "Alt", "shift": "Shift", "control": "Control", "meta": "Meta",
}  # fmt: skip


def terminal_keys(names: str) -> list[str]:
    """What a terminal sends for keys such as ``Down Down Enter`` or ``Ctrl+C``, one string a key."""
    return [_terminal_key(name) for name in names.split()]


def browser_keys(names: str) -> list[str]:
    """Playwright's names of keys such as ``Tab Enter`` or ``Ctrl+A``."""
    return ["+".join(_BROWSER.get(part.lower(), part) for part in _parts(name)) for name in names.split()]


def _terminal_key(name: str) -> str:
    *modifiers, key = _parts(name)
    sent = _NAMED.get(key.lower(), key)
    for modifier in reversed([m.lower() for m in modifiers]):
        sent = _modified(sent, modifier, name)
    return sent


def _modified(sent: str, modifier: str, name: str) -> str:
    if modifier in ("ctrl", "control") and len(sent) == 1 and "@" <= sent.upper() <= "_":
        return chr(ord(sent.upper()) & 0x1F)
    if modifier == "alt":
        return "\x1b" + sent
    if modifier == "shift" and sent == "\t":
        return "\x1b[Z"
    if modifier == "shift" and len(sent) == 1:
        return sent.upper()
    raise LecternError(f'a terminal has no key "{name}"; write for example Enter, Tab, Up, Ctrl+C, Alt+F, F5')


def _parts(name: str) -> list[str]:
    return [name] if len(name) == 1 else name.split("+")
