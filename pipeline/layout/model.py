"""What the layout decides: where everybody and everything in a scene is, and how large.

Boxes are fractions of the film's frame; times are seconds of the scene.
"""

from typing import Literal

from ..base.errors import FilmFinding
from ..base.frozen import Frozen
from ..base.geometry import Box, Camera
from ..base.text_block import TextBlock
from ..drawing.keycaps import Chord

Side = Literal["left", "right"]


class CameraMove(Frozen):
    """The view moves to `camera` from `start` over `seconds` and stays until the next move."""

    start: float
    seconds: float
    camera: Camera


class NarratorPlace(Frozen):
    """A narrator is seen from `start` to `end`; `pixels` is the side of the square clip, whose place is `box`.

    Where she makes room for something, `moves` say so: as a camera on the frame, through which she alone is seen, would move.
    """

    character: str
    side: Side
    mirrored: bool
    pixels: int
    box: Box
    start: float
    end: float
    moves: tuple[CameraMove, ...] = ()


class CapturePlace(Frozen):
    """Capture `capture` is seen through `window` (where its picture lies in the frame) from `start` to `end`."""

    capture: str
    window: Box
    start: float
    end: float


class TextPlace(TextBlock):
    """A piece of text of an overlay.

    `leaves` "under" is text that stays fully visible until what replaces it at `end` has faded in.
    """

    part: str
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
    """One scene laid out. `findings` say in words, with the line of the script, what was not possible."""

    scene: str
    captures: tuple[CapturePlace, ...] = ()
    camera_moves: tuple[CameraMove, ...] = ()
    narrators: tuple[NarratorPlace, ...] = ()
    overlays: tuple[OverlayPlace, ...] = ()
    badges: tuple[BadgePlace, ...] = ()
    clips: tuple[ClipPlace, ...] = ()
    findings: tuple[FilmFinding, ...] = ()

    @property
    def windows(self) -> dict[str, Box]:
        """The window of each capture, by id."""
        return {place.capture: place.window for place in self.captures}
