"""How far the takes of a run are, for those who watch it."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from ..base.frozen import Frozen

type JobState = Literal["waiting", "running", "done", "failed", "cancelled"]


class TakeStatus(Frozen):
    """How far one take is. `progress` is 0..1; `error` is for the person."""

    id: int
    kind: str
    label: str
    state: JobState
    progress: float
    error: str


class JobCount(Frozen):
    """How many jobs of a kind are in a state."""

    kind: str
    state: JobState
    number: int


class RunningJob(Frozen):
    """A job that is running: what a person reads about it, and how much is done (0..1)."""

    id: int
    kind: str
    label: str
    progress: float


class QueueSummary(Frozen):
    """How far a run is: its jobs by kind and state, those that run, and `fraction` of it all (0..1; 1.0 without jobs).

    `notes` are sentences for the person: what is waited for, what was found damaged and is made again. `faults` are the
    messages of jobs that have just failed; no later summary repeats them. `step` is what is being done that is no job;
    `seconds_left` is how long the rest will take, where that can be told.
    """

    counts: tuple[JobCount, ...] = ()
    running: tuple[RunningJob, ...] = ()
    fraction: float = 1.0
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    step: str = ""
    seconds_left: float | None = None

    def number(self, *states: JobState) -> int:
        """Return how many jobs are in one of `states` (without any: all jobs)."""
        return sum(c.number for c in self.counts if not states or c.state in states)

    @property
    def settled(self) -> bool:
        """Whether nothing waits or runs any more."""
        return self.number("waiting", "running") == 0


def summarise(jobs: Sequence[TakeStatus]) -> QueueSummary:
    """Return how far `jobs` are: counted by kind and state, with those that run."""
    numbers = Counter((j.kind, j.state) for j in jobs)
    done = sum(j.progress if j.state in ("waiting", "running") else 1.0 for j in jobs)
    return QueueSummary(
        counts=tuple(JobCount(kind=kind, state=state, number=n) for (kind, state), n in sorted(numbers.items())),
        running=tuple(_running(j) for j in jobs if j.state == "running"),
        fraction=done / len(jobs) if jobs else 1.0,
    )


def time_left(seconds: float) -> str:
    """Return how long something will take, as a person says it."""
    return "less than a minute" if seconds < 60 else f"about {seconds / 60:.0f} min"


def _running(job: TakeStatus) -> RunningJob:
    return RunningJob(id=job.id, kind=job.kind, label=job.label, progress=job.progress)
