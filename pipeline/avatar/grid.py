"""Converts canvas units to whole pixels, and draws a box of the canvas."""

import io
from collections.abc import Iterable
from math import ceil, floor

import resvg_py
from PIL import Image

from .artwork import SVG, Artwork

type PixelBox = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

type Extent = tuple[float, float, float, float]
"""Left, top, right, bottom in canvas units."""

COARSE = 0.5
"""Pixels a unit at which extents are measured."""

MARGIN = 3.0
"""Units around a measured extent."""


def rasterize_svg(artwork: Artwork, svg: str, box: PixelBox, scale: float) -> Image.Image:
    """Draw what `box` shows of `svg` on a canvas with `scale` px a unit; return it with straight alpha."""
    left, top, right, bottom = box
    w, h = right - left, bottom - top
    view = f"{left / scale} {top / scale} {w / scale} {h / scale}"
    head = f'<svg xmlns="{SVG}" viewBox="{view}" width="{w}" height="{h}">'
    png = resvg_py.svg_to_bytes(svg_string=f"{head}{artwork.style}{svg}</svg>", skip_system_fonts=True)
    return Image.open(io.BytesIO(bytes(png))).convert("RGBA")


def extent(artwork: Artwork, svg: str) -> Extent:
    """Return what `svg` covers of the canvas, with a small margin."""
    size = int(artwork.canvas * COARSE)
    left, top, right, bottom = rasterize_svg(artwork, svg, (0, 0, size, size), COARSE).getbbox() or (0, 0, 1, 1)
    return grow_box((left / COARSE, top / COARSE, right / COARSE, bottom / COARSE), MARGIN, artwork.canvas)


def grow_box(part: Extent, margin: float, canvas: int) -> Extent:
    """Return `part` grown by `margin` on every side, within a canvas so many units wide and high."""
    left, top, right, bottom = part
    return max(0, left - margin), max(0, top - margin), min(canvas, right + margin), min(canvas, bottom + margin)


def on_grid(part: Extent, scale: float) -> PixelBox:
    """Return the whole pixels that contain `part`, at `scale` px a unit."""
    left, top, right, bottom = part
    return floor(left * scale), floor(top * scale), ceil(right * scale), ceil(bottom * scale)


def moved_box(box: PixelBox, x: int, y: int) -> PixelBox:
    """Return `box` shifted by whole pixels."""
    return box[0] + x, box[1] + y, box[2] + x, box[3] + y


def union(boxes: Iterable[PixelBox]) -> PixelBox:
    """Return the smallest box that contains all of `boxes`."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
