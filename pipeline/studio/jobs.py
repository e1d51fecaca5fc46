"""`lectern jobs`: what a build is making, what waits, what failed and why; cancelling a job, and having one made first."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..jobs.queue import Queue
from ..jobs.summary import TakeStatus

_PATIENCE = 0.1
"""Seconds for which a look waits for somebody who writes."""
_SCENE = re.compile(r'scene "([^"]+)"')
_ORDER = {"running": 0, "failed": 1, "waiting": 2, "cancelled": 3, "done": 4}


class JobCard(TakeStatus):
    """A job of the last build. Waiting jobs with a larger `priority` come first."""

    priority: int

    @property
    def scene(self) -> str:
        """The id of the scene that it is made for, as far as its label says; "" otherwise."""
        found = _SCENE.match(self.label)
        return found[1] if found else ""


def jobs(folder: Path) -> tuple[JobCard, ...]:
    """Return the jobs of the last build of the episode in `folder`: running, failed, waiting in their order, then the others.

    A look that costs a millisecond and changes nothing: nothing is returned where the queue can't be read just now.
    """
    file = EpisodePaths(folder=folder).database
    if not file.exists():
        return ()
    columns = ", ".join(JobCard.model_fields)
    last = "(SELECT run FROM asks ORDER BY asked_at DESC LIMIT 1)"
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)) as db:
            db.row_factory = sqlite3.Row
            rows = db.execute(f"SELECT {columns} FROM jobs JOIN asks ON job = id WHERE run = {last}").fetchall()
    except sqlite3.Error:
        return ()
    found = (JobCard(**row) for row in rows)
    return tuple(sorted(found, key=lambda job: (_ORDER[job.state], -job.priority, job.id)))


def cancel_job(folder: Path, id: int) -> None:
    """Cancel a job that waits or runs, and what needs it. Raises LecternError if it does neither."""
    with _queue(folder) as queue:
        if not queue.cancel(id, "a person cancelled it"):
            raise LecternError(f"job {id} neither waits nor runs: there is nothing to cancel")


def make_first(folder: Path, id: int) -> None:
    """Have a waiting job made before all others. Raises LecternError if it doesn't wait."""
    with _queue(folder) as queue:
        if not queue.hurry(id):
            raise LecternError(f"job {id} doesn't wait any more: its place in the queue is no matter")


def _queue(folder: Path) -> Queue:
    file = EpisodePaths(folder=folder).database
    if not file.exists():
        raise LecternError(f"nothing was ever made for {folder.name}: there are no jobs")
    return Queue(file)
