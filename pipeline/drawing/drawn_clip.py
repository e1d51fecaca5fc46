"""What the makers of clips share: the clip they make, its frames, and the recording it is made from."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path

from pydantic import AliasChoices, Field

from ..base.arrays import RgbaImage, RgbImage
from ..base.box_track import BoxTrack
from ..base.frozen import Frozen
from ..base.geometry import Box, Size
from ..capture.pictures import read_pictures
from ..timing.fit import FitPlan

NEIGHBOURS = 0.2
"""What may be covered around a text, in heights of its line: less than a blank is wide."""


class DrawnClip(Frozen):
    """A clip of `frames` frames in the file `video` of its take's folder; its last frame is to be held."""

    video: str
    frames: int = 1


class FramedFootage(Frozen):
    """A part of a recording as it lies in the frame.

    `capture` is the key of the raw recording; frames `start` to `end` (exclusive) of the scene are shown by `plan` (whose
    times are seconds of the scene); `content` is where the recording lies in the frame, 1:1.
    """

    capture: str
    plan: FitPlan
    fps: int
    start: int
    end: int
    content: Box
    frame: Size


class PictureReader:
    """The pictures of a recording, each decoded once; to be asked for in rising order."""

    def __init__(self, file: Path) -> None:
        self._pictures = enumerate(read_pictures(file))
        self._number, self._picture = next(self._pictures)

    def picture(self, number: int) -> RgbImage:
        """Return picture `number`, which is no earlier than the one before."""
        while self._number < number:
            self._number, self._picture = next(self._pictures)
        return self._picture


class EmphasisRequest(Frozen):
    """A clip that points at something: where that lies through the frames of the clip, and the clip's colour.

    The track is part of the take's key under its former name, so that finished takes stay valid.
    """

    track: BoxTrack = Field(validation_alias=AliasChoices("track", "course"), serialization_alias="course")
    colour: str
    frame: Size
    fps: int


def clearance(most: float, edges: tuple[int, int, int, int]) -> float:
    """Return how many px to leave around what lies between `edges` (left, top, right, bottom): small letters stand close together."""
    return min(most, NEIGHBOURS * (edges[3] - edges[1]))


def draw_changes[S](states: Iterable[S], draw: Callable[[S], RgbaImage]) -> Iterator[RgbaImage]:
    """Yield a picture for each of `states`, drawn only where the state changes: equal neighbours share one array."""
    for state, same in groupby(states):
        picture = draw(state)
        yield from (picture for _ in same)
