"""The log of an editor becomes pictures, always the same ones, and what the steps did is found in them."""

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from ...base.geometry import FULL, Box, union
from ...base.renderer import ReportProgress
from ...episode.targets import Target
from ..drawn import Drawing, DrawnFootage, draw
from ..request import CaptureRequest
from ..screen import StepSpan
from ..take import FPS, KeyPress, TextBox
from .edit_log import EditLog, EditLogEntry, write_log
from .page import EditorPage, EditorSnapshot
from .step_context import EditorPlace

LOG = "session.edits"
JUST_BEFORE = 1e-3
"""Seconds before a step's start and its end at which is looked what was there."""

EditorDrawing = Drawing[EditorSnapshot]


class EditorFootage(DrawnFootage[EditorSnapshot, EditorPlace]):
    """A log that a fresh page, opened by `open_page`, draws."""

    log_name = LOG

    def __init__(
        self, request: CaptureRequest, log: EditLog, open_page: Callable[[], AbstractContextManager[EditorPage]], title: str,
        keys: Sequence[KeyPress], secrets: Collection[str],
    ) -> None:  # fmt: skip
        super().__init__(request, log.duration, keys, secrets)
        self.log, self.title, self._open_page = log, title, open_page

    def write_log(self, file: Path) -> None:
        """Write the log."""
        write_log(file, self.log)

    def draw(self, folder: Path, report: ReportProgress) -> EditorDrawing:
        """Draw the log into `folder`."""
        with self._open_page() as page:
            return draw_log(self.log, page, folder, self.request.sharpness, self.secrets, report)

    def effect(self, span: StepSpan[EditorPlace], drawing: EditorDrawing) -> float:
        """Return when the effect of a step is seen.

        For a wait, that is the picture that met it; else the first picture since the step acted, or when it acted if there
        is none.
        """
        times, acted = drawing.times, span.effect
        if span.action == "wait":
            return max(span.start, *(time for time in times if time <= acted + 1 / FPS))
        shown = () if span.action == "highlight" else (time for time in times if acted - 1e-3 <= time <= span.end)
        return next(iter(shown), acted)

    def target(self, span: StepSpan[EditorPlace], drawing: EditorDrawing) -> Box | None:
        """Return where a step did something, as it is seen at its end."""
        place, before, after = span.place, *(drawing.at(time - JUST_BEFORE) for time in (span.start, span.end))
        if place is None:
            return None
        if place.what == "tab":
            return after.shown
        if place.what == "terminal":
            found = [box for row, edges in _rows(after) for box in places_of(row, edges, place.text)]
            return found[-1] if found else _terminal_output_box(before, after)
        lines = [(text, edges, band)
                 for n, text, edges, band in zip(after.lines, after.text, after.edges, after.bands, strict=True)
                 if place.first <= n <= place.last]  # fmt: skip
        found = [box for text, edges, _ in lines for box in places_of(text, edges, place.text)]
        inside = (
            found[place.nth : place.nth + 1] or found[:1] or [_whole_line_box(text, band) for text, _, band in lines]
        )
        return union(inside) if inside else None

    def blurred(self, shown: EditorSnapshot) -> tuple[Box, ...]:
        """Return where the texts and the lines are that nobody may read."""
        return tuple(box for target in self.request.blur for box in _boxes_of_target(target, shown))


def draw_log(
    log: EditLog, page: EditorPage, folder: Path, sharpness: float, secrets: Collection[str], report: ReportProgress
) -> EditorDrawing:
    """Draw `log` on a fresh `page` into `folder`. Raises LecternError where one of the `secrets` could be read."""
    return draw(_entries_by_frame(log), page, folder, log.size, sharpness, secrets, report, log.duration)


def _entries_by_frame(log: EditLog) -> Iterator[tuple[int, list[EditLogEntry]]]:
    """Yield the entries of each frame at which there are some (the first frame always), by the frame's number."""
    due: dict[int, list[EditLogEntry]] = {0: []}
    for entry in log.entries:
        due.setdefault(math.ceil(entry.time * FPS - 0.01), []).append(entry)
    yield from sorted(due.items())


def _whole_line_box(text: TextBox, band: Box) -> Box:
    """Return a line's text; where it is empty, the place where it would begin."""
    return text.box if text.text else Box(x=text.box.x, y=band.y, w=0.05, h=band.h)


def _terminal_output_box(before: EditorSnapshot, after: EditorSnapshot) -> Box | None:
    """Return the line that was typed into and what was written below it, as far as it is still on the screen."""
    if after.full or after.panel is None:
        return after.panel
    first = before.cursor if before.panel else 0
    last = after.cursor if after.cursor == first else after.cursor - 1
    boxes = [row.box for row, line in zip(after.rows, after.row_lines, strict=True) if first <= line <= last]
    return union(boxes) if boxes else after.panel


def _boxes_of_target(target: Target, look: EditorSnapshot) -> list[Box]:
    if target.position:
        return [FULL]
    boxes = [] if target.text else [b for n, b in zip(look.lines, look.bands, strict=True) if _names_line(target, n)]
    plain: tuple[float, ...] = ()
    elsewhere = [*((0, row, edges) for row, edges in _rows(look)), *((0, tab, plain) for tab in look.tabs)]
    for number, line, edges in (*zip(look.lines, look.text, look.edges, strict=True), *elsewhere):
        if target.text and (not target.lines or _names_line(target, number)):
            boxes += places_of(line, edges, target.text)
    return boxes


def _rows(look: EditorSnapshot) -> list[tuple[TextBox, tuple[float, ...]]]:
    """Return the terminal's rows with the edges of their characters."""
    return list(zip(look.rows, look.row_edges, strict=True))


def _names_line(target: Target, line: int) -> bool:
    return target.lines is not None and target.lines[0] <= line <= target.lines[1]


def places_of(line: TextBox, edges: Sequence[float], text: str) -> list[Box]:
    """Return the boxes of `text` in a line, whose characters have these `edges`; none: they are all as wide."""
    width, places, start = line.box.w / max(len(line.text), 1), [], line.text.find(text) if text else -1
    edges = edges or [line.box.x + i * width for i in range(len(line.text) + 1)]
    while start >= 0:
        left, right = edges[start], edges[start + len(text)]
        places.append(Box(x=left, y=line.box.y, w=right - left, h=line.box.h))
        start = line.text.find(text, start + 1)
    return places
