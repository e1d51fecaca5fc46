"""The terminal that draws: xterm.js in Chromium, at an exact pixel size."""

import base64
import math
from collections.abc import Iterable
from dataclasses import dataclass

from playwright.sync_api import Browser

from ...errors import LecternError
from ...geometry import Box, Size, box_of_pixels
from ..carried import font, page
from ..request import CaptureRequest
from ..take import TextBox

PADDING = 28
"""The least px between the content's edge and the text."""
WIDTH = 21
"""Px of a cell at a scale of 1: letters of 35 px."""
WIDTHS = (6, *range(9, 85))
"""Px that a cell may be wide: browsers can't have letters of exactly 7 or 8."""
_ADVANCE, _ASCENT, _DESCENT = 0.6, 1.02, 0.3
"""A letter's width and what it takes above and below its line, as parts of the font's size (JetBrains Mono)."""


@dataclass(frozen=True)
class Cells:
    """How a terminal fills a content of `size` px: `width` x `height` px a cell, the first at `left`, `top`."""

    size: Size
    columns: int
    rows: int
    width: float = 21.0
    height: float = 47.0

    @property
    def left(self) -> int:
        return int(self.size[0] - self.columns * self.width) // 2

    @property
    def top(self) -> int:
        return int(self.size[1] - self.rows * self.height) // 2

    @property
    def font_size(self) -> float:
        """Px of the letters."""
        return self.width / _ADVANCE


@dataclass(frozen=True)
class Look:
    """What a terminal shows: text boxes and each one's line of the buffer, the first visible line, the cursor's line.

    `full`: a program has taken the whole screen. `found`: where each text that was looked for is, a box for each row
    it is written in, one group an occurrence. `written` is all that is shown, wrapped lines joined; `line` the cursor's;
    `caret` the cursor's box, where it is seen.
    """

    text: tuple[TextBox, ...]
    lines: tuple[int, ...]
    top: int
    cursor: int
    full: bool
    found: tuple[tuple[str, tuple[tuple[Box, ...], ...]], ...] = ()
    written: str = ""
    line: str = ""
    caret: Box | None = None

    def where(self, text: str) -> tuple[tuple[Box, ...], ...]:
        """Each occurrence of `text`, as boxes."""
        return dict(self.found).get(text, ())


def cells(size: Size, scale: float = 1.0) -> Cells:
    """As many columns and rows as fit a content of `size` px, with letters `scale` times as large as usual."""
    width = max(w for w in WIDTHS if w <= max(round(WIDTH * scale), WIDTHS[0]))
    height = _height(width)
    columns, rows = (size[0] - 2 * PADDING) // width, (size[1] - 2 * PADDING) // height
    return Cells(size, max(columns, 1), max(rows, 1), float(width), float(height))


def cells_of(columns: int, rows: int, size: Size) -> Cells:
    """The largest whole cells of which so many fit a content of `size` px. LecternError where the smallest are too large."""
    fitting = [w for w in WIDTHS if columns * w <= size[0] - PADDING and rows * _height(w) <= size[1] - PADDING]
    if not fitting:
        most = (size[0] - PADDING) // WIDTHS[0], (size[1] - PADDING) // _height(WIDTHS[0])
        raise LecternError(
            f"a terminal of {columns} x {rows} cells is too large for {size[0]} x {size[1]} px, of which at most "
            f"{most[0]} x {most[1]} fill a picture; record it in a smaller window"
        )
    width = max(fitting)
    return Cells(size, columns, rows, float(width), float(_height(width)))


def _height(width: int) -> int:
    """Px of a cell so wide: no less than the browser makes of the font's ascent and descent, each rounded."""
    font = round(width / _ADVANCE, 6)
    rounded = sum(math.floor(part * font + 0.5) for part in (_ASCENT, _DESCENT))
    return max(math.ceil(round((_ASCENT + _DESCENT) * font, 6)), rounded)


class Screen:
    """A terminal's screen. It knows nothing of time: it shows what it is fed, and looks for the texts in `sought`."""

    def __init__(
        self, browser: Browser, request: CaptureRequest, grid: Cells | None = None, sought: Iterable[str] = ()
    ) -> None:
        self.cells = grid or cells(request.size, request.environment.scale)
        self._sought = tuple(dict.fromkeys(sought))
        width, height = request.size
        self._page = browser.new_page(viewport={"width": width, "height": height})
        self._page.goto(page("terminal.html").as_uri())
        cell = self._page.evaluate("setup => openTerminal(setup)", _setup(request, self.cells))
        assert cell == [self.cells.width, self.cells.height], f"a cell is {cell} px"
        self._devtools = self._page.context.new_cdp_session(self._page)

    def write(self, output: bytes) -> str:
        """Feeds what a program wrote; returns what the terminal answers it."""
        return self._page.evaluate("data => write(data)", _base64(output))

    def show(self, output: bytes) -> Look:
        """Feeds what a program wrote, waits until it is painted, and tells what is there."""
        return self._look("([data, sought]) => show(data, sought)", _base64(output))

    def scroll(self, lines: int) -> Look:
        """Moves the view by so many lines (0: to the end), and tells what is there."""
        return self._look("([lines, sought]) => scrollView(lines, sought)", lines)

    def resize(self, columns: int, rows: int) -> Look:
        """Gives the terminal so many cells (no more than it was opened with), and tells what is there."""
        return self._look("([[columns, rows], sought]) => resizeTo(columns, rows, sought)", [columns, rows])

    def text(self) -> str:
        """All that the screen shows, line by line; a line that the terminal wrapped is one."""
        return self._page.evaluate("screenText()")

    def find(self, text: str) -> list[list[tuple[int, int, int]]]:
        """Each occurrence of `text` on the screen: row, column and cells of its parts."""
        return self._page.evaluate("text => found(text)", text)

    def lines_to(self, text: str) -> int | None:
        """By how many lines the view has to move to have `text` in its middle; None where nothing says so."""
        return self._page.evaluate("text => linesTo(text)", text)

    @property
    def full(self) -> bool:
        """Whether a program has taken the whole screen."""
        return self._page.evaluate("terminal.buffer.active.type === 'alternate'")

    def png(self, sharpness: float = 1.0) -> bytes:
        """The picture of the content, `sharpness` times as large."""
        options: dict[str, object] = {"format": "png", "optimizeForSpeed": True}
        if sharpness != 1.0:
            width, height = self.cells.size
            options["clip"] = {"x": 0, "y": 0, "width": width, "height": height, "scale": sharpness}
        return base64.b64decode(self._devtools.send("Page.captureScreenshot", options)["data"])

    def png_of_next_frame(self) -> bytes:
        """The picture after all that was asked for has surely reached it."""
        self._page.evaluate("painted().then(painted).then(painted)")
        return self.png()

    def close(self) -> None:
        """Lets go of the page."""
        self._page.close()

    def _look(self, script: str, argument: object) -> Look:
        return _look(self._page.evaluate(script, [argument, list(self._sought)]), self.cells)


def _setup(request: CaptureRequest, grid: Cells) -> dict[str, object]:
    regular, bold = (_base64(font(name).read_bytes()) for name in request.fonts)
    return {
        "fonts": {"regular": regular, "bold": bold},
        "fontSize": grid.font_size,
        "cell": [grid.width, grid.height],
        "padding": [grid.left, grid.top],
        "columns": grid.columns,
        "rows": grid.rows,
        "theme": dict(request.colours),
    }


def _look(seen: dict, grid: Cells) -> Look:
    runs = [(y, *run) for y, row in enumerate(seen["rows"]) for run in row]
    return Look(
        text=tuple(TextBox(text=text, box=_box(grid, y, x, length)) for y, x, length, text in runs),
        lines=tuple(seen["top"] + y for y, *_ in runs),
        top=seen["top"],
        cursor=seen["cursor"],
        full=seen["alternate"],
        found=tuple((text, _boxes(grid, groups)) for text, groups in seen["found"]),
        written=seen["text"],
        line=seen["line"],
        caret=_box(grid, *seen["caret"], 1) if seen["caret"] else None,
    )


def _boxes(grid: Cells, groups: list[list[tuple[int, int, int]]]) -> tuple[tuple[Box, ...], ...]:
    return tuple(tuple(_box(grid, *part) for part in group) for group in groups)


def _box(grid: Cells, row: int, column: int, length: int) -> Box:
    left, top = grid.left + column * grid.width, grid.top + row * grid.height
    return box_of_pixels(left, top, length * grid.width, grid.height, grid.size)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
