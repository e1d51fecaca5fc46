"""Letters that a browser can't draw where it shows a terminal or an editor: it draws a box for each, and says nothing."""

import unicodedata

from .assets import SCREEN_FONTS
from .fonts import browser_face, own_face

_MOST_NAMED = 5
_ICONS = (
    'icons of a "Nerd Font", which Lectern does not have; choose plain signs (starship: preset plain-text-symbols, '
    "eza and lsd: --icons=never, Powerlevel10k: ascii)"
)
_OTHERS = "no font here has them; install one (`fc-list` shows those of Linux), or show something else"


def undrawn(text: str, font: str = SCREEN_FONTS[0]) -> tuple[str, ...]:
    """Return the letters of `text` that a browser draws as boxes: neither `font` of Lectern's (a terminal's) nor the system has them."""
    own = own_face(font)
    letters = dict.fromkeys(letter for letter in text if not letter.isascii())
    return tuple(letter for letter in letters if browser_face(letter, own) is None)


def boxes_instead(letters: tuple[str, ...]) -> str:
    """Return which letters are boxes and why, as the end of a sentence: ``boxes for U+F09B: icons of …``."""
    named = ", ".join(map(named_letter, letters[:_MOST_NAMED]))
    more = f" and {len(letters) - _MOST_NAMED} more" if len(letters) > _MOST_NAMED else ""
    return f"boxes for {named}{more}: {_ICONS if any(map(is_private, letters)) else _OTHERS}"


def named_letter(letter: str) -> str:
    """Return a letter with its code point; of private ones, which look like nothing in particular, the code point alone."""
    code = f"U+{ord(letter[0]):04X}"
    return code if is_private(letter[0]) else f"{letter} ({code})"


def is_private(letter: str) -> bool:
    """Return whether Unicode leaves to everybody what a letter is: icons of fonts are such letters."""
    return unicodedata.category(letter) == "Co"
