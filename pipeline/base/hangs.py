"""Programs that hang: how they are told from those that only take long, and ended."""

import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil

from .errors import LecternError
from .process_tree import end_tree

HANGS_AFTER = 25.0
"""Seconds without any work after which a program counts as hung."""
BRIEFLY = 30.0
"""Seconds after which a program is ended that only answers a question."""
_LOOK_SECONDS = 1.0


type Work = Callable[[int], dict[int, float]]
"""Returns how much each of the processes has done that belong to one; nothing where it can't hang now."""


@dataclass
class HangGuard:
    """Says whether the program that is guarded has `hung`; it has been ended then."""

    hung: bool = False


@contextmanager
def ended_if_hung(pid: int, patience: float = HANGS_AFTER, work: Work | None = None) -> Iterator[HangGuard]:
    """End the process `pid`, with all it started, if it does no work for `patience` seconds while the block runs.

    What works uses processor time, however long it says nothing: a render of a large frame, say. What uses none is stopped
    (SIGSTOP), or waits for something that doesn't come. Waiting for a disk counts as work. Seconds in which this process
    could not look, because it was stopped itself or the computer slept, don't count. `work` tells how much it has done so far
    (default: `work_of`).
    """
    guard, over = HangGuard(), threading.Event()
    watch = threading.Thread(target=_watch, args=(pid, patience, guard, over, work or work_of), daemon=True)
    watch.start()
    try:
        yield guard
    finally:
        over.set()
        watch.join()


def run_briefly(
    argv: Sequence[str], seconds: float = BRIEFLY, files: tuple[int, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a program that answers a question, to its end, whatever its exit code; it inherits the open `files`.

    Raises OSError if it can't be started, LecternError if it hasn't ended after `seconds`.
    """
    try:
        return subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=seconds, pass_fds=files
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise LecternError(f"{argv[0]} hung: it has not answered for {seconds:g} seconds, and was ended") from error


def _watch(pid: int, patience: float, guard: HangGuard, over: threading.Event, work: Work) -> None:
    """Look every now and then, the first time after a pause: most programs have answered by then, and looking costs milliseconds."""
    pause, idle = min(_LOOK_SECONDS, patience / 10), 0.0
    seen: dict[int, float] = {}
    while not over.wait(pause):
        before, seen = seen, work(pid)
        idle = idle + pause if seen and seen == before else 0.0
        if idle >= patience:
            guard.hung = True
            end_tree(pid)
            return


def work_of(pid: int) -> dict[int, float]:
    """Return the seconds of processor time of a process and all it started; nothing if it has ended or waits for a disk."""
    return _work(pid, lambda process: process.children(recursive=True))


def work_alone(pid: int) -> dict[int, float]:
    """Return the same of a process that starts no others, which costs a hundredth: nobody looks through all that run."""
    return _work(pid, lambda process: [])


def _work(pid: int, started: Callable[[psutil.Process], list[psutil.Process]]) -> dict[int, float]:
    found: dict[int, float] = {}
    with suppress(psutil.NoSuchProcess):
        top = psutil.Process(pid)
        for process in [top, *started(top)]:
            with suppress(psutil.Error), process.oneshot():
                if process.status() == psutil.STATUS_DISK_SLEEP:
                    return {}
                found[process.pid] = sum(process.cpu_times()[:2])
    return found
