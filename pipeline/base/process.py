"""Names of processes: each belongs to one process of one machine, and no later process gets it again."""

import os
import re
import socket

import psutil

_NAME = re.compile(r"(?P<pid>[0-9]{1,9})-(?P<start>[0-9]*)-(?P<host>[A-Za-z0-9-]+)")


def identity(pid: int | None = None) -> str:
    """Return the name of a process (by default, this one): `pid-start-host`.

    `start` tells it from a later process with the same number. It is empty where that isn't known.
    """
    pid = pid or os.getpid()
    return f"{pid}-{_start(pid)}-{_host()}"


def alive(name: str) -> bool | None:
    """Return whether the process called `name` still runs; None where that can't be known (another machine, no name)."""
    found = _NAME.fullmatch(name)
    if not found or found["host"] != _host():
        return None
    pid, start = found["pid"], found["start"]
    if not _runs(int(pid)):
        return False
    now = _start(int(pid))
    return not start or not now or start == now


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9-]", "", socket.gethostname()) or "here"


def _runs(pid: int) -> bool:
    try:
        return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _start(pid: int) -> str:
    """Return when the process started, in hundredths of a second.

    Processes must agree on it even if somebody sets the clock in between: or else a living worker would be taken for
    dead, and its job made twice. On Linux, `create_time` is what the kernel counts since boot, plus the time of boot,
    which moves with the clock; so that is taken off again. On macOS it moves with the clock and can't be put right;
    there, the number alone has to do.
    """
    try:
        started = psutil.Process(pid).create_time()
    except psutil.Error:
        return ""
    if psutil.MACOS:
        return ""
    return str(round(100 * (started - psutil.boot_time() if psutil.LINUX else started)))
