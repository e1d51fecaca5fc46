"""The timeline: every strip of the film, as plain values. Blender's sequencer is compiled from it."""

from typing import Annotated, Literal

from pydantic import Field

from ..geometry import Box, Size
from ..model import Frozen


class Key(Frozen):
    """A value at a frame (0-based, of the film); linear or eased (Bezier) towards the next."""

    frame: int
    value: float


class CameraKey(Frozen):
    """A view of a picture strip at a frame: see `geometry.Camera`. Eased towards the next."""

    frame: int
    scale: float = 1.0
    x: float = 0.5
    y: float = 0.5


class _Strip(Frozen):
    """`start` and `end` are frames of the film, 0-based, `end` exclusive. `id` is stable through rebuilds."""

    id: str
    scene: str
    name: str
    track: str
    start: int
    end: int


class MovieStrip(_Strip):
    """A video at its own pixel size, never scaled but by `camera`.

    `source` is relative to the episode's folder. `source_start` is the frame of the file seen at `start`; past the
    file's end its last frame is held. `box` is where it lies (None: it fills the frame). `opacity` are keys (none:
    1.0). `position` moves its centre (fraction of the frame) over time.
    """

    kind: Literal["movie"] = "movie"
    source: str
    source_start: int = 0
    box: Box | None = None
    opacity: tuple[Key, ...] = ()
    camera: tuple[CameraKey, ...] = ()
    position_x: tuple[Key, ...] = ()
    position_y: tuple[Key, ...] = ()
    mirrored: bool = False


class SoundStrip(_Strip):
    """A stretch of a WAV file: `source_start` seconds into it, at `volume` (factor). `linked` ids are seen with it."""

    kind: Literal["sound"] = "sound"
    source: str
    source_start: float = 0.0
    volume: float = 1.0
    linked: tuple[str, ...] = ()


class TextStrip(_Strip):
    """Text that can be edited in Blender. `box` is what its lines and padding fill; `size` is px at full resolution.

    Colours are sRGB hex (``#rrggbb`` or ``#rrggbbaa``). `font` is a file relative to Lectern's assets/fonts. Lines are
    already broken. `plate` is the colour of the rounded box behind it (None: no box).
    """

    kind: Literal["text"] = "text"
    text: str
    font: str
    size: int
    colour: str
    plate: str | None = None
    roundness: float = 0.0
    padding: float = 0.0
    align: Literal["left", "center", "right"] = "left"
    box: Box
    opacity: tuple[Key, ...] = ()


class ColourStrip(_Strip):
    """A rectangle of one colour."""

    kind: Literal["colour"] = "colour"
    colour: str
    box: Box
    opacity: tuple[Key, ...] = ()


class CrossStrip(_Strip):
    """A crossfade from the movie strip `first` to `second` over its whole length."""

    kind: Literal["cross"] = "cross"
    first: str
    second: str


Strip = Annotated[MovieStrip | SoundStrip | TextStrip | ColourStrip | CrossStrip, Field(discriminator="kind")]


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


class Timeline(Frozen):
    """The whole film. Strips are ordered by track, then start."""

    title: str
    fps: int
    size: Size
    frames: int
    tracks: tuple[Track, ...]
    scenes: tuple[SceneSpan, ...]
    strips: tuple[Strip, ...]
    markers: tuple[Marker, ...] = ()
