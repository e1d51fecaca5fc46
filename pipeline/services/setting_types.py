"""Kinds of values that several providers have among their settings, with the ways in which people write them."""

import json
import shlex
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema


def argv_of(value: str) -> tuple[str, ...]:
    """Return the program and its arguments; TOML's list arrives as JSON. Raises ValueError if it is neither."""
    return tuple(json.loads(value)) if value.lstrip().startswith("[") else tuple(shlex.split(value))


Argv = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: argv_of(value) if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""A command line, typed as in a shell or written as a list."""

ModelInputs = Annotated[
    dict[str, Any], BeforeValidator(lambda value: json.loads(value) if isinstance(value, str) else value)
]
"""More inputs of a model; JSON where it is written as a text."""
