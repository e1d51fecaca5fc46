"""Write a planned episode as script.md."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..episode.ids import slug
from ..episode.nodes import quoted
from ..episode.prose import escape_prose
from .model import PlannedBlock, PlannedEpisode, ScenePlan

_BLOCK_INDENT = "  "


def script_of(episode: PlannedEpisode, narrator: str = "ada") -> str:
    """Return the script: title and narrator, then every scene with its prose and blocks."""
    front = f"---\ntitle: {quoted(episode.title)}\nnarrator: {narrator}\n---\n"
    known: set[str] = set()
    return "\n".join([front, *(_scene(scene, known) for scene in episode.scenes)])


def _scene(scene: ScenePlan, known: set[str]) -> str:
    id = _free(slug(scene.title), known)
    known.add(id)
    heading = f"# {escape_prose(scene.title)} {{#{id}}}\n"
    return "\n".join([heading, *(f"{text}\n" for text in scene.paragraphs), *map(_block, scene.blocks)])


def _free(id: str, known: set[str]) -> str:
    found, number = id, 1
    while found in known:
        number += 1
        found = f"{id}-{number}"
    return found


def _block(block: PlannedBlock) -> str:
    body = "".join(_mapping(block.values, ""))
    longest = max((len(run) for run in re.findall("`{3,}", body)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{block.name}\n{body}{fence}\n"


def _mapping(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, str) and "\n" in value:
            yield f"{indent}{key}: {_literal(value, indent)}"
        elif isinstance(value, list | tuple):
            yield f"{indent}{key}:\n"
            for item in value:
                yield from _item(item, indent + _BLOCK_INDENT)
        else:
            yield f"{indent}{key}: {_scalar(value)}\n"


def _item(item: object, indent: str) -> Iterator[str]:
    if not isinstance(item, Mapping):
        yield f"{indent}- {_scalar(item)}\n"
        return
    lines = "".join(_mapping(item, indent + _BLOCK_INDENT))
    yield f"{indent}- {lines[len(indent) + len(_BLOCK_INDENT) :]}"


def _scalar(value: object) -> str:
    """Return a value on one line; a mapping in braces, as JSON, which YAML reads."""
    return quoted(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _literal(text: str, indent: str) -> str:
    """Return a text of several lines as a block, with its own spaces at the beginning of lines."""
    inner = indent + _BLOCK_INDENT
    keep = "" if text.endswith("\n") else "-"
    lines = "".join(f"{inner}{line}\n" if line else "\n" for line in text.removesuffix("\n").split("\n"))
    return f"|{len(_BLOCK_INDENT)}{keep}\n{lines}"
