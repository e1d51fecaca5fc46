"""Who is where, how large, when: what the layout decides.

Boxes are fractions of the film's frame; times are seconds of the scene.
"""

from typing import Literal

from ..capture.picture.keycaps import Chord
from ..geometry import Box, Camera
from ..model import Frozen


class NarratorPlace(Frozen):
    """A narrator stands in `box` from `start` to `end`; `pixels` is the (square) clip's size."""

    character: str
    side: Literal["left", "right"]
    mirrored: bool
    pixels: int
    box: Box
    start: float
    end: float


class Shot(Frozen):
    """Capture `capture` is seen through `window` (where its picture lies in the frame) from `start` to `end`."""

    capture: str
    window: Box
    start: float
    end: float


class CameraMove(Frozen):
    """The view moves to `camera` from `start` over `seconds` and stays until the next move."""

    start: float
    seconds: float
    camera: Camera


class TextPlace(Frozen):
    """A piece of text of an overlay: lines already broken, `size` px at full resolution, `box` padding included.

    `leaves` "under" is text that stays whole until what comes over it at `end` has faded in.
    """

    part: str
    text: str
    font: str
    size: int
    colour: str
    plate: str | None = None
    roundness: float = 0.0
    padding: float = 0.0
    align: Literal["left", "center", "right"] = "left"
    box: Box
    start: float
    end: float
    leaves: Literal["fade", "under"] = "fade"


class ColourPlace(Frozen):
    """A rectangle of an overlay (an accent bar, a card behind a list)."""

    part: str
    colour: str
    box: Box
    start: float
    end: float


class ImagePlace(Frozen):
    """A picture of an overlay, shown in `box`; `file` is relative to the episode."""

    part: str
    file: str
    box: Box
    start: float
    end: float


class OverlayPlace(Frozen):
    """An overlay as laid out; `box` holds all its parts."""

    overlay: str
    box: Box
    texts: tuple[TextPlace, ...] = ()
    colours: tuple[ColourPlace, ...] = ()
    images: tuple[ImagePlace, ...] = ()


class BadgePlace(Frozen):
    """Keys that are pressed while capture `capture` is seen, shown as caps in `box` from `start` to `end`."""

    capture: str
    chords: tuple[Chord, ...]
    box: Box
    start: float
    end: float


class ClipPlace(Frozen):
    """Clip `clip` lies over `box` from `start` to `end`; `covers`: the scene's background hides what is behind it."""

    clip: str
    box: Box
    start: float
    end: float
    covers: bool = False


class SceneLayout(Frozen):
    """One scene laid out. `findings` are what could not be had (in words, with the line)."""

    scene: str
    shots: tuple[Shot, ...] = ()
    cameras: tuple[CameraMove, ...] = ()
    narrators: tuple[NarratorPlace, ...] = ()
    overlays: tuple[OverlayPlace, ...] = ()
    badges: tuple[BadgePlace, ...] = ()
    clips: tuple[ClipPlace, ...] = ()
    findings: tuple[str, ...] = ()
