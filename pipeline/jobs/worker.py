"""The worker process: takes jobs from the queue and makes their takes, until its parent tells it to stop or is gone."""

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from pydantic import ValidationError

from ..base.errors import LecternError, RecordedError
from ..base.frozen import Frozen
from ..base.launch import follow_parent
from ..base.memory import memory_fault
from ..base.process import identity
from ..base.renderer import ReportProgress
from ..base.scratch import daemons
from .queue import Job, Queue
from .recipe import Cancelled, JobContext, Recipe, take_key
from .takes import TakeStore

HEARTBEAT_SECONDS = 2.0
IDLE_SECONDS = 0.05
GIVE_BACK_SECONDS = 2.0
"""How long a worker whose parent is gone may take to give its job back."""
REPORT_SECONDS = 0.25

FINISH = b"finish\n"
"""What a parent writes to a worker's stdin when no more jobs will come."""


def serve(queue: Queue, store: TakeStore, recipes: Mapping[str, Recipe[Any, Any]], episode: Path) -> None:
    """Run a worker process that `Workers` started: work until its stdin says `finish` or ends.

    The end of stdin means that the parent is gone, however it died: the job goes back and the process ends at once,
    with the processes it started.
    """
    follow_parent(getattr(signal, "SIGCONT", signal.SIGTERM))  # so that one that is stopped ends, too
    finishing = threading.Event()
    watch = threading.Thread(target=_watch_parent, args=(queue.path, finishing), daemon=True)
    watch.start()
    work(queue, store, recipes, episode, stop=finishing.is_set)


def work(
    queue: Queue, store: TakeStore, recipes: Mapping[str, Recipe[Any, Any]], episode: Path, *, stop: Callable[[], bool]
) -> None:
    """Make whatever the queue holds; return when there is nothing left to make and `stop()` is true."""
    store.sweep()
    while True:
        job = queue.claim(identity())
        if job:
            _run_job(job, queue, store, recipes, episode)
        elif stop():
            return
        else:
            time.sleep(IDLE_SECONDS)


def _run_job(job: Job, queue: Queue, store: TakeStore, recipes: Mapping[str, Recipe[Any, Any]], episode: Path) -> None:
    me = identity()
    try:
        with _heartbeat(job, queue):
            recipe = _recipe_for(job, recipes)
            request = _request_of(job, recipe)
            store.put(recipe, request, JobContext(episode, store.root, _reporter(queue, job)))
        queue.finish(job.id, me)
    except Cancelled as error:
        queue.fail(job.id, me, str(error))
    except LecternError as error:
        fault = error.record() if isinstance(error, RecordedError) else ""
        queue.fail(job.id, me, str(error), traceback.format_exc(), fault)
    except Exception as error:  # the process's one boundary: a fault of Lectern is kept for a report, and stops one job
        message = memory_fault(error, "the worker process") or f"{type(error).__name__}: {error} (a fault in Lectern)"
        queue.fail(job.id, me, str(message), traceback.format_exc())


def _reporter(queue: Queue, job: Job) -> ReportProgress:
    """Return a function that writes a job's progress into the queue, at most every `REPORT_SECONDS`."""
    reported = 0.0

    def report(done: float) -> None:
        nonlocal reported
        if time.monotonic() - reported < REPORT_SECONDS:
            return
        reported = time.monotonic()
        if not queue.progress(job.id, identity(), done):
            raise Cancelled(f"{job.label} was cancelled.")

    return report


def _recipe_for(job: Job, recipes: Mapping[str, Recipe[Any, Any]]) -> Recipe[Any, Any]:
    if job.kind not in recipes:
        raise LecternError(f'No recipe makes "{job.kind}"; there are: {", ".join(sorted(recipes))}.')
    return recipes[job.kind]


def _request_of(job: Job, recipe: Recipe[Any, Any]) -> Frozen:
    """Return what was asked for. Raises LecternError where it can't be read, or is not what the take is called after."""
    try:
        request: Frozen = recipe.request.model_validate_json(job.request)
    except ValidationError as error:
        raise LecternError(f"{job.label} was asked for by another version of Lectern: build again.") from error
    if job.key != take_key(recipe, request):
        raise LecternError(f"{job.label} was asked for by another version of Lectern: build again.")
    return request


@contextmanager
def _heartbeat(job: Job, queue: Queue) -> Iterator[None]:
    """Tell the queue that this worker lives, from a thread of its own, while the body runs."""
    over = threading.Event()
    thread = threading.Thread(target=_touch_until, args=(job, queue, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _touch_until(job: Job, queue: Queue, over: threading.Event) -> None:
    while not over.wait(HEARTBEAT_SECONDS):
        with suppress(LecternError):  # the next one tells, or the job's end
            queue.touch(job.id, identity())


def _watch_parent(database: Path, finishing: threading.Event) -> None:
    # Not through sys.stdin's buffer: a thread that reads from it makes Python abort when the work is done.
    while message := os.read(sys.stdin.fileno(), len(FINISH)):
        if message == FINISH:
            finishing.set()
    giving_back = threading.Thread(target=_give_back, args=(database,), daemon=True)
    giving_back.start()
    giving_back.join(GIVE_BACK_SECONDS)
    _kill_own_group()


def _give_back(database: Path) -> None:
    """Give the job back, over a connection of its own: the worker's may be in the middle of something."""
    with suppress(LecternError), Queue(database) as queue:
        queue.release(identity())


def _kill_own_group() -> None:
    """End this process at once with all it started (`Workers` makes every worker the leader of a group)."""
    with suppress(psutil.Error):
        for process in [*psutil.Process().children(recursive=True), *daemons()]:
            with suppress(psutil.Error):
                process.kill()
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
