"""The request and the take of a narrator: a character's performance of a scene as a transparent clip."""

from operator import not_
from typing import Literal

from pydantic import Field

from ..base.frozen import Frozen
from ..episode.blocks import Mood
from ..services.voice import Phoneme


class Glance(Frozen):
    """Where the narrator looks from `time` (seconds of the scene) on: `x` and `y` -1..1, (0, 0) at the viewer."""

    time: float
    x: float
    y: float


type GestureKind = Literal["beat", "open", "point", "one", "two", "three", "weigh", "small", "wave"]


class Gesture(Frozen):
    """What the arms do: the stroke arrives at `apex` and is held until `until`, in seconds of the scene.

    `x` and `y` are what is pointed at, in sides of the narrator's clip from its left and upper edge.
    """

    kind: GestureKind
    apex: float
    until: float
    x: float = 0.0
    y: float = 0.0


class NarratorRequest(Frozen):
    """Everything that a narrator's clip depends on. Times are seconds of the clip.

    `drawing` is the SVG's name (sources.py), `drawing_hash` the hash of its content; `treatment_hash` that of the
    compositor asset, `treatment` the key of the treatment take (None: without shadow and rim light); `pixels` is the clip's
    width and height; `mirrored` flips the drawing; `phonemes` are what this character says, `stresses` the times of
    emphasised words, `listening` the spans in which another character speaks, `moods` the times at which `mood`
    gives way to another (left out of the take's key where it stays, so that finished takes stay valid); `gestures` are
    what the arms of a drawing that has some do.
    """

    character: str
    drawing: str
    drawing_hash: str
    treatment_hash: str
    treatment: str | None = None
    palette: tuple[tuple[str, str], ...] = ()
    pixels: int
    mirrored: bool
    fps: int
    frames: int
    phonemes: tuple[Phoneme, ...] = ()
    stresses: tuple[float, ...] = ()
    listening: tuple[tuple[float, float], ...] = ()
    glances: tuple[Glance, ...] = ()
    mood: Mood | None = None
    moods: tuple[tuple[float, Mood], ...] = Field((), exclude_if=not_)
    gestures: tuple[Gesture, ...] = Field((), exclude_if=not_)
    seed: int = 0


type Viseme = str
"""A mouth shape: a Rhubarb letter, A to H, or X for rest."""


class NarratorTake(Frozen):
    """A clip: `video` is QuickTime RLE with straight alpha in the take's folder; `visemes` has one letter for each frame.

    `mouth` is the box of the mouth (left, top, width, height) as fractions of the clip, `inside` the colours in an open
    mouth, by which its openness is measured.
    """

    video: str
    pixels: int
    frames: int
    visemes: str
    mouth: tuple[float, float, float, float] | None
    inside: tuple[str, ...] = ()
