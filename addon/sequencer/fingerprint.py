"""Fingerprints of what a person did to the picture beyond the timeline. They differ if the picture may differ."""

import json
from pathlib import Path
from typing import Any

import bpy

from ...pipeline.base.files import digest
from ...pipeline.timeline.editable import properties_of
from .owned import foreign_strips, made_of, owned_strips
from .strip_transform import film_frame

_TRANSIENT = {
    "rna_type", "name", "select", "select_left_handle", "select_right_handle", "lock", "color_tag", "channel",
    "connections", "show_retiming_keys", "elements", "proxy", "use_proxy", "stereo_3d_format",
}  # fmt: skip
_TIMES = {
    "frame_start", "frame_final_start", "frame_final_end", "frame_final_duration", "left_handle", "right_handle",
    "content_start", "content_end", "frame_duration", "duration",
}  # fmt: skip
_FILES = {
    "filepath", "sound", "stream_index", "text", "textbox_state", "colorspace_settings", "views_format",
    "use_multiview", "input_1", "input_2", "use_default_fade", "effect_fader", "show_waveform", "mute", "frame_offset_start",
    "frame_offset_end", "left_handle_offset", "right_handle_offset", "animation_offset_start", "animation_offset_end",
    "content_trim_start", "content_trim_end",
}  # fmt: skip


def fingerprint_manual_changes(scene: bpy.types.Scene) -> list[dict[str, Any]]:
    """Return the person's strips, and Lectern's that were changed in ways edits don't cover (modifiers, crop, colour).

    Each is given with name, type, film frames `start` and `end`, `channel` and `fingerprint`. Sounds are left out. The
    fingerprint of a strip that shows a 3D scene covers its settings, not the content of that scene.
    """
    foreign = [_describe_strip(strip, _values(strip)) for strip in foreign_strips(scene)]
    owned = owned_strips(scene).values()
    changed = [_describe_strip(strip, values) for strip in owned if (values := _manual_values(strip))]
    return [strip for strip in foreign + changed if strip["type"] != "SOUND"]


def _describe_strip(strip: bpy.types.Strip, values: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": strip.name,
        "type": strip.type,
        "start": film_frame(strip.left_handle),
        "end": film_frame(strip.right_handle),
        "channel": strip.channel,
        "fingerprint": digest(json.dumps(values, sort_keys=True), 16),
    }


def _values(strip: bpy.types.Strip) -> dict[str, Any]:
    """Return all plain properties of the strip, except its place on the timeline and its state in the interface."""
    values = _plain(strip, _TRANSIENT | _TIMES) | {"modifiers": _modifiers(strip), "file": _file_stamp(strip)}
    return values | _speed(strip)


def untabled_values(strip: bpy.types.Strip) -> str:
    """Return a digest of all that could be seen or heard of a strip and that edits.json does not keep."""
    tabled = {prop.path.partition(".")[0] for prop in properties_of(strip.type)}
    return digest(json.dumps(_plain(strip, _TRANSIENT | _TIMES | _FILES | tabled) | _speed(strip), sort_keys=True), 16)


def with_another_speed(scene: bpy.types.Scene) -> list[str]:
    """Return a sentence for each of Lectern's pictures whose speed a person has changed.

    Blender tells when its retiming keys are, but not what they show then: edits.json can't keep them.
    """
    return [
        f'the speed of "{strip.name}" ({id}) was changed in Blender: the film has it, but it is kept in the .blend only'
        for id, strip in owned_strips(scene).items()
        if strip.type == "MOVIE" and len(strip.retiming_keys)
    ]


def _speed(strip: bpy.types.Strip) -> dict[str, Any]:
    """Return the retiming keys of a strip, counted from the first; nothing if it has none.

    Blender 5.2 counts them from the beginning of another strip, of whichever comes first.
    """
    frames = [key.timeline_frame for key in getattr(strip, "retiming_keys", ())]
    return {"retiming": [frame - frames[0] for frame in frames]} if frames else {}


def _manual_values(strip: bpy.types.Strip) -> dict[str, Any]:
    """Return what a person has changed on one of Lectern's strips that edits.json does not keep."""
    values: dict[str, Any] = {"modifiers": found} if (found := _modifiers(strip)) else {}
    now = untabled_values(strip)
    return values if now == made_of(strip).untabled else values | {"other": now}


def _modifiers(strip: bpy.types.Strip) -> list[dict[str, Any]]:
    return [_plain(modifier, {"rna_type", "show_expanded", "is_active"}) for modifier in strip.modifiers]


def _plain(struct: bpy.types.bpy_struct, excluded: set[str]) -> dict[str, Any]:
    """Return the values of a struct, including its nested structs; other data-blocks are given by name."""
    values: dict[str, Any] = {}
    for prop in struct.bl_rna.properties:
        # reading what a file has, like its rate, makes Blender open it
        if (
            prop.identifier not in excluded
            and prop.type != "COLLECTION"
            and (prop.type == "POINTER" or not prop.is_readonly)
        ):
            values[prop.identifier] = _value(getattr(struct, prop.identifier), prop)
    return values


def _value(value: Any, prop: bpy.types.Property) -> Any:
    if prop.type != "POINTER":
        return list(value) if getattr(prop, "is_array", False) else sorted(value) if isinstance(value, set) else value
    if isinstance(value, bpy.types.StripTransform | bpy.types.StripCrop):
        return _plain(value, {"rna_type"})
    return getattr(value, "name", None)


def _file_stamp(strip: bpy.types.Strip) -> list[int]:
    """Return size and modification time of the strip's file, to notice a file that was overwritten."""
    path = Path(bpy.path.abspath(getattr(strip, "filepath", "") or ""))
    return [path.stat().st_size, path.stat().st_mtime_ns] if path.is_file() else []
