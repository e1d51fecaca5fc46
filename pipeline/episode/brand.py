"""A studio's brand over a theme: its colours, as far as they can be read there, and its fonts."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pydantic import Field, field_validator

from ..base.assets import own_fonts
from ..base.colour import contrast, rgb_of
from ..base.frozen import Frozen
from ..base.theme import Theme
from .errors import did_you_mean, list_names

READABLE = 4.5
"""The contrast that text has at least (WCAG 2.2, AA)."""
STEPS = 50
"""In so many steps an accent that can't be read goes to white or black."""
_HEX = re.compile("#[0-9a-fA-F]{6}")
_FONTS = ("display", "sans", "sans_bold", "mono")


class BrandSettings(Frozen):
    """`[brand]` of lectern.toml: what a studio puts in place of a theme's own; what is left out is the theme's."""

    accent: str = Field(default="", description="a colour like `#ff8a3d`")
    accent_text: str = Field(default="", description="the colour of text on the accent; empty: what is read best there")
    display: str = Field(default="", description="the font of titles, one of `assets/fonts`")
    sans: str = Field(default="", description="the font of text")
    sans_bold: str = Field(default="", description="the font of headings and labels")
    mono: str = Field(default="", description="the font of code")

    @field_validator("accent", "accent_text")
    @classmethod
    def _colour(cls, value: str) -> str:
        if value and not _HEX.fullmatch(value):
            raise ValueError("a colour is written as # and six digits, 0 to 9 and a to f, like #ff8a3d")
        return value.lower()

    @field_validator("display", "sans", "sans_bold", "mono")
    @classmethod
    def _font(cls, value: str) -> str:
        fonts = own_fonts()
        if value and value not in fonts:
            raise ValueError(f"there is no such font{did_you_mean(value, fonts)}; Lectern has {list_names(fonts)}")
        return value


class Measured(NamedTuple):
    """How legible something is: `what` on `ground`, in words, with which contrast (1..21)."""

    what: str
    ground: str
    contrast: float


def branded(theme: Theme, brand: BrandSettings) -> Theme:
    """Return the theme with the brand's colours and fonts.

    An accent that could not be read as text on the theme's ground or plates becomes lighter, or darker on a light theme, until it
    can; text on it is what the brand says if that can be read there, else black or white.
    """
    fonts = {name: value for name in _FONTS if (value := getattr(brand, name))}
    if not brand.accent and not brand.accent_text:
        return theme.model_copy(update=fonts)
    accent = _readable(brand.accent or theme.accent, theme)
    text = brand.accent_text or theme.accent_text
    if contrast(text, accent) < READABLE:
        text = max(("#000000", "#ffffff"), key=lambda each: contrast(each, accent))
    return theme.model_copy(update={**fonts, "accent": accent, "accent_text": text})


def measured(theme: Theme) -> Iterator[Measured]:
    """Yield how legible a theme's accent is, wherever films write with it or on it."""
    ground = min(contrast(theme.accent, each) for each in theme.background)
    yield Measured("the accent", "the ground", round(ground, 1))
    yield Measured("the accent", "plates", round(contrast(theme.accent, theme.plate), 1))
    yield Measured("text", "the accent", round(contrast(theme.accent_text, theme.accent), 1))


def brand_faults(theme: Theme, brand: BrandSettings) -> Iterator[str]:
    """Yield, in sentences, what of the brand can't be read over the theme, and what films have in its place."""
    seen = branded(theme, brand)
    if brand.accent and seen.accent != brand.accent:
        wished = measured(theme.model_copy(update={"accent": brand.accent}))
        least = min((each for each in wished if each.what == "the accent"), key=lambda each: each.contrast)
        yield (
            f"[brand] accent {brand.accent} has a contrast of {least.contrast:g}:1 on {least.ground} of the theme "
            f'"{theme.name}", {READABLE:g}:1 is needed; films have {seen.accent} in its place'
        )
    if brand.accent_text and seen.accent_text != brand.accent_text:
        has = round(contrast(brand.accent_text, seen.accent), 1)
        yield (
            f"[brand] accent_text {brand.accent_text} has a contrast of {has:g}:1 on the accent {seen.accent}, "
            f"{READABLE:g}:1 is needed; films have {seen.accent_text} in its place"
        )


def _readable(accent: str, theme: Theme) -> str:
    """Return the accent, or the nearest to it on the way to white (on a light theme, to black) that can be read."""
    towards = (0, 0, 0) if theme.is_light else (255, 255, 255)
    steps = [_mixed(rgb_of(accent), towards, step / STEPS) for step in range(STEPS + 1)]
    return next(
        (each for each in steps if _worst(each, theme) >= READABLE), max(steps, key=lambda each: _worst(each, theme))
    )


def _worst(accent: str, theme: Theme) -> float:
    return min(contrast(accent, ground) for ground in (*theme.background, theme.plate))


def _mixed(one: tuple[int, int, int], other: tuple[int, int, int], share: float) -> str:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return f"#{red:02x}{green:02x}{blue:02x}"
