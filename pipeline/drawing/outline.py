"""A highlight: an outline around what a step points at, drawn on by an unseen pen; it follows the camera."""

from collections.abc import Iterator
from pathlib import Path

from ..base.arrays import RgbaImage
from ..base.box_track import BoxTrack, clip_bounds, track_boxes
from ..base.geometry import Box, Size
from ..base.svg import render_svg
from ..base.theme import Theme
from ..base.video import write_clip
from ..jobs.recipe import JobContext, Recipe
from .drawn_clip import DrawnClip, EmphasisRequest, clearance, draw_changes

DRAW_FRAMES = 14
"""Frames (at 30 a second) in which the pen goes around."""
CLEARANCE = 10
"""Pixels (at 1080 lines) between the target and the line."""
LINE_WIDTH = 4.5
"""Pixels (at 1080 lines)."""
RADIUS = 12
"""Radius of the line's corners in px (at 1080 lines)."""
MARGIN = 24
"""Pixels (at 1080 lines) of the clip around the target, for clearance, line and glow."""


def outline_request(track: BoxTrack, theme: Theme, frame: Size, fps: int) -> EmphasisRequest:
    """Return the request for an outline around what follows `track`, in the theme's accent."""
    return EmphasisRequest(track=track, colour=theme.accent, frame=frame, fps=fps)


def outline_clip_bounds(track: BoxTrack, frame: Size) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom (px of the frame) of the outline's clip."""
    return clip_bounds([key.box for key in track], round(MARGIN * frame[1] / 1080), frame)


def make_outline(request: EmphasisRequest, folder: Path, context: JobContext) -> DrawnClip:
    """Write a transparent clip that lies in `outline_clip_bounds`."""
    left, top, right, bottom = outline_clip_bounds(request.track, request.frame)
    frames = write_clip(folder / "outline.mov", _pictures(request), (right - left, bottom - top), request.fps)
    return DrawnClip(video="outline.mov", frames=frames)


OUTLINE: Recipe[EmphasisRequest, DrawnClip] = Recipe(
    kind="outline", version=2, request=EmphasisRequest, result=DrawnClip, make=make_outline
)


def _pictures(request: EmphasisRequest) -> Iterator[RgbaImage]:
    pen = round(DRAW_FRAMES * request.fps / 30)
    frames = max(pen, request.track[-1].frame + 1)
    shares = (min(1.0, (number + 1) / pen) for number in range(frames))
    states = zip(track_boxes(request.track, frames), shares, strict=True)
    return draw_changes(states, lambda state: render_svg(_outline(request, *state)))


def _outline(request: EmphasisRequest, box: Box, done: float) -> str:
    """Return the SVG of the outline around `box`, `done` (0..1) of it drawn.

    The pen starts at the top left, quickly, and comes to rest there again, while a hint of colour fills the inside.
    """
    left, top, right, bottom = outline_clip_bounds(request.track, request.frame)
    scale = request.frame[1] / 1080
    x, y, to_x, to_y = box.pixels(request.frame)
    around = clearance(CLEARANCE * scale, box.pixels(request.frame))
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
        f'<use href="#r" fill="none" stroke="#000" stroke-opacity="0.45" stroke-width="{(LINE_WIDTH + 4) * scale:.1f}" '
        f'{dash} filter="url(#b)"/><use href="#r" fill="none" stroke="{request.colour}" '
        f'stroke-width="{LINE_WIDTH * scale:.1f}" stroke-linecap="round" {dash}/></svg>'
    )
