"""A highlight: an outline around what a step points at, drawn on by an unseen pen; it follows the camera."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ...geometry import Box, Size
from ...jobs.recipe import Bench, Recipe
from ...layout.theme import Theme
from ...model import Frozen
from .clip import write_clip
from .course import Course, boxes, canvas_around
from .drawing import drawn

DRAWN = 14
"""Frames (at 30 a second) in which the pen goes around."""
AROUND = 10
"""Pixels (at 1080 lines) between the target and the line."""
THICK = 4.5
RADIUS = 12
MARGIN = 24
"""What the clip has around the target: line, distance and glow."""


class OutlineRequest(Frozen):
    """Where the target lies through the frames of the clip."""

    course: Course
    colour: str
    frame: Size
    fps: int


class OutlineTake(Frozen):
    """A transparent clip that lies in `box` of the frame; its last frame is to be held."""

    video: str
    frames: int


def outline_request(course: Course, theme: Theme, frame: Size, fps: int) -> OutlineRequest:
    """An outline in the theme's accent."""
    return OutlineRequest(course=course, colour=theme.accent, frame=frame, fps=fps)


def outline_canvas(course: Course, frame: Size) -> tuple[int, int, int, int]:
    """Left, top, right, bottom (px of the frame) of the outline's clip."""
    return canvas_around([stand.box for stand in course], round(MARGIN * frame[1] / 1080), frame)


def make_outline(request: OutlineRequest, folder: Path, bench: Bench) -> OutlineTake:
    """Writes the clip."""
    left, top, right, bottom = outline_canvas(request.course, request.frame)
    frames = write_clip(folder / "outline.mov", _pictures(request), (right - left, bottom - top), request.fps)
    return OutlineTake(video="outline.mov", frames=frames)


OUTLINE = Recipe(kind="outline", version=1, request=OutlineRequest, result=OutlineTake, make=make_outline)


def _pictures(request: OutlineRequest) -> Iterator[np.ndarray]:
    pen = round(DRAWN * request.fps / 30)
    frames = max(pen, request.course[-1].frame + 1)
    shown: tuple[Box, float] | None = None
    picture = np.zeros(0)
    for number, box in enumerate(boxes(request.course, frames)):
        done = min(1.0, (number + 1) / pen)
        if (box, done) != shown:
            shown, picture = (box, done), drawn(_outline(request, box, done))
        yield picture


def _outline(request: OutlineRequest, box: Box, done: float) -> str:
    """The pen starts at the top left, quickly, and comes to rest there again; then a breath of colour fills it."""
    left, top, right, bottom = outline_canvas(request.course, request.frame)
    scale = request.frame[1] / 1080
    x, y, to_x, to_y = box.pixels(request.frame)
    around = AROUND * scale
    eased = 1 - (1 - done) ** 2.2
    shape = (
        f'<rect id="r" x="{x - left - around:.1f}" y="{y - top - around:.1f}" width="{to_x - x + 2 * around:.1f}" '
        f'height="{to_y - y + 2 * around:.1f}" rx="{RADIUS * scale:.1f}"/>'
    )
    length = 2 * (to_x - x + to_y - y + 4 * around)
    dash = f'stroke-dasharray="{length * eased:.1f} {2 * length:.1f}"' if done < 1 else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{right - left}" height="{bottom - top}"><defs>{shape}'
        f'<filter id="b" x="-20%" y="-40%" width="140%" height="180%"><feGaussianBlur stdDeviation="{3.2 * scale:.1f}"/>'
        f'</filter></defs><use href="#r" fill="{request.colour}" fill-opacity="{0.08 * eased:.3f}"/>'
        f'<use href="#r" fill="none" stroke="#000" stroke-opacity="0.45" stroke-width="{(THICK + 4) * scale:.1f}" '
        f'{dash} filter="url(#b)"/><use href="#r" fill="none" stroke="{request.colour}" '
        f'stroke-width="{THICK * scale:.1f}" stroke-linecap="round" {dash}/></svg>'
    )
