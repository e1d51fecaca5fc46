"""What a capture take is: the pictures a screen showed, when, and a log of what was done to it."""

from typing import Literal

from ..geometry import Box, Size
from ..model import Frozen

CaptureKind = Literal["browser", "terminal", "editor", "desktop"]


class TextBox(Frozen):
    """A piece of visible text (at most a line) and its box as a fraction of the capture's picture."""

    text: str
    box: Box


class VisibleText(Frozen):
    """All the text that is visible from `time` (seconds of the capture) until the next entry."""

    time: float
    boxes: tuple[TextBox, ...]


class PointerPoint(Frozen):
    """Where the pointer is at `time`, as a fraction of the capture's picture; `pressed` while a button is down."""

    time: float
    x: float
    y: float
    pressed: bool = False


class StepEvent(Frozen):
    """What became of one step. Times are seconds of the capture.

    `effect` is the time of the first picture that the action changed (the action's own moment if it changed none).
    """

    index: int
    action: str
    at: str | None = None
    start: float
    effect: float
    end: float
    target: Box | None = None
    zoom: float | None = None
    line: int = 0


class CaptureTake(Frozen):
    """A raw recording: `pictures` is a lossless video in the take's folder whose i-th frame is shown from `times[i]`.

    `times` are strictly increasing seconds, the first 0.0; the last picture stays until `duration`. Nothing here
    depends on the voice. `gaps` are stretches in which something moved and the recorder got no frame.
    """

    kind: CaptureKind
    size: Size
    pictures: str
    times: tuple[float, ...]
    duration: float
    events: tuple[StepEvent, ...]
    pointer: tuple[PointerPoint, ...] = ()
    text: tuple[VisibleText, ...] = ()
    title: str = ""
    gaps: tuple[tuple[float, float], ...] = ()
