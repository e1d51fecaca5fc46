"""Keyframes of strips: written as whole curves, so that a rebuild replaces them without a trace."""

from collections.abc import Sequence
from typing import Literal

import bpy
from bpy_extras import anim_utils

Ease = Literal["LINEAR", "SINE", "CONSTANT"]
Point = tuple[float, float]
"""Blender's frame and the value."""


def write_curve(scene: bpy.types.Scene, strip: bpy.types.Strip, path: str, points: Sequence[Point], ease: Ease) -> None:
    """Replaces the curve of the strip's property `path` (like ``transform.offset_x``) by `points`.

    ``SINE`` eases in and out by time alone; curves with keys at the same frames stay in step, so that a camera move
    never looks past the picture's edge on its way (auto-clamped Bezier handles would).
    """
    clear_curve(scene, strip, path)
    curve = _action(scene).fcurve_ensure_for_datablock(scene, _data_path(strip, path))
    curve.keyframe_points.add(len(points))
    for key, point in zip(curve.keyframe_points, points, strict=True):
        key.co = point
        key.interpolation, key.easing = ease, "EASE_IN_OUT"
    curve.update()


def clear_curve(scene: bpy.types.Scene, strip: bpy.types.Strip, path: str) -> None:
    """Removes the curve of the strip's property, where there is one."""
    curves = _curves(scene)
    curve = curves.find(_data_path(strip, path)) if curves else None
    if curve:
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
