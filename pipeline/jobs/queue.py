"""The job queue: which takes are to be made, by whom, and how far they are. It loses nothing when a process dies."""

import itertools
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Literal

from ..errors import LecternError
from ..model import Frozen
from .database import open_database
from .process import alive, identity
from .recipe import Recipe
from .takes import take_key

State = Literal["waiting", "running", "done", "failed", "cancelled"]
Has = Callable[[str, str], bool]

LOST_AFTER = 600.0
"""Seconds without a heartbeat until a worker counts as lost, though its process seems to live.

Long, because a maker in C code (a render in the bpy module) may hold Python's lock, and the heartbeat, for minutes.
"""
MOST_ATTEMPTS = 5

_numbers = itertools.count(1)


class Standing(Frozen):
    """How one take stands. `progress` is 0..1; `error` is for the person."""

    id: int
    kind: str
    label: str
    state: State
    progress: float
    error: str


class Job(Standing):
    """One take to be made. `detail` is a traceback; times are seconds of the queue's clock."""

    key: str
    request: str
    lane: str | None
    priority: int
    attempts: int
    worker: str
    detail: str
    added_at: float
    touched_at: float

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state in ("done", "failed", "cancelled")


class Count(Frozen):
    """How many jobs of a kind are in a state."""

    kind: str
    state: State
    number: int


class Running(Frozen):
    """A job under way: what a person reads of it, and how much is done (0..1)."""

    id: int
    kind: str
    label: str
    progress: float


class Summary(Frozen):
    """How a run stands: jobs by kind and state, those under way, and the whole (0..1; 1.0 where there is no job)."""

    counts: tuple[Count, ...] = ()
    running: tuple[Running, ...] = ()
    failures: tuple[str, ...] = ()
    fraction: float = 1.0

    def number(self, *states: State) -> int:
        """How many jobs are in one of `states` (none named: all)."""
        return sum(c.number for c in self.counts if not states or c.state in states)

    @property
    def settled(self) -> bool:
        """Whether nothing waits or runs any more."""
        return self.number("waiting", "running") == 0


class Queue:
    """Jobs in the SQLite file at `path`.

    `has(kind, key)` tells whether a finished take is on the disk (`TakeStore.has`): the disk is believed, not the
    database. One object is one *run*: what was asked for through it is what its `summary()` counts. Threads may share it.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.time,
        has: Has | None = None,
        lost_after: float = LOST_AFTER,
    ) -> None:
        self.path, self._clock, self._has, self._lost_after = path, clock, has, lost_after
        self.run = f"{identity()}/{next(_numbers)}"
        self._lock, self._first = RLock(), True
        self._db = open_database(path)

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> "Queue":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- asking for takes ---------------------------------------------------------------------------------------

    def add(
        self,
        recipe: Recipe,
        request: Frozen,
        *,
        after: Iterable[Job] = (),
        label: str = "",
        lane: str = "",
        priority: int = 0,
    ) -> Job:
        """Asks for the take of `request` once all of `after` are done, and returns its job.

        A take that is there already makes a job that is done; one that is under way is that job, not a second one.
        Of a `lane` ("screen") no more than its limit run at once. Larger `priority` comes first. The run's first call
        drops what dead runs left waiting (`drop_abandoned`).
        """
        if self._first:
            self.drop_abandoned()
        key = take_key(recipe, request)
        with self._write() as db:
            job = _live(db, recipe.kind, key) or self._insert(
                recipe.kind, key, request.model_dump_json(by_alias=True), label, lane or None, priority
            )
            self._ask(job)
            self._settle(job, self._has(recipe.kind, key) if self._has else None)
            if _state(db, job) == "waiting":
                _need(db, job, [j.id for j in after])
                self._spread_failure()
            return self._job(job)

    def limit(self, lane: str, most: int) -> None:
        """Makes `lane`, or changes how many of its jobs may run at once."""
        with self._write() as db:
            db.execute("INSERT INTO lanes VALUES (?, ?) ON CONFLICT DO UPDATE SET most = excluded.most", (lane, most))

    def drop_abandoned(self) -> int:
        """Cancels waiting jobs that only runs of dead processes asked for; returns how many."""
        self._first = False
        with self._write() as db:
            runs = [row["run"] for row in db.execute("SELECT DISTINCT run FROM asks")]
            dead = [(run,) for run in runs if alive(run.partition("/")[0]) is False]
            db.executemany("DELETE FROM asks WHERE run = ?", dead)
            return db.execute(
                "UPDATE jobs SET state = 'cancelled', error = 'nobody waits for it any more' "
                "WHERE state = 'waiting' AND id NOT IN (SELECT job FROM asks)"
            ).rowcount

    def cancel(self, job: int, reason: str = "cancelled") -> bool:
        """Cancels a job that waits or runs, and what needs it; returns whether there was something to cancel."""
        with self._write() as db:
            found = db.execute(
                "UPDATE jobs SET state = 'cancelled', error = ? WHERE id = ? AND state IN ('waiting', 'running')",
                (reason, job),
            ).rowcount
            self._spread_failure()
            return found > 0

    def cancel_run(self, reason: str = "the build was stopped") -> None:
        """Cancels what waits or runs and no other run has asked for."""
        with self._write() as db:
            db.execute(
                "UPDATE jobs SET state = 'cancelled', error = ? WHERE state IN ('waiting', 'running') "
                "AND id IN (SELECT job FROM asks WHERE run = ?) AND id NOT IN (SELECT job FROM asks WHERE run <> ?)",
                (reason, self.run, self.run),
            )
            self._spread_failure()

    # --- making them (the worker's side) ------------------------------------------------------------------------

    def claim(self, worker: str) -> Job | None:
        """Gives `worker` the next job that can be made now; None where there is none."""
        with self._write() as db:
            self._take_back()
            row = db.execute(_CLAIM, {"worker": worker, "now": self._clock()}).fetchone()
            return Job(**row) if row else None

    def finish(self, job: int, worker: str) -> bool:
        """Its take is on the disk. False where the job is not this worker's any more."""
        return self._end(job, worker, "done", progress=1.0)

    def fail(self, job: int, worker: str, error: str, detail: str = "") -> bool:
        """It can't be made, for a reason a person reads; what needs it fails, too."""
        return self._end(job, worker, "failed", error=error, detail=detail)

    def progress(self, job: int, worker: str, done: float) -> bool:
        """Says how much is done (0..1) and that the worker lives. False where the job is not this worker's any more."""
        return self._touch("progress = :done", job=job, worker=worker, done=min(1.0, max(0.0, done)))

    def touch(self, job: int, worker: str) -> bool:
        """Says that the worker lives. False where the job is not this worker's any more."""
        return self._touch("progress = progress", job=job, worker=worker)

    def release(self, worker: str) -> None:
        """Gives back what `worker` holds: it was stopped, which is nobody's fault and no attempt."""
        with self._write() as db:
            db.execute(
                "UPDATE jobs SET state = 'waiting', worker = '', progress = 0, attempts = max(attempts - 1, 0) "
                "WHERE worker = ? AND state = 'running'",
                (worker,),
            )

    # --- looking ------------------------------------------------------------------------------------------------

    def job(self, id: int) -> Job:
        """The job as it stands now."""
        with self._lock:
            return self._job(id)

    def jobs(self, run: str | None = None) -> list[Job]:
        """The jobs that `run` asked for (this one, if none is named), in the order they were added."""
        sql = "SELECT jobs.* FROM jobs JOIN asks ON job = id WHERE run = ? ORDER BY id"
        with self._lock:
            return [Job(**row) for row in self._db.execute(sql, (run or self.run,))]

    def history(self) -> list[Job]:
        """Every job there ever was, in the order they were added."""
        with self._lock:
            return [Job(**row) for row in self._db.execute("SELECT * FROM jobs ORDER BY id")]

    def latest_run(self) -> str | None:
        """The run that asked last, for those who only watch; None in a new database."""
        with self._lock:
            row = self._db.execute("SELECT run FROM asks ORDER BY asked_at DESC LIMIT 1").fetchone()
            return row["run"] if row else None

    def summary(self, run: str | None = None) -> Summary:
        """How `run` stands (this one, if none is named). Cheap: requests, which may be large, are not read."""
        columns = ", ".join(Standing.model_fields)
        sql = f"SELECT {columns} FROM jobs JOIN asks ON job = id WHERE run = ? ORDER BY id"
        with self._lock:
            return summarise([Standing(**row) for row in self._db.execute(sql, (run or self.run,))])

    # --- inside a transaction -----------------------------------------------------------------------------------

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def _job(self, id: int) -> Job:
        row = self._db.execute("SELECT * FROM jobs WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise LecternError(f"There is no job {id} in {self.path}.")
        return Job(**row)

    def _insert(self, kind: str, key: str, request: str, label: str, lane: str | None, priority: int) -> int:
        now = self._clock()
        row = self._db.execute(
            "INSERT INTO jobs (kind, key, request, label, lane, priority, added_at, touched_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (kind, key, request, label or kind, lane, priority, now, now),
        ).fetchone()
        return row["id"]

    def _ask(self, job: int) -> None:
        self._db.execute("INSERT OR IGNORE INTO asks VALUES (?, ?, ?)", (self.run, job, self._clock()))

    def _settle(self, job: int, there: bool | None) -> None:
        """Makes the job agree with the disk."""
        if there:
            self._db.execute(
                "UPDATE jobs SET state = 'done', progress = 1 WHERE id = ? AND state = 'waiting'", (job,)
            )
        elif there is False:
            self._db.execute(
                "UPDATE jobs SET state = 'waiting', progress = 0, attempts = 0, worker = '' "
                "WHERE id = ? AND state = 'done'",
                (job,),
            )

    def _end(self, job: int, worker: str, state: State, progress: float = 0, error: str = "", detail: str = "") -> bool:
        with self._write() as db:
            found = db.execute(
                "UPDATE jobs SET state = ?, progress = max(progress, ?), error = ?, detail = ?, touched_at = ? "
                "WHERE id = ? AND worker = ? AND state = 'running'",
                (state, progress, error, detail, self._clock(), job, worker),
            ).rowcount
            self._spread_failure()
            return found > 0

    def _touch(self, change: str, **values: object) -> bool:
        with self._write() as db:
            return db.execute(
                f"UPDATE jobs SET {change}, touched_at = :now WHERE id = :job AND worker = :worker AND state = 'running'",
                {**values, "now": self._clock()},
            ).rowcount > 0

    def _take_back(self) -> None:
        for job in [Job(**row) for row in self._db.execute("SELECT * FROM jobs WHERE state = 'running'")]:
            if alive(job.worker) is False or self._clock() - job.touched_at > self._lost_after:
                self._give_up(job) if job.attempts >= MOST_ATTEMPTS else self._again(job)
        self._spread_failure()

    def _again(self, job: Job) -> None:
        self._db.execute("UPDATE jobs SET state = 'waiting', worker = '', progress = 0 WHERE id = ?", (job.id,))

    def _give_up(self, job: Job) -> None:
        reason = f"The process that made it died {job.attempts} times. Is there enough memory and disk? Build again to retry."
        self._db.execute("UPDATE jobs SET state = 'failed', error = ? WHERE id = ?", (reason, job.id))

    def _spread_failure(self) -> None:
        """Fails the waiting jobs that need one that failed or was cancelled, to the end of the chain."""
        while self._db.execute(_SPREAD).rowcount > 0:
            pass


def summarise(jobs: Sequence[Standing]) -> Summary:
    """Jobs counted by kind and state."""
    numbers = Counter((j.kind, j.state) for j in jobs)
    done = sum(j.progress if j.state in ("waiting", "running") else 1.0 for j in jobs)
    return Summary(
        counts=tuple(Count(kind=kind, state=state, number=n) for (kind, state), n in sorted(numbers.items())),
        running=tuple(_running(j) for j in jobs if j.state == "running"),
        failures=tuple(f"{j.label}: {j.error}" for j in jobs if j.state == "failed"),
        fraction=done / len(jobs) if jobs else 1.0,
    )


def _running(job: Standing) -> Running:
    return Running(id=job.id, kind=job.kind, label=job.label, progress=job.progress)


def _live(db: sqlite3.Connection, kind: str, key: str) -> int | None:
    """The job of this take that neither failed nor was cancelled."""
    sql = "SELECT id FROM jobs WHERE kind = ? AND key = ? AND state IN ('waiting', 'running', 'done')"
    row = db.execute(sql, (kind, key)).fetchone()
    return row["id"] if row else None


def _state(db: sqlite3.Connection, job: int) -> State:
    return db.execute("SELECT state FROM jobs WHERE id = ?", (job,)).fetchone()["state"]


def _need(db: sqlite3.Connection, job: int, needs: list[int]) -> None:
    db.execute("DELETE FROM needs WHERE job = ?", (job,))
    db.executemany("INSERT OR IGNORE INTO needs VALUES (?, ?)", [(job, need) for need in needs])


_CLAIM = """
UPDATE jobs SET state = 'running', worker = :worker, touched_at = :now, attempts = attempts + 1, progress = 0
WHERE id = (
    SELECT id FROM jobs AS candidate
    WHERE state = 'waiting'
      AND NOT EXISTS (SELECT 1 FROM needs JOIN jobs AS n ON n.id = need WHERE job = candidate.id AND n.state <> 'done')
      AND (lane IS NULL
           OR (SELECT count(*) FROM jobs AS r WHERE r.state = 'running' AND r.lane = candidate.lane)
              < (SELECT most FROM lanes WHERE name = candidate.lane))
    ORDER BY priority DESC, id
    LIMIT 1
)
RETURNING *
"""

_SPREAD = """
UPDATE jobs SET state = 'failed', error = (
    SELECT 'it needs "' || n.label || '", which ' || iif(n.state = 'failed', 'failed', 'was cancelled') FROM needs JOIN jobs AS n ON n.id = need
    WHERE job = jobs.id AND n.state IN ('failed', 'cancelled') LIMIT 1
)
WHERE state = 'waiting' AND id IN (
    SELECT job FROM needs JOIN jobs AS n ON n.id = need WHERE n.state IN ('failed', 'cancelled')
)
"""
