"""A cast becomes pictures, always the same ones, and what the steps did is found in them."""

import math
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Browser

from ...base.geometry import FULL, Box, union
from ...base.renderer import ReportProgress
from ...episode.steps import Step
from ...jobs.recipe import ignore_progress
from ..drawn import Drawing, DrawnFootage, draw
from ..request import CaptureRequest
from ..screen import StepSpan
from ..secrets import shows_secret
from ..take import FPS, KeyPress
from .asciicast import Asciicast, CastItem, CastOutput, write_cast
from .page import CellGrid, TerminalPage, TerminalSnapshot

CAST = "session.cast"
POINTING = ("highlight", "moment")
"""Steps that do nothing at the screen: they say what, or when, to look at."""
MOST_NAMED = 4
"""Words that a sentence names at most."""

TerminalDrawing = Drawing[TerminalSnapshot]


@dataclass(frozen=True)
class SoughtText:
    """A text that a step points at: the `nth` of it on the screen (from 0)."""

    text: str
    nth: int = 0


def sought_text(step: Step) -> SoughtText | None:
    """Return the text that a step points at."""
    if step.action not in POINTING or not step.target or not step.target.text:
        return None
    return SoughtText(step.target.text, (step.target.nth or 1) - 1)


class TerminalFootage(DrawnFootage[TerminalSnapshot, SoughtText]):
    """A cast that a page of `browser` draws, in cells of `grid` (None: as many as fit)."""

    log_name = CAST

    def __init__(
        self, request: CaptureRequest, browser: Browser, cast: Asciicast, keys: Sequence[KeyPress] = (),
        secrets: Collection[str] = (), grid: CellGrid | None = None,
    ) -> None:  # fmt: skip
        super().__init__(request, cast.duration, keys, secrets)
        self.cast, self._browser, self._grid = cast, browser, grid

    def write_log(self, file: Path) -> None:
        """Write the cast."""
        write_cast(file, self.cast)

    def draw(self, folder: Path, report: ReportProgress = ignore_progress) -> TerminalDrawing:
        """Draw the cast into `folder`."""
        pointed = tuple(place.text for step in self.request.steps if (place := sought_text(step)))
        sought = (*pointed, *_texts_to_blur(self.request))
        return draw_cast(self.cast, self.request, self._browser, folder, self._grid, sought, self.secrets, report)

    def last_picture(self) -> bytes | None:
        """Return a PNG of what the cast shows in the end; None where a secret could be read in it."""
        with closing(TerminalPage(self._browser, self.request, self._grid)) as page:
            for item in (item for _, items in _items_by_frame(self.cast) for item in items):
                _ = page.write(item.text.encode()) if isinstance(item, CastOutput) else page.show([item])
            return None if shows_secret(page.show([]).written, self.secrets) else page.png()

    def notes(self, drawing: TerminalDrawing) -> tuple[str, ...]:
        """Return what of a cast could not be read, and which words the screen's edge cuts."""
        return (*self.cast.notes, *_cut_words(drawing, self.cast.columns, bool(self.request.cast)))

    def effect(self, span: StepSpan[SoughtText], drawing: TerminalDrawing) -> float:
        """Return when the effect of a step is seen.

        For a wait, that is the picture that met it; for what only points, when it does; else the first picture after the
        start.
        """
        if span.action in POINTING:
            return span.start
        if span.action == "wait":
            return max((time for time in drawing.times if time <= span.effect + 1 / FPS), default=span.start)
        until = span.end + 1 / FPS
        return next((time for time in drawing.times if span.start - 1e-6 <= time <= until), span.start)

    def target(self, span: StepSpan[SoughtText], drawing: TerminalDrawing) -> Box | None:
        """Return the box of the text that was pointed at; else of the line that was typed into and what was written below it."""
        before, after = drawing.at(span.start), drawing.at(span.end)
        if span.place:
            groups = after.where(span.place.text)
            return union(groups[span.place.nth]) if span.place.nth < len(groups) else None
        if after.full or before.cursor > after.cursor:
            return FULL if after.full else None
        last = after.cursor if after.cursor == before.cursor else after.cursor - 1
        boxes = [t.box for t, line in zip(after.boxes, after.lines, strict=True) if before.cursor <= line <= last]
        return union(boxes) if boxes else None

    def blurred(self, shown: TerminalSnapshot) -> tuple[Box, ...]:
        """Return where any of the texts is that nobody may read."""
        return tuple(box for text in _texts_to_blur(self.request) for group in shown.where(text) for box in group)


def draw_cast(
    cast: Asciicast, request: CaptureRequest, browser: Browser, folder: Path, grid: CellGrid | None = None,
    sought: Sequence[str] = (), secrets: Collection[str] = (), report: ReportProgress = ignore_progress,
) -> TerminalDrawing:  # fmt: skip
    """Draw `cast` into `folder` and return what is seen on each picture, with the places of the texts in `sought`.

    Raises LecternError where one of the `secrets` could be read after all.
    """
    frames = _items_by_frame(cast)
    with closing(TerminalPage(browser, request, grid, sought)) as page:
        return draw(frames, page, folder, request.size, request.sharpness, secrets, report, cast.duration)


def _cut_words(drawing: TerminalDrawing, columns: int, recorded: bool) -> tuple[str, ...]:
    """Return the sentence about words that the screen's edge cuts; a word that is being typed is no other one than it becomes."""
    words = sorted({word for shown in drawing.snapshots for word in shown.cut})
    whole = [word for word, after in pairwise([*words, ""]) if not after.startswith(word)]
    if not whole:
        return ()
    named = ", ".join(f'"{word}"' for word in whole[:MOST_NAMED]) + (" …" if len(whole) > MOST_NAMED else "")
    way = "record it in a wider window" if recorded else "write environment: {scale: 0.8}, or break the line"
    return (f"the terminal's edge, at {columns} letters, cuts words in two: {named}; {way}",)


def _texts_to_blur(request: CaptureRequest) -> tuple[str, ...]:
    return tuple(target.text for target in request.blur if target.text)


def _items_by_frame(cast: Asciicast) -> Iterator[tuple[int, list[CastItem]]]:
    """Yield what happens in each frame in which something does (the first frame always), by the frame's number."""
    due: dict[int, list[CastItem]] = {0: []}
    happened: list[CastItem] = [*cast.resizes, *cast.outputs, *cast.scrolls]
    for item in sorted(happened, key=lambda item: item.time):
        items = due.setdefault(math.ceil(item.time * FPS - 1e-6), [])
        before = items[-1] if items else None
        if isinstance(item, CastOutput) and isinstance(before, CastOutput):
            items[-1] = CastOutput(time=item.time, text=before.text + item.text)
        else:
            items.append(item)
    yield from sorted(due.items())
