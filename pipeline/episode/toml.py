"""What is wrong with a key of a TOML file, in words."""

from contextlib import suppress
from typing import Any

from pydantic import BaseModel

from .fields import unknown_key


def fault_message(fault: Any, path: tuple[str, ...], model: type[BaseModel] | None, where: str = "") -> str:
    """Return what is wrong with the key `path` of a settings file, whose table is of `model` and called `where`."""
    where = where or (f"[{'.'.join(path[:-1])}]" if len(path) > 1 else "lectern.toml")
    if fault["type"] == "extra_forbidden" and model:
        return unknown_key(path[-1], where, tuple(model.model_fields), _plain(fault["input"]))[0]
    if fault["type"] in ("model_type", "model_attributes_type"):
        return f'"{path[-1]}" is a table: write its keys below a line [{path[-1]}]'
    if fault["type"] == "value_error":
        return f'"{".".join(path)}": {str(fault["msg"]).removeprefix("Value error, ")} in "{fault["input"]}"'
    wanted = _KINDS.get(fault["type"]) or str(fault["msg"]).removeprefix("Input should be ")
    return f'"{".".join(path)}" should be {wanted}, not "{fault["input"]}"{_instead(fault, path[-1])}'


def _plain(value: Any) -> str:
    """Return a value as a message can repeat it; "" for a table."""
    return "" if isinstance(value, dict) else str(value)


_KINDS = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    "string_type": "a text in quotes",
}
"""pydantic's kinds of faults, and what was to be written."""


def _instead(fault: Any, name: str) -> str:
    """Return what to write where that can be told from what is written ("" where it can't)."""
    kind, written = _KINDS.get(fault["type"]), fault["input"]
    with suppress(ValueError, OverflowError):
        if kind == "a whole number" and isinstance(written, str | float):
            return f"; write {name} = {round(float(written))}"
        if kind == "a number" and isinstance(written, str):
            return f"; write {name} = {float(written):g}"
    if kind == "true or false" and str(written).lower() in ("true", "false", "yes", "no", "on", "off"):
        return f"; write {name} = {'true' if str(written).lower() in ('true', 'yes', 'on') else 'false'}"
    if kind == "a text in quotes" and isinstance(written, int | float) and not isinstance(written, bool):
        return f'; write {name} = "{written}"'
    return ""
