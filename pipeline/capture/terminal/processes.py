"""What a shell and all it started are doing, and their end."""

import os
import signal
import subprocess
import time
from pathlib import Path

import psutil

from ...base.process_tree import (
    TOLD_BY_PROC,
    end_all,
    process_facts,
    process_tasks,
    process_tree,
    processes_of_session,
    read_proc,
    signal_all,
)


def is_busy(root: int) -> bool | None:
    """Return whether the process `root` or one below it computes or waits for a disk; None where it can't be known."""
    if not TOLD_BY_PROC:
        return None
    return any(_state(task) in ("R", "D") for pid in process_tree(root) for task in process_tasks(pid))


def processor_seconds(root: int) -> float | None:
    """Return the seconds of processor that `root`, those below it and their ended children used; None as in `is_busy`."""
    if not TOLD_BY_PROC:
        return None
    return sum(map(_processor_seconds, process_tree(root)))


def held_process(root: int, shell: str, front: int) -> str:
    """Return the name of a process that was stopped (SIGSTOP) and that a terminal waits for; "" where none was.

    That is the shell called `shell`, what it runs in, from `root` on, and what it has put into the foreground group `front`.
    Jobs in its background may be stopped: that is what they are for.
    """
    above = True
    for pid in process_tree(root):
        if (facts := process_facts(pid)) is None:
            continue
        if facts.stopped and (above or facts.group == front):
            return facts.name
        above = above and facts.name != shell
    return ""


def end_session(leader: subprocess.Popen[bytes], home: Path) -> None:
    """End the processes of `leader`'s session, and those that left it but still have `home` as their home."""
    signal_all(processes_of_session(leader.pid), signal.SIGHUP)
    if _wait_for_end(leader, 1.0):
        time.sleep(0.05)
    end_all(lambda: processes_of_session(leader.pid))
    _wait_for_end(leader, 1.0)
    end_all(lambda: _processes_of_home(home))


def _state(task: Path) -> str:
    return read_proc(task / "stat").rpartition(")")[2].strip()[:1]


def _processor_seconds(pid: int) -> float:
    try:
        used = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return used.user + used.system + used.children_user + used.children_system


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
