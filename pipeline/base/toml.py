"""TOML files: what they say, and where a key is."""

import re
import tomllib
from typing import Any

from .errors import SourceError

MOST_NAMES = 100
"""Names in a key: the parser takes minutes for thousands."""
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_LONG_KEY = re.compile(rf'(?<![\w"-])(?:[\w"-]+[ \t]*\.[ \t]*){{{MOST_NAMES}}}')


def parse_toml(text: str, shown: str) -> dict[str, Any]:
    """Return the values of a TOML file. Raises SourceError with the line at which it is wrong."""
    if found := _LONG_KEY.search(_QUOTED.sub('""', text)):
        raise SourceError(shown, 1, f"a key is made of more than {MOST_NAMES} names ({found[0][:20]}…)")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: also for a number of more digits than Python reads
        where = re.search(r"at line (\d+)", str(error))
        line = int(where[1]) if where else text.rstrip("\n").count("\n") + 1
        reason = re.sub(r" \(at .*\)$", "", str(error))
        raise SourceError(shown, line, f"this is not TOML: {reason}") from error


def line_of_key(text: str, path: tuple[str, ...]) -> int:
    """Return the line at which the key `path` is written in TOML `text` (1 if it is not there).

    The parser keeps no lines, so it is asked: of the beginnings of the file that parse, the first that has the key
    ends with the statement that wrote it, and that statement starts after the beginning before.
    """
    lines, start = text.split("\n"), 1
    for count in range(1, len(lines) + 1):
        try:
            beginning = tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        if _has_path(beginning, path):
            return start
        start = count + 1
    return 1


def _has_path(values: Any, path: tuple[str, ...]) -> bool:
    for key in path:
        if not isinstance(values, dict) or key not in values:
            return False
        values = values[key]
    return True
