"""What a shell and all it started are doing, and their end.

Threads are read from Linux's /proc itself. psutil knows the state of a process's first thread only, so a program that
computes in another would seem to wait; and it looks for children among all processes of the machine, which takes too
long for a question that is asked thirty times a second.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

_PROC = Path("/proc")


def is_busy(root: int) -> bool | None:
    """Return whether the process `root` or one below it computes or waits for a disk; None where it can't be known."""
    if not (_PROC / "self" / "task").exists():
        return None
    return any(_state(task) in ("R", "D") for pid in _descendants(root) for task in _tasks(pid))


def processor_seconds(root: int) -> float | None:
    """Return the seconds of processor that `root`, those below it and their ended children used; None as in `is_busy`."""
    if not (_PROC / "self" / "task").exists():
        return None
    return sum(map(_processor_seconds, _descendants(root)))


def end_session(leader: subprocess.Popen[bytes], home: Path) -> None:
    """End the processes of `leader`'s session, and those that left it but still have `home` as their home."""
    for sign in (signal.SIGHUP, signal.SIGKILL):
        _signal((pid for pid in psutil.pids() if _session_of(pid) == leader.pid), sign)
        if _wait_for_end(leader, 1.0) and sign == signal.SIGHUP:
            time.sleep(0.05)
    _signal(_processes_of_home(home), signal.SIGKILL)


def _descendants(root: int) -> Iterator[int]:
    """Yield `root` and its children, and theirs."""
    yield root
    for task in _tasks(root):
        for child in _read(task / "children").split():
            yield from _descendants(int(child))


def _tasks(pid: int) -> list[Path]:
    try:
        return list((_PROC / str(pid) / "task").iterdir())
    except OSError:
        return []


def _state(task: Path) -> str:
    return _read(task / "stat").rpartition(")")[2].strip()[:1]


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has just ended
        return ""


def _processor_seconds(pid: int) -> float:
    try:
        used = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return used.user + used.system + used.children_user + used.children_system


def _signal(pids: Iterable[int], sign: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, sign)
        except (ProcessLookupError, PermissionError):
            continue


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def _processes_of_home(home: Path) -> list[int]:
    """Return what has become a service of its own: known by its variable HOME, which is this capture's alone."""
    others = (process for process in psutil.process_iter(["environ"]) if process.pid != os.getpid())
    return [process.pid for process in others if (process.info["environ"] or {}).get("HOME") == str(home)]


def _wait_for_end(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
        return True
    except subprocess.TimeoutExpired:
        return False
