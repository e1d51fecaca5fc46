"""The job queue: which takes to make, which worker makes them, how far they are. It survives any process's death."""

import itertools
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.memory import scarce_memory
from ..base.process import alive, identity
from .database import explaining_faults, open_database
from .recipe import Recipe, take_key
from .summary import JobState, QueueSummary, TakeStatus, summarise

type Has = Callable[[str, str], bool]

LOST_AFTER = 600.0
"""Seconds without a heartbeat after which a worker counts as lost, though its process seems to live.

Long, because a maker in C code (a render in the bpy module) may hold Python's lock, and the heartbeat, for minutes.
"""
MOST_ATTEMPTS = 5

_numbers = itertools.count(1)


class Job(TakeStatus):
    """One take to make.

    `detail` is a traceback; `fault` is the JSON of a `RecordedError` (empty without one); times are seconds of the
    queue's clock.
    """

    key: str
    request: str
    lane: str | None
    priority: int
    attempts: int
    worker: str
    detail: str
    fault: str
    added_at: float
    touched_at: float

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to it on its own."""
        return self.state in ("done", "failed", "cancelled")


class Queue:
    """Jobs in the SQLite file at `path`.

    `has(kind, key)` returns whether a finished take is on the disk (`TakeStore.has`): the disk decides, not the database.
    One object is one *run*: its `summary()` counts what was asked for through it, and `claim()` gives nothing else. A
    worker's queue is part of its parent's `run`. Threads may share it. Every method raises LecternError if the file
    can't be used, `DatabaseCorrupt` if it is damaged.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.time,
        has: Has | None = None,
        lost_after: float = LOST_AFTER,
        run: str = "",
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path, self._clock, self._has, self._lost_after = path, clock, has, lost_after
        self.run = run or f"{identity()}/{next(_numbers)}"
        self._lock, self._first, self._stopwatch = RLock(), True, stopwatch
        self._heard: dict[int, tuple[float, float]] = {}
        self._db = open_database(path)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> "Queue":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- asking for takes ---------------------------------------------------------------------------------------

    def add[Q: Frozen, T: Frozen](
        self,
        recipe: Recipe[Q, T],
        request: Q,
        *,
        after: Iterable[Job] = (),
        label: str = "",
        lane: str = "",
        priority: int = 0,
    ) -> Job:
        """Ask for the take of `request`, to be made once all of `after` are done; return its job.

        The job of a take that is there already is done; for a take that is being made, it is the job that makes it. No more
        jobs of a `lane` ("screen") run at once than its limit. Larger `priority` comes first. The run's first call drops
        what dead runs left waiting (`drop_abandoned`).
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
        """Add `lane`, or change how many of its jobs may run at once."""
        with self._write() as db:
            db.execute("INSERT INTO lanes VALUES (?, ?) ON CONFLICT DO UPDATE SET most = excluded.most", (lane, most))

    def drop_abandoned(self) -> int:
        """Cancel waiting jobs that only runs of dead processes asked for; return how many.

        So are those that workers of such runs were making. That these were killed, too, is not the jobs' fault.
        """
        self._first = False
        with self._write() as db:
            processes = [row["process"] for row in db.execute("SELECT DISTINCT process FROM asks")]
            dead = [(process,) for process in processes if alive(process) is False]
            db.executemany("DELETE FROM asks WHERE process = ?", dead)
            made = db.execute(
                "SELECT id, worker FROM jobs WHERE state = 'running' AND id NOT IN (SELECT job FROM asks)"
            )
            left = [(row["id"],) for row in made.fetchall() if alive(row["worker"]) is False]
            db.executemany("UPDATE jobs SET state = 'waiting', worker = '', progress = 0 WHERE id = ?", left)
            return db.execute(
                "UPDATE jobs SET state = 'cancelled', error = 'nobody waits for it any more' "
                "WHERE state = 'waiting' AND id NOT IN (SELECT job FROM asks)"
            ).rowcount

    def cancel(self, job: int, reason: str = "cancelled") -> bool:
        """Cancel a job that waits or runs, and what needs it; return whether there was something to cancel."""
        with self._write() as db:
            found = db.execute(
                "UPDATE jobs SET state = 'cancelled', error = ? WHERE id = ? AND state IN ('waiting', 'running')",
                (reason, job),
            ).rowcount
            self._spread_failure()
            return found > 0

    def hurry(self, job: int) -> bool:
        """Let a waiting job come before all others, and with it what it needs; return whether it waits."""
        with self._write() as db:
            found = db.execute(
                "WITH RECURSIVE wanted (id) AS (SELECT ? UNION SELECT need FROM needs JOIN wanted ON job = id) "
                "UPDATE jobs SET priority = 1 + (SELECT max(priority) FROM jobs WHERE state = 'waiting') "
                "WHERE state = 'waiting' AND id IN (SELECT id FROM wanted) RETURNING id",
                (job,),
            ).fetchall()
            return job in {row["id"] for row in found}

    def cancel_run(self, reason: str = "the build was stopped") -> None:
        """Cancel whatever waits or runs and no other run asked for."""
        with self._write() as db:
            db.execute(
                "UPDATE jobs SET state = 'cancelled', error = ? WHERE state IN ('waiting', 'running') "
                "AND id IN (SELECT job FROM asks WHERE run = ?) AND id NOT IN (SELECT job FROM asks WHERE run <> ?)",
                (reason, self.run, self.run),
            )
            self._spread_failure()

    # --- making them (the worker's side) ------------------------------------------------------------------------

    def claim(self, worker: str) -> Job | None:
        """Give `worker` the next job of this run that can be done now; return None where there is none."""
        with self._write() as db:
            self._take_back()
            row = db.execute(_CLAIM, {"worker": worker, "now": self._clock(), "run": self.run}).fetchone()
            return Job(**row) if row else None

    def finish(self, job: int, worker: str) -> bool:
        """Record that its take is on the disk; return False where the job is no longer this worker's."""
        return self._end(job, worker, "done", progress=1.0)

    def fail(self, job: int, worker: str, error: str, detail: str = "", fault: str = "") -> bool:
        """Record that it can't be made, with an `error` for the person; what needs it fails, too.

        `detail` and `fault` are as in `Job`.
        """
        return self._end(job, worker, "failed", error=error, detail=detail, fault=fault)

    def progress(self, job: int, worker: str, done: float) -> bool:
        """Record how much is done (0..1) and that the worker lives; return False where the job is no longer this worker's."""
        return self._touch("progress = :done", job=job, worker=worker, done=min(1.0, max(0.0, done)))

    def touch(self, job: int, worker: str) -> bool:
        """Record that the worker lives; return False where the job is no longer this worker's."""
        return self._touch("progress = progress", job=job, worker=worker)

    def release(self, worker: str) -> None:
        """Give back the jobs of `worker`, which was stopped; that doesn't count as an attempt."""
        with self._write() as db:
            db.execute(
                "UPDATE jobs SET state = 'waiting', worker = '', progress = 0, attempts = max(attempts - 1, 0) "
                "WHERE worker = ? AND state = 'running'",
                (worker,),
            )

    # --- looking ------------------------------------------------------------------------------------------------

    def job(self, id: int) -> Job:
        """Return the job as it is now."""
        with self._read():
            return self._job(id)

    def jobs(self, run: str | None = None) -> list[Job]:
        """Return the jobs that `run` (None: this one) asked for, in the order they were added."""
        sql = "SELECT jobs.* FROM jobs JOIN asks ON job = id WHERE run = ? ORDER BY id"
        with self._read() as db:
            return [Job(**row) for row in db.execute(sql, (run or self.run,))]

    def history(self) -> list[Job]:
        """Return every job there ever was, in the order they were added."""
        with self._read() as db:
            return [Job(**row) for row in db.execute("SELECT * FROM jobs ORDER BY id")]

    def summary(self, run: str | None = None) -> QueueSummary:
        """Return how far `run` (None: this one) is. Cheap: requests, which may be large, are not read."""
        columns = ", ".join(TakeStatus.model_fields)
        sql = f"SELECT {columns} FROM jobs JOIN asks ON job = id WHERE run = ? ORDER BY id"
        with self._read() as db:
            return summarise([TakeStatus(**row) for row in db.execute(sql, (run or self.run,))])

    # --- inside a transaction -----------------------------------------------------------------------------------

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._read():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        with self._lock, explaining_faults(self.path):
            yield self._db

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
        id: int = row["id"]
        return id

    def _ask(self, job: int) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO asks (run, job, asked_at, process) VALUES (?, ?, ?, ?)",
            (self.run, job, self._clock(), identity()),
        )

    def _settle(self, job: int, there: bool | None) -> None:
        """Make the job agree with the disk."""
        if there:
            self._db.execute("UPDATE jobs SET state = 'done', progress = 1 WHERE id = ? AND state = 'waiting'", (job,))
        elif there is False:
            self._db.execute(
                "UPDATE jobs SET state = 'waiting', progress = 0, attempts = 0, worker = '' "
                "WHERE id = ? AND state = 'done'",
                (job,),
            )

    def _end(
        self,
        job: int,
        worker: str,
        state: JobState,
        progress: float = 0,
        error: str = "",
        detail: str = "",
        fault: str = "",
    ) -> bool:
        with self._write() as db:
            found = db.execute(
                "UPDATE jobs SET state = ?, progress = max(progress, ?), error = ?, detail = ?, fault = ?, touched_at = ? "
                "WHERE id = ? AND worker = ? AND state = 'running'",
                (state, progress, error, detail, fault, self._clock(), job, worker),
            ).rowcount
            self._spread_failure()
            return found > 0

    def _touch(self, change: str, **values: object) -> bool:
        with self._write() as db:
            return (
                db.execute(
                    f"UPDATE jobs SET {change}, touched_at = :now WHERE id = :job AND worker = :worker AND state = 'running'",
                    {**values, "now": self._clock()},
                ).rowcount
                > 0
            )

    def _take_back(self) -> None:
        for job in [Job(**row) for row in self._db.execute("SELECT * FROM jobs WHERE state = 'running'")]:
            if alive(job.worker) is False or self._silence(job) > self._lost_after:
                self._give_up(job) if job.attempts >= MOST_ATTEMPTS else self._again(job)
        self._spread_failure()

    def _silence(self, job: Job) -> float:
        """Return for how many seconds this queue has seen no heartbeat of the job: clocks that are set don't matter."""
        now = self._stopwatch()
        beat, since = self._heard.get(job.id, (None, now))
        if beat != job.touched_at:
            self._heard[job.id] = (job.touched_at, now)
            return 0.0
        return now - since

    def _again(self, job: Job) -> None:
        self._db.execute("UPDATE jobs SET state = 'waiting', worker = '', progress = 0 WHERE id = ?", (job.id,))

    def _give_up(self, job: Job) -> None:
        reason = f"The process that made it died {job.attempts} times. Is there enough memory and disk?"
        reason += f"{scarce_memory()} Build again to retry."
        self._db.execute("UPDATE jobs SET state = 'failed', error = ? WHERE id = ?", (reason, job.id))

    def _spread_failure(self) -> None:
        """Fail the waiting jobs that need one that failed or was cancelled, to the end of the chain."""
        while self._db.execute(_SPREAD).rowcount > 0:
            pass


def _live(db: sqlite3.Connection, kind: str, key: str) -> int | None:
    """Return the job of this take that neither failed nor was cancelled; None without one."""
    sql = "SELECT id FROM jobs WHERE kind = ? AND key = ? AND state IN ('waiting', 'running', 'done')"
    row = db.execute(sql, (kind, key)).fetchone()
    return row["id"] if row else None


def _state(db: sqlite3.Connection, job: int) -> JobState:
    state: JobState = db.execute("SELECT state FROM jobs WHERE id = ?", (job,)).fetchone()["state"]
    return state


def _need(db: sqlite3.Connection, job: int, needs: list[int]) -> None:
    db.execute("DELETE FROM needs WHERE job = ?", (job,))
    db.executemany("INSERT OR IGNORE INTO needs VALUES (?, ?)", [(job, need) for need in needs])


_CLAIM = """
UPDATE jobs SET state = 'running', worker = :worker, touched_at = :now, attempts = attempts + 1, progress = 0
WHERE id = (
    SELECT id FROM jobs AS candidate
    WHERE state = 'waiting'
      AND EXISTS (SELECT 1 FROM asks WHERE job = candidate.id AND run = :run)
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
    SELECT 'it needs "' || n.label || '", which ' || iif(n.state = 'failed', 'failed', 'was cancelled')
    FROM needs JOIN jobs AS n ON n.id = need
    WHERE job = jobs.id AND n.state IN ('failed', 'cancelled') LIMIT 1
)
WHERE state = 'waiting' AND id IN (
    SELECT job FROM needs JOIN jobs AS n ON n.id = need WHERE n.state IN ('failed', 'cancelled')
)
"""
