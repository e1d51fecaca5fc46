"""What a person did to the picture beyond the timeline, as values that differ when the picture may differ."""

import hashlib
import json
from pathlib import Path
from typing import Any

import bpy

from .owned import foreign_strips, owned_strips
from .placement import film_frame

_TRANSIENT = {
    "rna_type", "name", "select", "select_left_handle", "select_right_handle", "lock", "color_tag", "channel",
    "connections", "show_retiming_keys", "elements", "proxy", "use_proxy", "stereo_3d_format",
}  # fmt: skip
_TIMES = {
    "frame_start", "frame_final_start", "frame_final_end", "frame_final_duration", "left_handle", "right_handle",
    "content_start", "content_end", "frame_duration", "duration",
}  # fmt: skip
_BY_HAND = (
    "blend_type", "color_multiply", "color_saturation", "multiply_alpha", "strobe", "use_flip_y", "use_deinterlace",
    "use_reverse_frames", "use_float", "alpha_mode",
)  # fmt: skip
"""What Lectern never sets on its own strips, so that a value other than Blender's own is a person's."""


def by_hand(scene: bpy.types.Scene) -> list[dict[str, Any]]:
    """The person's strips, and what was done to Lectern's that edits don't hold (modifiers, crops, colours).

    Each with its name, type, film frames `start` and `end`, `channel` and `fingerprint`. Sounds are not part of it. A
    strip that shows a 3D scene is known by its settings, not by what is in that scene.
    """
    foreign = [_described(strip, _values(strip)) for strip in foreign_strips(scene)]
    touched = [_described(strip, values) for strip in owned_strips(scene).values() if (values := _touches(strip))]
    return [strip for strip in foreign + touched if strip["type"] != "SOUND"]


def _described(strip: bpy.types.Strip, values: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": strip.name,
        "type": strip.type,
        "start": film_frame(strip.left_handle),
        "end": film_frame(strip.right_handle),
        "channel": strip.channel,
        "fingerprint": hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16],
    }


def _values(strip: bpy.types.Strip) -> dict[str, Any]:
    """All plain properties of the strip but those that only say when and where on the timeline it lies."""
    return _plain(strip, _TRANSIENT | _TIMES) | {"modifiers": _modifiers(strip), "file": _file_stamp(strip)}


def _touches(strip: bpy.types.Strip) -> dict[str, Any]:
    properties = strip.bl_rna.properties
    values = {
        name: getattr(strip, name)
        for name in _BY_HAND
        if name in properties and getattr(strip, name) != _default(strip, name)
    }
    if strip.type not in ("SOUND", "CROSS"):
        crop = strip.crop
        values |= {"crop": edges} if any(edges := (crop.min_x, crop.max_x, crop.min_y, crop.max_y)) else {}
        values |= {"rotation": strip.transform.rotation} if strip.transform.rotation else {}
    if modifiers := _modifiers(strip):
        values["modifiers"] = modifiers
    return values


def _default(strip: bpy.types.Strip, name: str) -> Any:
    return "ALPHA_OVER" if name == "blend_type" else strip.bl_rna.properties[name].default


def _modifiers(strip: bpy.types.Strip) -> list[dict[str, Any]]:
    return [_plain(modifier, {"rna_type", "show_expanded", "is_active"}) for modifier in strip.modifiers]


def _plain(struct: bpy.types.bpy_struct, without: set[str]) -> dict[str, Any]:
    """The struct's values, nested structs of its own included; other data-blocks by name."""
    found: dict[str, Any] = {}
    for prop in struct.bl_rna.properties:
        if prop.identifier not in without and prop.type != "COLLECTION":
            found[prop.identifier] = _value(getattr(struct, prop.identifier), prop)
    return found


def _value(value: Any, prop: bpy.types.Property) -> Any:
    if prop.type != "POINTER":
        return list(value) if getattr(prop, "is_array", False) else sorted(value) if isinstance(value, set) else value
    if isinstance(value, bpy.types.StripTransform | bpy.types.StripCrop):
        return _plain(value, {"rna_type"})
    return getattr(value, "name", None)


def _file_stamp(strip: bpy.types.Strip) -> list[int]:
    """Size and time of a file, for one that was written anew under its name."""
    path = Path(bpy.path.abspath(getattr(strip, "filepath", "") or ""))
    return [path.stat().st_size, path.stat().st_mtime_ns] if path.is_file() else []
