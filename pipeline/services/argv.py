"""A command line as settings hold it: typed as in a shell, or as a list."""

import json
import shlex
from typing import Annotated

from pydantic import BeforeValidator


def argv_of(value: str) -> tuple[str, ...]:
    """The program and its arguments; TOML's list arrives as JSON. ValueError where it is neither."""
    return tuple(json.loads(value)) if value.lstrip().startswith("[") else tuple(shlex.split(value))


Argv = Annotated[tuple[str, ...], BeforeValidator(lambda value: argv_of(value) if isinstance(value, str) else value)]
