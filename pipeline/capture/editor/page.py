"""The editor that draws: CodeMirror, and xterm.js below it, in Chromium at an exact pixel size."""

import base64
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser

from ...geometry import Box, box_of_pixels
from ..carried import font, page
from ..request import CaptureRequest
from ..take import TextBox
from .log import Entry
from .sheet import Sheet


@dataclass(frozen=True)
class Grid:
    """A terminal's columns and rows."""

    columns: int
    rows: int


@dataclass(frozen=True)
class Look:
    """What an editor shows.

    `lines` are the numbers of the visible lines of `file`, `bands` their boxes, as wide as the window, `text` what they
    say; `tabs` the files' names, `shown` the tab in front. `rows` are the texts of the terminal in `panel`, `row_lines`
    each one's line of its buffer, `cursor` the line its cursor is in. `full`: a program has taken the whole terminal.
    """

    file: str
    lines: tuple[int, ...]
    bands: tuple[Box, ...]
    text: tuple[TextBox, ...]
    tabs: tuple[TextBox, ...]
    shown: Box | None
    rows: tuple[TextBox, ...] = ()
    row_lines: tuple[int, ...] = ()
    cursor: int = -1
    full: bool = False
    panel: Box | None = None

    @property
    def boxes(self) -> tuple[TextBox, ...]:
        """All the text there is."""
        return tuple(t for t in (*self.tabs, *self.text, *self.rows) if t.text)

    @property
    def said(self) -> str:
        """The same as one text."""
        return "\n".join(box.text for box in self.boxes)


class EditorPage:
    """An editor's page. It knows nothing of time: it shows what it is fed."""

    def __init__(self, browser: Browser, request: CaptureRequest, sheet: Sheet, terminal: bool) -> None:
        self.sheet, self.cells = sheet, Grid(*sheet.terminal)
        width, height = sheet.size
        self._page = browser.new_page(viewport={"width": width, "height": height})
        self._page.goto(page("editor.html").as_uri())
        drawn = self._page.evaluate("setup => editor.open(setup)", _setup(request, sheet, terminal))
        wanted = [sheet.letter[0], *(sheet.cell if terminal else (0, 0))]
        assert drawn == wanted, f"letters and cells are {drawn} px, not {wanted}"
        self._devtools = self._page.context.new_cdp_session(self._page)

    def feed(self, entries: list[Entry]) -> None:
        """Does what `entries` say."""
        self._page.evaluate("entries => editor.feed(entries)", _plain(entries))

    def show(self, entries: list[Entry]) -> Look:
        """Does what `entries` say, waits until it is drawn, and tells what is there."""
        return _look(self._page.evaluate("entries => editor.show(entries)", _plain(entries)), self.sheet)

    def press(self, key: str) -> list[tuple[str, Any]] | None:
        """Presses a key (as Playwright names it); what that did, as entries of a log (None: no such key)."""
        return self._page.evaluate("key => editor.press(key)", key)

    def write(self, output: bytes) -> str:
        """Feeds the terminal what a program wrote; returns what the terminal answers it."""
        return self._page.evaluate("data => write(data)", base64.b64encode(output).decode())

    def text(self) -> str:
        """All that the terminal shows."""
        return self._page.evaluate("screenText()")

    def png(self, scale: float = 1.0) -> bytes:
        """The picture of the content, drawn `scale` times as large (the layout is the same)."""
        options: dict[str, Any] = {"format": "png", "optimizeForSpeed": True}
        if scale != 1.0:
            width, height = self.sheet.size
            options["clip"] = {"x": 0, "y": 0, "width": width, "height": height, "scale": scale}
        return base64.b64decode(self._devtools.send("Page.captureScreenshot", options)["data"])

    def close(self) -> None:
        """Lets go of the page."""
        self._page.close()


def _setup(request: CaptureRequest, sheet: Sheet, terminal: bool) -> dict[str, Any]:
    regular, bold = (base64.b64encode(font(name).read_bytes()).decode() for name in request.fonts)
    fonts = {"regular": regular, "bold": bold}
    return {
        "fonts": fonts,
        "letters": sheet.letters,
        "letter": sheet.letter,
        "size": sheet.size,
        "tabs": sheet.tabs,
        "gutter": sheet.gutter,
        "above": sheet.above,
        "below": sheet.below,
        "panel": sheet.panel,
        "room": [sheet.room(False)[1], sheet.room(True)[1]],
        "theme": dict(request.colours),
        "terminal": _terminal(request, sheet, fonts) if terminal else None,
    }


def _terminal(request: CaptureRequest, sheet: Sheet, fonts: dict[str, str]) -> dict[str, Any]:
    return {
        "fonts": fonts,
        "fontSize": sheet.letters,
        "cell": sheet.cell,
        "padding": _corner(sheet),
        "columns": sheet.terminal[0],
        "rows": sheet.terminal[1],
        "theme": dict(request.colours),
    }


def _corner(sheet: Sheet) -> tuple[int, int]:
    """Where the terminal's first cell is in its panel."""
    (columns, rows), (width, height) = sheet.terminal, sheet.cell
    return (sheet.size[0] - columns * width) // 2, (sheet.panel - rows * height) // 2


def _plain(entries: list[Entry]) -> list[tuple[str, Any]]:
    return [(entry.kind, entry.data) for entry in entries]


def _look(seen: dict[str, Any], sheet: Sheet) -> Look:
    lines, tabs = seen["lines"], seen["tabs"]
    return Look(
        file=seen["file"],
        lines=tuple(line[0] for line in lines),
        bands=tuple(box_of_pixels(0, line[3], sheet.size[0], line[5], sheet.size) for line in lines),
        text=tuple(_text(line[1], line[2:6], sheet) for line in lines),
        tabs=tuple(_text(tab[0], tab[1:5], sheet) for tab in tabs),
        shown=next((box_of_pixels(*tab[1:5], sheet.size) for tab in tabs if tab[5]), None),
        **(_rows(seen["terminal"], sheet) if seen["terminal"] else {}),
    )


def _rows(seen: dict[str, Any], sheet: Sheet) -> dict[str, Any]:
    (left, top), (width, height) = _corner(sheet), sheet.cell
    edge = sheet.size[1] - sheet.panel
    runs = [(y, *run) for y, row in enumerate(seen["rows"]) for run in row]
    boxes = [
        _text(text, (left + x * width, edge + 2 + top + y * height, length * width, height), sheet)
        for y, x, length, text in runs
    ]
    return {
        "rows": tuple(boxes),
        "row_lines": tuple(seen["top"] + y for y, *_ in runs),
        "cursor": seen["cursor"],
        "full": seen["alternate"],
        "panel": box_of_pixels(0, edge, sheet.size[0], sheet.panel, sheet.size),
    }


def _text(text: str, box: tuple[float, float, float, float], sheet: Sheet) -> TextBox:
    return TextBox(text=text, box=box_of_pixels(*box, sheet.size))
