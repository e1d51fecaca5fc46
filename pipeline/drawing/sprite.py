"""The pointer, the fingertip on a phone and the ripple of a click: small transparent clips that the timeline moves about."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from ..base.arrays import RgbaImage
from ..base.frozen import Frozen
from ..base.svg import render_svg
from ..base.theme import Theme
from ..base.video import write_clip
from ..jobs.recipe import JobContext, Recipe
from .drawn_clip import DrawnClip

POINTER = 64
"""Width and height in px of the clips of the pointer, whose tip is at `HOTSPOT`, and of the fingertip."""
HOTSPOT = (16 / POINTER, 10 / POINTER)
"""Where the tip of the arrow is, as a fraction of the clip."""
RIPPLE = 144
"""Width and height in px of the ripple's clip; its middle is where the click was."""
RIPPLE_FRAMES = 14
"""Frames (at 30 a second) that the ripple lasts."""
_EDGE_COLOUR = "#0b1020"

SpriteName = Literal["pointer", "touch", "ripple"]


class SpriteRequest(Frozen):
    """Which sprite, its colour (sRGB hex), and frames per second."""

    sprite: SpriteName
    colour: str
    fps: int


class SpriteTake(DrawnClip):
    """A transparent clip, `size` px wide and high; `hotspot` is the point of it, as fractions, that marks the spot."""

    size: int
    hotspot: tuple[float, float]


def sprite_request(sprite: SpriteName, theme: Theme, fps: int) -> SpriteRequest:
    """Return the request for a sprite in the theme's colours."""
    return SpriteRequest(sprite=sprite, colour=theme.accent if sprite == "ripple" else theme.text, fps=fps)


def make_sprite(request: SpriteRequest, folder: Path, context: JobContext) -> SpriteTake:
    """Write the clip."""
    name, size = f"{request.sprite}.mov", RIPPLE if request.sprite == "ripple" else POINTER
    frames = write_clip(folder / name, sprite_frames(request), (size, size), request.fps)
    return SpriteTake(
        video=name, size=size, frames=frames, hotspot=HOTSPOT if request.sprite == "pointer" else (0.5, 0.5)
    )


SPRITE: Recipe[SpriteRequest, SpriteTake] = Recipe(
    kind="sprite", version=1, request=SpriteRequest, result=SpriteTake, make=make_sprite
)


def sprite_frames(request: SpriteRequest) -> Iterator[RgbaImage]:
    """Yield the frames of a sprite."""
    if request.sprite in _STILL_SPRITES:
        yield render_svg(_STILL_SPRITES[request.sprite](request.colour))
        return
    frames = round(RIPPLE_FRAMES * request.fps / 30)
    for index in range(frames):
        yield render_svg(_ripple(request.colour, (index + 1) / frames))


def _pointer(colour: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{POINTER}" height="{POINTER}"><defs>'
        '<filter id="s" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="2.2"/></filter>'
        f'<path id="a" d="M16 10 L16 47 L24.6 39.4 L30.4 52.6 L36.6 49.9 L30.9 37 L42.4 36.2 Z"/></defs>'
        '<use href="#a" transform="translate(1.5 3)" fill="#000" fill-opacity="0.55" filter="url(#s)"/>'
        f'<use href="#a" fill="{colour}" stroke="{_EDGE_COLOUR}" stroke-width="2.4" stroke-linejoin="round"/></svg>'
    )


def _touch(colour: str) -> str:
    """Return a fingertip: a soft shade that text shows through, with a rim that is seen on light and dark pages."""
    middle = POINTER / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{POINTER}" height="{POINTER}"><defs>'
        '<filter id="s" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="3.2"/></filter></defs>'
        f'<circle cx="{middle}" cy="{middle + 1}" r="21" fill="none" stroke="{_EDGE_COLOUR}" '
        'stroke-opacity="0.6" stroke-width="6" filter="url(#s)"/>'
        f'<circle cx="{middle}" cy="{middle}" r="20.5" fill="{_EDGE_COLOUR}" fill-opacity="0.3"/>'
        f'<circle cx="{middle}" cy="{middle}" r="20.5" fill="{colour}" fill-opacity="0.22" '
        f'stroke="{colour}" stroke-opacity="0.92" stroke-width="3"/></svg>'
    )


_STILL_SPRITES: Mapping[SpriteName, Callable[[str], str]] = {"pointer": _pointer, "touch": _touch}


def _ripple(colour: str, done: float) -> str:
    eased = 1 - (1 - done) ** 3
    radius, fade, middle = 10 + 54 * eased, (1 - done) ** 1.4, RIPPLE / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{RIPPLE}" height="{RIPPLE}">'
        f'<circle cx="{middle}" cy="{middle}" r="{radius:.2f}" fill="{colour}" fill-opacity="{0.30 * fade:.3f}" '
        f'stroke="{colour}" stroke-width="{5 - 3 * done:.2f}" stroke-opacity="{0.95 * fade:.3f}"/></svg>'
    )
