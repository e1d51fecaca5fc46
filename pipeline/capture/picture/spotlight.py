"""A spotlight: everything but what a step is about is darkened, with a soft rounded hole that follows the camera."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ...geometry import Box, Size
from ...jobs.recipe import Bench, Recipe
from ...layout.theme import Theme
from ...model import Frozen
from .backdrop import rgb
from .clip import write_clip
from .course import Course, boxes

DARKNESS = 0.62
"""How much of the light is taken away outside."""
AROUND = 14
"""Pixels (at 1080 lines) that stay lit around the target."""
SOFT = 6
"""One sigma of the hole's edge in px."""
RADIUS = 18


class SpotlightRequest(Frozen):
    """Where the light falls through the frames of the clip; `colour` is the darkness's."""

    course: Course
    colour: str
    frame: Size
    fps: int


class SpotlightTake(Frozen):
    """A transparent clip of the whole frame; its last frame is to be held."""

    video: str
    frames: int


def spotlight_request(course: Course, theme: Theme, frame: Size, fps: int) -> SpotlightRequest:
    """A spotlight in the darkness of the theme's window."""
    return SpotlightRequest(course=course, colour=theme.window, frame=frame, fps=fps)


def make_spotlight(request: SpotlightRequest, folder: Path, bench: Bench) -> SpotlightTake:
    """Writes the clip; one frame where nothing moves."""
    frames = write_clip(folder / "spotlight.mov", _pictures(request), request.frame, request.fps)
    return SpotlightTake(video="spotlight.mov", frames=frames)


SPOTLIGHT = Recipe(kind="spotlight", version=1, request=SpotlightRequest, result=SpotlightTake, make=make_spotlight)


def _pictures(request: SpotlightRequest) -> Iterator[np.ndarray]:
    shown: Box | None = None
    picture = np.zeros(0)
    for box in boxes(request.course, request.course[-1].frame + 1):
        if box != shown:
            shown, picture = box, darkened(request, box)
        yield picture


def darkened(request: SpotlightRequest, box: Box) -> np.ndarray:
    """One frame of it: uint8 RGBA, straight alpha."""
    width, height = request.frame
    scale = height / 1080
    around, edges = AROUND * scale, box.pixels(request.frame)
    hole = Image.new("L", request.frame, 0)
    lit = (edges[0] - around, edges[1] - around, edges[2] + around, edges[3] + around)
    ImageDraw.Draw(hole).rounded_rectangle(lit, RADIUS * scale, fill=255)
    light = np.asarray(hole.filter(ImageFilter.GaussianBlur(SOFT * scale)), dtype=np.float32) / 255
    picture = np.empty((height, width, 4), np.uint8)
    picture[..., :3] = np.array(rgb(request.colour)) // 2
    picture[..., 3] = np.round(255 * DARKNESS * (1 - light))
    return picture
