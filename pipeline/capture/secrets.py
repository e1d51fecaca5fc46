"""What is typed and never shown: values of the person's, by name, and what takes their place wherever they come up."""

import base64
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from ..errors import LecternError
from ..services.keys import FILE, Keys
from ..services.profile import profile_folder

BULLET = "•"
SHORTEST = 4
"""Characters that a secret has at least: a shorter one would hide half of all that is written."""

_UNSEEN = (
    r"(?:\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()*+][0-9A-B]|\x1b[=>78M]|[\x0e\x0f]| ?\r\n?)*"
)
"""What a program may write between two characters of a text without anybody seeing it: colours, a wrapped line."""


def secret(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """The person's value for `name`: of their environment variable, else of their key file. LecternError with the way out."""
    file = profile_folder(environment) / FILE
    value = environment.get(name) or Keys(environment, file).of(name.lower())
    if not value:
        raise LecternError(
            f'there is no secret {name}: set the environment variable {name}, or put {{"{name}": "…"}} into {file}'
        )
    if len(value) < SHORTEST or any(ord(char) < 32 for char in value):
        raise LecternError(f"the secret {name} can't be hidden: it needs {SHORTEST} characters or more, all on one line")
    return value


def masked(text: str, secrets: Iterable[str]) -> str:
    """`text` with bullets, as wide, in place of every secret and of the ways in which programs write it."""
    return "".join(masked_pieces([text], secrets))


def masked_pieces(pieces: Iterable[str], secrets: Iterable[str]) -> list[str]:
    """Pieces of one stream, masked as a whole: a secret may begin in one and end in another, in any colours."""
    pieces = list(pieces)
    stream = "".join(pieces)
    marks = list(stream)
    for pattern in _patterns(secrets):
        for match in pattern.finditer(stream):
            for group in range(1, pattern.groups + 1):
                marks[match.start(group)] = _bullets(match[group])
    ends = [0]
    for piece in pieces:
        ends.append(ends[-1] + len(piece))
    return ["".join(marks[a:b]) for a, b in zip(ends, ends[1:], strict=False)]


def reveals(text: str, secrets: Iterable[str]) -> bool:
    """Whether a secret can be read in what a screen shows, however it is wrapped."""
    seen = "".join(text.split())
    return any("".join(value.split()) in seen for value in secrets)


def refuse_revealed(text: str, secrets: Iterable[str]) -> None:
    """LecternError where a secret can be read in what a screen shows, though it was masked wherever it was written."""
    if reveals(text, secrets):
        raise LecternError("a program writes a secret in such a way that it can't be hidden; nothing was kept")


def _patterns(secrets: Iterable[str]) -> list[re.Pattern[str]]:
    values = {way for value in secrets for way in _ways(value) if len(way) >= SHORTEST}
    ordered = sorted(values, key=lambda value: (-len(value), value))
    return [re.compile(_UNSEEN.join(f"({re.escape(char)})" for char in value)) for value in ordered]


def _ways(value: str) -> set[str]:
    """A secret as it is, and as programs quote it."""
    coded = base64.b64encode(value.encode()).decode().rstrip("=")
    quoted, escaped = value.replace("'", "'\"'\"'"), re.sub(r"([^\w@%+=:,./-])", r"\\\1", value, flags=re.ASCII)
    return {value, quote(value, safe=""), quoted, escaped, json.dumps(value)[1:-1], coded}


def _bullets(char: str) -> str:
    return BULLET * (2 if unicodedata.east_asian_width(char) in "WF" else 1)
