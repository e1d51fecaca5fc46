"""The worker process: takes jobs from the queue and makes their takes, until told to stop or left alone."""

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..errors import LecternError
from .process import identity
from .queue import Job, Queue
from .recipe import Cancelled, Recipe
from .takes import TakeStore, take_key

HEARTBEAT_SECONDS = 2.0
IDLE_SECONDS = 0.05
REPORT_SECONDS = 0.25

FINISH = b"finish\n"
"""What a parent writes to a worker's stdin when no more jobs will come."""


def serve(queue: Queue, store: TakeStore, recipes: Mapping[str, Recipe], episode: Path) -> None:
    """The whole of a worker process started by `Workers`: works until its stdin says `finish` or ends.

    The end of stdin means that the parent is gone, however it died: the job goes back and the process ends at once,
    with the processes it started.
    """
    told = threading.Event()
    watch = threading.Thread(target=_watch_parent, args=(queue.path, told), daemon=True)
    watch.start()
    work(queue, store, recipes, episode, stop=told.is_set)


def work(
    queue: Queue, store: TakeStore, recipes: Mapping[str, Recipe], episode: Path, *, stop: Callable[[], bool]
) -> None:
    """Makes whatever the queue holds; returns when there is nothing to be made and `stop()` is true."""
    store.sweep()
    while True:
        job = queue.claim(identity())
        if job:
            _make(job, queue, store, recipes, episode)
        elif stop():
            return
        else:
            time.sleep(IDLE_SECONDS)


class JobBench:
    """What the maker of one job may use (see `recipe.Bench`)."""

    def __init__(self, episode: Path, store: TakeStore, queue: Queue, job: Job) -> None:
        self.episode = episode
        self._store, self._queue, self._job, self._reported = store, queue, job, 0.0

    def take(self, kind: str, key: str) -> Path:
        """The folder of a finished take; LecternError if it is not there."""
        if not self._store.has(kind, key):
            raise LecternError(f"The {kind} take {key} is not in {self._store.root}: build again.")
        return self._store.folder(kind, key)

    def report(self, done: float) -> None:
        """How much is done (0..1); raises `Cancelled` when the job is not wanted any more. Cheap: call it every frame."""
        if time.monotonic() - self._reported < REPORT_SECONDS:
            return
        self._reported = time.monotonic()
        if not self._queue.progress(self._job.id, identity(), done):
            raise Cancelled(f"{self._job.label} was cancelled.")


def _make(job: Job, queue: Queue, store: TakeStore, recipes: Mapping[str, Recipe], episode: Path) -> None:
    me = identity()
    try:
        with _heartbeat(job, queue):
            recipe = _recipe(job, recipes)
            request = recipe.request.model_validate_json(job.request)
            _same_key(job, take_key(recipe, request))
            store.put(recipe, request, JobBench(episode, store, queue, job))
        queue.finish(job.id, me)
    except Cancelled as error:
        queue.fail(job.id, me, str(error))
    except LecternError as error:
        queue.fail(job.id, me, str(error), traceback.format_exc())
    except Exception as error:  # the process's one boundary: a fault of Lectern is kept for a report, and stops one job
        queue.fail(job.id, me, f"{type(error).__name__}: {error} (a fault in Lectern)", traceback.format_exc())


def _recipe(job: Job, recipes: Mapping[str, Recipe]) -> Recipe:
    if job.kind not in recipes:
        raise LecternError(f'No recipe makes "{job.kind}"; there are: {", ".join(sorted(recipes))}.')
    return recipes[job.kind]


def _same_key(job: Job, key: str) -> None:
    if job.key != key:
        raise LecternError(f"{job.label} was asked for by another version of Lectern: build again.")


@contextmanager
def _heartbeat(job: Job, queue: Queue) -> Iterator[None]:
    """Tells the queue that this worker lives, from a thread of its own, while the body runs."""
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(job, queue, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat(job: Job, queue: Queue, over: threading.Event) -> None:
    while not over.wait(HEARTBEAT_SECONDS):
        queue.touch(job.id, identity())


def _watch_parent(database: Path, told: threading.Event) -> None:
    while said := os.read(sys.stdin.fileno(), len(FINISH)):  # a reader of the buffer makes Python abort when the work is done
        if said == FINISH:
            told.set()
    try:
        Queue(database).release(identity())  # a connection of its own: the worker's may be in the middle of something
    finally:
        _end_group()


def _end_group() -> None:
    """Ends this process at once with all it started (`Workers` makes every worker the leader of a group)."""
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
