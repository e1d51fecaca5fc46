"""What a strip shows: its picture, where it lies, how it fades; and reading that back."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bpy

from ...pipeline.geometry import Camera, Size
from ...pipeline.timeline.model import ColourStrip, MovieStrip, SoundStrip, Strip, TextStrip
from .animation import Ease, Point, clear_curve, write_curve
from .make import file_path, picture_size
from .place import place_now
from .placement import Placement, blender_frame, centred, corner, mirrored, placed, seen
from .text import colour, set_text

Curves = dict[str, tuple[Sequence[Point], Ease]]
"""Keys and their easing, by property of the strip."""

_SIZE = "lectern_size"


def show(made: bpy.types.Strip, strip: Strip, scene: bpy.types.Scene, root: Path, canvas: Size) -> Curves:
    """Makes Blender's strip show what the timeline's does; returns its animation, to be written once it is in place."""
    curves: Curves = {}
    match strip:
        case MovieStrip():
            curves = _show_movie(made, strip, scene, root, canvas)
        case SoundStrip():
            _show_sound(made, strip, root)
        case TextStrip():
            set_text(made, strip, canvas)
            _set_transform(made, Placement(0.0, 0.0, 1.0))
        case ColourStrip():
            _show_colour(made, strip, canvas)
    return curves | _opacity_curve(strip)


def write_curves(made: bpy.types.Strip, scene: bpy.types.Scene, curves: Curves) -> None:
    """Animates the strip. Blender moves a strip's keys along with it, hence only where it stays."""
    for path, (points, ease) in curves.items():
        write_curve(scene, made, path, points, ease)


def clear_curves(made: bpy.types.Strip, scene: bpy.types.Scene, paths: Sequence[str]) -> None:
    """Removes the animation that Lectern wrote."""
    for path in paths:
        clear_curve(scene, made, path)
    if "blend_alpha" in paths:
        made.blend_alpha = 1.0


def _opacity_curve(strip: Strip) -> Curves:
    """The strip's opacity; a translucent colour fades to its own."""
    whole = colour(strip.colour)[3] if isinstance(strip, ColourStrip) else 1.0
    points = [(blender_frame(key.frame), key.value * whole) for key in getattr(strip, "opacity", ())]
    return {"blend_alpha": (points, "LINEAR")} if points else {}


def _show_movie(
    made: bpy.types.MovieStrip, strip: MovieStrip, scene: bpy.types.Scene, root: Path, canvas: Size
) -> Curves:
    path = file_path(root, strip.source)
    own = _own_size(made, path, scene)
    made.filepath = path
    made.use_flip_x = strip.mirrored
    base = placed(strip, own, canvas)
    made.transform.filter = "BILINEAR" if strip.camera or base.scale != 1.0 else "NEAREST"
    _set_transform(made, base._replace(x=_flip(strip, base.x, own, canvas)))
    curves = _camera_curves(strip, base, canvas) if strip.camera else _position_curves(strip, own, canvas)
    if points := curves.get("transform.offset_x"):
        curves["transform.offset_x"] = [(frame, _flip(strip, x, own, canvas)) for frame, x in points[0]], points[1]
    return curves


def _own_size(made: bpy.types.MovieStrip, path: str, scene: bpy.types.Scene) -> Size:
    """The file's pixels. A strip's own elements keep the first file's size when it gets another; the strip notes it."""
    if made.filepath != path:
        made[_SIZE] = picture_size(scene, path)
    elif _SIZE not in made:
        made[_SIZE] = made.elements[0].orig_width, made.elements[0].orig_height
    return tuple(made[_SIZE])


def _flip(strip: MovieStrip, x: float, own: Size, canvas: Size) -> float:
    return mirrored(x, own, canvas) if strip.mirrored else x


def _camera_curves(strip: MovieStrip, base: Placement, canvas: Size) -> Curves:
    cameras = [(key.frame, Camera(scale=key.scale, x=key.x, y=key.y)) for key in strip.camera]
    views = [(blender_frame(frame), seen(camera, base, canvas)) for frame, camera in cameras]
    return {
        "transform.offset_x": ([(frame, view.x) for frame, view in views], "SINE"),
        "transform.offset_y": ([(frame, view.y) for frame, view in views], "SINE"),
        "transform.scale_x": ([(frame, view.scale) for frame, view in views], "SINE"),
        "transform.scale_y": ([(frame, view.scale) for frame, view in views], "SINE"),
    }


def _position_curves(strip: MovieStrip, own: Size, canvas: Size) -> Curves:
    across = [(blender_frame(key.frame), centred(key.value, 0.5, own, canvas)[0]) for key in strip.position_x]
    down = [(blender_frame(key.frame), centred(0.5, key.value, own, canvas)[1]) for key in strip.position_y]
    curves: Curves = {"transform.offset_x": (across, "LINEAR"), "transform.offset_y": (down, "LINEAR")}
    return {path: curve for path, curve in curves.items() if curve[0]}


def _show_sound(made: bpy.types.SoundStrip, strip: SoundStrip, root: Path) -> None:
    path = file_path(root, strip.source)
    if made.sound.filepath != path:
        made.sound = bpy.data.sounds.load(bpy.path.abspath(path), check_existing=True)
        made.sound.filepath = path
    made.volume = strip.volume


def _show_colour(made: bpy.types.ColorStrip, strip: ColourStrip, canvas: Size) -> None:
    left, top, right, bottom = strip.box.pixels(canvas)
    red, green, blue, alpha = colour(strip.colour)
    made.color = red, green, blue
    made.blend_alpha = alpha
    made.width, made.height = size = max(1, right - left), max(1, bottom - top)
    _set_transform(made, Placement(*corner(left, top, size, canvas), 1.0))


def _set_transform(made: bpy.types.Strip, at: Placement) -> None:
    made.transform.offset_x, made.transform.offset_y = at.x, at.y
    made.transform.scale_x = made.transform.scale_y = at.scale


def now(made: bpy.types.Strip) -> dict[str, Any]:
    """What a person can change by hand, as Blender holds it."""
    place = place_now(made)
    state: dict[str, Any] = {"start": place.start, "end": place.end, "content": place.content}
    if made.type == "SOUND":
        return state | {"volume": made.volume}
    if made.type != "CROSS":
        transform = made.transform
        right = -transform.offset_x if made.use_flip_x else transform.offset_x
        state |= {"x": right, "y": transform.offset_y, "scale": transform.scale_x}
    if made.type == "TEXT":
        state |= {"text": made.text, "size": made.font_size, "left": made.location[0], "bottom": made.location[1]}
    return state
