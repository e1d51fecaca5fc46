"""Animation of strips. Curves are always written as a whole, so that a rebuild replaces them completely."""

from collections.abc import Sequence
from typing import Literal

import bpy
from bpy_extras import anim_utils

Ease = Literal["LINEAR", "SINE", "CONSTANT"]
CurvePoint = tuple[float, float]
"""A keyframe: Blender's frame and the value."""


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
