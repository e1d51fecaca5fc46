"""The properties of strips that a person can change in Blender and that edits.json keeps: one table for all who need it.

The add-on reads and writes them by their path in Blender, `edits.py` knows what they do to the timeline, and a file is
checked against the table. What is not in it belongs to the person: Lectern never writes it, and it stays in the .blend.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from ..base.frozen import Frozen

type Number = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
type Plain = (
    bool | int | Number | Annotated[str, Field(max_length=100_000)] | Annotated[tuple[Number, ...], Field(max_length=4)]
)
"""A value that does not change over time; tuples are colours and vectors."""


class CurveKey(Frozen):
    """A keyframe of a person's: frames after the beginning of the strip's content, and how it goes on from there.

    `index` counts the channels of a colour. `left` and `right` are Bezier handles: frames and value, relative to the key.
    """

    frame: Number
    value: Number
    index: Annotated[int, Field(ge=0, le=3)] = 0
    interpolation: Annotated[str, Field(max_length=20)] = "BEZIER"
    easing: Annotated[str, Field(max_length=20)] = "AUTO"
    left: tuple[Number, Number] = (0.0, 0.0)
    right: tuple[Number, Number] = (0.0, 0.0)


class Curve(Frozen):
    """A property that a person has animated, ordered by index and frame."""

    keys: Annotated[tuple[CurveKey, ...], Field(min_length=1, max_length=100_000)]


type Value = Curve | Plain


class Unit(Enum):
    """What a value is counted in, so that it holds in a film of another size.

    `ACROSS` and `DOWN` are places: fractions of the frame from its top left corner, where Blender counts pixels from its
    middle, upwards. `WIDTH` and `HEIGHT` are lengths: fractions of the frame, pixels in Blender. `FROM_BELOW` is a fraction
    from the bottom in Blender.
    """

    NONE = "none"
    ACROSS = "across"
    DOWN = "down"
    WIDTH = "width"
    HEIGHT = "height"
    FROM_BELOW = "from below"


Type = Literal["MOVIE", "TEXT", "COLOR", "SOUND", "CROSS", "WIPE"]
"""Blender's types of Lectern's strips."""

TRANSITIONS: tuple[Type, ...] = ("CROSS", "WIPE")
"""The types of strips that make one picture of two."""
_PICTURES: tuple[Type, ...] = ("MOVIE", "TEXT", "COLOR", *TRANSITIONS)
_ALL: tuple[Type, ...] = (*_PICTURES, "SOUND")


class Property(NamedTuple):
    """A property that can be edited.

    `path` is where Blender has it on a strip ("" where it is no property of Blender's: times, channel, copies), `types`
    are the strips that have it, `label` is what people call it.
    """

    name: str
    label: str
    types: tuple[Type, ...]
    path: str = ""
    unit: Unit = Unit.NONE


def _of(types: tuple[Type, ...], *rows: tuple[str, str, str] | tuple[str, str, str, Unit]) -> list[Property]:
    return [Property(row[0], row[1], types, row[2], *row[3:]) for row in rows]


PROPERTIES: tuple[Property, ...] = (
    *_of(_ALL, ("move", "moved by frames", ""), ("trim_start", "frames off its beginning", ""),
         ("trim_end", "frames off its end", "")),
    *_of(("MOVIE", "SOUND"), ("cut_start", "begins at frame of its take", ""), ("cut_end", "ends at frame of its take", "")),
    *_of(_ALL, ("muted", "muted", "mute"), ("deleted", "deleted", ""), ("copy_of", "copy of", ""),
         ("channel", "track", ""), ("name", "name", "name")),
    *_of(_PICTURES, ("flip_x", "mirrored", "use_flip_x"), ("flip_y", "upside down", "use_flip_y")),
    *_of(_PICTURES, ("x", "x", "transform.offset_x", Unit.ACROSS), ("y", "y", "transform.offset_y", Unit.DOWN),
         ("scale_x", "width", "transform.scale_x"), ("scale_y", "height", "transform.scale_y"),
         ("rotation", "rotation", "transform.rotation"), ("origin", "origin", "transform.origin"),
         ("crop_left", "crop left", "crop.min_x"), ("crop_right", "crop right", "crop.max_x"),
         ("crop_bottom", "crop bottom", "crop.min_y"), ("crop_top", "crop top", "crop.max_y"),
         ("filter", "filter", "transform.filter")),
    *_of(_PICTURES, ("opacity", "opacity", "blend_alpha"), ("blend", "blend mode", "blend_type"),
         ("saturation", "saturation", "color_saturation"), ("multiply", "brightness", "color_multiply"),
         ("multiply_alpha", "multiply alpha", "multiply_alpha"), ("alpha_mode", "alpha mode", "alpha_mode"),
         ("strobe", "strobe", "strobe"), ("reverse", "backwards", "use_reverse_frames"),
         ("deinterlace", "deinterlace", "use_deinterlace"), ("float", "float", "use_float")),
    *_of(TRANSITIONS, ("default_fade", "default fade", "use_default_fade"), ("fade", "fade", "effect_fader")),
    *_of(("COLOR", "TEXT"), ("colour", "colour", "color")),
    *_of(("COLOR",), ("width", "width", "width", Unit.WIDTH), ("height", "height", "height", Unit.HEIGHT)),
    *_of(("TEXT",), ("text", "words", "text")),
    *_of(("TEXT",), ("text_x", "x of the text", "location.0"),
         ("text_y", "y of the text", "location.1", Unit.FROM_BELOW),
         ("align", "alignment", "alignment_x"), ("anchor_x", "anchor x", "anchor_x"), ("anchor_y", "anchor y", "anchor_y"),
         ("wrap", "wrap width", "wrap_width")),
    *_of(("TEXT",), ("font", "font", "font"), ("size", "size", "font_size", Unit.HEIGHT),
         ("bold", "bold", "use_bold"), ("italic", "italic", "use_italic"),
         ("line_spacing", "line spacing", "space_line"), ("fixed_spacing", "fixed line spacing", "use_absolute_line_spacing"),
         ("line_height", "line height", "abs_space_line", Unit.HEIGHT),
         ("shadow", "shadow", "use_shadow"), ("shadow_colour", "shadow's colour", "shadow_color"),
         ("shadow_angle", "shadow's angle", "shadow_angle"), ("shadow_offset", "shadow's offset", "shadow_offset"),
         ("shadow_blur", "shadow's blur", "shadow_blur"),
         ("outline", "outline", "use_outline"), ("outline_colour", "outline's colour", "outline_color"),
         ("outline_width", "outline's width", "outline_width"),
         ("box", "box", "use_box"), ("box_colour", "box's colour", "box_color"), ("box_margin", "box's margin", "box_margin"),
         ("box_roundness", "box's roundness", "box_roundness")),
    *_of(("SOUND",), ("linked", "connected with its picture", ""), ("volume", "volume", "volume"), ("pan", "pan", "pan"),
         ("sound_offset", "offset", "sound_offset")),
)  # fmt: skip
"""All of them; `flip_x` before `x`, since Blender flips the place as well as the picture."""

BY_NAME = {prop.name: prop for prop in PROPERTIES}


def properties_of(type: str) -> Iterable[Property]:
    """Return the properties that strips of one of Blender's types have, in the order in which they are to be written."""
    return (prop for prop in PROPERTIES if type in prop.types and prop.path)
