"""Where strips are in the frame now, whoever has moved them: as boxes in fractions of it."""

import math
from collections.abc import Iterable, Iterator, Mapping

import bpy

from ...pipeline.base.geometry import FULL, Box, Size, box_of_pixels, union
from ...pipeline.quality.occlusion import lies_over
from ...pipeline.quality.visibility import Cover
from ...pipeline.timeline.model import Strip, TextStrip, Timeline
from ..sequencer.animation import Animation, StripCurves, curves_at
from ..sequencer.owned import ID
from ..sequencer.strip_transform import blender_frame, film_frame
from ..sequencer.text import text_layout

STEP = 3
"""Frames from one look at a strip that moves to the next."""
WHOLE = 0.9
"""A strip that takes this share of the frame is a picture, or a card in its place: not something that lies over one."""
_PLACE = ("transform.offset_x", "transform.offset_y", "transform.scale_x", "transform.scale_y")
type Place = tuple[float, float, float, float]
"""A strip's offset across and up in px, and its scale across and down."""


def canvas_of(scene: bpy.types.Scene) -> Size:
    """Return the film's size in px."""
    return scene.render.resolution_x, scene.render.resolution_y


def known_strips(film: Timeline | None) -> dict[str, Strip]:
    """Return the strips of the last build's film by id."""
    return {strip.id: strip for strip in (*film.strips, *film.off)} if film else {}


def strip_box(strip: bpy.types.Strip, known: Strip | None, canvas: Size, place: Place | None = None) -> Box | None:
    """Return where a strip is: at `place`, else where it is now. `known` is what the last build made it.

    None for a strip that has no size of its own: a sound, or a text that Lectern has not laid out.
    """
    transform = strip.transform if hasattr(strip, "transform") else None
    if transform is None:
        return None
    x, y, wide, tall = place or (transform.offset_x, transform.offset_y, transform.scale_x, transform.scale_y)
    unmoved = _unmoved(strip, known, canvas)
    if unmoved is None:
        return None
    middle_x, middle_y, w, h = unmoved
    across, up = (-x if strip.use_flip_x else x), (-y if strip.use_flip_y else y)
    w, h = _turned(w * abs(wide), h * abs(tall), transform.rotation)
    left = canvas[0] / 2 + middle_x * wide + across - w / 2
    top = canvas[1] / 2 - (middle_y * tall + up) - h / 2
    return box_of_pixels(left, top, w, h, canvas)


def _unmoved(strip: bpy.types.Strip, known: Strip | None, canvas: Size) -> tuple[float, float, float, float] | None:
    """Return a strip's middle (px from the frame's, up) and size (px) before its transform."""
    match strip.type:
        case "MOVIE" | "IMAGE":
            element = strip.elements[0] if strip.elements else None
            size = (element.orig_width, element.orig_height) if element else (0, 0)
            crop = strip.crop
            w, h = size[0] - crop.min_x - crop.max_x, size[1] - crop.min_y - crop.max_y
            return ((crop.min_x - crop.max_x) / 2, (crop.min_y - crop.max_y) / 2, w, h) if w > 0 < h else None
        case "COLOR":
            return 0.0, 0.0, float(strip.width), float(strip.height)
        case "TEXT" if isinstance(known, TextStrip):
            laid, box = text_layout(known, canvas), known.box
            larger = strip.font_size / known.size if known.size else 1.0
            w, h = box.w * canvas[0] * larger, box.h * canvas[1] * larger
            moved = (strip.location[0] - laid.x) * canvas[0], (strip.location[1] - laid.y) * canvas[1]
            side = {"left": (larger - 1) / 2, "center": 0.0, "right": (1 - larger) / 2}[known.align]
            return (
                (box.centre[0] - 0.5 + side * box.w) * canvas[0] + moved[0],
                (0.5 - box.y) * canvas[1] - h / 2 + moved[1],
                w,
                h,
            )
    return None


def _turned(w: float, h: float, angle: float) -> tuple[float, float]:
    """Return the size of the upright box around a rectangle that is turned."""
    cos, sin = abs(math.cos(angle)), abs(math.sin(angle))
    return w * cos + h * sin, w * sin + h * cos


def parts_of(scene: bpy.types.Scene, strip: bpy.types.Strip, known: Mapping[str, Strip]) -> list[bpy.types.Strip]:
    """Return the strips that are moved with `strip`: all parts of its overlay; a narrator's place, a picture, a clip alone."""
    own = known.get(str(strip.get(ID, "")).partition("#")[0])
    if own is None or not own.is_on("Cards", "Text"):
        return [strip]
    parts = [id for id, other in known.items() if (other.scene, other.owner) == (own.scene, own.owner)]
    mark = str(strip[ID]).partition("#")[2]
    wanted = {f"{id}#{mark}" if mark else id for id in parts}
    return [each for each in scene.sequence_editor.strips_all if each.get(ID) in wanted]


def common_box(strips: Iterable[bpy.types.Strip], known: Mapping[str, Strip], canvas: Size) -> Box | None:
    """Return the box around strips that lie over the picture, or None if none of them has one; what fills the frame doesn't count."""
    boxes = [strip_box(strip, known.get(str(strip.get(ID, "")).partition("#")[0]), canvas) for strip in strips]
    found = [box for box in boxes if box]
    smaller = [box for box in found if box.w * box.h < WHOLE]
    return union(smaller or found) if found else None


def covers(scene: bpy.types.Scene, known: Mapping[str, Strip], start: int, end: int) -> Iterator[Cover]:
    """Yield what lies over the picture of a film's scene, from frame `start` to `end` of the film, in frames of that scene."""
    canvas, animation = canvas_of(scene), Animation(scene)
    for strip in scene.sequence_editor.strips_all if scene.sequence_editor else ():
        first, last = max(film_frame(strip.left_handle), start), min(film_frame(strip.right_handle), end)
        own = known.get(str(strip.get(ID, "")).partition("#")[0])
        if first >= last or strip.mute or (own and not lies_over(own)) or (not own and ID in strip):
            continue
        for box, since, until in _boxes(strip, own, canvas, animation.of(strip), first, last):
            if box.w * box.h < WHOLE:
                yield Cover(str(strip.get(ID, strip.name)), box, since - start, until - start)


def _boxes(
    strip: bpy.types.Strip, own: Strip | None, canvas: Size, curves: StripCurves, first: int, last: int
) -> Iterator[tuple[Box, int, int]]:
    """Yield where a strip is from a frame of the film until another; where it is animated, every few frames."""
    moving = [curve for path in _PLACE for curve in curves_at(curves, path)]
    if not moving:
        if box := strip_box(strip, own, canvas):
            yield box, first, last
        return
    for frame in range(first, last, STEP):
        if box := strip_box(strip, own, canvas, place_on(strip, curves, frame)):
            yield box, frame, min(frame + STEP, last)


def place_on(strip: bpy.types.Strip, curves: StripCurves, frame: int) -> Place:
    """Return where a strip with these curves is at a frame of the film."""
    transform = strip.transform
    now = (transform.offset_x, transform.offset_y, transform.scale_x, transform.scale_y)
    keyed = [next(iter(curves_at(curves, path)), None) for path in _PLACE]
    x, y, wide, tall = (
        curve.evaluate(blender_frame(frame)) if curve else value for curve, value in zip(keyed, now, strict=True)
    )
    return x, y, wide, tall


def is_full(box: Box) -> bool:
    """Return whether a box takes the whole frame, or more of it."""
    return (box.common(FULL) or box).is_near(FULL, 0.01)
