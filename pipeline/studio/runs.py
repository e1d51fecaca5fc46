"""`lectern runs`: what models, agents and builds are doing or have done for an episode, event by event."""

from collections.abc import Iterator
from pathlib import Path

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..jobs import runs as log
from ..jobs.runs import Run, RunEvent


def runs(folder: Path) -> tuple[Run, ...]:
    """Return the runs of the episode in `folder`, the newest first. A look that changes nothing."""
    return log.runs_in(EpisodePaths(folder=folder).database)


def run_called(folder: Path, id: str) -> Run:
    """Return the run whose id begins with `id`. Raises LecternError where there is none, or more than one."""
    known = runs(folder)
    found = [run for run in known if run.id == id] or [run for run in known if run.id.startswith(id)]
    if len(found) != 1:
        there = ", ".join(run.id for run in known[:12]) or "none"
        raise LecternError(f'there {"are several runs" if found else "is no run"} "{id}"; there are: {there}')
    return found[0]


def run_events(folder: Path, id: str = "", after: int = 0, most: int = 1000) -> tuple[RunEvent, ...]:
    """Return at most `most` events above the number `after`, of one run or of all, in their order."""
    return log.events_in(EpisodePaths(folder=folder).database, after, id, most)


def follow_runs(folder: Path, id: str = "", after: int = 0) -> Iterator[RunEvent]:
    """Yield events above the number `after` as they happen: of a run until it has ended, else without end."""
    return log.follow(EpisodePaths(folder=folder).database, after, id)


def cancel_run(folder: Path, id: str) -> Run:
    """Ask a run to end; what it has made is kept. Raises LecternError if it has ended already."""
    run = run_called(folder, id)
    if not log.cancel_run(EpisodePaths(folder=folder).database, run.id):
        raise LecternError(f"{run.id} does not go on any more: it is {run.state}")
    return run
