"""The parent's side of the worker processes: start them, replace those that die, and leave none behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

import psutil

from ..base.disk_space import full_among
from ..base.errors import LecternError
from .queue import Queue
from .summary import QueueSummary
from .worker import FINISH

TICK_SECONDS = 0.1
STOP_SECONDS = 3.0
STOPPED_SECONDS = 10.0
LARGEST_LOG = 1_000_000
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""Workers run side by side: a matrix product of one must not take the processors of the others."""

_NEW_GROUP = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
"""Windows' flags (none elsewhere). A worker leads a group of its own: Ctrl-C reaches the parent alone, and a worker's
children end with it."""

FAULTY_STARTS = 3
"""How many times its number of workers may end by their own error (not by a signal) before the parent gives up."""


class Workers:
    """`count` processes of the command line `argv`, each of which calls `worker.serve()`.

    Use it as `with Workers(argv, 2, log) as workers: drain(queue, workers, listen)`. The processes end when the block does, and
    when this process dies in whatever way: their stdin, a pipe that only this process holds, ends then. Their output is
    appended to `log`.
    """

    def __init__(self, argv: Sequence[str], count: int, log: Path) -> None:
        self._argv, self._count, self._log = list(argv), count, log
        self._processes: list[subprocess.Popen[bytes]] = []
        self._faults = 0
        self._stopped: dict[int, float] = {}

    def __enter__(self) -> "Workers":
        self._log.parent.mkdir(parents=True, exist_ok=True)
        if self._log.exists() and self._log.stat().st_size > LARGEST_LOG:
            self._log.write_bytes(b"")
        self._processes = [self._start() for _ in range(self._count)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._send_finish()
            self._await_end()
        for process in self._processes:
            _stdin(process).close()  # they give their jobs back, and end
        self._await_end()
        for process in self._processes:
            _kill_worker(process)

    @property
    def pids(self) -> list[int]:
        """The ids of the processes as they are now."""
        return [p.pid for p in self._processes]

    def grow(self, most: int) -> None:
        """Start one process more, unless there are `most` already."""
        if self._count < most:
            self._count += 1
            self._processes.append(self._start())

    def tend(self) -> tuple[str, ...]:
        """Start a new worker for each that died; return, in sentences, which ones were stopped and had to be ended.

        Raises LecternError, with their last output, if they can't even start.
        """
        notes = []
        for index, process in enumerate(self._processes):
            if process.poll() is not None:
                self._note_fault(process)
                _kill_worker(process)
                self._processes[index] = self._start()
            elif self._is_stuck(process):
                _kill_worker(process)  # the next tick starts another one, which takes over the job
                seconds = f"{STOPPED_SECONDS:g} seconds"
                notes.append(
                    f"worker {process.pid} was stopped for {seconds}; it was ended, and another one does its work"
                )
        return tuple(notes)

    def _is_stuck(self, process: subprocess.Popen[bytes]) -> bool:
        """Return whether somebody stopped the process (SIGSTOP) `STOPPED_SECONDS` ago, without which its job would wait."""
        if not _is_stopped(process):
            self._stopped.pop(process.pid, None)
            return False
        return time.monotonic() - self._stopped.setdefault(process.pid, time.monotonic()) > STOPPED_SECONDS

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._argv,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                bufsize=0,
                env={**os.environ, **ONE_THREAD},
                start_new_session=os.name == "posix",
                creationflags=_NEW_GROUP,
            )

    def _note_fault(self, process: subprocess.Popen[bytes]) -> None:
        if os.name == "posix" and process.returncode < 0:
            return  # killed from outside: not its fault
        self._faults += 1
        if fault := full_among():
            raise fault
        if self._faults >= FAULTY_STARTS * self._count:
            raise LecternError(f"The worker process can't run. Its last output (in {self._log}):\n{self._last_words()}")

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])

    def _send_finish(self) -> None:
        for process in self._processes:
            with suppress(OSError):
                _stdin(process).write(FINISH)

    def _await_end(self) -> None:
        """Give all of them a moment to end by themselves."""
        until = time.monotonic() + STOP_SECONDS
        while any(p.poll() is None for p in self._processes) and time.monotonic() < until:
            time.sleep(0.01)


def drain(queue: Queue, workers: Workers, listen: Callable[[QueueSummary], None]) -> QueueSummary:
    """Wait until nothing that this run asked for waits or runs; tell `listen` how far it is, and return the final summary."""
    summary = queue.summary()
    while not summary.settled:
        if notes := workers.tend():
            listen(QueueSummary(notes=notes))
        listen(summary)
        time.sleep(TICK_SECONDS)
        summary = queue.summary()
    listen(summary)
    return summary


def _stdin(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin is not None
    return process.stdin


def _is_stopped(process: subprocess.Popen[bytes]) -> bool:
    try:
        return psutil.Process(process.pid).status() == psutil.STATUS_STOPPED
    except psutil.Error:
        return False


def _kill_worker(process: subprocess.Popen[bytes]) -> None:
    """End a worker and all it started."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    _stdin(process).close()
