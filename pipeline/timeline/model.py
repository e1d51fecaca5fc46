"""The timeline: every strip of the film, as plain values. Blender's sequencer is compiled from it."""

from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeGuard, TypeIs

from pydantic import Field, ValidationError

from ..base.clock import Span
from ..base.errors import LecternError
from ..base.files import LARGEST_OWN_FILE, read_bounded
from ..base.frozen import Frozen
from ..base.geometry import Box, Size
from ..base.text_block import TextBlock
from .editable import Type, Value


class Keyframe(Frozen):
    """A value at a frame (0-based, of the film); linear or eased (Bezier) towards the next."""

    frame: int
    value: float


class CameraKeyframe(Frozen):
    """A view of a picture strip at a frame: see `geometry.Camera`. Eased towards the next."""

    frame: int
    scale: float = 1.0
    x: float = 0.5
    y: float = 0.5


class StripId(NamedTuple):
    """The id of a strip, stable through rebuilds: its scene, what it shows of it, and which part of that it is.

    `owner` is the id of a character, line, capture, clip or overlay; it is "plate", "pointer" or "ripple" for those.
    """

    scene: str
    owner: str
    part: str

    @classmethod
    def parse(cls, id: str) -> "StripId":
        """Read an id as it is written; what is missing stays empty."""
        scene, _, rest = id.partition("/")
        owner, _, part = rest.partition("/")
        return cls(scene, owner, part)

    def __str__(self) -> str:
        """Return the id as strips, edits and Blender's custom property hold it."""
        return "/".join(self)


class HandValue(Frozen):
    """A property of a strip that a person has set, and what the script had made it then (None: not known)."""

    property: str
    value: Value
    script: Value | None = None


class _Strip(Frozen):
    """`start` and `end` are frames of the film, 0-based, `end` exclusive. `id` is a `StripId` as text.

    `by_hand` is what a person has changed, and `script` holds the fields as the script alone would make them where they
    differ for that reason.
    """

    id: str
    scene: str
    name: str
    track: str
    start: int
    end: int
    kind: str
    by_hand: tuple[HandValue, ...] = ()
    script: tuple[tuple[str, Any], ...] = ()

    @property
    def owner(self) -> str:
        """What the strip belongs to: the id of a character, line, capture, clip or overlay."""
        return StripId.parse(self.id).owner

    def is_on(self, *families: str) -> bool:
        """Return whether the strip is on a track of one of `families` (`tracks.ORDER`), like "Narrator B" of "Narrator"."""
        return self.track.startswith(families)


class MovieStrip(_Strip):
    """A video at its own pixel size, scaled by nothing but `camera`.

    `source` is relative to the episode's folder. `source_start` is the frame of the file seen at `start`; past the
    file's end its last frame is held. `box` is where it lies (None: it fills the frame). Without keys its `opacity` is
    1.0. `position_x` and `position_y` move its centre (fractions of the frame) over time. `text` is what it is a picture
    of, if Blender's text strips can't show that.
    """

    kind: Literal["movie"] = "movie"
    source: str
    source_start: int = 0
    box: Box | None = None
    opacity: tuple[Keyframe, ...] = ()
    camera: tuple[CameraKeyframe, ...] = ()
    position_x: tuple[Keyframe, ...] = ()
    position_y: tuple[Keyframe, ...] = ()
    mirrored: bool = False
    text: TextBlock | None = None


class SoundStrip(_Strip):
    """A stretch of a WAV file: `source_start` seconds into it, at `volume` (factor). `linked` are ids of strips seen with it.

    `speech` are the seconds of the file in which somebody speaks. Under that, music steps back by `duck` dB: `level` is a
    factor of its volume over time (none: 1).
    """

    kind: Literal["sound"] = "sound"
    source: str
    source_start: float = 0.0
    volume: float = 1.0
    linked: tuple[str, ...] = ()
    speech: tuple[Span, ...] = ()
    duck: float = 0.0
    level: tuple[Keyframe, ...] = ()


class TextStrip(TextBlock, _Strip):
    """Text that can be edited in Blender."""

    kind: Literal["text"] = "text"
    opacity: tuple[Keyframe, ...] = ()


class ColourStrip(_Strip):
    """A rectangle of one colour."""

    kind: Literal["colour"] = "colour"
    colour: str
    box: Box
    opacity: tuple[Keyframe, ...] = ()


class _TransitionStrip(_Strip):
    """A picture made of those of the movie strips `first` and `second`, from the one to the other over its whole length."""

    first: str
    second: str


class CrossStrip(_TransitionStrip):
    """A crossfade."""

    kind: Literal["cross"] = "cross"


class WipeStrip(_TransitionStrip):
    """A wipe: a soft edge that goes over the frame from the right to the left."""

    kind: Literal["wipe"] = "wipe"


Strip = Annotated[
    MovieStrip | SoundStrip | TextStrip | ColourStrip | CrossStrip | WipeStrip, Field(discriminator="kind")
]


BLENDERS_TYPES: dict[str, Type] = {
    "movie": "MOVIE", "sound": "SOUND", "text": "TEXT", "colour": "COLOR", "cross": "CROSS", "wipe": "WIPE",
}  # fmt: skip
"""Blender's type of each kind of strip."""

_BY_SCRIPT = ("start", "end", "source_start", "volume", "box", "size", "padding", "text", "track")
"""Fields that a person's changes may replace. Keyframes are not among them: they only move along."""


def scripted(strip: Strip) -> dict[str, Any]:
    """Return the fields of a strip that a person's changes may replace, in the form of JSON."""
    return strip.model_dump(mode="json", include=set(_BY_SCRIPT))


def as_scripted(strip: Strip) -> Strip:
    """Return the strip as the script alone would make it; only its keyframes stay where its edits moved them."""
    return type(strip).model_validate(strip.model_dump() | dict(strip.script)) if strip.script else strip


class Track(Frozen):
    """A named channel of the sequencer; 1 lies lowest."""

    name: str
    channel: int


class SceneSpan(Frozen):
    """The frames `start` to `end` (exclusive) that belong to a scene; spans tile the film."""

    id: str
    title: str
    start: int
    end: int


class Marker(Frozen):
    """A mark of the script on the film, by frame."""

    name: str
    frame: int


def is_transition(strip: Strip) -> TypeIs[CrossStrip | WipeStrip]:
    """Return whether the strip makes one picture of two."""
    return isinstance(strip, _TransitionStrip)


def is_narrator(strip: Strip) -> TypeGuard[MovieStrip]:
    """Return whether the strip shows a narrator."""
    return isinstance(strip, MovieStrip) and strip.is_on("Narrator")


def shown_text(strip: Strip) -> TextBlock | None:
    """Return the text that an overlay's strip shows: a text strip's own, or what a picture is one of."""
    return strip if isinstance(strip, TextStrip) else strip.text if isinstance(strip, MovieStrip) else None


class Element(Frozen):
    """An element of the script: `owner` as in a `StripId` ("": the scene itself), `text` all that it says, in words."""

    scene: str
    owner: str
    kind: str
    text: str

    @property
    def key(self) -> tuple[str, str]:
        """What strips know it by."""
        return self.scene, self.owner


class Timeline(Frozen):
    """The whole film. Strips are ordered by track, then start.

    `off` are strips that a person has muted: they lie on Blender's sequencer, but are no part of the film. `elements` are
    what the script is made of.
    """

    title: str
    fps: int
    size: Size
    frames: int
    tracks: tuple[Track, ...]
    scenes: tuple[SceneSpan, ...]
    strips: tuple[Strip, ...]
    markers: tuple[Marker, ...] = ()
    off: tuple[Strip, ...] = ()
    elements: tuple[Element, ...] = ()


def read_timeline(file: Path) -> Timeline:
    """Read the timeline in `file`. Raises LecternError, with the way out, if this version of Lectern can't read it."""
    try:
        return Timeline.model_validate_json(read_bounded(file, LARGEST_OWN_FILE))
    except ValidationError as error:
        advice = "delete it and build again; what you moved in Blender since the last build is then lost"
        raise LecternError(f"{file} is damaged, or of another version of Lectern: {advice}") from error
