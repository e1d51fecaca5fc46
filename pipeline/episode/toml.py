"""TOML files: what they say, where a key stands, and what is wrong with it."""

import re
import tomllib
from typing import Any

from pydantic import BaseModel

from ..errors import SourceError
from .fields import unknown


def parsed(text: str, shown: str) -> dict[str, Any]:
    """The values of a TOML file; SourceError with the line at which it is none."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        where = re.search(r"at line (\d+)", str(error))
        line = int(where[1]) if where else text.rstrip("\n").count("\n") + 1
        reason = re.sub(r" \(at .*\)$", "", str(error))
        raise SourceError(shown, line, f"this is not TOML: {reason}") from error


def line_of_key(text: str, path: tuple[str, ...]) -> int:
    """The line at which the key `path` is written in TOML `text` (1 if it is not there).

    The parser keeps no lines, so it is asked: of the beginnings of the file that parse, the first that has the key
    ends with the statement that wrote it, and that statement starts behind the beginning before.
    """
    lines, start = text.split("\n"), 1
    for count in range(1, len(lines) + 1):
        try:
            beginning = tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        if _has(beginning, path):
            return start
        start = count + 1
    return 1


def _has(values: Any, path: tuple[str, ...]) -> bool:
    for key in path:
        if not isinstance(values, dict) or key not in values:
            return False
        values = values[key]
    return True


def fault_message(fault: Any, path: tuple[str, ...], model: type[BaseModel] | None, where: str = "") -> str:
    """What is wrong with the key `path` of a settings file; `model` is that of the table it stands in, `where` its name."""
    where = where or (f"[{'.'.join(path[:-1])}]" if len(path) > 1 else "lectern.toml")
    if fault["type"] == "extra_forbidden" and model:
        return unknown(path[-1], where, tuple(model.model_fields))
    if fault["type"] in ("model_type", "model_attributes_type"):
        return f'"{path[-1]}" is a table: write its keys below a line [{path[-1]}]'
    wanted = str(fault["msg"]).removeprefix("Input should be ")
    return f'"{".".join(path)}": {wanted} is wanted, not "{fault["input"]}"'
