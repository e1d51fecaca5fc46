"""A spotlight: everything but what a step is about is darkened, with a soft rounded hole that follows the camera."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..base.arrays import RgbaImage
from ..base.box_track import BoxTrack, track_boxes
from ..base.colour import rgb_of
from ..base.geometry import Box, Size
from ..base.theme import Theme
from ..base.video import write_clip
from ..jobs.recipe import JobContext, Recipe
from .drawn_clip import DrawnClip, EmphasisRequest, clearance, draw_changes

DARKNESS = 0.62
"""The share of the light that is taken away outside."""
CLEARANCE = 14
"""Pixels (at 1080 lines) that stay lit around the target."""
BLUR_RADIUS = 6
"""One sigma of the hole's edge in px."""
RADIUS = 18
"""Radius of the hole's corners in px (at 1080 lines)."""


def spotlight_request(track: BoxTrack, theme: Theme, frame: Size, fps: int) -> EmphasisRequest:
    """Return the request for a spotlight that follows `track`, in the theme's shade."""
    return EmphasisRequest(track=track, colour=theme.shade, frame=frame, fps=fps)


def make_spotlight(request: EmphasisRequest, folder: Path, context: JobContext) -> DrawnClip:
    """Write a transparent clip of the whole frame; one frame where nothing moves."""
    frames = write_clip(folder / "spotlight.mov", _pictures(request), request.frame, request.fps)
    return DrawnClip(video="spotlight.mov", frames=frames)


SPOTLIGHT: Recipe[EmphasisRequest, DrawnClip] = Recipe(
    kind="spotlight", version=2, request=EmphasisRequest, result=DrawnClip, make=make_spotlight
)


def _pictures(request: EmphasisRequest) -> Iterator[RgbaImage]:
    boxes = track_boxes(request.track, request.track[-1].frame + 1)
    return draw_changes(boxes, lambda box: draw_spotlight(request, box))


def draw_spotlight(request: EmphasisRequest, box: Box) -> RgbaImage:
    """Draw one frame with the light on `box`."""
    width, height = request.frame
    scale = height / 1080
    edges = box.pixels(request.frame)
    around = clearance(CLEARANCE * scale, edges)
    hole = Image.new("L", request.frame, 0)
    lit = (edges[0] - around, edges[1] - around, edges[2] + around, edges[3] + around)
    ImageDraw.Draw(hole).rounded_rectangle(lit, RADIUS * scale, fill=255)
    light = np.asarray(hole.filter(ImageFilter.GaussianBlur(BLUR_RADIUS * scale)), dtype=np.float32) / 255
    picture = np.empty((height, width, 4), np.uint8)
    picture[..., :3] = np.array(rgb_of(request.colour)) // 2
    picture[..., 3] = np.round(255 * DARKNESS * (1 - light))
    return picture
