"""The pointer and the ripple of a click: small transparent clips that lie over the footage as strips of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from ..jobs.recipe import Bench, Recipe
from ..model import Frozen
from .clips import write_clip
from .footage import ClipTake

VIDEO = "sprite.mov"
FINE = 6
POINTER = 56
"""Side in px of the pointer's picture."""
HOT = (8.0, 6.0)
"""The pixel of it that points."""
ARROW = ((8, 6), (8, 43), (17, 34.5), (23.5, 49), (30, 46), (23.8, 32), (36, 32))
RIPPLE = 120
RIPPLE_SECONDS = 0.4


class SpriteRequest(Frozen):
    """A sprite in `colour` (sRGB hex)."""

    shape: Literal["pointer", "ripple"]
    colour: str
    fps: int


def make_sprite(request: SpriteRequest, folder: Path, bench: Bench) -> ClipTake:
    """Draws the sprite."""
    pictures = [_arrow(request.colour)] if request.shape == "pointer" else list(_ripple(request.colour, request.fps))
    write_clip(folder / VIDEO, pictures, request.fps)
    return ClipTake(video=VIDEO, size=(pictures[0].shape[1], pictures[0].shape[0]), frames=len(pictures))


SPRITE = Recipe(kind="sprite", version=1, request=SpriteRequest, result=ClipTake, make=make_sprite)


def hot_spot(shape: Literal["pointer", "ripple"]) -> tuple[float, float]:
    """The pixel of a sprite that stands at the pointer's place."""
    return HOT if shape == "pointer" else (RIPPLE / 2, RIPPLE / 2)


def _arrow(colour: str) -> np.ndarray:
    points = [(x * FINE, y * FINE) for x, y in ARROW]
    shape = Image.new("L", (POINTER * FINE, POINTER * FINE))
    ImageDraw.Draw(shape).polygon(points, fill=255)
    rim = Image.new("L", shape.size)
    ImageDraw.Draw(rim).line([*points, points[0], points[1]], fill=255, width=5 * FINE, joint="curve")
    inner, outer = (np.asarray(s.resize((POINTER, POINTER), Image.Resampling.BOX), np.float32) / 255 for s in (shape, rim))
    alpha = np.maximum(inner, outer)
    white = np.full((POINTER, POINTER, 3), 255.0)
    rgb = white + (np.array(ImageColor.getrgb(colour)) - white) * outer[..., None]
    return np.dstack([np.rint(rgb), np.rint(alpha * 255)]).astype(np.uint8)


def _ripple(colour: str, fps: int) -> Iterator[np.ndarray]:
    """A ring that grows and fades."""
    frames = max(2, round(RIPPLE_SECONDS * fps))
    y, x = np.mgrid[0:RIPPLE, 0:RIPPLE] + 0.5 - RIPPLE / 2
    distance = np.hypot(x, y)
    rgb = np.broadcast_to(np.array(ImageColor.getrgb(colour), np.uint8), (RIPPLE, RIPPLE, 3))
    for n in range(frames):
        share = (n + 1) / frames
        radius = 8 + (RIPPLE / 2 - 12) * (1 - (1 - share) ** 2)
        ring = np.clip(4.5 - np.abs(distance - radius), 0, 1)
        yield np.dstack([rgb, np.rint(ring * 255 * (1 - share) ** 0.7).astype(np.uint8)])
