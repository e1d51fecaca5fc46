"""Which strips are Lectern's: those that carry an id in a custom property. Names don't count."""

import json
from collections.abc import Iterator
from typing import Any

import bpy

from ...pipeline.base.files import digest
from ...pipeline.timeline.edits import StripEdit
from ...pipeline.timeline.model import Strip

ID = "lectern_id"
LONGEST_NAME = 58
"""Bytes."""
_MADE = "lectern_made"
_EDIT = "lectern_edit"
_ALL = "lectern_strips"


def owned_strips(scene: bpy.types.Scene) -> dict[str, bpy.types.Strip]:
    """Return Lectern's strips by id. If a person has cut or duplicated one, the earliest piece is Lectern's."""
    found: dict[str, bpy.types.Strip] = {}
    for strip in sorted(_strips(scene), key=lambda strip: (strip.left_handle, strip.name)):
        if ID in strip:
            found.setdefault(strip[ID], strip)
    return found


def foreign_strips(scene: bpy.types.Scene) -> list[bpy.types.Strip]:
    """Return the person's strips, by name. The later pieces of a strip that was cut are the person's, too."""
    own = {strip.as_pointer() for strip in owned_strips(scene).values()}
    return sorted((strip for strip in _strips(scene) if strip.as_pointer() not in own), key=lambda strip: strip.name)


def release_copies(scene: bpy.types.Scene) -> None:
    """Make copies of Lectern's strips the person's: remove Lectern's custom properties from them."""
    for strip in foreign_strips(scene):
        for key in (ID, _MADE, _EDIT):
            if key in strip:
                del strip[key]


def remember(strip: bpy.types.Strip, id: str, values: dict[str, Any], edit: StripEdit) -> None:
    """Write to the strip's custom properties: its id, the values it was compiled with, and the edit they include."""
    strip[ID], strip[_MADE], strip[_EDIT] = id, json.dumps(values), edit.model_dump_json()


def name_in_blender(strip: Strip) -> str:
    """Return a strip's name for Blender, where names have at most 63 bytes, the ".001" of a duplicate included.

    Keyframes find their strip by its name, so a name that is cut ends with a digest of the strip's id: it stays unique.
    """
    if len(strip.name.encode()) <= LONGEST_NAME:
        return strip.name
    mark = f"…{digest(strip.id, 8)}"
    return strip.name.encode()[: LONGEST_NAME - len(mark.encode())].decode(errors="ignore") + mark


def compiled_values(strip: bpy.types.Strip) -> dict[str, Any]:
    """Return the values that the strip had when it was compiled."""
    values: dict[str, Any] = json.loads(strip[_MADE])
    return values


def compiled_edit(strip: bpy.types.Strip) -> StripEdit:
    """Return the edit that the strip included when it was compiled."""
    return StripEdit.model_validate_json(strip[_EDIT])


def remember_all(scene: bpy.types.Scene, ids: list[str]) -> None:
    """Write to the scene which strips were compiled, so that a deleted one is noticed."""
    scene[_ALL] = json.dumps(ids)


def has_timeline(scene: bpy.types.Scene) -> bool:
    """Return whether a timeline was compiled into the scene."""
    return _ALL in scene


def remembered(scene: bpy.types.Scene) -> list[str]:
    """Return the ids of the strips that were compiled last."""
    ids: list[str] = json.loads(scene.get(_ALL, "[]"))
    return ids


def _strips(scene: bpy.types.Scene) -> Iterator[bpy.types.Strip]:
    if scene.sequence_editor:
        yield from scene.sequence_editor.strips_all
