"""A process and all that it has started: what they are, which of them was stopped, and how all of them are ended.

Linux's /proc is read directly where it is there. psutil looks for children among all processes of the machine, which takes
too long for a question that is asked thirty times a second, and knows the state of a process's first thread only.
"""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

_PROC = Path("/proc")
TOLD_BY_PROC = (_PROC / "self" / "task").exists()
"""Whether this system tells what each thread of a process does, and which processes it has started."""
_END_SECONDS = 5.0
"""Seconds within which processes that start others all the time are held."""
_HOLD = getattr(signal, "SIGSTOP", 0)
"""The signal that holds a process; 0, where there is none, does nothing."""


class ProcessFacts(NamedTuple):
    """What is known of a process: `group` is its process group, `terminal` whether it belongs to a terminal."""

    name: str
    stopped: bool
    group: int
    terminal: bool


def process_tree(root: int) -> Iterator[int]:
    """Yield the process `root` and all it started that live, each before those that it started itself."""
    if not TOLD_BY_PROC:
        with suppress(psutil.Error):
            yield from (root, *(child.pid for child in psutil.Process(root).children(recursive=True)))
        return
    left = [root]
    while left:
        yield (pid := left.pop())
        left += (int(child) for task in process_tasks(pid) for child in read_proc(task / "children").split())


def process_tasks(pid: int) -> list[Path]:
    """Return the folders of a process's threads in /proc; none where it has ended."""
    try:
        return list((_PROC / str(pid) / "task").iterdir())
    except OSError:
        return []


def read_proc(file: Path) -> str:
    """Return what a file of /proc says, "" where its process has just ended."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def processes_of_session(leader: int) -> Iterator[int]:
    """Yield the processes of the session that `leader` has opened, whether it still lives or not; none on Windows."""
    for pid in psutil.pids() if hasattr(os, "getsid") else ():
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == leader:
                yield pid


def process_facts(pid: int) -> ProcessFacts | None:
    """Return what is known of a process; None where it has ended."""
    if not TOLD_BY_PROC:
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            return ProcessFacts(
                process.name(), process.status() == psutil.STATUS_STOPPED, os.getpgid(pid), bool(process.terminal())
            )
        return None
    name, _, rest = read_proc(_PROC / str(pid) / "stat").partition("(")[2].rpartition(")")
    fields = rest.split()
    return ProcessFacts(name, fields[0] == "T", int(fields[2]), fields[4] != "0") if fields else None


def stopped_process(root: int) -> str:
    """Return the name of a process among `root` and all it started that was stopped (SIGSTOP); "" where none was.

    One in a terminal of its own may be a job that a person has put aside (Ctrl+Z), and is none of them.
    """
    found = filter(None, map(process_facts, process_tree(root)))
    return next((facts.name for facts in found if facts.stopped and not facts.terminal), "")


def end_tree(root: int) -> None:
    """End the process `root` with all it started."""
    end_all(lambda: process_tree(root))


def end_all(find: Callable[[], Iterable[int]]) -> None:
    """End the processes that `find` finds. All of them are held first, so that none can start others meanwhile."""
    held, end = set[int](), time.monotonic() + _END_SECONDS
    while (new := set(find()) - held) and time.monotonic() < end:
        signal_all(new, _HOLD)
        held |= new
    signal_all(held, getattr(signal, "SIGKILL", signal.SIGTERM))


def signal_all(pids: Iterable[int], number: int) -> None:
    """Send the signal `number` (0: none) to processes; those that have ended are left out."""
    for pid in pids if number else ():
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
