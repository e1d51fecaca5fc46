"""Animation of strips. Curves are always written as a whole, so that a rebuild replaces them completely."""

import re
from array import array
from collections.abc import Sequence
from typing import Literal

import bpy
from bpy_extras import anim_utils

Ease = Literal["LINEAR", "SINE", "CONSTANT"]
CurvePoint = tuple[float, float]
"""A keyframe: Blender's frame and the value."""
HandKey = tuple[float, float, str, str, tuple[float, float], tuple[float, float]]
"""A keyframe of a person's: frame, value, interpolation, easing, and the handles relative to it."""
type StripCurves = dict[str, list[bpy.types.FCurve]]
"""A strip's curves by the paths of their properties, in the order of their indexes.

One that stands for a part of a vector is under its path ("color"), whatever part it is."""

_BEGIN, _END = 'sequence_editor.strips_all["', '"].'
_PATH = re.compile(re.escape(_BEGIN) + r'((?:[^"\\]|\\.)*)' + re.escape(_END) + "(.*)", re.DOTALL)


class Animation:
    """The curves of a scene's strips, found in one pass: Blender would look through all of them for each property.

    While one is in use, curves of strips are written and removed, and strips that have curves renamed, through it alone.
    """

    def __init__(self, scene: bpy.types.Scene) -> None:
        """Find the curves of the strips in `scene`."""
        self._scene = scene
        self._by_name: dict[str, StripCurves] = {}
        for curve in _curves(scene) or ():
            if found := _PATH.fullmatch(curve.data_path):
                name, path = found.groups()
                self._by_name.setdefault(name, {}).setdefault(path, []).append(curve)
        for curves in self._by_name.values():
            for parts in curves.values():
                parts.sort(key=lambda curve: curve.array_index)

    def of(self, strip: bpy.types.Strip) -> StripCurves:
        """Return all curves of a strip."""
        return self._by_name.get(bpy.utils.escape_identifier(strip.name), {})

    def rename_strip(self, strip: bpy.types.Strip, name: str) -> None:
        """Give a strip a name, which its curves find it by; Blender adds a number to one that another strip has.

        Curves of the name that it has then, which no strip had any more, would become the strip's: they are removed.
        """
        curves = self._by_name.pop(bpy.utils.escape_identifier(strip.name), None)
        strip.name = name
        self._remove_all(bpy.utils.escape_identifier(strip.name))
        if curves is not None:
            self._by_name[bpy.utils.escape_identifier(strip.name)] = curves

    def write(self, strip: bpy.types.Strip, path: str, points: Sequence[CurvePoint], ease: Ease) -> None:
        """Replace the curve of the strip's property `path` (like ``transform.offset_x``) by `points`.

        ``SINE`` eases in and out as a function of time only. So curves with keys at the same frames stay in step, and a
        camera move never shows anything beyond the picture's edge, as it would with auto-clamped Bezier handles.
        """
        self.remove(strip, path)
        curve = self._new(strip, path, 0)
        curve.keyframe_points.add(len(points))
        for key, point in zip(curve.keyframe_points, points, strict=True):
            key.co = point
            key.interpolation, key.easing = ease, "EASE_IN_OUT"
        curve.update()

    def _remove_all(self, name: str) -> None:
        all_curves = _curves(self._scene)
        for curve in [curve for parts in self._by_name.pop(name, {}).values() for curve in parts]:
            if all_curves is not None:
                all_curves.remove(curve)

    def remove(self, strip: bpy.types.Strip, path: str) -> None:
        """Remove all curves of the strip's property `path`."""
        curves, all_curves = self.of(strip), _curves(self._scene)
        for curve in curves_at(curves, path):
            curves[_indexed(path)[0]].remove(curve)
            if all_curves is not None:
                all_curves.remove(curve)

    def replace(self, strip: bpy.types.Strip, path: str, index: int, points: Sequence[HandKey]) -> str:
        """Write a curve of a person's; returns why Blender does not take it, else ""."""
        name, only = _indexed(path)
        try:
            curve = self._new(strip, name, index if only is None else only)
            curve.keyframe_points.add(len(points))
            for key, (frame, value, interpolation, easing, left, right) in zip(
                curve.keyframe_points, points, strict=True
            ):
                key.co = frame, value
                key.interpolation, key.easing = interpolation, easing
                if interpolation == "BEZIER":
                    key.handle_left_type = key.handle_right_type = "FREE"
                    key.handle_left = frame + left[0], value + left[1]
                    key.handle_right = frame + right[0], value + right[1]
        except (TypeError, ValueError, RuntimeError) as error:
            self.remove(strip, path)
            return f"Blender does not take the keyframes of {path} ({error})"
        curve.update()
        return ""

    def _new(self, strip: bpy.types.Strip, path: str, index: int) -> bpy.types.FCurve:
        name = bpy.utils.escape_identifier(strip.name)
        curve = _action(self._scene).fcurve_ensure_for_datablock(
            self._scene, f"{_BEGIN}{name}{_END}{path}", index=index
        )
        found = self._by_name.setdefault(name, {}).setdefault(path, [])
        found.append(curve)
        found.sort(key=lambda curve: curve.array_index)
        return curve


def curves_at(curves: StripCurves, path: str) -> list[bpy.types.FCurve]:
    """Return those of a strip's curves that animate the property `path`, which may end with an index ("location.0")."""
    name, only = _indexed(path)
    return [curve for curve in curves.get(name, ()) if only is None or curve.array_index == only]


def plain_curves(curves: StripCurves, origin: int) -> list[object]:
    """Return all that the curves say, as plain values that can be compared; frames are counted from `origin`."""
    found: list[object] = []
    for path in sorted(curves):
        for curve in curves[path]:
            points = curve.keyframe_points
            places, kinds = array("f", bytes(8 * len(points))), array("i", bytes(4 * len(points)))
            found += [path, curve.array_index]
            for name in ("co", "handle_left", "handle_right"):
                points.foreach_get(name, places)
                found.append([round(frame - origin, 3) for frame in places[::2]])
                found.append(places[1::2].tolist())
            for name in ("interpolation", "easing"):
                points.foreach_get(name, kinds)
                found.append(kinds.tolist())
    return found


def _indexed(path: str) -> tuple[str, int | None]:
    """Return a path without the index that it may end with, and the index."""
    name, _, last = path.rpartition(".")
    return (name, int(last)) if last.isdecimal() else (path, None)


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
