"""lectern.toml, checked key by key."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ..errors import SourceError
from .errors import EpisodeErrors
from .fields import unknown
from .model import Settings
from .source import read_text

FILE = "lectern.toml"


def read_settings(path: Path, shown: str) -> Settings:
    """The settings of a lectern.toml; EpisodeErrors with every wrong key and its line."""
    try:
        text = read_text(path, shown)
        values = _parsed(text, shown)
    except SourceError as error:
        raise EpisodeErrors([error]) from error
    try:
        return Settings.model_validate(values, strict=True)
    except ValidationError as error:
        problems = [_problem(fault, text, values, shown) for fault in error.errors()]
        raise EpisodeErrors(problems) from error


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


def _parsed(text: str, shown: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        where = re.search(r"at line (\d+)", str(error))
        line = int(where[1]) if where else text.rstrip("\n").count("\n") + 1
        reason = re.sub(r" \(at .*\)$", "", str(error))
        raise SourceError(shown, line, f"this is not TOML: {reason}") from error


def _problem(fault: Any, text: str, values: dict[str, Any], shown: str) -> SourceError:
    path = tuple(str(part) for part in fault["loc"])
    return SourceError(shown, line_of_key(text, path), _message(fault, path))


def _message(fault: Any, path: tuple[str, ...]) -> str:
    model = _model_at(path[:-1])
    where = f"[{'.'.join(path[:-1])}]" if len(path) > 1 else "lectern.toml"
    if fault["type"] == "extra_forbidden" and model:
        return unknown(path[-1], where, tuple(model.model_fields))
    if fault["type"] in ("model_type", "model_attributes_type"):
        return f'"{path[-1]}" is a table: write its keys below a line [{path[-1]}]'
    wanted = str(fault["msg"]).removeprefix("Input should be ")
    return f'"{".".join(path)}": {wanted} is wanted, not "{fault["input"]}"'


def _model_at(path: tuple[str, ...]) -> type[BaseModel] | None:
    """The model whose keys stand at `path`."""
    model: type[BaseModel] = Settings
    for key in path:
        field = model.model_fields.get(key)
        if field is None or not isinstance(field.annotation, type) or not issubclass(field.annotation, BaseModel):
            return None
        model = field.annotation
    return model
