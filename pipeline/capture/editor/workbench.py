"""A person at an editor: what is done to files, scrolled, selected and run, each written down with its time.

The hands' time is written down, not waited for. Only what programs in the terminal do takes its real time.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...errors import LecternError
from ..pointer import eased
from ..terminal.session import Session
from ..take import KeyPress
from .buffer import Buffer, Change, indent_of
from .hands import replaced
from .log import EditLog, Entry
from .page import EditorPage
from .sheet import Sheet, columns

FRAME = 1 / 30
MARGIN = 2
"""Lines that stay visible above and below the cursor."""
UNTITLED = "untitled"


class Workbench:
    """The files of `work` in an editor, over the terminal of `session` (None: nothing is run).

    `filmed` is whether time passes; before `begin` it doesn't.
    """

    def __init__(self, work: Path, sheet: Sheet, page: EditorPage, session: Session | None) -> None:
        self.work, self.sheet, self.page, self.session = work, sheet, page, session
        self.buffers: dict[str, Buffer] = {}
        self.keys: list[KeyPress] = []
        self.filmed = self.panel = False
        self.focus = "editor"
        self._front: Buffer | None = None
        self._time = 0.0
        self._entries: list[Entry] = []
        self._fed = 0
        self._visits: list[tuple[float, float]] = []

    # ---- time and the log

    @property
    def now(self) -> float:
        return self._time

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that was typed into the terminal and may not be seen."""
        return self.session.secrets if self.session else ()

    def rest(self, seconds: float) -> None:
        """Lets `seconds` pass."""
        if self.filmed:
            self._time += seconds

    def note(self, kind: str, data: Any = None) -> None:
        """Writes down what changed now."""
        self._entries.append(Entry(time=round(self._time, 4), kind=kind, data=data))

    def note_key(self, name: str) -> None:
        """Writes down a key that a viewer may be told of."""
        if self.filmed:
            self.keys.append(KeyPress(time=self._time, keys=name))

    def begin(self) -> None:
        """The film starts: with the files that are open and all that is in them."""
        self.catch_up()
        if self.session:
            self.session.begin()
        self.filmed, self._time, self._entries, self._visits = True, 0.0, [], []
        for buffer in (*(b for b in self.buffers.values() if b is not self._front), self._front):
            if buffer is not None:
                self._note_opened(buffer)
        self._fed = len(self._entries)

    def log(self) -> EditLog:
        """The session so far."""
        entries = sorted((*self._entries, *self._outputs()), key=lambda entry: entry.time)
        return EditLog(size=self.sheet.size, duration=round(self._time, 4), entries=tuple(entries))

    def catch_up(self) -> None:
        """Brings the live page to the present (what programs write is there already)."""
        due, self._fed = self._entries[self._fed :], len(self._entries)
        if due:
            self.page.feed(due)

    # ---- files

    @property
    def front(self) -> Buffer:
        """The file in front; a new one where none was opened yet."""
        if self._front is None:
            self._bring(Buffer(UNTITLED, "", saved=""))
        assert self._front is not None
        return self._front

    def open(self, name: str) -> Buffer:
        """Brings a file to the front; LecternError (with the files there are) where there is no such file."""
        name = Path(name).as_posix().removeprefix("./")
        if self._front is None or self._front.name != name:
            self._bring(self.buffers.get(name) or self._read(name))
        self.look_at("editor")
        return self.front

    def save(self, name: str = "") -> None:
        """Writes the file in front, or the open file `name`, to the disk; another name is given to the one in front."""
        buffer = self.buffers.get(name) or self.front
        if name and buffer.name != name:
            self._rename(buffer, self._inside(name))
        if buffer.name == UNTITLED and not name:
            raise LecternError("it has no name yet; save it as one: save: notes.txt")
        path = self.work / buffer.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(buffer.text.replace("\n", buffer.newline).encode())
        self._saved(buffer)

    def save_all(self) -> None:
        """Writes all that was changed to the disk, but for what has no name."""
        for buffer in self.buffers.values():
            if buffer.changed and buffer.name != UNTITLED:
                self.save(buffer.name)

    def reread(self) -> None:
        """Takes over what programs did to the open files."""
        for buffer in self.buffers.values():
            path = self.work / buffer.name
            if buffer.saved is None or buffer.changed or not path.is_file():
                continue
            text = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
            if text != buffer.text:
                self._take_over(buffer, text)

    # ---- what is done to the file in front

    def put(self, changes: list[Change], anchor: int, head: int | None = None) -> None:
        """Changes the text and selects from `anchor` to `head`; the cursor stays visible."""
        buffer, head = self.front, anchor if head is None else head
        before = buffer.changed
        buffer.apply(changes, anchor, head)
        self.note("edit", {"changes": changes, "selection": [anchor, head]})
        if buffer.changed != before:
            self.note("tab", {"file": buffer.name, "changed": buffer.changed})
        self.follow()

    def insert(self, text: str) -> None:
        """`text` in place of what is selected."""
        start, end = self.front.selected
        self.put([Change(start, end, text)], start + len(text))

    def select(self, anchor: int, head: int | None = None) -> None:
        """Selects from `anchor` to `head` (nothing but the cursor, if there is none)."""
        self.put([], anchor, head)

    def go_to(self, position: int) -> None:
        """Puts the cursor to a position, as with a click."""
        line = self.front.line_at(position)
        self.reveal(line, line)
        if self.front.selected != (position, position):
            self.rest(0.15)
            self.select(position)
            self.rest(0.22)

    def press(self, key: str) -> None:
        """Presses a key as Playwright names it; LecternError where the editor has no such key."""
        buffer = self.front
        self.note("step")
        self.catch_up()
        made = self.page.press(key)
        if made is None:
            some = "Enter, Tab, Backspace, Control+Z, Shift+End"
            raise LecternError(f'the editor has no key "{key}"; it has for example {some}')
        for _, done in made:
            changes = [Change(*change) for change in done["changes"]]
            anchor, head = done["selection"]
            if changes or (anchor, head) != (buffer.anchor, buffer.head):
                self.put(changes, anchor, head)
                self._skip_last_edit()

    def mark(self, lines: list[tuple[int, int, str, float]]) -> None:
        """Shows lines as those of a diff: first, last, "added" or "removed", how strongly."""
        self.note("marks", lines)

    # ---- what is seen of it

    def visible(self) -> tuple[int, int]:
        """The first and the last line of the file in front that are wholly visible."""
        buffer, height = self.front, self.sheet.letter[1]
        first = math.ceil(buffer.top / height) + 1
        last = (buffer.top + self._room[1] - self.sheet.above) // height
        return max(first, 1), max(1, min(last, len(buffer.lines)))

    def text(self) -> str:
        """What is on the screen: the visible lines, and the terminal."""
        first, last = self.visible() if self._front else (1, 0)
        lines = self.front.lines[first - 1 : last] if self._front else []
        return "\n".join([*lines, *([self.session.text()] if self.session and self.panel else [])])

    def reveal(self, first: int, last: int) -> None:
        """Scrolls as a hand does until the lines are well visible, in the middle if they were not."""
        line, room, seen = self.sheet.letter[1], self._room[1] - self.sheet.above, self.front.top
        top, bottom = (first - 1) * line, last * line
        if seen <= max(0, top - line) and bottom <= seen + room:
            return self.scroll_to(0, seen)
        fits = bottom - top <= room - 2 * line
        self.scroll_to(0, top - (room - (bottom - top)) // 2 if fits else top - line)

    def follow(self) -> None:
        """Scrolls as far as the cursor needs it; a long way as a hand does."""
        buffer, (width, height), (letter, line) = self.front, self._room, self.sheet.letter
        number = buffer.line_at(buffer.head)
        margin = min(MARGIN, (height // line - 1) // 2) * line
        y, height = (number - 1) * line, height - self.sheet.above
        top = max(min(buffer.top, y - margin), y + line + margin - height)
        x = columns(buffer.text[buffer.start_of(number) : buffer.head]) * letter
        beyond = x + 4 * letter - width
        left = max(min(buffer.left, x - 8 * letter), beyond) if beyond > 0 else 0
        self.scroll_to(left, top, at_once=abs(top - buffer.top) <= 3 * line)

    def scroll_to(self, left: int, top: int, at_once: bool = False) -> None:
        """Scrolls the file in front, slow at both ends, unless `at_once`; whole lines are visible in the end."""
        buffer, line = self.front, self.sheet.letter[1]
        bottom = self.sheet.above + len(buffer.lines) * line + self.sheet.below - self._room[1]
        top, left = max(0, min(round(top / line) * line, bottom)), max(0, left)
        if (left, top) == (buffer.left, buffer.top):
            return
        start, way = buffer.top, abs(top - buffer.top)
        frames = 1 if at_once or not self.filmed or not way else _frames(way)
        for i in range(1, frames + 1):
            if frames > 1:
                self.rest(FRAME)
            buffer.left, buffer.top = left, start + round((top - start) * eased(i / frames))
            self.note("scroll", [buffer.left, buffer.top])

    # ---- the terminal

    @contextmanager
    def at_terminal(self) -> Iterator[Session]:
        """What is done in the terminal, at the pace of its programs."""
        session = self.session
        assert session is not None
        session.rest(0.002)
        begun = session.now
        self._visits.append((begun, self._time))
        try:
            yield session
        finally:
            self.rest(session.now - begun)

    def show_panel(self) -> None:
        """Opens the terminal below the file; what was in view of the file stays there."""
        if self.panel:
            return
        self.panel = True
        self.note("panel", True)
        if self._front:
            self.follow()

    def look_at(self, where: str) -> None:
        """Keys go to the "editor" or the "terminal" from now on."""
        if self.focus != where:
            self.focus = where
            self.note("focus", where)

    # ---- helpers

    @property
    def _room(self) -> tuple[int, int]:
        return self.sheet.room(self.panel)

    def _bring(self, buffer: Buffer) -> None:
        self._front = self.buffers[buffer.name] = buffer
        self._note_opened(buffer)

    def _note_opened(self, buffer: Buffer) -> None:
        indent = indent_of(buffer.name, buffer.text)
        self.note("open", {"file": buffer.name, "text": buffer.text, "indent": indent, "changed": buffer.changed})
        self.note("edit", {"changes": [], "selection": [buffer.anchor, buffer.head]})
        self.note("scroll", [buffer.left, buffer.top])

    def _read(self, name: str) -> Buffer:
        path = self.work / self._inside(name)
        if not path.is_file():
            raise LecternError(f"there is no {name}; there are: {', '.join(files_below(self.work)) or 'no files'}")
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise LecternError(f"{name} is no text (in UTF-8)") from error
        plain = text.replace("\r\n", "\n")
        return Buffer(name, plain, saved=plain, newline="\r\n" if "\r\n" in text else "\n")

    def _inside(self, name: str) -> str:
        path = (self.work / name).resolve()
        if not path.is_relative_to(self.work):
            raise LecternError(f"{name} lies outside the folder of the capture")
        return path.relative_to(self.work).as_posix()

    def _rename(self, buffer: Buffer, name: str) -> None:
        self.note("tab", {"file": buffer.name, "changed": buffer.changed, "name": name})
        del self.buffers[buffer.name]
        self.buffers[name] = buffer
        buffer.name = name

    def _saved(self, buffer: Buffer) -> None:
        changed, buffer.saved = buffer.changed, buffer.text
        if changed:
            self.note("tab", {"file": buffer.name, "changed": False})

    def _take_over(self, buffer: Buffer, text: str) -> None:
        front, self._front = self._front, buffer
        if front is not buffer:
            self._note_opened(buffer)
        change = replaced(buffer.text, text)
        buffer.saved = text
        self.put([change], min(buffer.anchor, change.start), min(buffer.head, change.start))
        if front is not None and front is not buffer:
            self._bring(front)

    def _skip_last_edit(self) -> None:
        """The live page did it already."""
        due, self._fed = self._entries[self._fed :], len(self._entries)
        if scrolls := [entry for entry in due if entry.kind != "edit"]:
            self.page.feed(scrolls)

    def _outputs(self) -> Iterator[Entry]:
        """What programs wrote, at the times of this session; before the first visit that is the first prompt."""
        cast = self.session.cast() if self.session else None
        for output in cast.outputs if cast else ():
            yield Entry(time=self._time_of(output.time), kind="o", data=output.text)
        for scroll in cast.scrolls if cast else ():
            yield Entry(time=self._time_of(scroll.time), kind="view", data=scroll.lines)

    def _time_of(self, moment: float) -> float:
        """When the moment `moment` of the terminal's own clock was."""
        visit = bisect_right(self._visits, (moment + 1e-4, math.inf)) - 1
        begun, time = self._visits[visit] if visit >= 0 else (moment, 0.0)
        return round(time + max(0.0, moment - begun), 4)


def files_below(folder: Path) -> list[str]:
    """Up to a dozen files of a folder, as they are opened."""
    found = [f.relative_to(folder) for f in sorted(folder.rglob("*")) if f.is_file()]
    return [f.as_posix() for f in found if not any(part.startswith(".") for part in f.parts)][:12]


def _frames(way: int) -> int:
    """How many frames a hand scrolls for `way` px."""
    return round(min(0.9, 0.25 + 0.16 * math.log2(1 + way / 200)) / FRAME)

