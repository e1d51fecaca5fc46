"""What a narrator take is: a character's performance of a scene as a transparent clip at its final size."""

from typing import Literal

from ..episode.model import Mood
from ..model import Frozen
from ..services.voice import Phoneme


class Glance(Frozen):
    """Where the narrator looks from `time` (seconds of the scene): a direction, each -1..1, (0, 0) at the viewer."""

    time: float
    x: float
    y: float


class NarratorRequest(Frozen):
    """All that a narrator's clip depends on. Times are seconds of the clip.

    `drawing` is the SVG's name (sources.py) and `drawing_hash` its content; `treatment_hash` is that of the compositor
    asset, `treatment` the key of the treatment take (None: drawn without shadow and rim);
    `pixels` the clip's width and height; `mirrored` flips the drawing; `phonemes` are what this character says,
    `stresses` the times of emphasised words, `listening` the spans in which another speaks.
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
    seed: int = 0


Viseme = Literal["X", "A", "B", "C", "D", "E", "F", "G", "H"]


class NarratorTake(Frozen):
    """A clip: `video` is QuickTime RLE with straight alpha in the take's folder; `visemes` one letter a frame.

    `mouth` is the mouth's box in fractions of the clip, `inside` the colours seen in an open mouth (what a meter looks
    at).
    """

    video: str
    pixels: int
    frames: int
    visemes: str
    mouth: tuple[float, float, float, float] | None
    inside: tuple[str, ...] = ()
