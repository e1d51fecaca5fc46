"""A person at an editor: what is done to files, scrolled, selected and run, each written down with its time.

The hands' time is written down, not waited for. Only what programs in the terminal do takes its real time.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ...base.errors import LecternError
from ...episode.errors import did_you_mean, nearly_same
from ..hand import ease_in_out
from ..take import FRAME, KeyPress
from ..terminal.session import TerminalSession
from ..text_claims import contains_words
from .buffer import Buffer, TextEdit, indent_of, open_beneath, openable_files
from .edit_log import EditLog, EditLogEntry, past_texts
from .keystrokes import smallest_edit
from .metrics import EditorMetrics, text_columns
from .page import EditorPage

MARGIN = 2
"""Lines that stay visible above and below the cursor."""
UNTITLED = "untitled"


class EditorSession:
    """The files of `work` in an editor, over `terminal` (None: nothing is run).

    `filmed` is whether time passes; before `begin` it doesn't.
    """

    def __init__(self, work: Path, sheet: EditorMetrics, page: EditorPage, terminal: TerminalSession | None) -> None:
        self.work, self.sheet, self.page, self.terminal = work, sheet, page, terminal
        self.buffers: dict[str, Buffer] = {}
        self.keys: list[KeyPress] = []
        self.filmed = self.panel = False
        self.focus = "editor"
        self._front: Buffer | None = None
        self._time = 0.0
        self._entries: list[EditLogEntry] = []
        self._fed = 0
        self._visits: list[tuple[float, float]] = []

    # ---- time and the log

    @property
    def now(self) -> float:
        """The seconds since the film's start."""
        return self._time

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that was typed into the terminal and may not be seen."""
        return self.terminal.secrets if self.terminal else ()

    def rest(self, seconds: float) -> None:
        """Let `seconds` pass."""
        if self.filmed:
            self._time += seconds

    def note(self, kind: str, data: Any = None) -> None:
        """Write down what changed now."""
        self._entries.append(EditLogEntry(time=round(self._time, 4), kind=kind, data=data))

    def note_key(self, name: str) -> None:
        """Write down a key that a viewer may be shown."""
        if self.filmed:
            self.keys.append(KeyPress(time=self._time, keys=name))

    def begin(self) -> None:
        """Start the film, with the files that are open and all that is in them."""
        self.catch_up()
        if self.terminal:
            self.terminal.begin()
        self.filmed, self._time, self._entries, self._visits = True, 0.0, [], []
        for buffer in (*(b for b in self.buffers.values() if b is not self._front), self._front):
            if buffer is not None:
                self._note_opened(buffer)
        self._fed = len(self._entries)

    def go_on(self) -> None:
        """Let the film start here, with all that was done before in its first picture."""
        self.catch_up()
        if self.terminal:
            self.terminal.go_on()
        self._entries = [entry.model_copy(update={"time": 0.0}) for entry in self._entries]
        self._time, self.keys, self._visits = 0.0, [], []

    def log(self) -> EditLog:
        """Return the session so far."""
        entries = sorted((*self._entries, *self._outputs()), key=lambda entry: entry.time)
        return EditLog(size=self.sheet.size, duration=round(self._time, 4), entries=tuple(entries))

    def catch_up(self) -> None:
        """Bring the live page to the present (what programs write is there already)."""
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

    def open(self, name: str, new: bool = False) -> Buffer:
        """Bring a file to the front; `new`: an empty one, if need be. Raises LecternError where there is no such file."""
        name = Path(name).as_posix().removeprefix("./")
        if self._front is None or self._front.name != name:
            self._bring(self.buffers.get(name) or self._read(name, new))
        self.look_at("editor")
        return self.front

    def save(self, name: str = "") -> None:
        """Write the file in front, or the open file `name`, to the disk; another name is given to the one in front."""
        buffer = self.buffers.get(name) or self.front
        if name and buffer.name != name:
            self._rename(buffer, self._inside(name))
        if buffer.name == UNTITLED and not name:
            raise LecternError("it has no name yet; save it as one: save: notes.txt")
        with self._opened(buffer.name, "wb") as file:
            file.write(buffer.text.replace("\n", buffer.newline).encode())
        self._saved(buffer)

    def save_all(self) -> None:
        """Write all that was changed to the disk, but for what has no name."""
        for buffer in self.buffers.values():
            if buffer.changed and buffer.name != UNTITLED:
                self.save(buffer.name)

    def reread(self) -> None:
        """Take over what programs did to the open files."""
        for buffer in self.buffers.values():
            if buffer.saved is None or buffer.changed or not (self.work / buffer.name).is_file():
                continue
            with self._opened(buffer.name, "rb") as file:
                text = file.read().decode("utf-8", "replace").replace("\r\n", "\n")
            if text != buffer.text:
                self._take_over(buffer, text)

    # ---- what is done to the file in front

    def put(self, changes: list[TextEdit], anchor: int, head: int | None = None) -> None:
        """Change the text and select from `anchor` to `head`; the cursor stays visible."""
        buffer, head = self.front, anchor if head is None else head
        before = buffer.changed
        buffer.apply(changes, anchor, head)
        self.note("edit", {"changes": changes, "selection": [anchor, head]})
        if buffer.changed != before:
            self.note("tab", {"file": buffer.name, "changed": buffer.changed})
        self.follow()

    def insert(self, text: str) -> None:
        """Put `text` in place of what is selected."""
        start, end = self.front.selected
        self.put([TextEdit(start, end, text)], start + len(text))

    def select(self, anchor: int, head: int | None = None) -> None:
        """Select from `anchor` to `head` (nothing but the cursor, if there is none)."""
        self.put([], anchor, head)

    def go_to(self, position: int) -> None:
        """Put the cursor to a position, as with a click."""
        line = self.front.line_at(position)
        self.reveal(line, line)
        if self.front.selected != (position, position):
            self.rest(0.15)
            self.select(position)
            self.rest(0.22)

    def press(self, key: str) -> None:
        """Press a key as Playwright names it. Raises LecternError where the editor has no such key."""
        buffer = self.front
        self.note("step")
        self.catch_up()
        made = self.page.press(key)
        if made is None:
            some = "Enter, Tab, Backspace, Control+Z, Shift+End"
            raise LecternError(f'the editor has no key "{key}"; it has for example {some}')
        for _, done in made:
            changes = [TextEdit(*change) for change in done["changes"]]
            anchor, head = done["selection"]
            if changes or (anchor, head) != (buffer.anchor, buffer.head):
                self.put(changes, anchor, head)
                self._skip_last_edit()

    def mark(self, lines: list[tuple[int, int, str, float]]) -> None:
        """Show lines as those of a diff: first, last, "added" or "removed", how strongly."""
        self.note("marks", lines)

    # ---- what is seen of it

    def visible(self) -> tuple[int, int]:
        """Return the first and the last line of the file in front that are wholly visible."""
        buffer, height = self.front, self.sheet.letter[1]
        first = math.ceil(buffer.top / height) + 1
        last = (buffer.top + self._room[1] - self.sheet.above) // height
        return max(first, 1), max(1, min(last, len(buffer.lines)))

    def text(self) -> str:
        """Return what is on the screen: the visible lines, and the terminal."""
        return self._text_with(self.terminal.text() if self.terminal and self.panel else "")

    def answer(self) -> str:
        """Return the same without what was typed into the terminal."""
        return self._text_with(self.terminal.answer(latest=False) if self.terminal and self.panel else "")

    def was_seen(self, text: str) -> bool:
        """Return whether a file that was in front held `text` at some time, or a program has ever written it."""
        if self.terminal and self.terminal.has_written(text):
            return True
        return any(contains_words(text, past) for past in past_texts(self._entries))

    def _text_with(self, terminal: str) -> str:
        first, last = self.visible() if self._front else (1, 0)
        return "\n".join([*(self.front.lines[first - 1 : last] if self._front else ()), terminal]).rstrip("\n")

    def reveal(self, first: int, last: int) -> None:
        """Scroll as a hand does until the lines are well visible, in the middle if they were not."""
        line, room, seen = self.sheet.letter[1], self._room[1] - self.sheet.above, self.front.top
        top, bottom = (first - 1) * line, last * line
        if seen <= max(0, top - line) and bottom <= seen + room:
            return self.scroll_to(0, seen)
        fits = bottom - top <= room - 2 * line
        self.scroll_to(0, top - (room - (bottom - top)) // 2 if fits else top - line)

    def follow(self) -> None:
        """Scroll as far as the cursor needs it; a long way as a hand does."""
        buffer, (width, height), (letter, line) = self.front, self._room, self.sheet.letter
        number = buffer.line_at(buffer.head)
        margin = min(MARGIN, (height // line - 1) // 2) * line
        y, height = (number - 1) * line, height - self.sheet.above
        top = max(min(buffer.top, y - margin), y + line + margin - height)
        x = text_columns(buffer.text[buffer.start_of(number) : buffer.head]) * letter
        beyond = x + 4 * letter - width
        left = max(min(buffer.left, x - 8 * letter), beyond) if beyond > 0 else 0
        self.scroll_to(left, top, at_once=abs(top - buffer.top) <= 3 * line)

    def scroll_to(self, left: int, top: int, at_once: bool = False) -> None:
        """Scroll the file in front, slow at both ends, unless `at_once`; whole lines are visible in the end."""
        buffer, line = self.front, self.sheet.letter[1]
        bottom = self.sheet.above + len(buffer.lines) * line + self.sheet.below - self._room[1]
        top, left = max(0, min(round(top / line) * line, bottom)), max(0, left)
        if (left, top) == (buffer.left, buffer.top):
            return
        start, way = buffer.top, abs(top - buffer.top)
        frames = 1 if at_once or not self.filmed or not way else _scroll_frames(way)
        for i in range(1, frames + 1):
            if frames > 1:
                self.rest(FRAME)
            buffer.left, buffer.top = left, start + round((top - start) * ease_in_out(i / frames))
            self.note("scroll", [buffer.left, buffer.top])

    # ---- the terminal

    @contextmanager
    def at_terminal(self) -> Iterator[TerminalSession]:
        """Do what is done in the terminal, at the pace of its programs."""
        session = self.terminal
        assert session is not None
        session.rest(0.002)
        begun = session.now
        self._visits.append((begun, self._time))
        try:
            yield session
        finally:
            self.rest(session.now - begun)

    def scroll_terminal(self, lines: int) -> None:
        """Scroll the terminal's view by so many lines (up is negative), as a hand does."""
        with self.at_terminal() as session:
            session.scroll(lines, min(0.9, 0.2 + 0.03 * abs(lines)))
        self._view_terminal(lines)

    def scroll_terminal_back(self) -> None:
        """Show the terminal's end again, as terminals do when a key is pressed."""
        if self.terminal and self.terminal.scrolled:
            self._view_terminal(0)

    def _view_terminal(self, lines: int) -> None:
        self.page.feed([EditLogEntry(time=0.0, kind="view", data=lines)])

    def show_panel(self) -> None:
        """Open the terminal below the file; what was in view of the file stays there."""
        if self.panel:
            return
        self.panel = True
        self.note("panel", True)
        if self._front:
            self.follow()

    def look_at(self, where: str) -> None:
        """Send keys to the "editor" or the "terminal" from now on."""
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

    def _read(self, name: str, new: bool = False) -> Buffer:
        if not (self.work / self._inside(name)).exists():
            there = tuple(openable_files(self.work))
            if new and not nearly_same(name, there):
                return Buffer(name, "")
            raise LecternError(
                f"there is no {name}{did_you_mean(name, there)}; there are: {', '.join(there) or 'no files'}"
            )
        try:
            with self._opened(name, "rb") as file:
                text = file.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise LecternError(f"{name} is no text (in UTF-8)") from error
        plain = text.replace("\r\n", "\n")
        return Buffer(name, plain, saved=plain, newline="\r\n" if "\r\n" in text else "\n")

    def _opened(self, name: str, mode: str) -> IO[bytes]:
        """Open a file of the folder and no other, whatever links a program puts into its way meanwhile."""
        try:
            return open_beneath(self.work, self._inside(name), mode)
        except OSError as error:
            raise LecternError(f"{name} can't be opened ({error.strerror})") from error

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
        change = smallest_edit(buffer.text, text)
        buffer.saved = text
        self.put([change], min(buffer.anchor, change.start), min(buffer.head, change.start))
        if front is not None and front is not buffer:
            self._bring(front)

    def _skip_last_edit(self) -> None:
        """Take note that the live page did it already."""
        due, self._fed = self._entries[self._fed :], len(self._entries)
        if scrolls := [entry for entry in due if entry.kind != "edit"]:
            self.page.feed(scrolls)

    def _outputs(self) -> Iterator[EditLogEntry]:
        """Yield what programs wrote, at the times of this session; before the first visit that is the first prompt."""
        cast = self.terminal.cast() if self.terminal else None
        for output in cast.outputs if cast else ():
            yield EditLogEntry(time=self._time_of(output.time), kind="o", data=output.text)
        for scroll in cast.scrolls if cast else ():
            yield EditLogEntry(time=self._time_of(scroll.time), kind="view", data=scroll.lines)

    def _time_of(self, moment: float) -> float:
        """Return when the moment `moment` of the terminal's own clock was."""
        visit = bisect_right(self._visits, (moment + 1e-4, math.inf)) - 1
        begun, time = self._visits[visit] if visit >= 0 else (moment, 0.0)
        return round(time + max(0.0, moment - begun), 4)


def _scroll_frames(way: int) -> int:
    """Return how many frames a hand scrolls for `way` px."""
    return round(min(0.9, 0.25 + 0.16 * math.log2(1 + way / 200)) / FRAME)
