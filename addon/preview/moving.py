"""Move and scale what lies in the preview, with all its parts and keyframes, as a drag or a script asks."""

from collections.abc import Iterable
from typing import NamedTuple

import bpy

from ...pipeline.base.geometry import Box, Size
from ..sequencer.animation import Animation, curves_at

_OFFSETS, _SCALES = ("transform.offset_x", "transform.offset_y"), ("transform.scale_x", "transform.scale_y")
_POINTS = ("co", "handle_left", "handle_right")


class _HeldCurve(NamedTuple):
    curve: bpy.types.FCurve
    values: tuple[tuple[float, float, float], ...]


class _HeldStrip(NamedTuple):
    strip: bpy.types.Strip
    offset: tuple[float, float]
    scale: tuple[float, float]
    offsets: tuple[tuple[_HeldCurve, ...], tuple[_HeldCurve, ...]]
    scales: tuple[tuple[_HeldCurve, ...], tuple[_HeldCurve, ...]]


class Held:
    """Strips as they were when a drag began: every move is counted from there, so nothing adds up on the way."""

    def __init__(self, scene: bpy.types.Scene, strips: Iterable[bpy.types.Strip], canvas: Size) -> None:
        """Take hold of strips."""
        self._canvas = canvas
        animation = Animation(scene)
        self._strips = [_held(strip, animation) for strip in strips]

    def put(self, before: Box, after: Box) -> None:
        """Move and scale the strips so that what was in the box `before` is in `after`; the scale is that of its width."""
        factor = after.w / before.w if before.w else 1.0
        for axis, extent in enumerate(self._canvas):
            sign = 1 if axis == 0 else -1
            was, now = ((box.centre[axis] - 0.5) * extent * sign for box in (before, after))
            shift = now - factor * was
            if factor == 1.0:
                shift = round(shift)  # whole pixels stay sharp
            for held in self._strips:
                _place(held, axis, factor, shift)

    def put_back(self) -> None:
        """Leave the strips as they were."""
        for held in self._strips:
            for axis in (0, 1):
                _place(held, axis, 1.0, 0.0)


def _held(strip: bpy.types.Strip, animation: Animation) -> _HeldStrip:
    transform, curves = strip.transform, animation.of(strip)
    offsets, scales = (
        tuple(tuple(map(_held_curve, curves_at(curves, path))) for path in paths) for paths in (_OFFSETS, _SCALES)
    )
    return _HeldStrip(
        strip,
        (transform.offset_x, transform.offset_y),
        (transform.scale_x, transform.scale_y),
        (offsets[0], offsets[1]),
        (scales[0], scales[1]),
    )


def _held_curve(curve: bpy.types.FCurve) -> _HeldCurve:
    return _HeldCurve(curve, tuple((p.co[1], p.handle_left[1], p.handle_right[1]) for p in curve.keyframe_points))


def _place(held: _HeldStrip, axis: int, factor: float, shift: float) -> None:
    """Scale a strip's place by `factor` about the frame's middle and move it by `shift` px, along one axis."""
    strip, name = held.strip, "xy"[axis]
    shift = -shift if (strip.use_flip_x, strip.use_flip_y)[axis] else shift
    setattr(strip.transform, f"offset_{name}", held.offset[axis] * factor + shift)
    setattr(strip.transform, f"scale_{name}", held.scale[axis] * factor)
    for curve in held.offsets[axis]:
        _write(curve, factor, shift)
    for curve in held.scales[axis]:
        _write(curve, factor, 0.0)


def _write(held: _HeldCurve, factor: float, shift: float) -> None:
    for point, values in zip(held.curve.keyframe_points, held.values, strict=True):
        for name, value in zip(_POINTS, values, strict=True):
            getattr(point, name)[1] = value * factor + shift
    held.curve.update()
