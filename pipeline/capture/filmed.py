"""What is filmed in real time: frames as they were painted, and what was noted beside them."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ..base.geometry import Box, Size
from ..base.renderer import ReportProgress
from .browser.screencast import PageFrame
from .browser.smoothness import TimeSpan, dropped_frames
from .browser.tabs import PageRecorder
from .fault import StepFault
from .pictures import PICTURES, SHARP, picture_of_png, write_pictures
from .pixels.painted import is_painted
from .request import CaptureRequest, Phase
from .screen import StepSpan
from .secrets import shows_secret
from .take import BlurredRegions, BrowserBar, CaptureTake, KeyPress, PointerPoint, StepEvent, VisibleText
from .window import Shape

PAINT_SECONDS = 4.0
"""Seconds that a page or a program has to draw something before it is filmed all the same."""


def start_painted(film: PageRecorder, size: Size) -> None:
    """Start to film frames of `size` px with one in which something is drawn, or after `PAINT_SECONDS`."""
    film.start()
    begun, seen = film.now(), None
    while film.now() - begun < PAINT_SECONDS:
        frame = film.frames[-1]
        if frame is not seen and is_painted(frame.picture(size)):
            break
        seen = frame
        film.wait(0.05)
    if seen is not None:
        film.settle(0.25, 2.0)
        film.forget()


class FilmedSession(Protocol):
    """What was noted while a screen was filmed, on the clock of its frames."""

    @property
    def pointer(self) -> Sequence[PointerPoint]:
        """Where the pointer was."""
        ...

    @property
    def keys(self) -> Sequence[KeyPress]:
        """What was pressed."""
        ...

    @property
    def moving(self) -> Sequence[TimeSpan]:
        """When something moved."""
        ...

    @property
    def typed_secrets(self) -> Mapping[tuple[Phase, int], str]:
        """What steps, by phase and index, have typed and nobody may read."""
        ...


class FilmedFootage(ABC):
    """Frames of `size` px, filmed until `ended`, with what was noted in `session`. All times are those of the film's clock."""

    title = ""
    shape: Shape = ""
    disturbed: Sequence[TimeSpan] = ()
    """Spans in which the recorder itself held the screen up."""
    sharp: Sequence[tuple[float, bytes]] = ()
    """Pictures for zooms (PNG), and when they were taken."""

    def __init__(
        self, request: CaptureRequest, size: Size, frames: Sequence[PageFrame], ended: float, session: FilmedSession
    ) -> None:
        self.request, self.size, self.frames, self.session = request, size, frames, session
        self._ended = ended

    @abstractmethod
    def words(self, events: Sequence[StepEvent]) -> Iterable[str]:
        """Yield what could be read on the screen, secrets and all."""

    @abstractmethod
    def text(self, events: Sequence[StepEvent], times: Sequence[float], pictures: Path) -> tuple[VisibleText, ...]:
        """Return the text through time, in seconds of the capture, whose `pictures` are shown from `times` on."""

    @abstractmethod
    def blurred(self, events: Sequence[StepEvent]) -> tuple[BlurredRegions, ...]:
        """Return what nobody may see, in seconds of the capture."""

    def bars(self) -> tuple[BrowserBar, ...]:
        """Return what a browser's bar says through time, in seconds of the capture."""
        return ()

    def since_start(self, moment: float) -> float:
        """Return the seconds of the capture for a time of the film's clock."""
        return max(0.0, moment - self.frames[0].time)

    def write(self, spans: Sequence[StepSpan[Box]], folder: Path, report: ReportProgress) -> CaptureTake:
        """Write the pictures into `folder` and return the take. Raises StepFault where a secret can be read."""
        events = tuple(map(self._event, spans))
        self._refuse_seen_secrets(events)
        write_pictures(folder / PICTURES, (frame.picture(self.size) for frame in self.frames))
        times = tuple(self.since_start(frame.time) for frame in self.frames)
        gaps, dropped = self._dropped_frames(times)
        sharp_of = self._write_sharp_pictures(folder / SHARP)
        report(0.4)
        return CaptureTake(
            kind=self.request.kind,
            size=self.size,
            pictures=PICTURES,
            times=times,
            duration=max(self.since_start(self._ended), times[-1] + 0.1),
            events=events,
            pointer=tuple(self.rebased(point) for point in self.session.pointer),
            keys=tuple(self.rebased(key) for key in self.session.keys),
            text=self.text(events, times, folder / PICTURES),
            blurred=self.blurred(events),
            title=self.title,
            bars=self.bars(),
            shape=self.shape,
            gaps=gaps,
            dropped=dropped,
            sharp=SHARP if sharp_of else "",
            sharp_of=sharp_of,
            sharpness=self.request.sharpness if sharp_of else 1.0,
        )

    def rebased[T: (PointerPoint, KeyPress, BlurredRegions, BrowserBar)](self, entry: T) -> T:
        """Return an entry with its time in seconds of the capture."""
        return entry.model_copy(update={"time": self.since_start(entry.time)})

    def _event(self, span: StepSpan[Box]) -> StepEvent:
        start, effect, end = map(self.since_start, (span.start, span.effect, span.end))
        return StepEvent(index=span.index, action=span.action, start=start, effect=effect, end=end, target=span.place)

    def _refuse_seen_secrets(self, events: Sequence[StepEvent]) -> None:
        secrets = self.session.typed_secrets
        texts = list(self.words(events)) if secrets else []
        for (phase, index), value in secrets.items():
            if any(shows_secret(text, [value]) for text in texts):
                message = "what was typed can be read on the screen; type it into a field that hides it"
                raise StepFault(phase, index, self.request.phase(phase)[index].step, message)

    def _dropped_frames(self, times: Sequence[float]) -> tuple[tuple[TimeSpan, ...], float]:
        """Return the gaps, and the share of frames that are missing; none where time waits for every frame."""
        if self.request.deterministic:
            return (), 0.0
        moving, disturbed = (
            [(self.since_start(a), self.since_start(b)) for a, b in spans]
            for spans in (self.session.moving, self.disturbed)
        )
        return dropped_frames(times, moving, disturbed)

    def _write_sharp_pictures(self, file: Path) -> tuple[int, ...]:
        """Write the pictures for zooms, and return the indices of those they belong to."""
        chosen: dict[int, bytes] = {}
        for moment, png in self.sharp:
            chosen[self.index_at(moment)] = png
        size = round(self.size[0] * self.request.sharpness), round(self.size[1] * self.request.sharpness)
        if chosen:
            write_pictures(file, (picture_of_png(chosen[i], size) for i in sorted(chosen)))
        return tuple(sorted(chosen))

    def index_at(self, moment: float) -> int:
        """Return which frame was seen at `moment` (of the film's clock)."""
        return max((i for i, frame in enumerate(self.frames) if frame.time <= moment), default=0)
