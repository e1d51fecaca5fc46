"""What a capture take is: the pictures a screen showed, when, and a log of what was done to it."""

from collections.abc import Iterable, Sequence

from ..base.frozen import Frozen
from ..base.geometry import Box, Size
from ..episode.capture_kinds import CaptureKind
from ..episode.steps import StepInFilm
from .window import Shape

FPS = 30
"""Frames per second of what is filmed at a steady rate."""
FRAME = 1 / FPS
"""Seconds of one of them."""
INSTANT = 1e-6
"""Seconds by which two times may differ and be the same."""
NEAR = 0.01
"""How far (as a fraction of the picture) the sides of two boxes may be apart that are the same place."""


class TextBox(Frozen):
    """A piece of visible text (at most a line) and its box as a fraction of the capture's picture."""

    text: str
    box: Box

    def stands_among(self, others: Iterable["TextBox"]) -> bool:
        """Return whether one of `others` says the same, at the same place."""
        return any(self.text == other.text and self.box.is_near(other.box, NEAR) for other in others)


class VisibleText(Frozen):
    """All the text that is visible from `time` (seconds of the capture) until the next entry; `caret`: a terminal's cursor."""

    time: float
    boxes: tuple[TextBox, ...]
    caret: Box | None = None


class PointerPoint(Frozen):
    """Where the pointer is at `time`, as a fraction of the capture's picture; `pressed` while a button is down."""

    time: float
    x: float
    y: float
    pressed: bool = False


class KeyPress(Frozen):
    """Keys that were pressed together at `time`, as a script writes them (``Control+S``)."""

    time: float
    keys: str


class BlurredRegions(Frozen):
    """Where on the picture, from `time` until the next entry, something is that nobody may read."""

    time: float
    boxes: tuple[Box, ...]


class BrowserBar(Frozen):
    """What a browser's bar shows from `time`: where it is, and its tabs, of which number `shown` (from 0) is."""

    time: float
    address: str = ""
    tabs: tuple[str, ...] = ()
    shown: int = 0


def entry_at[E: (VisibleText, BlurredRegions, BrowserBar)](entries: Sequence[E], time: float) -> E | None:
    """Return the entry that holds at `time`: of `entries` in their order, the last that begins by then (None: none does)."""
    return next((entry for entry in reversed(entries) if entry.time <= time + INSTANT), None)


class StepEvent(StepInFilm):
    """What became of one step. Times are seconds of the capture.

    `effect` is the time of the first picture that the action changed (the action's own moment if it changed none).
    """

    index: int
    action: str
    start: float
    effect: float
    end: float
    target: Box | None = None


class CaptureTake(Frozen):
    """A raw recording: `pictures` is a lossless video in the take's folder whose i-th frame is shown from `times[i]`.

    `times` are strictly increasing seconds, the first 0.0; the last picture stays until `duration`. Nothing here
    depends on the voice. `gaps` are stretches in which something moved and the recorder got no frame; `dropped` is the
    share of frames that a 30 fps recording of what moved lacks.

    `bars` are a browser's own words for `title`, through time; `shape` is the device that the screen belongs to.

    `sharp` is a second lossless video, `sharpness` times as large, of the pictures whose indices are `sharp_of` (in
    order): what a zoom shows of them. `blank` are stretches in which nothing is drawn in the pictures. `looks` has for each picture
    the index of the first one that looks the same (empty: nobody has compared them).

    `notes` are sentences about what a viewer misses in the recording itself, for the report.
    """

    kind: CaptureKind
    size: Size
    pictures: str
    times: tuple[float, ...]
    duration: float
    events: tuple[StepEvent, ...]
    pointer: tuple[PointerPoint, ...] = ()
    keys: tuple[KeyPress, ...] = ()
    text: tuple[VisibleText, ...] = ()
    blurred: tuple[BlurredRegions, ...] = ()
    title: str = ""
    bars: tuple[BrowserBar, ...] = ()
    shape: Shape = ""
    gaps: tuple[tuple[float, float], ...] = ()
    dropped: float = 0.0
    sharp: str = ""
    sharp_of: tuple[int, ...] = ()
    sharpness: float = 1.0
    blank: tuple[tuple[float, float], ...] = ()
    looks: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
