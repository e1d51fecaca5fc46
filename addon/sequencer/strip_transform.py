"""Convert between the film's frames and positions and Blender's. Pure: no bpy.

Blender's frame is the film's frame + 1. Blender's offsets are pixels of the full canvas from its centre, y up.
"""

from typing import NamedTuple

from ...pipeline.base.geometry import Camera, Size
from ...pipeline.timeline.model import MovieStrip

FIRST = 1
"""Blender's number of the film's frame 0."""


def blender_frame(frame: int) -> int:
    """Return Blender's number of a film frame."""
    return frame + FIRST


def film_frame(frame: float) -> int:
    """Return the film frame of one of Blender's frames."""
    return round(frame) - FIRST


class StripTransform(NamedTuple):
    """A strip's transform: the offset of its centre in pixels (y up) and its scale."""

    x: float
    y: float
    scale: float


def corner(left: int, top: int, own: Size, canvas: Size) -> tuple[int, int]:
    """Return the offset that puts the top left corner of an unscaled strip of `own` pixels at the pixel (left, top).

    Blender 5.2 centres a picture on whole pixels, rounded to the left and down, before it adds the offset.
    """
    below = canvas[1] - top - own[1]
    return left - (canvas[0] - own[0]) // 2, below - (canvas[1] - own[1]) // 2


def movie_transform(strip: MovieStrip, own: Size, canvas: Size) -> StripTransform:
    """Return the transform of a movie strip whose file is `own` pixels large.

    It is scaled only if the size of its box differs from the file's by more than a pixel, which only edits do.
    """
    if strip.box is None:
        return StripTransform(0, 0, 1.0)
    left, top, right, bottom = strip.box.pixels(canvas)
    if abs(right - left - own[0]) <= 1 and abs(bottom - top - own[1]) <= 1:
        return StripTransform(*corner(left, top, own, canvas), 1.0)
    return StripTransform((left + right - canvas[0]) / 2, (canvas[1] - top - bottom) / 2, (right - left) / own[0])


def centred(x: float, y: float, own: Size, canvas: Size) -> tuple[int, int]:
    """Return the whole-pixel offset at which a strip's centre is nearest to (x, y), given in fractions of the frame."""
    return corner(round(x * canvas[0] - own[0] / 2), round(y * canvas[1] - own[1] / 2), own, canvas)


def mirrored(x: float, own: Size, canvas: Size) -> float:
    """Return the horizontal offset for a flipped strip: Blender flips its position as well as its picture."""
    return (canvas[0] - own[0]) % 2 - x


def through_camera(camera: Camera, base: StripTransform, canvas: Size) -> StripTransform:
    """Return the transform `base` as seen by a camera on the whole canvas."""
    shift_x = (0.5 - camera.x) * camera.scale * canvas[0]
    shift_y = (camera.y - 0.5) * camera.scale * canvas[1]
    return StripTransform(base.x * camera.scale + shift_x, base.y * camera.scale + shift_y, base.scale * camera.scale)
