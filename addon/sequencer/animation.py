"""Animation of strips. Curves are always written as a whole, so that a rebuild replaces them completely."""

from collections.abc import Sequence
from typing import Literal

import bpy
from bpy_extras import anim_utils

Ease = Literal["LINEAR", "SINE", "CONSTANT"]
CurvePoint = tuple[float, float]
"""A keyframe: Blender's frame and the value."""
HandKey = tuple[float, float, str, str, tuple[float, float], tuple[float, float]]
"""A keyframe of a person's: frame, value, interpolation, easing, and the handles relative to it."""


def write_curve(
    scene: bpy.types.Scene, strip: bpy.types.Strip, path: str, points: Sequence[CurvePoint], ease: Ease
) -> None:
    """Replace the curve of the strip's property `path` (like ``transform.offset_x``) by `points`.

    ``SINE`` eases in and out as a function of time only. So curves with keys at the same frames stay in step, and a
    camera move never shows anything beyond the picture's edge, as it would with auto-clamped Bezier handles.
    """
    clear_curve(scene, strip, path)
    curve = _action(scene).fcurve_ensure_for_datablock(scene, _data_path(strip, path))
    curve.keyframe_points.add(len(points))
    for key, point in zip(curve.keyframe_points, points, strict=True):
        key.co = point
        key.interpolation, key.easing = ease, "EASE_IN_OUT"
    curve.update()


def clear_curve(scene: bpy.types.Scene, strip: bpy.types.Strip, path: str) -> None:
    """Remove the curve of the strip's property `path`, if there is one."""
    curves = _curves(scene)
    if curves and (curve := curves.find(_data_path(strip, path))):
        curves.remove(curve)


def curves_of_strip(scene: bpy.types.Scene, strip: bpy.types.Strip) -> dict[str, list[bpy.types.FCurve]]:
    """Return all curves of a strip by the paths of their properties, in the order of their indexes.

    One that stands for a part of a vector is under its path ("color"), whatever part it is.
    """
    found: dict[str, list[bpy.types.FCurve]] = {}
    prefix = _data_path(strip, "")
    for curve in _curves(scene) or ():
        if curve.data_path.startswith(prefix):
            found.setdefault(curve.data_path.removeprefix(prefix), []).append(curve)
    return {path: sorted(curves, key=lambda curve: curve.array_index) for path, curves in found.items()}


def curves_at(curves: dict[str, list[bpy.types.FCurve]], path: str) -> list[bpy.types.FCurve]:
    """Return those of a strip's curves that animate the property `path`, which may end with an index ("location.0")."""
    name, only = _indexed(path)
    return [curve for curve in curves.get(name, ()) if only is None or curve.array_index == only]


def remove_curve(scene: bpy.types.Scene, strip: bpy.types.Strip, path: str) -> None:
    """Remove all curves of the strip's property `path`."""
    curves = _curves(scene)
    if curves is None:
        return
    for curve in curves_at(curves_of_strip(scene, strip), path):
        curves.remove(curve)


def replace_curve(
    scene: bpy.types.Scene, strip: bpy.types.Strip, path: str, index: int, points: Sequence[HandKey]
) -> str:
    """Write a curve of a person's; returns why Blender does not take it, else ""."""
    name, only = _indexed(path)
    try:
        curve = _action(scene).fcurve_ensure_for_datablock(
            scene, _data_path(strip, name), index=index if only is None else only
        )
        curve.keyframe_points.add(len(points))
        for key, (frame, value, interpolation, easing, left, right) in zip(curve.keyframe_points, points, strict=True):
            key.co = frame, value
            key.interpolation, key.easing = interpolation, easing
            if interpolation == "BEZIER":
                key.handle_left_type = key.handle_right_type = "FREE"
                key.handle_left = frame + left[0], value + left[1]
                key.handle_right = frame + right[0], value + right[1]
    except (TypeError, ValueError, RuntimeError) as error:
        remove_curve(scene, strip, path)
        return f"Blender does not take the keyframes of {path} ({error})"
    curve.update()
    return ""


def _indexed(path: str) -> tuple[str, int | None]:
    """Return a path without the index that it may end with, and the index."""
    name, _, last = path.rpartition(".")
    return (name, int(last)) if last.isdecimal() else (path, None)


def _data_path(strip: bpy.types.Strip, path: str) -> str:
    return f'sequence_editor.strips_all["{bpy.utils.escape_identifier(strip.name)}"].{path}'


def _action(scene: bpy.types.Scene) -> bpy.types.Action:
    data = scene.animation_data_create()
    if data.action is None:
        data.action = bpy.data.actions.new(f"{scene.name} strips")
    return data.action


def _curves(scene: bpy.types.Scene) -> "bpy.types.ActionChannelbagFCurves | None":
    data = scene.animation_data
    if data is None or data.action is None:
        return None
    bag = anim_utils.action_get_channelbag_for_slot(data.action, data.action_slot)
    return bag.fcurves if bag else None
