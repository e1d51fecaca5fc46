"""The editor that draws: CodeMirror, and xterm.js below it, in Chromium at an exact pixel size."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser

from ...base.geometry import Box, box_of_pixels
from ..drawn import ScreenPage, page_fonts, terminal_setup
from ..request import CaptureRequest
from ..take import TextBox
from .edit_log import EditLogEntry
from .metrics import EditorMetrics


@dataclass(frozen=True)
class TerminalSize:
    """A terminal's columns and rows."""

    columns: int
    rows: int


@dataclass(frozen=True)
class EditorSnapshot:
    """What an editor shows.

    `lines` are the numbers of the visible lines of `file`, `bands` their boxes, as wide as the window, `text` what they
    say; `tabs` the files' names, `shown` the tab in front. `rows` are the texts of the terminal in `panel`, `row_lines`
    each one's line of its buffer, `cursor` the line its cursor is in. `full`: a program has taken the whole terminal.
    `edges` are where the characters of each of `text`, `row_edges` of each of `rows`, begin, and where the last one ends, as
    fractions of the width; empty where all are as wide.
    """

    file: str
    lines: tuple[int, ...]
    bands: tuple[Box, ...]
    text: tuple[TextBox, ...]
    tabs: tuple[TextBox, ...]
    shown: Box | None
    rows: tuple[TextBox, ...] = ()
    row_lines: tuple[int, ...] = ()
    edges: tuple[tuple[float, ...], ...] = ()
    row_edges: tuple[tuple[float, ...], ...] = ()
    cursor: int = -1
    full: bool = False
    panel: Box | None = None

    @property
    def boxes(self) -> tuple[TextBox, ...]:
        """All the text there is."""
        return tuple(t for t in (*self.tabs, *self.text, *self.rows) if t.text)

    @property
    def caret(self) -> None:
        """A cursor is nothing that has to be kept in view: the file is scrolled for it already."""

    @property
    def written(self) -> str:
        """The same as one text."""
        return "\n".join(box.text for box in self.boxes)


class EditorPage(ScreenPage):
    """An editor's page. It shows what it is fed."""

    def __init__(self, browser: Browser, request: CaptureRequest, sheet: EditorMetrics, terminal: bool) -> None:
        super().__init__(browser, "editor.html", sheet.size)
        self.sheet, self.cells = sheet, TerminalSize(*sheet.terminal)
        drawn = self.ask("setup => editor.open(setup)", _page_options(request, sheet, terminal))
        wanted = [sheet.letter[0], *(sheet.cell if terminal else (0, 0))]
        assert drawn == wanted, f"letters and cells are {drawn} px, not {wanted}"

    def feed(self, entries: list[EditLogEntry]) -> None:
        """Do what `entries` say."""
        self.ask("entries => editor.feed(entries)", _entry_pairs(entries))

    def show(self, entries: list[EditLogEntry]) -> EditorSnapshot:
        """Do what `entries` say, wait until it is drawn, and return what is there."""
        return _snapshot(self.ask("entries => editor.show(entries)", _entry_pairs(entries)), self.sheet)

    def lines_to(self, text: str) -> int | None:
        """Return by how many lines the terminal has to scroll to have `text` in its middle; None where nothing says so."""
        lines: int | None = self.ask("text => linesTo(text)", text)
        return lines

    def press(self, key: str) -> list[tuple[str, Any]] | None:
        """Press a key (as Playwright names it), and return what that did, as entries of a log (None: no such key)."""
        did: list[tuple[str, Any]] | None = self.ask("key => editor.press(key)", key)
        return did


def _page_options(request: CaptureRequest, sheet: EditorMetrics, terminal: bool) -> dict[str, Any]:
    return {
        "fonts": page_fonts(request),
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
        "terminal": terminal_setup(request, sheet.letters, sheet.cell, _terminal_corner(sheet), sheet.terminal)
        if terminal
        else None,
    }


def _terminal_corner(sheet: EditorMetrics) -> tuple[int, int]:
    """Return where the terminal's first cell is in its panel."""
    (columns, rows), (width, height) = sheet.terminal, sheet.cell
    return (sheet.size[0] - columns * width) // 2, (sheet.panel - rows * height) // 2


def _entry_pairs(entries: list[EditLogEntry]) -> list[tuple[str, Any]]:
    return [(entry.kind, entry.data) for entry in entries]


def _snapshot(seen: dict[str, Any], sheet: EditorMetrics) -> EditorSnapshot:
    lines, tabs = seen["lines"], seen["tabs"]
    return EditorSnapshot(
        file=seen["file"],
        lines=tuple(line[0] for line in lines),
        bands=tuple(box_of_pixels(0, line[3], sheet.size[0], line[5], sheet.size) for line in lines),
        text=tuple(_text_box(line[1], line[2:6], sheet) for line in lines),
        edges=tuple(tuple(x / sheet.size[0] for x in line[7] or ()) for line in lines),
        tabs=tuple(_text_box(tab[0], tab[1:5], sheet) for tab in tabs),
        shown=next((_text_box("", tab[1:5], sheet).box for tab in tabs if tab[5]), None),
        **(_terminal_rows(seen["terminal"], sheet) if seen["terminal"] else {}),
    )


def _terminal_rows(seen: dict[str, Any], sheet: EditorMetrics) -> dict[str, Any]:
    (left, top), (width, height) = _terminal_corner(sheet), sheet.cell
    edge = sheet.size[1] - sheet.panel
    runs = [(y, *run) for y, row in enumerate(seen["rows"]) for run in row]
    boxes = [
        _text_box(text, (left + x * width, edge + 2 + top + y * height, length * width, height), sheet)
        for y, x, length, text, _ in runs
    ]
    return {
        "rows": tuple(boxes),
        "row_edges": tuple(tuple((left + x * width) / sheet.size[0] for x in run[4] or ()) for run in runs),
        "row_lines": tuple(seen["top"] + y for y, *_ in runs),
        "cursor": seen["cursor"],
        "full": seen["alternate"],
        "panel": box_of_pixels(0, edge, sheet.size[0], sheet.panel, sheet.size),
    }


def _text_box(text: str, box: tuple[float, float, float, float], sheet: EditorMetrics) -> TextBox:
    return TextBox(text=text, box=box_of_pixels(*box, sheet.size))
