"""Read and write the editable properties of Blender's strips, in the film's terms (`pipeline/timeline/editable.py`)."""

from pathlib import Path
from typing import Any

import bpy

from ...pipeline.base.geometry import Size
from ...pipeline.timeline.editable import BY_NAME, Curve, CurveKey, Plain, Property, Unit, Value, properties_of
from .animation import curves_at, curves_of_strip, remove_curve, replace_curve
from .text import font_name, load_font

Values = dict[str, Plain]
"""Values by the names of their properties."""
Curves = dict[str, Curve]

_DIGITS = 6


def read_values(strip: bpy.types.Strip, canvas: Size) -> Values:
    """Return the values of all properties that the strip has, in a film of `canvas` pixels, rounded to six digits."""
    return {prop.name: _in_film(_get(strip, prop), prop, strip, canvas) for prop in properties_of(strip.type)}


def read_curves(strip: bpy.types.Strip, scene: bpy.types.Scene, canvas: Size, origin: int) -> Curves:
    """Return the curves of the strip's animated properties, their keys counted from Blender's frame `origin`."""
    found: Curves = {}
    curves = curves_of_strip(scene, strip)
    for prop in properties_of(strip.type) if curves else ():
        keys = [
            _key(point, curve.array_index, prop, strip, canvas, origin)
            for curve in curves_at(curves, prop.path)
            for point in curve.keyframe_points
        ]
        if keys:
            found[prop.name] = Curve(keys=tuple(keys))
    return found


def write_value(
    strip: bpy.types.Strip, scene: bpy.types.Scene, name: str, value: Value, canvas: Size, root: Path, origin: int
) -> str:
    """Give the strip's property `name` the value, or animate it. Returns why it can't be done, else "".

    The keys of a curve are counted from Blender's frame `origin`. The strip must be in its position, since Blender moves a
    strip's keyframes along with it. `root` is the episode's folder: fonts are only loaded from there.
    """
    prop = BY_NAME[name]
    if strip.type not in prop.types or not prop.path:
        return f"a {strip.type.lower()} strip has no {prop.label}"
    if isinstance(value, Curve):
        return _animate(strip, scene, prop, value, canvas, origin)
    remove_curve(scene, strip, prop.path)
    if prop.name == "font":
        return _set_font(strip, str(value), root)
    try:
        _set(strip, prop, _in_blender(value, prop, strip, canvas))
    except (TypeError, ValueError, AttributeError) as error:
        return f"Blender does not take {value!r} as {prop.label} ({error})"
    return ""


def _animate(
    strip: bpy.types.Strip, scene: bpy.types.Scene, prop: Property, curve: Curve, canvas: Size, origin: int
) -> str:
    scale, shift = _linear(prop, strip, canvas)
    remove_curve(scene, strip, prop.path)
    for index in sorted({key.index for key in curve.keys}):
        keys = [key for key in curve.keys if key.index == index]
        points = [
            (origin + key.frame, key.value * scale + shift, key.interpolation, key.easing,
             (key.left[0], key.left[1] * scale), (key.right[0], key.right[1] * scale))
            for key in keys
        ]  # fmt: skip
        if fault := replace_curve(scene, strip, prop.path, index, points):
            return fault
    return ""


def _key(
    point: bpy.types.Keyframe, index: int, prop: Property, strip: bpy.types.Strip, canvas: Size, origin: int
) -> CurveKey:
    scale, shift = _linear(prop, strip, canvas)
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


def _linear(prop: Property, strip: bpy.types.Strip, canvas: Size) -> tuple[float, float]:
    """Return `scale` and `shift` of Blender's value = the film's × scale + shift."""
    width, height = canvas
    mirrored = -1 if prop.unit is Unit.ACROSS and getattr(strip, "use_flip_x", False) else 1
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


def _in_film(value: Any, prop: Property, strip: bpy.types.Strip, canvas: Size) -> Plain:
    """Return a value of Blender's in the film's terms."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        scale, shift = _linear(prop, strip, canvas)
        return round((value - shift) / scale, _DIGITS) if prop.unit is not Unit.NONE else _rounded(value)
    return tuple(_rounded(part) for part in value)


def _rounded(value: int | float) -> int | float:
    return value if isinstance(value, int) else round(value, _DIGITS)


def _in_blender(value: Plain, prop: Property, strip: bpy.types.Strip, canvas: Size) -> Any:
    if isinstance(value, bool | str | tuple):
        return value
    if prop.unit is Unit.NONE:
        return value
    scale, shift = _linear(prop, strip, canvas)
    blenders = value * scale + shift
    return max(1, round(blenders)) if prop.name in ("width", "height") else blenders


def _get(strip: bpy.types.Strip, prop: Property) -> Any:
    if prop.name == "font":
        return font_name(strip.font)
    owner, name = _owner(strip, prop.path)
    return owner[int(name)] if name.isdecimal() else getattr(owner, name)


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
