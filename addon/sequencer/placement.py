"""Where a strip lies: film values to Blender's and back. The one place that knows Blender's frames and pixels; no bpy.

Blender's frame is the film's frame + 1. Offsets are pixels of the full canvas from its centre, y up.
"""

from typing import NamedTuple

from ...pipeline.geometry import Camera, Size
from ...pipeline.timeline.model import MovieStrip

FIRST = 1
"""Blender's number of the film's frame 0."""


def blender_frame(frame: int) -> int:
    """Blender's number of a film frame."""
    return frame + FIRST


def film_frame(frame: float) -> int:
    """The film frame of Blender's number."""
    return round(frame) - FIRST


class Placement(NamedTuple):
    """A strip's transform: offset of its centre in pixels (y up) and scale."""

    x: float
    y: float
    scale: float


def corner(left: int, top: int, own: Size, canvas: Size) -> tuple[int, int]:
    """The offset at which an unscaled strip's left top corner lies on a pixel.

    Blender 5.2 centres a picture on whole pixels, rounding to the left and down, before it adds the offset.
    """
    below = canvas[1] - top - own[1]
    return left - (canvas[0] - own[0]) // 2, below - (canvas[1] - own[1]) // 2


def placed(strip: MovieStrip, own: Size, canvas: Size) -> Placement:
    """Where a movie strip of `own` pixels lies.

    It is scaled only where its box is another size than the file's by more than a pixel (an edit did that).
    """
    if strip.box is None:
        return Placement(0, 0, 1.0)
    left, top, right, bottom = strip.box.pixels(canvas)
    if abs(right - left - own[0]) <= 1 and abs(bottom - top - own[1]) <= 1:
        return Placement(*corner(left, top, own, canvas), 1.0)
    return Placement((left + right - canvas[0]) / 2, (canvas[1] - top - bottom) / 2, (right - left) / own[0])


def centred(x: float, y: float, own: Size, canvas: Size) -> tuple[int, int]:
    """The offset at which a strip's centre is nearest to the fraction (x, y) of the frame, on whole pixels."""
    return corner(round(x * canvas[0] - own[0] / 2), round(y * canvas[1] - own[1] / 2), own, canvas)


def mirrored(x: float, own: Size, canvas: Size) -> float:
    """The horizontal offset of a strip that is flipped: Blender flips the place as well as the picture."""
    return (canvas[0] - own[0]) % 2 - x


def seen(camera: Camera, base: Placement, canvas: Size) -> Placement:
    """A placement as a camera on the whole canvas sees it."""
    shift_x = (0.5 - camera.x) * camera.scale * canvas[0]
    shift_y = (camera.y - 0.5) * camera.scale * canvas[1]
    return Placement(base.x * camera.scale + shift_x, base.y * camera.scale + shift_y, base.scale * camera.scale)
