"""What is typed and never shown: values of the person's, by name, and what takes their place wherever they come up."""

import base64
import codecs
import html
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from urllib.parse import quote, quote_plus

from ..base.errors import LecternError
from ..base.profile import profile_folder
from ..services.keys import KEYS_FILE, Keys

BULLET = "•"
SHORTEST = 4
"""Characters that a secret has at least: a shorter one would hide half of all that is written."""

LONG, WINDOW = 8, 10
"""Characters from which a secret is found in other forms, too, and how many in a row give it away."""

_BASE64 = (base64.b64encode, base64.urlsafe_b64encode)
CONTROL_SEQUENCES = (
    r"(?:\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()*+][0-9A-B]|\x1b[=>78M]|[\x0e\x0f]| ?\r\n?)"
)
"""What a program may write between two characters of a text without anybody seeing it: colours, a wrapped line."""


def secret_value(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return the person's value for `name`: of their environment variable, else of their key file. Raises LecternError without one."""
    file = profile_folder(environment) / KEYS_FILE
    value = environment.get(name) or Keys(environment, file).of(name.lower())
    if not value:
        raise LecternError(
            f'there is no secret {name}: set the environment variable {name}, or put {{"{name}": "…"}} into {file}'
        )
    if len(value) < SHORTEST or any(ord(char) < 32 for char in value):
        raise LecternError(
            f"the secret {name} can't be hidden: it needs {SHORTEST} characters or more, all on one line"
        )
    return value


def mask_secrets(text: str, secrets: Iterable[str]) -> str:
    """Return `text` with bullets, as wide, in place of every secret and of the ways in which programs write it."""
    return "".join(mask_stream([text], secrets))


def mask_stream(pieces: Iterable[str], secrets: Iterable[str]) -> list[str]:
    """Return the pieces of one stream, masked as a whole: a secret may begin in one and end in another, in any colours."""
    pieces = list(pieces)
    stream = "".join(pieces)
    marks = list(stream)
    for place in _secret_places(stream, tuple(secrets)):
        marks[place] = _bullets(stream[place])
    ends = [0]
    for piece in pieces:
        ends.append(ends[-1] + len(piece))
    return ["".join(marks[a:b]) for a, b in zip(ends, ends[1:], strict=False)]


def shows_secret(text: str, secrets: Iterable[str]) -> bool:
    """Return whether a secret can be read in what a screen shows, however it is wrapped or written (see `_forms`)."""
    seen = "".join(text.split())
    folded = seen.casefold()
    for value in secrets:
        if "".join(value.split()) in seen:
            return True
        if any("".join(form.split()).casefold() in folded for form in _forms(value)):
            return True
    return False


def require_no_secret(text: str, secrets: Iterable[str]) -> None:
    """Raise LecternError where a secret can be read in what a screen shows, though it was masked wherever it was written."""
    if shows_secret(text, secrets):
        raise LecternError("a program writes a secret in such a way that it can't be hidden; nothing was kept")


def _secret_places(stream: str, values: tuple[str, ...]) -> Iterator[int]:
    """Yield where in a stream a character of a secret is, in whatever form."""
    quoted = {way for value in values for way in _spellings(value) if len(way) >= SHORTEST}
    formed = {_folded("".join(form.split())) for value in values for form in _forms(value)}
    yield from _places_of(quoted, *_seen(stream, CONTROL_SEQUENCES))
    if formed:
        seen, places = _seen(stream, f"(?:{CONTROL_SEQUENCES}|[ \\t])")
        yield from _places_of(formed, _folded(seen), places)


def _seen(stream: str, unseen: str) -> tuple[str, list[int]]:
    """Return a stream without what the pattern `unseen` matches, and where each character that is left was."""
    places: list[int] = []
    start = 0
    for match in re.finditer(unseen, stream):
        places.extend(range(start, match.start()))
        start = match.end()
    places.extend(range(start, len(stream)))
    return "".join(map(stream.__getitem__, places)), places


def _places_of(forms: Iterable[str], seen: str, places: list[int]) -> Iterator[int]:
    for form in forms:
        start = seen.find(form)
        while start >= 0:
            yield from places[start : start + len(form)]
            start = seen.find(form, start + 1)


def _folded(text: str) -> str:
    """Return a text in small letters, character by character."""
    return "".join(small if len(small := char.lower()) == 1 else char for char in text)


def _spellings(value: str) -> set[str]:
    """Return a secret as it is, and as programs quote it."""
    quoted, escaped = value.replace("'", "'\"'\"'"), re.sub(r"([^\w@%+=:,./-])", r"\\\1", value, flags=re.ASCII)
    return {value, quote(value, safe=""), quoted, escaped, json.dumps(value)[1:-1], *_base64_forms(value)}


@lru_cache(maxsize=8)
def _forms(value: str) -> frozenset[str]:
    """Return in which forms a longer secret is found as well, in any case and with spaces between the characters.

    Those are any ten characters of it in a row: as they are, backwards, in ROT13, in hexadecimal or octal numbers, as escapes
    of addresses, HTML and programming languages; and base64, wherever the secret begins in what is encoded. A shorter secret
    has none: it might be a word, and words are everywhere.
    """
    if len(value) < LONG:
        return frozenset()
    data = value.encode()
    escapes = ("{:02x}", "{:03o}", "%{:02x}", "\\x{:02x}", "0x{:02x},", "&#{};", "&#x{:x};", "\\u{:04x}")
    windows = {data[at : at + WINDOW] for at in range(max(1, len(data) - WINDOW + 1))}
    escaped = {"".join(map(escape.format, window)) for window in windows for escape in escapes}
    plain = (value, value[::-1], codecs.encode(value, "rot13"))
    cut = {text[at : at + WINDOW] for text in plain for at in range(max(1, len(text) - WINDOW + 1))}
    return frozenset({*cut, *escaped, html.escape(value), quote_plus(value), *_base64_forms(value)})


def _base64_forms(value: str) -> set[str]:
    """Return base64 of a secret; of a longer one also where it begins at the second or third of three bytes."""
    data = value.encode()
    found = {encode(data).decode().rstrip("=") for encode in _BASE64}
    for before, cut in ((0, 0), (1, 2), (2, 3)) if len(value) >= LONG else ():
        known = (before + len(data)) * 8 // 6  # what follows has a part in the next character
        found |= {encode(bytes(before) + data).decode()[cut:known] for encode in _BASE64}
    return found


def _bullets(char: str) -> str:
    return BULLET * (2 if unicodedata.east_asian_width(char) in "WF" else 1)
