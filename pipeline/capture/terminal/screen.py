"""The terminal that draws: xterm.js in Chromium, at an exact pixel size."""

import base64
from dataclasses import dataclass

from playwright.sync_api import Browser

from ...geometry import Size, box_of_pixels
from ..carried import font, page
from ..request import CaptureRequest
from ..take import TextBox

FONT_SIZE = 35
PADDING = 28
"""The least px between the content's edge and the text."""


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


@dataclass(frozen=True)
class Look:
    """What a terminal shows: text boxes and each one's line of the buffer, the first visible line, the cursor's line.

    `full`: a program has taken the whole screen.
    """

    text: tuple[TextBox, ...]
    lines: tuple[int, ...]
    top: int
    cursor: int
    full: bool


def cells(size: Size) -> Cells:
    """As many columns and rows as fit a content of `size` px."""
    columns, rows = int((size[0] - 2 * PADDING) // Cells.width), int((size[1] - 2 * PADDING) // Cells.height)
    return Cells(size, columns, rows)


class Screen:
    """A terminal's screen. It knows nothing of time: it shows what it is fed."""

    def __init__(self, browser: Browser, request: CaptureRequest) -> None:
        self.cells = cells(request.size)
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
        return _look(self._page.evaluate("data => show(data)", _base64(output)), self.cells)

    def text(self) -> str:
        """All that the screen shows, line by line; a line that the terminal wrapped is one."""
        return self._page.evaluate("screenText()")

    def png(self) -> bytes:
        """The picture of the content."""
        options = {"format": "png", "optimizeForSpeed": True}
        return base64.b64decode(self._devtools.send("Page.captureScreenshot", options)["data"])

    def close(self) -> None:
        """Lets go of the page."""
        self._page.close()


def _setup(request: CaptureRequest, grid: Cells) -> dict[str, object]:
    regular, bold = (_base64(font(name).read_bytes()) for name in request.fonts)
    return {
        "fonts": {"regular": regular, "bold": bold},
        "fontSize": FONT_SIZE,
        "padding": [grid.left, grid.top],
        "columns": grid.columns,
        "rows": grid.rows,
        "theme": dict(request.colours),
    }


def _look(seen: dict, grid: Cells) -> Look:
    runs = [(y, *run) for y, row in enumerate(seen["rows"]) for run in row]
    return Look(
        text=tuple(_text_box(grid, y, x, length, text) for y, x, length, text in runs),
        lines=tuple(seen["top"] + y for y, *_ in runs),
        top=seen["top"],
        cursor=seen["cursor"],
        full=seen["alternate"],
    )


def _text_box(grid: Cells, row: int, column: int, length: int, text: str) -> TextBox:
    left, top = grid.left + column * grid.width, grid.top + row * grid.height
    return TextBox(text=text, box=box_of_pixels(left, top, length * grid.width, grid.height, grid.size))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
