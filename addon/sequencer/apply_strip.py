"""Make a strip in Blender look like the timeline's: file, place, size, opacity. And read those values back."""

import math
from collections.abc import Sequence
from pathlib import Path

import bpy

from ...pipeline.base.geometry import Camera, Size
from ...pipeline.timeline.model import ColourStrip, MovieStrip, SoundStrip, Strip, TextStrip, WipeStrip
from .animation import Animation, CurvePoint, Ease
from .create_strip import file_path, picture_size
from .strip_transform import StripTransform, blender_frame, centred, corner, mirrored, movie_transform, through_camera
from .text import colour, set_text

Curves = dict[str, tuple[Sequence[CurvePoint], Ease]]
"""Keyframes and their easing, by property of the strip."""

WIPE_ANGLE, WIPE_BLUR = -90, 0.04
"""Degrees by which a wipe's edge is turned, so that it goes from the right to the left, and how soft it is."""

_SIZE = "lectern_size"
"""Custom property of a movie strip: the pixel size of its file."""


def apply_strip(vse_strip: bpy.types.Strip, strip: Strip, scene: bpy.types.Scene, root: Path, canvas: Size) -> Curves:
    """Make Blender's strip `vse_strip` show what `strip` says.

    `root` is the episode's folder, `canvas` the film's size in pixels. Returns the strip's animation, to be written once
    the strip is in its position.
    """
    curves: Curves = {}
    match strip:
        case MovieStrip():
            curves = _show_movie(vse_strip, strip, scene, root, canvas)
        case SoundStrip():
            curves = _show_sound(vse_strip, strip, root)
        case TextStrip():
            set_text(vse_strip, strip, canvas)
            _set_transform(vse_strip, StripTransform(0.0, 0.0, 1.0))
        case ColourStrip():
            _show_colour(vse_strip, strip, canvas)
        case WipeStrip():
            vse_strip.transition_type, vse_strip.direction = "SINGLE", "IN"
            vse_strip.angle, vse_strip.blur_width = math.radians(WIPE_ANGLE), WIPE_BLUR
    return curves | _opacity_curve(strip)


def write_curves(vse_strip: bpy.types.Strip, animation: Animation, curves: Curves) -> None:
    """Animate the strip. It must be in its final position, since Blender moves a strip's keyframes along with it."""
    for path, (points, ease) in curves.items():
        animation.write(vse_strip, path, points, ease)


def _opacity_curve(strip: Strip) -> Curves:
    """Return the curve of the strip's opacity. It is multiplied by the alpha of a translucent colour."""
    alpha = colour(strip.colour)[3] if isinstance(strip, ColourStrip) else 1.0
    points = [(blender_frame(key.frame), key.value * alpha) for key in getattr(strip, "opacity", ())]
    return {"blend_alpha": (points, "LINEAR")} if points else {}


def _show_movie(
    vse_strip: bpy.types.MovieStrip, strip: MovieStrip, scene: bpy.types.Scene, root: Path, canvas: Size
) -> Curves:
    path = file_path(root, strip.source)
    size = _file_size(vse_strip, path, scene)
    if vse_strip.filepath != path:  # writing it makes Blender open the file again
        vse_strip.filepath = path
    vse_strip.use_flip_x = strip.mirrored
    base = movie_transform(strip, size, canvas)
    vse_strip.transform.filter = "BILINEAR" if strip.camera or base.scale != 1.0 else "NEAREST"
    _set_transform(vse_strip, base._replace(x=_flip(strip, base.x, size, canvas)))
    curves = _camera_curves(strip, base, canvas) if strip.camera else _position_curves(strip, size, canvas)
    if points := curves.get("transform.offset_x"):
        curves["transform.offset_x"] = [(frame, _flip(strip, x, size, canvas)) for frame, x in points[0]], points[1]
    return curves


def _file_size(vse_strip: bpy.types.MovieStrip, path: str, scene: bpy.types.Scene) -> Size:
    """Return the pixel size of the file, which is kept on the strip.

    Blender's own `elements` keep the size of the first file when the strip gets another one.
    """
    if vse_strip.filepath != path:
        vse_strip[_SIZE] = picture_size(scene, path)
    elif _SIZE not in vse_strip:
        vse_strip[_SIZE] = vse_strip.elements[0].orig_width, vse_strip.elements[0].orig_height
    width, height = vse_strip[_SIZE]
    return width, height


def _flip(strip: MovieStrip, x: float, size: Size, canvas: Size) -> float:
    return mirrored(x, size, canvas) if strip.mirrored else x


def _camera_curves(strip: MovieStrip, base: StripTransform, canvas: Size) -> Curves:
    cameras = [(key.frame, Camera(scale=key.scale, x=key.x, y=key.y)) for key in strip.camera]
    views = [(blender_frame(frame), through_camera(camera, base, canvas)) for frame, camera in cameras]
    return {
        "transform.offset_x": ([(frame, view.x) for frame, view in views], "SINE"),
        "transform.offset_y": ([(frame, view.y) for frame, view in views], "SINE"),
        "transform.scale_x": ([(frame, view.scale) for frame, view in views], "SINE"),
        "transform.scale_y": ([(frame, view.scale) for frame, view in views], "SINE"),
    }


def _position_curves(strip: MovieStrip, size: Size, canvas: Size) -> Curves:
    across = [(blender_frame(key.frame), centred(key.value, 0.5, size, canvas)[0]) for key in strip.position_x]
    down = [(blender_frame(key.frame), centred(0.5, key.value, size, canvas)[1]) for key in strip.position_y]
    curves: Curves = {"transform.offset_x": (across, "LINEAR"), "transform.offset_y": (down, "LINEAR")}
    return {path: curve for path, curve in curves.items() if curve[0]}


def _show_sound(vse_strip: bpy.types.SoundStrip, strip: SoundStrip, root: Path) -> Curves:
    path = file_path(root, strip.source)
    if vse_strip.sound.filepath != path:
        vse_strip.sound = bpy.data.sounds.load(bpy.path.abspath(path), check_existing=True)
        vse_strip.sound.filepath = path
    vse_strip.volume = strip.volume
    points = [(blender_frame(key.frame), key.value * strip.volume) for key in strip.level]
    return {"volume": (points, "LINEAR")} if points else {}


def _show_colour(vse_strip: bpy.types.ColorStrip, strip: ColourStrip, canvas: Size) -> None:
    left, top, right, bottom = strip.box.pixels(canvas)
    red, green, blue, alpha = colour(strip.colour)
    vse_strip.color = red, green, blue
    vse_strip.blend_alpha = alpha
    vse_strip.width, vse_strip.height = size = max(1, right - left), max(1, bottom - top)
    _set_transform(vse_strip, StripTransform(*corner(left, top, size, canvas), 1.0))


def _set_transform(vse_strip: bpy.types.Strip, transform: StripTransform) -> None:
    vse_strip.transform.offset_x, vse_strip.transform.offset_y = transform.x, transform.y
    vse_strip.transform.scale_x = vse_strip.transform.scale_y = transform.scale
