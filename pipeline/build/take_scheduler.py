"""Schedule a build's takes: stages ask for them, worker processes make what is missing, stages read the results."""

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.launch import child_command
from ..jobs.database import DatabaseCorrupt, set_damaged_aside
from ..jobs.queue import Job, Queue
from ..jobs.recipe import Recipe, take_key
from ..jobs.runs import RunCancelled
from ..jobs.summary import QueueSummary
from ..jobs.take_file import TakeFile, TakeState
from ..jobs.takes import TakeStore
from ..jobs.workers import Workers, drain
from ..services.plugins import Plugin
from ..services.provider import Lane
from .costs import CostApproval, Costs, decline_costs, require_agreement
from .progress import BuildProgress, Stage

ProgressListener = Callable[[QueueSummary], None]
"""Called again and again with how far all takes of a build are."""


def ignore_summary(summary: QueueSummary) -> None:
    """Do nothing with a build's progress: nobody is watching."""


_UNUSABLE: Mapping[TakeState, str] = {
    "foreign": "{takes} in media/ not made on this computer, or changed since, and so made again. If you made them "
    "yourself elsewhere, stop and keep them with: lectern adopt {folder}",
    "damaged": "{takes} in media/ damaged, and so made again.",
}


def _count(takes: Sequence[str]) -> str:
    """Return how many takes there are, with the verb, and the names of a few."""
    if len(takes) == 1:
        return f"1 take ({takes[0]}) was"
    return f"{len(takes)} takes ({', '.join(takes[:3])}{', …' if len(takes) > 3 else ''}) were"


class TakeHandle[T: Frozen]:
    """A take that was asked for: its key and folder are known at once, the take itself once it has been made."""

    def __init__(self, recipe: Recipe[Any, T], job: Job, store: TakeStore) -> None:
        self.recipe, self.job = recipe, job
        self._store = store

    @property
    def key(self) -> str:
        """The take's key in its kind."""
        return self.job.key

    @property
    def folder(self) -> Path:
        """Where its files are, or will be."""
        return self._store.folder(self.recipe.kind, self.key)

    def file(self, name: str) -> str:
        """Return the path of its file `name`, relative to the episode, as timelines refer to it."""
        return str(TakeFile(self.recipe.kind, self.key, name))

    @cached_property
    def take(self) -> T:
        """The description of the finished take. Raises LecternError before it has been made."""
        return self._store.load(self.recipe, self.key)


def strictest_lanes(lanes: Iterable[Lane]) -> dict[str, Lane]:
    """Return each lane once, by its name, with the strictest of its limits."""
    return {lane.name: lane for lane in sorted(lanes, key=lambda lane: -lane.most)}


class TakeScheduler:
    """The takes of one build of the episode in `paths`: ask with `want`, then `make`, then read the handles' `take`.

    Workers start when there is something to make and stay for the next round; `with` ends them. `plugins` are those that
    the person trusts; workers load exactly them; `run` is the run that asks for the takes. `notes` say, in sentences, what was
    found damaged or a stranger's.
    """

    def __init__(
        self,
        paths: EpisodePaths,
        config: Path | None,
        processes: int,
        listen: ProgressListener,
        agree: CostApproval = decline_costs,
        plugins: tuple[Plugin, ...] = (),
        programs: Path | None = None,
        run: str = "",
    ) -> None:
        self.paths, self._run = paths, run
        self._config, self._processes, self._plugins, self._programs = config, processes, plugins, programs
        self._listen, self._agree = listen, agree
        self._progress = BuildProgress()
        self._store = TakeStore(paths.media)
        self._unusable: dict[str, TakeState] = {}
        self._reported: set[str] = set()
        self.notes: tuple[str, ...] = ()
        self._queue = self._open_queue()
        self._workers: Workers | None = None
        self._locators: dict[int, Callable[[Job], str]] = {}
        self._wanted: dict[int, str] = {}
        self._made: set[int] = set()
        self._at_services: set[int] = set()
        self._reported_failures: set[int] = set()

    def __enter__(self) -> "TakeScheduler":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._workers:
            if kind in (KeyboardInterrupt, RunCancelled) and self._is_at_services():
                self._queue.cancel_run()
                kind = error = trace = None  # time to tell the services
            self._workers.__exit__(kind, error, trace)
        self._queue.close()

    def _is_at_services(self) -> bool:
        """Return whether a service makes something now, which goes on, and costs, until it is cancelled there."""
        return any(job.state == "running" and job.id in self._at_services for job in self._queue.jobs())

    @property
    def made(self) -> int:
        """How many takes this build had to make."""
        return len(self._made)

    @property
    def reused(self) -> int:
        """How many takes were there already."""
        return len(self._wanted.keys() - self._made)

    def want[Q: Frozen, T: Frozen](
        self,
        recipe: Recipe[Q, T],
        request: Q,
        label: str,
        *,
        after: Iterable[TakeHandle[Any]] = (),
        lane: Lane | None = None,
        at_service: bool = False,
        priority: int = 0,
        locate: Callable[[Job], str] | None = None,
    ) -> TakeHandle[T]:
        """Ask for the take of `request`; `label` says to a person what it is.

        The takes of a `lane` are made beside each other only up to its limit (see `limit`). `at_service` says that a
        service makes it in its own time, and has to be cancelled there when nobody wants it any more. `locate` returns the
        message for a job that failed, with file and line (default: the label and the job's error).
        """
        needs = [handle.job for handle in after]
        name = lane.name if lane else ""
        job = self._queue.add(recipe, request, after=needs, label=label, lane=name, priority=priority)
        self._wanted[job.id] = recipe.kind
        self._locators[job.id] = locate or (lambda failed: f"{label}: {failed.error}")
        if at_service:
            self._at_services.add(job.id)
        if job.state != "done":
            self._made.add(job.id)
            self._note_state(recipe.kind, job.key)
            self._start()
        return TakeHandle(recipe, job, self._store)

    def missing[Q: Frozen](self, recipe: Recipe[Q, Any], requests: Iterable[Q]) -> tuple[Q, ...]:
        """Return those of `requests` whose takes are not there yet."""
        missing = tuple(r for r in requests if not self._store.has(recipe.kind, take_key(recipe, r)))
        for request in missing:
            self._note_state(recipe.kind, take_key(recipe, request))
        return missing

    def limit(self, lanes: Iterable[Lane]) -> None:
        """Let no more takes of a lane be made at once than it allows; of two limits of one lane, the strictest counts."""
        for lane in strictest_lanes(lanes).values():
            self._queue.limit(lane.name, lane.most)

    def allow(self, costs: Costs) -> None:
        """Raise `CostDeclined` unless the person agrees to what would be paid."""
        self._report_unusable()
        require_agreement(costs, self._agree)

    def make(self) -> None:
        """Wait until all that was asked for is made. Raises LecternError with every reason if something can't be."""
        if not self._workers:
            return
        self._report_unusable()
        drain(self._queue, self._workers, self._follow)
        lost = [job for job in self._queue.jobs() if job.state in ("failed", "cancelled")]
        if lost:
            raise LecternError("\n".join(dict.fromkeys(self._locators[job.id](job) for job in lost)))

    def expect(self, stages: tuple[Stage, ...]) -> None:
        """Let the progress be that of a whole build of `stages`, not of the takes that were asked for so far."""
        self._progress = BuildProgress(stages)

    def begin(self, step: str) -> None:
        """Tell the person that something begins that is no take, which takes a while."""
        self._listen(self._progress.begin(step))

    def _follow(self, summary: QueueSummary) -> None:
        """Report how far the build is, and at once what has failed, unless it only needs something else that failed."""
        faults: tuple[str, ...] = ()
        if summary.number("failed") > len(self._reported_failures):
            fresh = [
                job for job in self._queue.jobs() if job.state == "failed" and job.id not in self._reported_failures
            ]
            self._reported_failures.update(job.id for job in fresh)
            faults = tuple(dict.fromkeys(self._locators[job.id](job) for job in fresh if job.attempts))
        reused = Counter(kind for id, kind in self._wanted.items() if id not in self._made)
        self._listen(self._progress.follow(summary, reused).model_copy(update={"faults": faults}))

    def load[Q: Frozen, T: Frozen](self, recipe: Recipe[Q, T], request: Q) -> T:
        """Return the description of the finished take of `request`. Raises LecternError if there is none."""
        return self._store.load(recipe, take_key(recipe, request))

    def note(self, sentence: str) -> None:
        """Tell the person, now and in the report, that something was not as it should be."""
        self.notes = (*self.notes, sentence)
        self._listen(QueueSummary(notes=(sentence,)))

    def _note_state(self, kind: str, key: str) -> None:
        """Note why a take that is made again can't be used, if there is one and the person does not know it."""
        if (state := self._store.state(kind, key)) != "missing":
            self._unusable.setdefault(f"{kind}/{key}", state)

    def _report_unusable(self) -> None:
        """Say which takes were there but can't be used, each of them once."""
        fresh = {take: state for take, state in self._unusable.items() if take not in self._reported}
        self._reported.update(fresh)
        for state in _UNUSABLE:
            if takes := sorted(take for take in fresh if fresh[take] == state):
                self.note(_UNUSABLE[state].format(takes=_count(takes), folder=shlex.quote(str(self.paths.folder))))

    def _open_queue(self) -> Queue:
        """Return the queue; one that is damaged is set aside for a new one."""
        try:
            return Queue(self.paths.database, has=self._store.has, run=self._run)
        except DatabaseCorrupt as damage:
            kept = set_damaged_aside(damage)
            self.note(f"The queue was damaged ({damage.reason}). It is kept as {kept}, and a new one begins.")
            return Queue(self.paths.database, has=self._store.has, run=self._run)

    def _start(self) -> None:
        """Start a worker for one take more, up to as many as this build may have."""
        if self._workers:
            self._workers.grow(self._processes)
            return
        config = ["--config-file", str(self._config)] if self._config else []
        programs = [f"--programs={self._programs}"] if self._programs else []
        plugins = (f"--plug-in={plugin.digest}:{plugin.file}" for plugin in self._plugins)
        argv = child_command("worker", str(self.paths.folder), f"--run={self._queue.run}", *config, *plugins, *programs)
        self._workers = Workers(argv, 1, self.paths.state / "workers.log")
        self._workers.__enter__()
