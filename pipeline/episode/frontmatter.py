"""The lines between `---` at the top of a script, and what they say of the whole film."""

import re
from typing import Any

from ..errors import SourceError
from .fields import Desk, Fields, character, read_fields, text
from .nodes import Mapping, Node, Scalar, found, read_yaml

FORMAT = 1
"""The newest format of scripts that this Lectern reads."""

_FENCE = re.compile(r"---[ \t]*")
_END = re.compile(r"(---|\.\.\.)[ \t]*")


def split(script: str, file: str) -> tuple[str, str]:
    """The front matter's YAML, and the script with it blanked out, so that every line keeps its number."""
    lines = script.split("\n")
    if not _FENCE.fullmatch(lines[0]):
        return "", script
    end = next((i for i, line in enumerate(lines[1:], 1) if _END.fullmatch(line)), None)
    if end is None:
        raise SourceError(file, 1, 'the front matter starts here and never ends; close it with a line "---"')
    return "\n".join(lines[1:end]), "\n".join([*[""] * (end + 1), *lines[end + 1 :]])


def read_front_matter(yaml: str, desk: Desk) -> dict[str, Any]:
    """Values by the names of `Episode`'s fields; faults go to `desk`, but a newer format is raised at once."""
    node = read_yaml(yaml, desk.file, 2)
    if node is None:
        return {}
    _check_format(node)
    values = read_fields(node, "the front matter", _FIELDS, desk)
    values.pop("format", None)
    return values


def _check_format(node: Node) -> None:
    """Whatever else a newer format says, this Lectern would misread it."""
    given = node.get("format") if isinstance(node, Mapping) else None
    if given is None or (isinstance(given, Scalar) and given.text == str(FORMAT)):
        return
    if isinstance(given, Scalar) and given.text.isdecimal() and int(given.text) > FORMAT:
        raise given.fault(f"this script is written in format {given.text} and this Lectern reads up to {FORMAT}; "
                          "a newer Lectern is needed")
    raise given.fault(f'"format": the format is {FORMAT}, not {found(given)}')


def _language(node: Node, desk: Desk) -> str:
    if isinstance(node, Scalar) and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", node.text, re.ASCII):
        return node.text
    raise node.fault(f"a language is a code like en, de or pt-BR, not {found(node)}")


def _length(node: Node, desk: Desk) -> tuple[float, float]:
    span = length_of(node.text) if isinstance(node, Scalar) else None
    if span is None:
        raise node.fault(f"a length is like 5m ±2m, 60s-90s or 90s (a tenth more or less), not {found(node)}")
    return span


def length_of(written: str) -> tuple[float, float] | None:
    """The least and most seconds that a wanted length allows; None if it can't be read.

    `5m ±2m` and `60s-90s` say both; `90s` alone allows a tenth more or less.
    """
    first, sign, second = (part.strip() for part in [*_SIGN.split(written, maxsplit=1), "", ""][:3])
    both_ends = sign in ("-", "\u2013", "to")
    one = _seconds(first) or (_seconds(first + _unit(second)) if both_ends else None)
    other = _seconds(second) if sign else (one or 0) / 10
    if one is None or other is None:
        return None
    least, most = (one, other) if both_ends else (one - other, one + other)
    return (least, most) if 0 < least <= most else None


_SIGN = re.compile(r"(±|\+/?-|-|\u2013|\bto\b)")


def _unit(written: str) -> str:
    """The unit at the end, for "60-90s"."""
    return (re.search(r"[a-z]*$", written) or [""])[0]


def _seconds(written: str) -> float | None:
    """`90s`, `1m30s`, `1.5m`, `2m 10s` and `1h` in seconds."""
    parts = re.fullmatch(r"(?:([\d.]+)\s*h)?\s*(?:([\d.]+)\s*m(?:in)?)?\s*(?:([\d.]+)\s*s)?", written.strip(), re.ASCII)
    if not parts or not any(parts.groups()):
        return None
    try:
        return sum(float(part or 0) * size for part, size in zip(parts.groups(), (3600, 60, 1), strict=True))
    except ValueError:
        return None


_FIELDS: Fields = {
    "title": text,
    "narrator": character,
    "length": _length,
    "description": text,
    "language": _language,
    "format": text,
}
