"""The ground of a theme, and what is drawn on it: rings, an aurora, a grid, embers, a disc, discs or hills."""

import math
import random
from collections.abc import Callable

import numpy as np
from PIL import Image

from ..base.arrays import RgbImage
from ..base.backdrop import GradientLight, alpha_over, lit_gradient
from ..base.geometry import Size
from ..base.svg import render_svg
from ..base.theme import Motif, MotifKind, Theme

HAIRLINE = 1.5
"""Width of a line in px at 1080 lines."""
BAND_LIGHTS = 9
"""A band of an aurora is so many lights beside one another, and one more."""
SEED = 7
"""Stars and embers are in the same places in every film."""


def motif_of(theme: Theme) -> Motif:
    """Return the motif of a theme; one without any has rings in its corner."""
    return theme.motif or Motif(kind="rings", colours=(theme.terminal["blue"], theme.accent), opacities=(0.13, 0.07))


def draw_ground(background: tuple[str, str], motif: Motif, frame: Size, scale: int = 1) -> RgbImage:
    """Draw the gradient of two colours with the lights of a motif and the motif itself (uint8 RGB), `scale` times as large.

    Enlarged, it is the same picture: a close-up shows the ground that was seen before.
    """
    ground = lit_gradient(background, motif_lights(motif), frame)
    picture = alpha_over(ground, render_svg(motif_drawing(motif, frame)))
    if scale == 1:
        return picture
    large = (frame[0] * scale, frame[1] * scale)
    return np.asarray(Image.fromarray(picture).resize(large, Image.Resampling.BICUBIC))


def motif_lights(motif: Motif) -> tuple[GradientLight, ...]:
    """Return the lights of a motif, which are part of its ground."""
    (one, other), (most, second) = motif.colours, motif.opacities
    match motif.kind:
        case "rings":
            return GradientLight(one, (0.30, 0.02), 0.95, most), GradientLight(other, (1.0, 1.04), 0.62, second)
        case "aurora":
            return *_band(one, 0.70, 0.09, most), *_band(other, 0.92, -0.07, second)
        case "grid":
            return (GradientLight(other, (1.0, 0.0), 0.75, second),)
        case "embers":
            return GradientLight(one, (0.0, 1.05), 0.95, most), GradientLight(other, (1.0, 0.0), 0.85, second)
        case _:
            return ()


def _band(colour: str, level: float, rise: float, strength: float) -> list[GradientLight]:
    """Return a soft band of light across the frame that first rises and then falls; fractions of the height."""
    across = [i / BAND_LIGHTS for i in range(BAND_LIGHTS + 1)]
    return [GradientLight(colour, (x, level - rise * math.sin(2 * math.pi * x)), 0.30, strength / 2) for x in across]


def motif_drawing(motif: Motif, frame: Size) -> str:
    """Return the drawing of a motif over a frame of so many px, as SVG with a transparent ground."""
    w, h = frame
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}">{_DRAWINGS[motif.kind](motif, w, h)}</svg>'
    )


def _rings(motif: Motif, w: int, h: int) -> str:
    radii = (0.22, 0.34, 0.47, 0.61, 0.76, 0.92)
    circles = [_circle(w, h, radius * h, f'stroke-opacity="{0.085 - 0.011 * i:.3f}"') for i, radius in enumerate(radii)]
    return f'<g fill="none" stroke="{motif.colours[0]}" stroke-width="{HAIRLINE}">{"".join(circles)}</g>'


def _stars(motif: Motif, w: int, h: int) -> str:
    """Return the stars above an aurora, whose bands are lights."""
    dice = random.Random(SEED)
    stars = (
        _circle(
            dice.uniform(0, w),
            dice.uniform(0, 0.6 * h),
            dice.uniform(0.7, 1.6) * h / 1080,
            f'fill-opacity="{dice.uniform(0.15, 0.5):.2f}"',
        )
        for _ in range(46)
    )
    return f'<g fill="#ffffff">{"".join(stars)}</g>'


def _grid(motif: Motif, w: int, h: int) -> str:
    """Return hairlines 96 px (at 1080 lines) apart."""
    step = 96 * h / 1080
    across = "".join(f"M0 {i * step:.1f}H{w}" for i in range(1, math.ceil(h / step)))
    down = "".join(f"M{i * step:.1f} 0V{h}" for i in range(1, math.ceil(w / step)))
    look = f'stroke="{motif.colours[0]}" stroke-opacity="{motif.opacities[0]}" stroke-width="1"'
    return f'<path d="{across}{down}" fill="none" {look}/>'


def _embers(motif: Motif, w: int, h: int) -> str:
    """Return glowing dust that rises from the lower left corner."""
    dice = random.Random(SEED)
    dust = []
    for _ in range(70):
        far, up = dice.random() ** 1.6, dice.random() ** 1.3
        radius = dice.uniform(0.8, 3.0) * h / 1080
        dust.append(
            _circle(
                far * 0.9 * w,
                (1 - 0.95 * up) * h,
                radius,
                f'fill-opacity="{dice.uniform(0.3, 0.95) * (1 - 0.6 * up):.2f}"',
            )
        )
    return f'<g fill="{motif.colours[0]}">{"".join(dust)}</g>'


def _disc(motif: Motif, w: int, h: int) -> str:
    """Return a large disc half out of the frame, and a hairline below."""
    line, disc = motif.colours
    return (
        _circle(0.88 * w, 0.10 * h, 0.46 * h, f'fill="{disc}" fill-opacity="{motif.opacities[1]}"')
        + f'<path d="M0 {0.925 * h:.1f}H{w}" stroke="{line}" stroke-opacity="{motif.opacities[0]}" stroke-width="{HAIRLINE}"/>'
    )


def _discs(motif: Motif, w: int, h: int) -> str:
    """Return three soft discs in two colours that overlap in the lower right corner."""
    (one, other), (most, second) = motif.colours, motif.opacities
    return (
        _circle(0.97 * w, 0.60 * h, 0.40 * h, f'fill="{one}" fill-opacity="{most}"')
        + _circle(0.76 * w, 1.02 * h, 0.34 * h, f'fill="{other}" fill-opacity="{second}"')
        + _circle(0.06 * w, -0.06 * h, 0.30 * h, f'fill="{one}" fill-opacity="{most * 0.7:.2f}"')
    )


def _hills(motif: Motif, w: int, h: int) -> str:
    """Return two hills, one behind the other."""
    return "".join(
        f'<path d="{_wave(w, h, level, rise, 1.0)}" fill="{colour}" fill-opacity="{opacity}"/>'
        for colour, opacity, level, rise in zip(
            motif.colours, motif.opacities, (0.76, 0.86), (0.07, -0.06), strict=True
        )
    )


_DRAWINGS: dict[MotifKind, Callable[[Motif, int, int], str]] = {
    "rings": _rings, "aurora": _stars, "grid": _grid, "embers": _embers, "disc": _disc, "discs": _discs, "hills": _hills,
}  # fmt: skip


def _wave(w: int, h: int, level: float, rise: float, thick: float) -> str:
    """Return the path of a band across the frame: its upper edge about `level`, which first rises by `rise`; fractions of the height."""
    y, up, low = level * h, rise * h, (level + thick) * h
    upper = f"M{-0.05 * w:.1f} {y:.1f}C{0.25 * w:.1f} {y - up:.1f} {0.45 * w:.1f} {y - up:.1f} {0.6 * w:.1f} {y:.1f}"
    upper += f"S{0.9 * w:.1f} {y + up:.1f} {1.05 * w:.1f} {y - 0.3 * up:.1f}"
    lower = f"L{1.05 * w:.1f} {low - 0.3 * up:.1f}C{0.9 * w:.1f} {low + up:.1f} {0.75 * w:.1f} {low + up:.1f} {0.6 * w:.1f} {low:.1f}"
    lower += f"S{0.25 * w:.1f} {low - up:.1f} {-0.05 * w:.1f} {low:.1f}Z"
    return upper + lower


def _circle(x: float, y: float, radius: float, look: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {look}/>'
