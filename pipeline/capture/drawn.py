"""What is logged first and drawn afterwards, always the same: what has changed by a frame's time is seen in that frame."""

import base64
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Browser, Error

from ..base.assets import font_file, page_file
from ..base.errors import LecternError
from ..base.geometry import Box, Size
from ..base.renderer import ReportProgress
from .pictures import PICTURES, SHARP, open_video
from .request import CaptureRequest
from .screen import StepSpan
from .secrets import require_no_secret
from .take import FPS, BlurredRegions, CaptureTake, KeyPress, StepEvent, TextBox, VisibleText


class Snapshot(Protocol):
    """What a drawn screen shows."""

    @property
    def boxes(self) -> tuple[TextBox, ...]:
        """All the text there is."""
        ...

    @property
    def caret(self) -> Box | None:
        """A terminal's cursor, where it is seen."""
        ...

    @property
    def written(self) -> str:
        """All the text as one."""
        ...


class DrawingPage[E, S: Snapshot](Protocol):
    """A page that draws entries `E` of a log."""

    def show(self, entries: list[E]) -> S:
        """Do what `entries` say, wait until it is drawn, and return what is there."""
        ...

    def png(self, sharpness: float = 1.0) -> bytes:
        """Return the picture, `sharpness` times as large."""
        ...

    def png_after(self, before: bytes) -> bytes:
        """Return the picture, of which `before` was the one before."""
        ...


class ScreenPage:
    """A page that Lectern carries, in which a screen of `size` px is drawn. It knows nothing of time."""

    def __init__(self, browser: Browser, name: str, size: Size) -> None:
        self.size = size
        self._page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        self._page.goto(page_file(name).as_uri())
        self._devtools = self._page.context.new_cdp_session(self._page)

    def write(self, output: bytes) -> str:
        """Feed the terminal what a program wrote, and return what the terminal answers it."""
        answer: str = self.ask("data => write(data)", encoded(output))
        return answer

    def text(self) -> str:
        """Return all that the terminal shows, line by line; a line that the terminal wrapped is one."""
        text: str = self.ask("screenText()")
        return text

    def answer_text(self, latest: bool) -> str:
        """Return what programs have said in the terminal: not what was typed; `latest`: only what came after the last line entered."""
        text: str = self.ask("latest => answerText(latest)", latest)
        return text

    def note_typing(self, begins: bool) -> None:
        """Note that typing begins, or ends, where the terminal's cursor is."""
        self.ask("typingBegins()" if begins else "typingEnds()")

    def ask(self, script: str, argument: object = None) -> Any:
        """Return what `script` answers to `argument`, as JSON has it."""
        return self._page.evaluate(script, argument)

    def png(self, sharpness: float = 1.0) -> bytes:
        """Return the picture of the content, drawn `sharpness` times as large (the layout is the same)."""
        options: dict[str, object] = {"format": "png", "optimizeForSpeed": True}
        if sharpness != 1.0:
            options["clip"] = {"x": 0, "y": 0, "width": self.size[0], "height": self.size[1], "scale": sharpness}
        return base64.b64decode(self._devtools.send("Page.captureScreenshot", options)["data"])

    def png_after(self, before: bytes) -> bytes:
        """Return the picture, of which `before` was the one before."""
        return self.png()

    def close(self) -> None:
        """Close the page."""
        with suppress(Error):  # where the browser has died, that is said already
            self._page.close()


def terminal_setup(
    request: CaptureRequest, letters: float, cell: tuple[float, float], corner: tuple[int, int], cells: tuple[int, int]
) -> dict[str, Any]:
    """Return the setup of a page's terminal.

    `letters` are as many px large, a `cell` as many wide and high; the first is at `corner`; `cells` are columns and rows.
    """
    return {
        "fonts": page_fonts(request),
        "fontSize": letters,
        "cell": list(cell),
        "padding": list(corner),
        "columns": cells[0],
        "rows": cells[1],
        "theme": dict(request.colours),
    }


def page_fonts(request: CaptureRequest) -> dict[str, str]:
    """Return the request's fonts as a page takes them."""
    regular, bold = (encoded(font_file(name).read_bytes()) for name in request.fonts)
    return {"regular": regular, "bold": bold}


def encoded(data: bytes) -> str:
    """Return bytes in base64."""
    return base64.b64encode(data).decode()


@dataclass(frozen=True)
class Drawing[S: Snapshot]:
    """The pictures of a log: the i-th is shown from `times[i]` (seconds) and shows `snapshots[i]`."""

    times: tuple[float, ...]
    snapshots: tuple[S, ...]

    def index(self, seconds: float) -> int:
        """Return which picture is seen at `seconds`."""
        return max(bisect_right(self.times, seconds + 1e-6) - 1, 0)

    def at(self, seconds: float) -> S:
        """Return what is seen at `seconds`."""
        return self.snapshots[self.index(seconds)]

    @property
    def text(self) -> tuple[VisibleText, ...]:
        """The text through time, an entry for each change."""
        seen = ((time, (shown.boxes, shown.caret)) for time, shown in zip(self.times, self.snapshots, strict=True))
        changes = (next(same) for _, same in groupby(seen, key=lambda entry: entry[1]))
        return tuple(VisibleText(time=time, boxes=boxes, caret=caret) for time, (boxes, caret) in changes)


def draw[E, S: Snapshot](
    frames: Iterable[tuple[int, list[E]]], page: DrawingPage[E, S], folder: Path, size: Size, sharpness: float = 1.0,
    secrets: Collection[str] = (), report: ReportProgress = lambda done: None, duration: float = 1.0,
) -> Drawing[S]:  # fmt: skip
    """Draw what happens in `frames` (by number, 30 fps) into `folder`, one picture for every moment that looks different.

    With a `sharpness` above 1 each of them is drawn a second time, so many times as large. Raises LecternError where one of
    the `secrets` could be read.
    """
    times: list[float] = []
    snapshots: list[S] = []
    before = b""
    with ExitStack() as videos:
        add = videos.enter_context(open_video(folder / PICTURES, size))
        add_sharp = videos.enter_context(open_video(folder / SHARP, scaled(size, sharpness))) if sharpness > 1 else None
        for number, entries in frames:
            shown = page.show(entries)
            require_no_secret(shown.written, secrets)
            png = page.png_after(before)
            if png != before:
                before = png
                times.append(number / FPS)
                snapshots.append(shown)
                add(png)
                if add_sharp:
                    add_sharp(page.png(sharpness))
            report(min(1.0, number / FPS / max(duration, 0.1)))
    return Drawing(tuple(times), tuple(snapshots))


def scaled(size: Size, factor: float) -> Size:
    """Return a size `factor` times as large, in whole px."""
    return round(size[0] * factor), round(size[1] * factor)


class DrawnFootage[S: Snapshot, P](ABC):
    """A log, and what draws it."""

    log_name: str
    """The file of the log in the take's folder."""
    title = ""

    def __init__(
        self, request: CaptureRequest, duration: float, keys: Sequence[KeyPress], secrets: Collection[str]
    ) -> None:
        self.request, self.duration, self.keys, self.secrets = request, duration, tuple(keys), secrets

    @abstractmethod
    def write_log(self, file: Path) -> None:
        """Write the log."""

    @abstractmethod
    def draw(self, folder: Path, report: ReportProgress) -> Drawing[S]:
        """Draw the log into `folder`."""

    @abstractmethod
    def effect(self, span: StepSpan[P], drawing: Drawing[S]) -> float:
        """Return when the effect of a step is seen."""

    @abstractmethod
    def target(self, span: StepSpan[P], drawing: Drawing[S]) -> Box | None:
        """Return where a step did something."""

    @abstractmethod
    def blurred(self, shown: S) -> tuple[Box, ...]:
        """Return where something is that nobody may read."""

    def notes(self, drawing: Drawing[S]) -> tuple[str, ...]:
        """Return sentences about what a viewer misses."""
        return ()

    def write(self, spans: Sequence[StepSpan[P]], folder: Path, report: ReportProgress) -> CaptureTake:
        """Write log and pictures into `folder` and return the take.

        Where the pictures can't be had, nothing stays: it may be for a secret in them.
        """
        self.write_log(folder / self.log_name)
        try:
            drawing = self.draw(folder, report)
        except LecternError:
            for name in (self.log_name, PICTURES, SHARP):
                (folder / name).unlink(missing_ok=True)
            raise
        return self.take(spans, drawing)

    def take(self, spans: Sequence[StepSpan[P]], drawing: Drawing[S]) -> CaptureTake:
        """Return the take of a log that is drawn."""
        sharp = self.request.sharpness > 1
        return CaptureTake(
            kind=self.request.kind,
            size=self.request.size,
            pictures=PICTURES,
            times=drawing.times,
            duration=max(self.duration, drawing.times[-1] + 0.1),
            events=tuple(self._event(span, drawing) for span in spans),
            keys=self.keys,
            text=drawing.text,
            blurred=self._blurred(drawing),
            title=self.title,
            sharp=SHARP if sharp else "",
            sharp_of=tuple(range(len(drawing.times))) if sharp else (),
            sharpness=self.request.sharpness if sharp else 1.0,
            notes=self.notes(drawing),
        )

    def _event(self, span: StepSpan[P], drawing: Drawing[S]) -> StepEvent:
        return StepEvent(
            index=span.index,
            action=span.action,
            start=span.start,
            effect=self.effect(span, drawing),
            end=span.end,
            target=self.target(span, drawing),
        )

    def _blurred(self, drawing: Drawing[S]) -> tuple[BlurredRegions, ...]:
        """Return an entry for each change."""
        entries: list[BlurredRegions] = []
        for time, shown in zip(drawing.times, drawing.snapshots, strict=True):
            boxes = self.blurred(shown)
            if boxes != (entries[-1].boxes if entries else ()):
                entries.append(BlurredRegions(time=time, boxes=boxes))
        return tuple(entries)
