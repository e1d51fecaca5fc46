"""A tool: a function with typed arguments, which are checked more strictly than the protocol asks for."""

import inspect
import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from ..base.errors import LecternError
from ..base.frozen import Frozen

LARGEST_CALL = 4_000_000
"""Characters of a call's arguments, as JSON."""
_DROPPED = ("title", "description", "additionalProperties", "default")


class Marks(NamedTuple):
    """What an agent's program may want to ask its person about before it calls a tool."""

    read_only: bool
    destructive: bool = False
    idempotent: bool = True


class Tool:
    """The tool `call`: its parameters after `folder` are the arguments, its docstring is what agents read."""

    def __init__(self, call: Callable[..., Frozen], marks: Marks) -> None:
        self.call, self.marks = call, marks
        self.name = call.__name__
        self.about = inspect.cleandoc(call.__doc__ or "")

    @cached_property
    def arguments(self) -> type[BaseModel]:
        """The model of the arguments; unknown ones are refused, and texts are no numbers."""
        parameters = [p for p in inspect.signature(self.call).parameters.values() if p.name != "folder"]
        fields: dict[str, Any] = {
            p.name: (p.annotation, ... if p.default is inspect.Parameter.empty else p.default) for p in parameters
        }
        return create_model(self.name, __config__=ConfigDict(extra="forbid", strict=True), **fields)

    @property
    def answer(self) -> type[Frozen]:
        """The model of what the tool returns."""
        returned = inspect.signature(self.call).return_annotation
        assert issubclass(returned, Frozen)
        return returned

    @property
    def shows_picture(self) -> bool:
        """Whether the tool answers with a picture, which has no schema."""
        return "picture" in self.answer.model_fields

    @property
    def input_schema(self) -> dict[str, Any]:
        """The JSON Schema of the arguments, without what only repeats itself."""
        return {
            **_lean(self.arguments.model_json_schema(), keep=("description", "default")),
            "additionalProperties": False,
        }

    @property
    def output_schema(self) -> dict[str, Any]:
        """The JSON Schema of the answer: its fields, and of what is in lists only that it is an object."""
        full = self.answer.model_json_schema(mode="serialization")
        shallow = {name: _shallow(field, full.get("$defs", {})) for name, field in full["properties"].items()}
        needed = [name for name, field in self.answer.model_fields.items() if field.is_required()]
        return {"type": "object", "properties": shallow, "required": needed}

    def run(self, folder: Path, given: Mapping[str, Any]) -> Frozen:
        """Call the tool for the episode in `folder`. Raises LecternError, in sentences, for arguments that don't fit."""
        text = json.dumps(dict(given))
        if len(text) > LARGEST_CALL:
            raise LecternError(f"these arguments have {len(text)} characters; at most {LARGEST_CALL} are taken")
        try:
            checked = self.arguments.model_validate_json(text)
        except ValidationError as error:
            raise LecternError(self._faults(error)) from None
        return self.call(folder, **{name: getattr(checked, name) for name in self.arguments.model_fields})

    def _faults(self, error: ValidationError) -> str:
        """Return what is wrong with arguments, without repeating them: they may be long."""
        known = list(self.arguments.model_fields)
        rows = []
        for fault in error.errors(include_input=False, include_url=False)[:10]:
            place = ".".join(str(part)[:60] for part in fault["loc"])
            message = fault["msg"]
            if fault["type"] == "extra_forbidden" and len(fault["loc"]) == 1:
                near = get_close_matches(place, known, 1)
                message = f"there is no such argument; there are: {', '.join(known) or 'none'}" + (
                    f" (did you mean {near[0]}?)" if near else ""
                )
            rows.append(f"{place or 'arguments'}: {message}")
        return "; ".join(rows)


def answered(value: Frozen) -> dict[str, Any]:
    """Return a tool's answer as JSON, without what is as usual."""
    return value.model_dump(mode="json", exclude_defaults=True, by_alias=True)


def _lean(schema: Any, keep: tuple[str, ...] = ()) -> Any:
    """Return a schema without its titles and the like; names of properties are none of these."""
    if isinstance(schema, list):
        return [_lean(each, keep) for each in schema]
    if not isinstance(schema, dict):
        return schema
    lean = {key: _lean(value, keep) for key, value in schema.items() if key not in _DROPPED or key in keep}
    for key in ("properties", "$defs"):
        if key in schema:
            lean[key] = {name: _lean(value, keep) for name, value in schema[key].items()}
    return lean


def _shallow(field: dict[str, Any], definitions: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    if "$ref" in field:
        return _shallow(definitions[field["$ref"].rpartition("/")[2]], definitions, depth)
    if "anyOf" in field:
        return {}
    if "enum" in field:
        return {"enum": field["enum"]}
    if field.get("type") == "array" and "items" in field:
        return {"type": "array", "items": _shallow(field["items"], definitions, depth + 1)}
    return {"type": field["type"]} if "type" in field else {}
