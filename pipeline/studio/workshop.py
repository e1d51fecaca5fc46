"""Where takes get made: the queue, the store and the worker processes behind one small door."""

from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

from ..errors import LecternError
from ..jobs.queue import Job, Queue, Summary
from ..jobs.recipe import Recipe
from ..jobs.takes import TakeStore, take_key
from ..jobs.workers import Workers, drain
from ..model import Frozen
from ..services.plugins import Plugin
from .costs import Agree, Costs, NotAgreed, refuse
from .launch import child_command
from .places import Places

Listener = Callable[[Summary], None]

ELSEWHERE = "face "
"""How the lanes of takes begin that services make in their own time."""


class Wanted[T: Frozen]:
    """A take that was asked for."""

    def __init__(self, recipe: Recipe, job: Job, was_there: bool) -> None:
        self.recipe, self.job, self.was_there = recipe, job, was_there

    @property
    def key(self) -> str:
        return self.job.key

    @property
    def source(self) -> str:
        """Its folder, relative to the episode."""
        return f"media/{self.recipe.kind}/{self.key}"


class Workshop:
    """Takes for one build of the episode in `places`: ask with `want`, then `make`, then read with `result`.

    Workers start when there is something to make and stay for the next round; `with` ends them. `plugins` are those that
    the person trusts; workers load exactly them.
    """

    def __init__(
        self, places: Places, config: Path | None, processes: int, listen: Listener, agree: Agree = refuse,
        plugins: tuple[Plugin, ...] = (),
    ) -> None:  # fmt: skip
        self.places, self.plugins = places, plugins
        self._config, self._processes, self._listen = config, processes, listen
        self._agree = agree
        self._store = TakeStore(places.media)
        self._queue = Queue(places.database, has=self._store.has)
        self._workers: Workers | None = None
        self._located: dict[int, Callable[[str], str]] = {}
        self._made: set[int] = set()
        self._wanted: set[int] = set()

    def __enter__(self) -> "Workshop":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._workers:
            if kind is KeyboardInterrupt and self._at_services():
                self._queue.cancel_run()
                kind = error = trace = None  # time to tell the services
            self._workers.__exit__(kind, error, trace)
        self._queue.close()

    def _at_services(self) -> bool:
        """Whether something is made elsewhere now, which goes on, and costs, until it is cancelled there."""
        return any(job.state == "running" and (job.lane or "").startswith(ELSEWHERE) for job in self._queue.jobs())

    @property
    def made(self) -> int:
        """How many takes this build had to make."""
        return len(self._made)

    @property
    def reused(self) -> int:
        """How many takes were there already."""
        return len(self._wanted - self._made)

    def want(
        self, recipe: Recipe, request: Frozen, label: str, *, after: Iterable[Wanted] = (), lane: str = "", priority: int = 0,
        located: Callable[[str], str] | None = None,
    ) -> Wanted:  # fmt: skip
        """Asks for the take of `request`; `label` says to a person what it is, `located` puts file and line to a fault."""
        needs = [wanted.job for wanted in after]
        job = self._queue.add(recipe, request, after=needs, label=label, lane=lane, priority=priority)
        self._wanted.add(job.id)
        self._located[job.id] = located or f"{label}: ".__add__
        if job.state != "done":
            self._made.add(job.id)
            self._start()
        return Wanted(recipe, job, was_there=job.state == "done")

    def missing(self, recipe: Recipe, requests: Iterable[Frozen]) -> tuple[Frozen, ...]:
        """Those of `requests` whose takes are not there yet."""
        return tuple(r for r in requests if not self._store.has(recipe.kind, take_key(recipe, r)))

    def limit(self, lane: str, most: int) -> None:
        """Of what is wanted in `lane`, at most so many are made at once."""
        self._queue.limit(lane, most)

    def allow(self, costs: Costs) -> None:
        """Raises `NotAgreed` unless the person agrees to what would be paid."""
        if not costs.free and not self._agree(costs):
            raise NotAgreed(costs)

    def make(self) -> None:
        """Waits until all that was asked for is made; LecternError with every reason if something can't be."""
        if not self._workers:
            return
        drain(self._queue, self._workers, self._listen)
        lost = [job for job in self._queue.jobs() if job.state in ("failed", "cancelled")]
        if lost:
            raise LecternError("\n".join(dict.fromkeys(self._located[job.id](job.error) for job in lost)))

    def result(self, wanted: Wanted) -> Frozen:
        """The description of a finished take."""
        return self._store.load(wanted.recipe, wanted.key)

    def made_of(self, recipe: Recipe, request: Frozen) -> Frozen:
        """The description of the finished take of `request`."""
        return self._store.load(recipe, take_key(recipe, request))

    def described(self, recipe: Recipe, source: str) -> Frozen:
        """The description of the finished take that the file `source` (relative to the episode) belongs to."""
        return self._store.load(recipe, source.split("/")[2])

    def folder(self, wanted: Wanted) -> Path:
        """Where a finished take's files are."""
        return self._store.folder(wanted.recipe.kind, wanted.key)

    def _start(self) -> None:
        if self._workers:
            return
        config = ["--config-file", str(self._config)] if self._config else []
        plugged = (f"--plug-in={plugin.digest}:{plugin.file}" for plugin in self.plugins)
        argv = child_command("worker", str(self.places.folder), *config, *plugged)
        self._workers = Workers(argv, self._processes, self.places.database.parent / "workers.log")
        self._workers.__enter__()

