"""Blenders that have an episode open, as the episode's database knows them: who writes is to ask them first to save."""

import os
import sqlite3
import time
import uuid
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from ..base.errors import LecternError
from ..base.process import alive, identity
from .database import open_database

PATIENCE = 5.0
"""Seconds for which one waits for an answer."""
_LOOK = 0.1
_BUSY = 50
"""Milliseconds for which a Blender waits for a database that is being written: its window stands still meanwhile."""


_open_here: set[Path] = set()
"""The databases that know this process as one that has their episode open."""


class EditorEntry:
    """This process, as one that has the episode open whose database is at `path`. Raises LecternError if that can't be used."""

    def __init__(self, path: Path) -> None:
        """Make it known."""
        self._process, self._db, self._unsaved = identity(), open_database(path), False
        self._path = path
        _open_here.add(path)
        self._db.execute(f"PRAGMA busy_timeout = {_BUSY}")
        with suppress(sqlite3.OperationalError):
            self._db.execute("INSERT OR REPLACE INTO editors (process, unsaved) VALUES (?, 0)", (self._process,))

    def question(self, unsaved: bool) -> str:
        """Note whether something is not saved; return the question that a build asks, "" if there is none."""
        with suppress(sqlite3.OperationalError):  # busy: later
            if unsaved != self._unsaved:
                self._db.execute("UPDATE editors SET unsaved = ? WHERE process = ?", (unsaved, self._process))
                self._unsaved = unsaved
            row = self._db.execute(
                "SELECT question FROM editors WHERE process = ? AND question != answered", (self._process,)
            ).fetchone()
            return str(row["question"]) if row else ""
        return ""

    def answer(self, question: str, fault: str = "") -> None:
        """Say that all is saved, or why it could not be."""
        with suppress(sqlite3.OperationalError):
            self._db.execute(
                "UPDATE editors SET answered = ?, fault = ? WHERE process = ?", (question, fault, self._process)
            )

    def close(self) -> None:
        """Be known no longer."""
        _open_here.discard(self._path)
        with closing(self._db), suppress(sqlite3.Error):
            self._db.execute("DELETE FROM editors WHERE process = ?", (self._process,))


def ask_editors(path: Path, patience: float | None = None, sleep: Callable[[float], None] = time.sleep) -> None:
    """Have every Blender that has the episode open, whose database is at `path`, write down what is not saved.

    Ask before a file of the episode is written, so that nothing is lost that was changed by hand. A Blender that has it open
    itself asks nobody: it would stand still. Raises LecternError for one that says it can't, and for one that had something
    unsaved and does not answer for `patience` seconds (default: PATIENCE).
    """
    if path in _open_here or not path.is_file():
        return
    patience = PATIENCE if patience is None else patience
    question, until = uuid.uuid4().hex, time.monotonic() + patience
    with closing(open_database(path)) as db:
        for row in db.execute("SELECT process FROM editors").fetchall():
            if not alive(row["process"]):
                db.execute("DELETE FROM editors WHERE process = ?", (row["process"],))
        # the Blender that has started this build has saved before
        db.execute("UPDATE editors SET question = ?, fault = '' WHERE process != ?", (question, identity(os.getppid())))
        asked = "SELECT * FROM editors WHERE question = :question AND answered != :question"
        while waiting := db.execute(asked, {"question": question}).fetchall():
            if time.monotonic() > until:
                break
            sleep(_LOOK)
        silent = [row["process"] for row in waiting if row["unsaved"]]
        faults = [row["fault"] for row in db.execute("SELECT fault FROM editors WHERE fault != ''")]
    if faults:
        raise LecternError(f"Blender has the episode open and could not save what was changed there: {faults[0]}")
    if silent:
        raise LecternError(
            f"Blender (process {silent[0].partition('-')[0]}) has the episode open, with changes that are not saved, and did "
            f"not answer for {patience:g} seconds. Its .blend is left as it is. Save there, or close it, and try again."
        )
