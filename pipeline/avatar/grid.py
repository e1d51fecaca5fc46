"""Canvas units and whole pixels, and drawing a piece of the canvas."""

import io
from collections.abc import Iterable
from math import ceil, floor

import resvg_py
from PIL import Image

from .artwork import CANVAS, SVG, Artwork

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

Extent = tuple[float, float, float, float]
"""Left, top, right, bottom in canvas units."""

COARSE = 0.5
MARGIN = 3.0


def rastered(artwork: Artwork, svg: str, box: Box, scale: float) -> Image.Image:
    """Draws `svg` as seen through `box` of a canvas with `scale` px a unit; straight alpha."""
    left, top, right, bottom = box
    w, h = right - left, bottom - top
    view = f"{left / scale} {top / scale} {w / scale} {h / scale}"
    head = f'<svg xmlns="{SVG}" viewBox="{view}" width="{w}" height="{h}">'
    png = resvg_py.svg_to_bytes(svg_string=f"{head}{artwork.style}{svg}</svg>", skip_system_fonts=True)
    return Image.open(io.BytesIO(bytes(png))).convert("RGBA")


def extent(artwork: Artwork, svg: str) -> Extent:
    """What `svg` covers of the canvas, with a small margin."""
    size = int(CANVAS * COARSE)
    left, top, right, bottom = rastered(artwork, svg, (0, 0, size, size), COARSE).getbbox() or (0, 0, 1, 1)
    return grown((left / COARSE, top / COARSE, right / COARSE, bottom / COARSE), MARGIN)


def grown(part: Extent, margin: float) -> Extent:
    """`part` larger by `margin` on every side, within the canvas."""
    left, top, right, bottom = part
    return max(0, left - margin), max(0, top - margin), min(CANVAS, right + margin), min(CANVAS, bottom + margin)


def on_grid(part: Extent, scale: float) -> Box:
    """The whole pixels that hold `part` where `scale` px are a unit."""
    left, top, right, bottom = part
    return floor(left * scale), floor(top * scale), ceil(right * scale), ceil(bottom * scale)


def moved_box(box: Box, x: int, y: int) -> Box:
    """`box` shifted by whole pixels."""
    return box[0] + x, box[1] + y, box[2] + x, box[3] + y


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of `boxes`."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
