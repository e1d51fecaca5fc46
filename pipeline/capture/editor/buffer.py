"""The text of an open file, what is selected in it, and where things are in it."""

import errno
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from ...base.errors import LecternError
from ...base.files import held
from ..text_claims import exactness, one_meant

_MODES = {"rb": os.O_RDONLY, "wb": os.O_WRONLY | os.O_CREAT | os.O_TRUNC}
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
"""Nobody waits for a program at the other end of what only looks like a file."""


class TextEdit(NamedTuple):
    """The characters from `start` to `end` (exclusive) become `text`."""

    start: int
    end: int
    text: str


@dataclass
class Buffer:
    """An open file. `anchor` is where the selection began, `head` where the cursor is; `saved` is what is on the disk.

    `name` is relative to the folder; lines end with one character here, and with `newline` on the disk. `left` and
    `top` are how far it is scrolled (px).
    """

    name: str
    text: str
    saved: str | None = None
    newline: str = "\n"
    anchor: int = 0
    head: int = 0
    left: int = 0
    top: int = 0

    @property
    def changed(self) -> bool:
        """Whether the text differs from the file on the disk."""
        return self.text != self.saved

    @property
    def selected(self) -> tuple[int, int]:
        """The first and the last position of the selection."""
        return min(self.anchor, self.head), max(self.anchor, self.head)

    @property
    def lines(self) -> list[str]:
        """The text's lines."""
        return self.text.split("\n")

    @property
    def count(self) -> int:
        """How many lines a person would say it has."""
        return len(self.lines) - (1 if self.text.endswith("\n") else 0)

    def apply(self, changes: list[TextEdit], anchor: int, head: int) -> None:
        """Do `changes`, whose positions are all those of the text as it is now, and select."""
        for start, end, text in sorted(changes, reverse=True):
            self.text = self.text[:start] + text + self.text[end:]
        self.anchor, self.head = anchor, head

    def line_at(self, position: int) -> int:
        """Return the line (from 1) of a position."""
        return self.text.count("\n", 0, position) + 1

    def start_of(self, line: int) -> int:
        """Return the position at which line `line` begins; the end of the text after the last."""
        return len("\n".join(self.lines[: line - 1])) + 1 if line > 1 else 0

    def span_of(self, first: int, last: int) -> tuple[int, int]:
        """Return where line `first` begins and where line `last` ends, without its line break. Raises LecternError outside."""
        if last > max(self.count, 1):
            has = f"{self.count} line" + ("s" if self.count != 1 else "")
            text = f'; a text "{last}" is written {{text: "{last}"}}' if first == last else ""
            raise LecternError(f"{self.name} has {has}, so there is no line {last}{text}")
        start = self.start_of(first)
        return start, start + len("\n".join(self.lines[first - 1 : last]))

    def find(self, text: str, within: tuple[int, int] | None = None, nth: int | None = None) -> tuple[int, int]:
        """Return where `text` is (in the lines `within`): the `nth` place, or the one that is it most exactly. Raises LecternError else."""
        first, last = self.span_of(*within) if within else (0, len(self.text))
        places = [m.start() for m in re.finditer(re.escape(text), self.text) if first <= m.start() and m.end() <= last]
        if not places:
            raise LecternError(f'there is no "{text}" in {self._where(within)}')
        meant = one_meant([exactness(*self._around(place, place + len(text))) for place in places])
        if nth is None and meant is None:
            lines = ", ".join(str(self.line_at(place)) for place in places[:8])
            raise LecternError(
                f'"{text}" occurs {len(places)} times in {self._where(within)} (lines {lines}); '
                "say which: nth: 2, or more of the text"
            )
        if nth is not None and nth > len(places):
            raise LecternError(f'"{text}" occurs only {len(places)} times in {self._where(within)}')
        start = places[nth - 1 if nth is not None else meant or 0]
        return start, start + len(text)

    def _around(self, start: int, end: int) -> tuple[str, str]:
        """Return what stands before and after a text in its first and last line."""
        return self.text[self.text.rfind("\n", 0, start) + 1 : start], self.text[end:].partition("\n")[0]

    def _where(self, within: tuple[int, int] | None) -> str:
        return f"lines {within[0]}-{within[1]} of {self.name}" if within else self.name


_TWO_SPACE_LANGUAGES = ("js", "ts", "jsx", "tsx", "html", "css", "json", "yml", "yaml", "md", "svg", "xml")
"""Files that are indented by two spaces."""


def indent_of(name: str, text: str) -> str:
    """Return what one step of indentation is in a file: as the file has it, else as its language is written."""
    indented = [line for line in text.split("\n") if line[:1] in (" ", "\t") and line.strip()]
    if indented:
        steps = [len(line) - len(line.lstrip()) for line in indented]
        return "\t" if indented[0][0] == "\t" else " " * min((step for step in steps if step > 1), default=4)
    ending = name.rpartition(".")[2]
    if ending in ("go", "mk") or name.endswith("Makefile"):
        return "\t"
    return "  " if ending in _TWO_SPACE_LANGUAGES else "    "


def openable_files(folder: Path) -> list[str]:
    """Return up to a dozen files of a folder, by the names that a step opens them with."""
    found = [f.relative_to(folder) for f in sorted(folder.rglob("*")) if f.is_file()]
    return [f.as_posix() for f in found if not any(part.startswith(".") for part in f.parts)][:12]


def open_beneath(folder: Path, name: str, mode: str) -> IO[bytes]:
    """Open the file `name` of `folder` ("rb" or "wb"). What is new belongs to the folder's owner.

    Raises LinkRefused where a link is in the way, OSError where the file is missing or no file.
    """
    file = folder / name
    if file == folder:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    with held(file.parent, folder, make=mode == "wb") as above:
        opened = above.open(file.name, _MODES[mode] | _AT_ONCE)
        if mode == "wb" and above.handle is not None and os.geteuid() == 0:
            owner = os.stat(folder)
            os.fchown(above.handle, owner.st_uid, owner.st_gid)
            os.fchown(opened, owner.st_uid, owner.st_gid)
    return os.fdopen(opened, mode)
