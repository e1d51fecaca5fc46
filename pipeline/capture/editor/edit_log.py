"""What happened in an editor and its terminal, as a cast tells it of a terminal.

It is lines of JSON: one for the screen, then one for each thing that changed.

An entry is ``[seconds, kind, data]``. Positions count characters from 0, lines count from 1. The kinds:

* ``open`` {file, text, indent, changed}: the file's tab comes to the front; `text` is what it holds when first opened
* ``edit`` {changes: [[from, to, text] ...], selection: [anchor, head]}: pieces of the file in front are replaced
  (positions as they were before), and what is selected then
* ``scroll`` [left, top]: how far the file in front is scrolled, in px
* ``marks`` [[first line, last line, "added" or "removed", strength] ...]: the lines of a diff; all others have none
* ``tab`` {file, changed, name}: whether a file differs from what is saved, and the name it has from now on
* ``panel`` true or false: the terminal is there; ``focus`` "editor" or "terminal": where keys go
* ``o`` text: what a program wrote to the terminal; ``view`` lines: the terminal is scrolled by so many (0: to its end)
* ``step`` number: a step begins; ``end``: nothing happens after it
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ...base.errors import LecternError
from ...base.files import write_atomic
from ...base.frozen import Frozen
from ...base.geometry import Size
from .buffer import Buffer, TextEdit

VERSION = 1


class EditLogEntry(Frozen):
    """What changed at `time` (seconds from the start)."""

    time: float
    kind: str
    data: Any = None


class EditLog(Frozen):
    """A session of an editor whose content is `size` px, ended at `duration` seconds."""

    size: Size
    duration: float
    entries: tuple[EditLogEntry, ...]


def write_log(file: Path, log: EditLog) -> None:
    """Write `log` to `file`."""
    header = {"lectern-edits": VERSION, "width": log.size[0], "height": log.size[1]}
    lines = [header, *([e.time, e.kind, e.data] for e in log.entries), [log.duration, "end", None]]
    write_atomic(file, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), inside=None)


def read_log(file: Path) -> EditLog:
    """Return the session in `file`."""
    header, *rows = (json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line)
    if header.get("lectern-edits") != VERSION:
        raise LecternError(f"{file} is no log of an editor in version {VERSION}, the one that this Lectern reads")
    entries = tuple(EditLogEntry(time=time, kind=kind, data=data) for time, kind, data in rows if kind != "end")
    return EditLog(size=(header["width"], header["height"]), duration=rows[-1][0], entries=entries)


def past_texts(entries: Iterable[EditLogEntry]) -> Iterator[str]:
    """Yield what the file in front held after each entry that changed it."""
    front = Buffer("", "")
    for entry in entries:
        if entry.kind == "open":
            front = Buffer("", entry.data["text"])
        elif entry.kind == "edit":
            front.apply([TextEdit(*change) for change in entry.data["changes"]], 0, 0)
        else:
            continue
        yield front.text
