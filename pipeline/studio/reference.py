"""`lectern schema` and `lectern skill`: what may be written in an episode, as JSON Schema and on one page."""

from typing import Any

from ..base.assets import ASSETS
from ..base.errors import LecternError
from ..episode.errors import did_you_mean, list_names
from ..episode.schema import BLOCKS, block_schema, character_schema, script_schema, settings_schema

_FILES = {"script": script_schema, "settings": settings_schema, "character": character_schema}


def schema(of: str = "script", block: str = "") -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of "script", "settings", "character", or of a `block` ("block", "overlay").

    Raises LecternError where there is nothing of that name.
    """
    if of == "block" and not block:
        raise LecternError(f"Say which block; the blocks are: {list_names(BLOCKS)}")
    if of == "block":
        return block_schema(block)
    if of not in _FILES or block:
        named = block or of
        raise LecternError(
            f'There is no schema of "{named}"{did_you_mean(named, (*_FILES, "block"))}; there are: '
            f"{list_names(_FILES)}, and block with the name of a block"
        )
    return _FILES[of]()


def skill() -> str:
    """Return how to write a script, as Markdown. Its examples and lists are checked against the program by a test."""
    return (ASSETS / "skill.md").read_text(encoding="utf-8")
