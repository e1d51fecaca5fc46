"""Blocks that are read and checked now and made later: shot and music."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from ..errors import SourceError
from .errors import did_you_mean, listed
from .fields import (
    Desk, Fields, Reader, character, choice, entries, existing_file, flag, identifier, mark, number,
    read_fields, text,
)
from .model import Episode, Later, Scene
from .nodes import Node, Scalar, Sequence, found
from .screen import Capture

SCRIPT = "script.md"


def refuse_later(episode: Episode) -> tuple[SourceError, ...]:
    """Everything in the enabled scenes that is well written but can't be made yet."""
    scenes = (scene for scene in episode.scenes if scene.enabled)
    faults = (fault for scene in scenes for fault in _not_yet(scene))
    return tuple(SourceError(SCRIPT, line, f"not yet: {what}") for line, what in sorted(faults))


def refuse_captures(scenes: Iterable[Scene]) -> tuple[SourceError, ...]:
    """What of the captures of `scenes` can't be recorded yet."""
    faults = (fault for scene in scenes for capture in scene.captures for fault in _not_yet_captured(capture))
    return tuple(SourceError(SCRIPT, line, f"not yet: {what}") for line, what in sorted(faults))


def _not_yet(scene: Scene) -> Iterator[tuple[int, str]]:
    if scene.transition in ("slide", "wipe"):
        line = scene.transition_line or scene.line
        yield line, f'the transition "{scene.transition}" can\'t be made; use cut or fade'
    for capture in scene.captures:
        yield from _not_yet_captured(capture)
    for block in scene.later:
        yield block.line, f'a "{block.block}" block can\'t be made; take it out, or make it a note block for now'


def _not_yet_captured(capture: Capture) -> Iterator[tuple[int, str]]:
    if capture.goal is not None and not capture.steps:
        yield capture.line, f'the steps to the goal "{capture.goal}" are not worked out; run: lectern rehearse'


def read_later(block: str, node: Node, id: str, line: int, desk: Desk) -> Later:
    """A shot or music block; its faults go to `desk`."""
    fields, required = _BLOCKS[block]
    values = read_fields(node, f"a {block} block", fields, desk, required)
    values.pop("id", None)
    return Later(id=id, block=block, fields=tuple((key, _as_text(value)) for key, value in values.items()), line=line)


def _aspect(node: Node, desk: Desk) -> str:
    if isinstance(node, Scalar) and re.fullmatch(r"[1-9]\d*:[1-9]\d*", node.text, re.ASCII):
        return node.text
    raise node.fault(f"an aspect is two whole numbers, like 16:9, not {found(node)}")


def _first_frame(node: Node, desk: Desk) -> str:
    return "previous" if isinstance(node, Scalar) and node.text == "previous" else existing_file(node, desk)


def _under(node: Node, desk: Desk) -> tuple[str, ...]:
    """`film`, a scene's id, or a list of them (which scenes there are is checked when all are known)."""
    return entries(identifier, "scenes")(node, desk) if isinstance(node, Sequence) else (identifier(node, desk),)


_SHOT: dict[str, Reader] = {
    "id": identifier, "prompt": text, "provider": text, "model": text, "seconds": number(0.5, 60, "seconds"),
    "aspect": _aspect, "characters": entries(character, "characters"), "first_frame": _first_frame,
    "smooth": flag, "lipsync": flag, "at": mark, "until": mark,
}
_MUSIC: dict[str, Reader] = {
    "id": identifier, "file": existing_file, "under": _under, "gain": number(-60, 12, "decibels"),
    "fade": number(0, 30, "seconds"), "kind": choice("music", "ambient", "effect"), "at": mark, "until": mark,
}
_BLOCKS: dict[str, tuple[Fields, tuple[str, ...]]] = {
    "shot": (_SHOT, ("prompt",)), "music": (_MUSIC, ("file",)),
}


def check_music(scenes: tuple[Scene, ...], file: str) -> Iterator[SourceError]:
    """Music that plays under a scene which does not exist."""
    ids = [scene.id for scene in scenes]
    for block in (later for scene in scenes for later in scene.later if later.block == "music"):
        for name in json.loads(dict(block.fields).get("under", "[]")):
            if name not in ("film", *ids):
                yield SourceError(file, block.line, f'"under": there is no scene "{name}"{did_you_mean(name, ids)}'
                                  f"; there are film, or the scenes: {listed(ids)}")


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
