"""The terminal that draws: xterm.js in Chromium, at an exact pixel size."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser

from ...base.errors import LecternError
from ...base.geometry import Box, Size, box_of_pixels
from ..drawn import ScreenPage, encoded, terminal_setup
from ..request import CaptureRequest
from ..take import TextBox
from ..text_claims import exactness, one_meant
from .asciicast import CastItem, CastOutput, CastScroll

PADDING = 28
"""The least px between the content's edge and the text."""
WIDTH = 21
"""Px of a cell at a scale of 1: letters of 35 px."""
WIDTHS = (6, *range(9, 85))
"""Px that a cell may be wide: browsers can't have letters of exactly 7 or 8."""
_ADVANCE, _ASCENT, _DESCENT = 0.6, 1.02, 0.3
"""A letter's width and what it takes above and below its line, as parts of the font's size (JetBrains Mono)."""


@dataclass(frozen=True)
class CellGrid:
    """How a terminal fills a content of `size` px: `width` x `height` px a cell, the first at `left`, `top`."""

    size: Size
    columns: int
    rows: int
    width: float = 21.0
    height: float = 47.0

    @property
    def left(self) -> int:
        """Px to the left of the first cell."""
        return int(self.size[0] - self.columns * self.width) // 2

    @property
    def top(self) -> int:
        """Px above the first cell."""
        return int(self.size[1] - self.rows * self.height) // 2

    @property
    def font_size(self) -> float:
        """Px of the letters."""
        return self.width / _ADVANCE


@dataclass(frozen=True)
class TerminalSnapshot:
    """What a terminal shows: text boxes and each one's line of the buffer, the first visible line, the cursor's line.

    `full`: a program has taken the whole screen. `found`: where each text that was looked for is, a box for each row
    it is written in, one group an occurrence. `written` is all that is shown, wrapped lines joined; `line` the cursor's;
    `caret` the cursor's box, where it is seen; `cut` the words that go on in the next row, because the screen ends.
    """

    boxes: tuple[TextBox, ...]
    lines: tuple[int, ...]
    top: int
    cursor: int
    full: bool
    found: tuple[tuple[str, tuple[tuple[Box, ...], ...]], ...] = ()
    written: str = ""
    line: str = ""
    caret: Box | None = None
    cut: tuple[str, ...] = ()

    def where(self, text: str) -> tuple[tuple[Box, ...], ...]:
        """Return each occurrence of `text`, as boxes."""
        return dict(self.found).get(text, ())


def fitting_cells(size: Size, scale: float = 1.0) -> CellGrid:
    """Return as many columns and rows as fit a content of `size` px, with letters `scale` times as large as usual."""
    width = max(w for w in WIDTHS if w <= max(round(WIDTH * scale), WIDTHS[0]))
    height = _height(width)
    columns, rows = (size[0] - 2 * PADDING) // width, (size[1] - 2 * PADDING) // height
    return CellGrid(size, max(columns, 1), max(rows, 1), float(width), float(height))


def cells_for_grid(columns: int, rows: int, size: Size) -> CellGrid:
    """Return the largest whole cells of which so many fit a content of `size` px. Raises LecternError where none are small enough."""
    fitting = [w for w in WIDTHS if columns * w <= size[0] - PADDING and rows * _height(w) <= size[1] - PADDING]
    if not fitting:
        most = (size[0] - PADDING) // WIDTHS[0], (size[1] - PADDING) // _height(WIDTHS[0])
        raise LecternError(
            f"a terminal of {columns} x {rows} cells is too large for {size[0]} x {size[1]} px, of which at most "
            f"{most[0]} x {most[1]} fill a picture; record it in a smaller window"
        )
    width = max(fitting)
    return CellGrid(size, columns, rows, float(width), float(_height(width)))


def _height(width: int) -> int:
    """Return the height of a cell in px: no less than the browser makes of the font's ascent and descent, each rounded."""
    font = round(width / _ADVANCE, 6)
    rounded = sum(math.floor(part * font + 0.5) for part in (_ASCENT, _DESCENT))
    return max(math.ceil(round((_ASCENT + _DESCENT) * font, 6)), rounded)


class TerminalPage(ScreenPage):
    """A terminal's screen. It shows what it is fed, and looks for the texts in `sought`."""

    def __init__(
        self, browser: Browser, request: CaptureRequest, grid: CellGrid | None = None, sought: Iterable[str] = ()
    ) -> None:
        super().__init__(browser, "terminal.html", request.size)
        self.cells = cells = grid or fitting_cells(request.size, request.environment.scale)
        self._sought = tuple(dict.fromkeys(sought))
        wanted, corner = (cells.width, cells.height), (cells.left, cells.top)
        cell = self.ask(
            "setup => openTerminal(setup)",
            terminal_setup(request, cells.font_size, wanted, corner, (cells.columns, cells.rows)),
        )
        assert cell == list(wanted), f"a cell is {cell} px"

    def show(self, entries: Sequence[CastItem]) -> TerminalSnapshot:
        """Do what `entries` of a cast say, wait until it is painted, and return what is there."""
        return [self._show(entry) for entry in entries or [CastOutput(time=0.0, text="")]][-1]

    def scroll(self, lines: int) -> TerminalSnapshot:
        """Move the view by so many lines (0: to the end), and return what is there."""
        return self._look("([lines, sought]) => scrollView(lines, sought)", lines)

    def resize(self, columns: int, rows: int) -> TerminalSnapshot:
        """Give the terminal so many cells (no more than it was opened with), and return what is there."""
        return self._look("([[columns, rows], sought]) => resizeTo(columns, rows, sought)", [columns, rows])

    def find(self, text: str) -> list[list[tuple[int, int, int]]]:
        """Return each occurrence of `text` on the screen: row, column and cells of its parts."""
        found: list[list[tuple[int, int, int]]] = self.ask("text => found(text)", text)
        return found

    def meant(self, text: str) -> int | None:
        """Return which occurrence of `text` on the screen (from 0) is it more exactly than all others; None where none is."""
        return one_meant([exactness(*places) for places in self.ask("text => around(text)", text)])

    def lines_to(self, text: str) -> int | None:
        """Return by how many lines the view has to move to have `text` in its middle; None where nothing says so."""
        lines: int | None = self.ask("text => linesTo(text)", text)
        return lines

    @property
    def full(self) -> bool:
        """Whether a program has taken the whole screen."""
        return bool(self.ask("terminal.buffer.active.type === 'alternate'"))

    def png_after(self, before: bytes) -> bytes:
        """Return the picture, of which `before` was the one before.

        On a busy machine a browser may give the same one once more: it is asked again once all has surely been painted.
        """
        png = self.png()
        if png != before:
            return png
        self.ask("painted().then(painted).then(painted)")
        return self.png()

    def _show(self, entry: CastItem) -> TerminalSnapshot:
        if isinstance(entry, CastOutput):
            return self._look("([data, sought]) => show(data, sought)", encoded(entry.text.encode()))
        if isinstance(entry, CastScroll):
            return self.scroll(entry.lines)
        return self.resize(entry.columns, entry.rows)

    def _look(self, script: str, argument: object) -> TerminalSnapshot:
        return _snapshot(self.ask(script, [argument, list(self._sought)]), self.cells)


def _snapshot(seen: dict[str, Any], grid: CellGrid) -> TerminalSnapshot:
    runs = [(y, *run) for y, row in enumerate(seen["rows"]) for run in row]
    return TerminalSnapshot(
        boxes=tuple(TextBox(text=text, box=_box(grid, y, x, length)) for y, x, length, text, _ in runs),
        lines=tuple(seen["top"] + y for y, *_ in runs),
        top=seen["top"],
        cursor=seen["cursor"],
        full=seen["alternate"],
        found=tuple((text, _boxes(grid, groups)) for text, groups in seen["found"]),
        written=seen["text"],
        line=seen["line"],
        caret=_box(grid, seen["caret"][0], seen["caret"][1], 1) if seen["caret"] else None,
        cut=tuple(seen["cut"]),
    )


def _boxes(grid: CellGrid, groups: list[list[tuple[int, int, int]]]) -> tuple[tuple[Box, ...], ...]:
    return tuple(tuple(_box(grid, *part) for part in group) for group in groups)


def _box(grid: CellGrid, row: int, column: int, length: int) -> Box:
    left, top = grid.left + column * grid.width, grid.top + row * grid.height
    return box_of_pixels(left, top, length * grid.width, grid.height, grid.size)
