"""The plan by which footage meets the marks: which moment of the recording is seen when."""

from ..model import Frozen


class Piece(Frozen):
    """Recording from `source_start` to `source_end` is seen from `start` to `end` of the scene (all seconds).

    A piece with `source_start == source_end` holds a still picture.
    """

    source_start: float
    source_end: float
    start: float
    end: float


class Pause(Frozen):
    """The narration has to rest `seconds` before the word at `mark`, for footage that can't be fitted faster."""

    mark: str
    seconds: float


class FitPlan(Frozen):
    """Contiguous `pieces` from the capture's first picture to its end, and the pauses they need."""

    pieces: tuple[Piece, ...]
    pauses: tuple[Pause, ...] = ()
