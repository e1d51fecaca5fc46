"""What a shell and all it started are doing, and their end."""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

_PROC = Path("/proc")


def works(root: int) -> bool | None:
    """Whether the process `root` or one below it computes or waits for a disk; None where the system doesn't tell."""
    if not (_PROC / "self" / "task").exists():
        return None
    return any(_state(task) in ("R", "D") for pid in _below(root) for task in _tasks(pid))


def computed(root: int) -> float | None:
    """Seconds of processor that `root`, those below it and those that they saw end have used; None as above."""
    if not (_PROC / "self" / "task").exists():
        return None
    return sum(_used(_read(_PROC / str(pid) / "stat")) for pid in _below(root)) / os.sysconf("SC_CLK_TCK")


def end_session(leader: subprocess.Popen[bytes], home: Path) -> None:
    """Ends the processes of `leader`'s session, and those that left it but still have `home` as their home."""
    for sign in (signal.SIGHUP, signal.SIGKILL):
        _signal(_session(leader.pid), sign)
        if _ended(leader, 1.0) and sign == signal.SIGHUP:
            time.sleep(0.05)
    _signal(_at_home(home), signal.SIGKILL)


def _below(root: int) -> Iterator[int]:
    """`root` and its children, and theirs."""
    yield root
    for task in _tasks(root):
        for child in _read(task / "children").split():
            yield from _below(int(child))


def _tasks(pid: int) -> list[Path]:
    try:
        return list((_PROC / str(pid) / "task").iterdir())
    except OSError:
        return []


def _state(task: Path) -> str:
    return _read(task / "stat").rpartition(")")[2].strip()[:1]


def _used(stat: str) -> int:
    """Ticks of a process and its ended children: fields 14 to 17 of proc(5)."""
    fields = stat.rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15])


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has just ended
        return ""


def _signal(pids: Iterable[int], sign: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, sign)
        except (ProcessLookupError, PermissionError):
            continue


def _session(leader: int) -> list[int]:
    return [pid for pid in _processes() if _session_of(pid) == leader]


def _at_home(home: Path) -> list[int]:
    """What has turned into a service of its own: known by its variable HOME, which is this capture's alone."""
    wanted = f"HOME={home}".encode()
    return [pid for pid in _processes() if pid != os.getpid() and wanted in _environment(pid).split(b"\0")]


def _environment(pid: int) -> bytes:
    try:
        return (_PROC / str(pid) / "environ").read_bytes()
    except OSError:  # somebody else's, or there is no such thing here
        return b""


def _processes() -> list[int]:
    if (_PROC / "self").exists():
        return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]
    table = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=False).stdout
    return [int(line) for line in table.split()]


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
        return True
    except subprocess.TimeoutExpired:
        return False
