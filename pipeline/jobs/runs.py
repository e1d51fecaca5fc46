"""Runs: whatever takes its time (a model that writes, an agent that tries, a build), with its state and a log of its events.

They are in the episode's database, beside the jobs. A run belongs to the process that has begun it; any number of others read
along, and find its end, or that its process is gone.
"""

import json
import os
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any, Literal

from pydantic import field_validator

from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.launch import RUN
from ..base.process import alive, identity
from .database import DatabaseCorrupt, explaining_faults, open_database, set_damaged_aside

RunState = Literal["running", "done", "failed", "cancelled", "lost"]
KEPT = 200
"""How many runs are kept with their events; older ones are deleted when one begins."""
MOST_DATA = 16_000
"""The most letters of a text in an event."""
POLL_SECONDS = 0.2
_PATIENCE = 5.0
"""Seconds for which a reader waits for somebody who writes."""


class RunCancelled(LecternError):
    """Somebody has cancelled a run, and it has ended."""


class Run(Frozen):
    """A run: `about` is what it was begun with (model, prompt, settings …), `result` what has come out; times are epoch seconds.

    "lost": its process is gone and has not said how it ended, which is no success.
    """

    id: str
    kind: str
    title: str
    state: RunState
    process: str
    stop: bool
    about: dict[str, Any]
    result: dict[str, Any]
    error: str
    started_at: float
    ended_at: float | None

    @field_validator("about", "result", mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        return json.loads(value) if isinstance(value, str) else value


class RunEvent(Frozen):
    """Something that happened in a run. `seq` grows through all runs of the episode."""

    seq: int
    run: str
    at: float
    kind: str
    data: dict[str, Any]

    @field_validator("data", mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        return json.loads(value) if isinstance(value, str) else value


class RunLog:
    """A run of this process, which it tells about. Threads may share it."""

    def __init__(self, path: Path, id: str, db: sqlite3.Connection, clock: Callable[[], float]) -> None:
        self.id, self._path, self._db, self._clock, self._lock = id, path, db, clock, RLock()
        self._result: dict[str, Any] = {}

    def tell(self, kind: str, **data: Any) -> None:
        """Note an event."""
        self._write(
            "INSERT INTO events (run, at, kind, data) VALUES (?, ?, ?, ?)", self.id, self._clock(), kind, _json(data)
        )

    def note(self, **about: Any) -> None:
        """Note more of what it is about."""
        with self._lock:
            row = self._db.execute("SELECT about FROM runs WHERE id = ?", (self.id,)).fetchone()
            self._write("UPDATE runs SET about = ? WHERE id = ?", _json({**json.loads(row["about"]), **about}), self.id)

    def result(self, **values: Any) -> None:
        """Keep what has come out of it, for when it ends well."""
        self._result |= values

    def stop_wanted(self) -> bool:
        """Return whether somebody has cancelled it."""
        with self._lock, suppress(sqlite3.Error):
            return bool(self._db.execute("SELECT stop FROM runs WHERE id = ?", (self.id,)).fetchone()["stop"])
        return False

    def require_wanted(self) -> None:
        """Raise RunCancelled if somebody has cancelled it."""
        if self.stop_wanted():
            raise RunCancelled(f"{self.id} was cancelled; what was made is kept")

    def end(self, state: RunState, error: str = "") -> None:
        """Note how it has ended, once."""
        with self._lock:
            self._write(
                "UPDATE runs SET state = ?, error = ?, result = ?, ended_at = ? WHERE id = ? AND state = 'running'",
                state, error[:MOST_DATA], _json(self._result), self._clock(), self.id,
            )  # fmt: skip
            self.tell("end", state=state, error=error)

    def _write(self, sql: str, *values: object) -> None:
        with self._lock, explaining_faults(self._path):
            self._db.execute(sql, values)


def new_run_id(kind: str) -> str:
    """Return an id for a run: the one that whoever has started this process has chosen, else a new one."""
    return os.environ.pop(RUN, "") or f"{kind}-{uuid.uuid4().hex[:8]}"


@contextmanager
def running(
    path: Path,
    kind: str,
    title: str,
    about: Mapping[str, Any] | None = None,
    *,
    id: str = "",
    clock: Callable[[], float] = time.time,
) -> Iterator[RunLog]:
    """Yield a new run in the database at `path`; how the block ends is how the run ends.

    Raises LecternError if the database can't be used; one that is damaged is set aside.
    """
    id = id or new_run_id(kind)
    with closing(_opened(path)) as db:
        _tidy(db)
        values = (id, kind, title[:200], identity(), _json(about or {}), clock())
        with explaining_faults(path):
            db.execute(
                "INSERT INTO runs (id, kind, title, process, about, started_at) VALUES (?, ?, ?, ?, ?, ?)", values
            )
        log = RunLog(path, id, db, clock)
        log.tell("begin", of=kind, title=title)
        try:
            yield log
        except (KeyboardInterrupt, RunCancelled) as error:
            log.end("cancelled", str(error))
            raise
        except BaseException as error:
            log.end("cancelled" if log.stop_wanted() else "failed", str(error) or type(error).__name__)
            raise
        log.end("done")


def runs_in(path: Path) -> tuple[Run, ...]:
    """Return all runs, the newest first; nothing where there is no database or it can't be read now."""
    rows = _rows(path, "SELECT * FROM runs ORDER BY started_at DESC, id")
    return tuple(_as_it_stands(Run(**row)) for row in rows)


def events_in(path: Path, after: int = 0, run: str = "", most: int = 1000) -> tuple[RunEvent, ...]:
    """Return at most `most` events whose number is above `after`, of one `run` or of all, in their order."""
    sql = "SELECT * FROM events WHERE seq > ? AND (? = '' OR run = ?) ORDER BY seq LIMIT ?"
    return tuple(RunEvent(**row) for row in _rows(path, sql, after, run, run, most))


def follow(
    path: Path, after: int = 0, run: str = "", sleep: Callable[[float], None] = time.sleep
) -> Iterator[RunEvent]:
    """Yield events whose number is above `after` as they happen: of `run` until it has ended, else of all runs without end."""
    while True:
        state = next((one.state for one in runs_in(path) if one.id == run), "running")
        found = events_in(path, after, run)
        yield from found
        after = found[-1].seq if found else after
        if run and state != "running" and not found:
            return
        if not found:
            sleep(POLL_SECONDS)


def cancel_run(path: Path, id: str) -> bool:
    """Ask a run to end; return whether it goes on, so that there was something to ask."""
    if not any(run.id == id and run.state == "running" for run in runs_in(path)):
        return False
    with closing(_opened(path)) as db:
        return db.execute("UPDATE runs SET stop = 1 WHERE id = ? AND state = 'running'", (id,)).rowcount > 0


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return open_database(path)
    except DatabaseCorrupt as damage:
        set_damaged_aside(damage)
        return open_database(path)


def _tidy(db: sqlite3.Connection) -> None:
    """Note which runs are lost, and delete old ones."""
    for row in db.execute("SELECT id, process FROM runs WHERE state = 'running'").fetchall():
        if alive(row["process"]) is False:
            db.execute("UPDATE runs SET state = 'lost', ended_at = started_at WHERE id = ?", (row["id"],))
    db.execute(
        "DELETE FROM runs WHERE state <> 'running' AND id NOT IN (SELECT id FROM runs ORDER BY started_at DESC LIMIT ?)",
        (KEPT,),
    )


def _as_it_stands(run: Run) -> Run:
    lost = run.state == "running" and alive(run.process) is False
    return run.model_copy(update={"state": "lost"}) if lost else run


def _rows(path: Path, sql: str, *values: object) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(sql, values)]
    except sqlite3.Error:
        return []


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, default=str)
