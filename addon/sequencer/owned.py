"""Which strips are Lectern's: those that carry an id, never those of a certain name."""

import json
from collections.abc import Iterator
from typing import Any

import bpy

from ...pipeline.timeline.edits import StripEdit

ID = "lectern_id"
_MADE = "lectern_made"
_EDIT = "lectern_edit"
_ALL = "lectern_strips"


def owned_strips(scene: bpy.types.Scene) -> dict[str, bpy.types.Strip]:
    """Lectern's strips by id. Of a strip that was cut or duplicated, the earliest piece is Lectern's."""
    found: dict[str, bpy.types.Strip] = {}
    for strip in sorted(_strips(scene), key=lambda strip: (strip.left_handle, strip.name)):
        if ID in strip:
            found.setdefault(strip[ID], strip)
    return found


def foreign_strips(scene: bpy.types.Scene) -> list[bpy.types.Strip]:
    """The strips a person added, by name; the further pieces of one of Lectern's that was cut are theirs, too."""
    ours = {strip.name for strip in owned_strips(scene).values()}
    return sorted((strip for strip in _strips(scene) if strip.name not in ours), key=lambda strip: strip.name)


def release_copies(scene: bpy.types.Scene) -> None:
    """Copies of Lectern's strips become the person's own."""
    for strip in foreign_strips(scene):
        for mark in (ID, _MADE, _EDIT):
            if mark in strip:
                del strip[mark]


def remember(strip: bpy.types.Strip, id: str, made: dict[str, Any], edit: StripEdit) -> None:
    """Writes on the strip what it is, how it was made, and which edit that includes."""
    strip[ID], strip[_MADE], strip[_EDIT] = id, json.dumps(made), edit.model_dump_json()


def made(strip: bpy.types.Strip) -> dict[str, Any]:
    """How the strip was made: the values that Blender held when it was compiled."""
    return json.loads(strip[_MADE])


def edit_made(strip: bpy.types.Strip) -> StripEdit:
    """The edit that was part of it when it was compiled."""
    return StripEdit.model_validate_json(strip[_EDIT])


def remember_all(scene: bpy.types.Scene, ids: list[str]) -> None:
    """Writes on the scene which strips were made, so that one that was deleted is missed."""
    scene[_ALL] = json.dumps(ids)


def remembered(scene: bpy.types.Scene) -> list[str]:
    """The ids of the strips that were made last."""
    return json.loads(scene.get(_ALL, "[]"))


def _strips(scene: bpy.types.Scene) -> Iterator[bpy.types.Strip]:
    if scene.sequence_editor:
        yield from scene.sequence_editor.strips_all
