"""Kinds of takes: what each is made from, what describes it, and who makes it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..base.files import digest
from ..base.frozen import Frozen
from .context import JobContext

KEY_LENGTH = 20


class Recipe[Q: Frozen, T: Frozen](Frozen):
    """A kind of take, made from a request (`Q`) and described by a result (`T`).

    `make(request, folder, context)` writes the take's files into `folder` (empty, and not yet the take's own) and returns
    the description. It depends on the request and on nothing else. Raise `version` when the maker's result changes, so that
    old takes are not used. `unkeyed` names fields of the request that say how the take is made, not what it is: they are no
    part of its key (in the form of pydantic's `exclude`).
    """

    kind: str
    version: int
    request: type[Q]
    result: type[T]
    make: Callable[[Q, Path, JobContext], T]
    unkeyed: Mapping[str, Any] = {}


def take_key[Q: Frozen, T: Frozen](recipe: Recipe[Q, T], request: Q) -> str:
    """Return the key of the take that `recipe` makes of `request`: 20 hex digits."""
    keyed = request.model_dump(mode="json", by_alias=True, exclude=dict(recipe.unkeyed))
    parts = [recipe.kind, recipe.version, keyed]
    return digest(json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False), KEY_LENGTH)
