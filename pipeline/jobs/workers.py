"""The parent's side of the worker processes: started, watched, replaced when they die, and never left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from ..errors import LecternError
from .queue import Queue, Summary
from .worker import FINISH

TICK_SECONDS = 0.1
STOP_SECONDS = 3.0
LARGEST_LOG = 1_000_000
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""Workers run beside each other; a matrix product of one must not take the processors of the others."""

FAULTY_STARTS = 3
"""So many workers may end by an error of their own (not by a signal) before the parent gives up."""


class Workers:
    """`count` processes of the command line `argv`, each of which calls `worker.serve()`.

    Used as `with Workers(argv, 2, log) as workers: drain(queue, workers, listen)`. They end when the block does, and
    when this process dies in whatever way: their stdin, a pipe that only this process holds, ends then. What they write to
    stdout and stderr is appended to `log`.
    """

    def __init__(self, argv: Sequence[str], count: int, log: Path) -> None:
        self._argv, self._count, self._log = list(argv), count, log
        self._processes: list[subprocess.Popen[bytes]] = []
        self._faults = 0

    def __enter__(self) -> "Workers":
        self._log.parent.mkdir(parents=True, exist_ok=True)
        if self._log.exists() and self._log.stat().st_size > LARGEST_LOG:
            self._log.write_bytes(b"")
        self._processes = [self._start() for _ in range(self._count)]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self._say_finish()
            self._await_end()
        for process in self._processes:
            process.stdin.close()  # they give their jobs back, and end
        self._await_end()
        for process in self._processes:
            _end(process)

    @property
    def pids(self) -> list[int]:
        """The processes as they are now."""
        return [p.pid for p in self._processes]

    def tend(self) -> None:
        """Starts a new worker for each that died. LecternError, with what they said last, if they can't even start."""
        for index, process in enumerate(self._processes):
            if process.poll() is not None:
                self._note_fault(process)
                _end(process)
                self._processes[index] = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._argv, stdin=subprocess.PIPE, stdout=log, stderr=log, bufsize=0, env={**os.environ, **ONE_THREAD},
                **_own_group(),
            )

    def _note_fault(self, process: subprocess.Popen[bytes]) -> None:
        if os.name == "posix" and process.returncode < 0:
            return  # killed from outside: not its fault
        self._faults += 1
        if self._faults >= FAULTY_STARTS * self._count:
            raise LecternError(f"The worker process can't run; it said (in {self._log}):\n{self._last_words()}")

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])

    def _say_finish(self) -> None:
        for process in self._processes:
            with suppress(OSError):
                process.stdin.write(FINISH)

    def _await_end(self) -> None:
        """Gives all a moment to go by themselves."""
        until = time.monotonic() + STOP_SECONDS
        while any(p.poll() is None for p in self._processes) and time.monotonic() < until:
            time.sleep(0.01)


def drain(queue: Queue, workers: Workers, listen: Callable[[Summary], None]) -> Summary:
    """Waits until nothing that this run asked for waits or runs, telling `listen` how it stands; returns the last word."""
    summary = queue.summary()
    while not summary.settled:
        workers.tend()
        listen(summary)
        time.sleep(TICK_SECONDS)
        summary = queue.summary()
    listen(summary)
    return summary


def _own_group() -> dict[str, object]:
    """A worker leads a group of its own: Ctrl-C reaches the parent alone, and a worker's children end with it."""
    if os.name == "posix":
        return {"start_new_session": True}
    return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a worker and all it started, and forgets it."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    process.stdin.close()
