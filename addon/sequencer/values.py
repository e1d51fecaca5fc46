"""Read and write the editable properties of Blender's strips, in the film's terms (`pipeline/timeline/editable.py`)."""

from collections.abc import Iterable
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import bpy

from ...pipeline.base.files import digest
from ...pipeline.base.geometry import Size
from ...pipeline.timeline.editable import BY_NAME, Curve, CurveKey, Plain, Property, Unit, Value, properties_of
from .animation import Animation, StripCurves, curves_at, plain_curves
from .text import font_name, load_font

Values = dict[str, Plain]
"""Values by the names of their properties."""
Curves = dict[str, Curve]

_DIGITS = 6
_TWO = ("type", "mute")
"""What is read besides, since an attrgetter of fewer than two returns no tuple."""


class _Getter:
    """Reads all editable properties of the strips of one type at once."""

    def __init__(self, strip: bpy.types.Strip) -> None:
        """Learn from a strip which properties have one value, and which have several."""
        paths = {prop.path.removesuffix(f".{i}") for prop in properties_of(strip.type) for i in ("", *range(4))}
        paths = {path for path in paths if not path.rpartition(".")[2].isdecimal() and path != "font"}
        values = {path: attrgetter(path)(strip) for path in sorted(paths)}
        single = [path for path, value in values.items() if isinstance(value, bool | int | float | str)]
        several = [path for path in values if path not in single]
        self._single, self._several = attrgetter(*_TWO, *single), attrgetter(*_TWO, *several)
        self._has_font = strip.type == "TEXT"
        self.paths = (*single, *several, *(("font",) if self._has_font else ()))

    def __call__(self, strip: bpy.types.Strip) -> tuple[Any, ...]:
        """Return the values of `paths`, as Blender has them."""
        several = (tuple(value) for value in self._several(strip)[2:])
        return (*self._single(strip)[2:], *several, *((font_name(strip.font),) if self._has_font else ()))


@cache
def _getters() -> dict[str, _Getter]:
    return {}


def _getter(strip: bpy.types.Strip) -> _Getter:
    known = _getters()
    if strip.type not in known:
        known[strip.type] = _Getter(strip)
    return known[strip.type]


def state_of(strip: bpy.types.Strip, curves: StripCurves, origin: int) -> str:
    """Return a digest of all that a person can have changed but the strip's place: equal digests, equal strips.

    Keys are counted from Blender's frame `origin`. What is animated changes as the film is played, and has no value here.
    """
    getter = _getter(strip)
    values: Iterable[Any] = getter(strip)
    if curves:
        values = [None if path in curves else value for path, value in zip(getter.paths, values, strict=True)]
        return digest(repr((*values, plain_curves(curves, origin))), 16)
    return digest(repr(values), 16)


def read_values(strip: bpy.types.Strip, curves: StripCurves, canvas: Size) -> Values:
    """Return the values of all properties that the strip, with its `curves`, has in a film of `canvas` pixels.

    They are rounded to six digits.
    """
    getter = _getter(strip)
    values, flipped = dict(zip(getter.paths, getter(strip), strict=True)), _is_flipped(strip, curves)
    return {
        prop.name: _in_film(
            values[prop.path] if prop.path in values else _part(values, prop.path), prop, flipped, canvas
        )
        for prop in properties_of(strip.type)
    }


def _part(values: dict[str, Any], path: str) -> Any:
    """Return the value of a part of a vector, like "location.0"."""
    vector, _, index = path.rpartition(".")
    return values[vector][int(index)]


def read_curves(strip: bpy.types.Strip, curves: StripCurves, canvas: Size, origin: int) -> Curves:
    """Return the `curves` of the strip's properties, their keys counted from Blender's frame `origin`."""
    found: Curves = {}
    flipped = _is_flipped(strip, curves)
    for prop in properties_of(strip.type) if curves else ():
        keys = [
            _key(point, curve.array_index, prop, flipped, canvas, origin)
            for curve in curves_at(curves, prop.path)
            for point in curve.keyframe_points
        ]
        if keys:
            found[prop.name] = Curve(keys=tuple(keys))
    return found


def write_value(
    strip: bpy.types.Strip, animation: Animation, name: str, value: Value, canvas: Size, root: Path, origin: int
) -> str:
    """Give the strip's property `name` the value, or animate it. Returns why it can't be done, else "".

    The keys of a curve are counted from Blender's frame `origin`. The strip must be in its position, since Blender moves a
    strip's keyframes along with it. `root` is the episode's folder: fonts are only loaded from there.
    """
    prop = BY_NAME[name]
    if strip.type not in prop.types or not prop.path:
        return f"a {strip.type.lower()} strip has no {prop.label}"
    if isinstance(value, Curve):
        return _animate(strip, animation, prop, value, canvas, origin)
    animation.remove(strip, prop.path)
    if prop.name == "name":
        animation.rename_strip(strip, str(value))
        return ""
    if prop.name == "font":
        return _set_font(strip, str(value), root)
    try:
        _set(strip, prop, _in_blender(value, prop, _is_flipped(strip, animation.of(strip)), canvas))
    except (TypeError, ValueError, AttributeError) as error:
        return f"Blender does not take {value!r} as {prop.label} ({error})"
    return ""


def _animate(
    strip: bpy.types.Strip, animation: Animation, prop: Property, curve: Curve, canvas: Size, origin: int
) -> str:
    scale, shift = _linear(prop, _is_flipped(strip, animation.of(strip)), canvas)
    animation.remove(strip, prop.path)
    for index in sorted({key.index for key in curve.keys}):
        keys = [key for key in curve.keys if key.index == index]
        points = [
            (origin + key.frame, key.value * scale + shift, key.interpolation, key.easing,
             (key.left[0], key.left[1] * scale), (key.right[0], key.right[1] * scale))
            for key in keys
        ]  # fmt: skip
        if fault := animation.replace(strip, prop.path, index, points):
            return fault
    return ""


def _key(point: bpy.types.Keyframe, index: int, prop: Property, flipped: bool, canvas: Size, origin: int) -> CurveKey:
    scale, shift = _linear(prop, flipped, canvas)
    bezier = point.interpolation == "BEZIER"

    def handle(at: Any) -> tuple[float, float]:
        return round(at[0] - point.co[0], _DIGITS), round((at[1] - point.co[1]) / scale, _DIGITS)

    return CurveKey(
        frame=round(point.co[0] - origin, 3),
        value=round((point.co[1] - shift) / scale, _DIGITS),
        index=index,
        interpolation=point.interpolation,
        easing=point.easing,
        left=handle(point.handle_left) if bezier else (0.0, 0.0),
        right=handle(point.handle_right) if bezier else (0.0, 0.0),
    )


def _is_flipped(strip: bpy.types.Strip, curves: StripCurves) -> bool:
    """Return whether Blender mirrors the strip's place across, all the time; while that is animated, a place is as it is."""
    return "use_flip_x" not in curves and getattr(strip, "use_flip_x", False)


def _linear(prop: Property, flipped: bool, canvas: Size) -> tuple[float, float]:
    """Return `scale` and `shift` of Blender's value = the film's × scale + shift."""
    width, height = canvas
    mirrored = -1 if flipped else 1
    match prop.unit:
        case Unit.ACROSS:
            return mirrored * width, -mirrored * width / 2
        case Unit.DOWN:
            return -height, height / 2
        case Unit.WIDTH:
            return width, 0.0
        case Unit.HEIGHT:
            return height, 0.0
        case Unit.FROM_BELOW:
            return -1.0, 1.0
        case Unit.NONE:
            return 1.0, 0.0


def _in_film(value: Any, prop: Property, flipped: bool, canvas: Size) -> Plain:
    """Return a value of Blender's in the film's terms."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        scale, shift = _linear(prop, flipped, canvas)
        return round((value - shift) / scale, _DIGITS) if prop.unit is not Unit.NONE else _rounded(value)
    return tuple(_rounded(part) for part in value)


def _rounded(value: int | float) -> int | float:
    return value if isinstance(value, int) else round(value, _DIGITS)


def _in_blender(value: Plain, prop: Property, flipped: bool, canvas: Size) -> Any:
    if isinstance(value, bool | str | tuple):
        return value
    if prop.unit is Unit.NONE:
        return value
    scale, shift = _linear(prop, flipped, canvas)
    blenders = value * scale + shift
    return max(1, round(blenders)) if prop.name in ("width", "height") else blenders


def _set(strip: bpy.types.Strip, prop: Property, value: Any) -> None:
    owner, name = _owner(strip, prop.path)
    if name.isdecimal():
        owner[int(name)] = value
    elif isinstance(value, float) and owner.bl_rna.properties[name].type == "INT":
        setattr(owner, name, round(value))
    else:
        setattr(owner, name, value)


def _owner(strip: bpy.types.Strip, path: str) -> tuple[Any, str]:
    *parents, name = path.split(".")
    owner: Any = strip
    for parent in parents:
        owner = getattr(owner, parent)
    return owner, name


def _set_font(strip: bpy.types.TextStrip, name: str, root: Path) -> str:
    if (font := load_font(name, root)) is None:
        return f'the font "{name}" is neither one of Lectern\'s nor a file of the episode'
    strip.font = font
    return ""
