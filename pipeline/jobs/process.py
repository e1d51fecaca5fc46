"""Which process of which machine: a name for the living that the dead can't keep."""

import os
import re
import socket
import sys
from pathlib import Path


def identity(pid: int | None = None) -> str:
    """The name of a process (this one): `pid-start-host`; `start` tells it from a later process of the same number."""
    pid = pid or os.getpid()
    return f"{pid}-{_start(pid)}-{_host()}"


def alive(name: str) -> bool | None:
    """Whether the process called `name` still runs; None where that can't be known (another machine)."""
    pid, start, host = name.split("-", 2)
    if host != _host():
        return None
    if not _exists(int(pid)):
        return False
    now = _start(int(pid))
    return not start or not now or start == now


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9-]", "", socket.gethostname()) or "here"


def _exists(pid: int) -> bool:
    if sys.platform == "win32":
        return _windows_start(pid) != ""  # os.kill(pid, 0) would end the process there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _stat(pid).startswith("Z")


def _start(pid: int) -> str:
    if sys.platform == "win32":
        return _windows_start(pid)
    fields = _stat(pid).split()
    return fields[19] if len(fields) > 19 else ""


def _stat(pid: int) -> str:
    """The fields of proc(5)'s stat from the state on ("" where there is no /proc: macOS, some chroots)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].strip()
    except OSError:
        return ""


def _windows_start(pid: int) -> str:
    """The creation time of a running process, "" if there is none of that number."""
    import ctypes
    from ctypes import wintypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
    kernel.OpenProcess.restype = wintypes.HANDLE
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return ""
    times = [wintypes.FILETIME() for _ in range(4)]
    kernel.GetProcessTimes(wintypes.HANDLE(handle), *(ctypes.byref(t) for t in times))
    kernel.CloseHandle(wintypes.HANDLE(handle))
    created, ended = times[0], times[1]
    return "" if ended.dwLowDateTime else str((created.dwHighDateTime << 32) + created.dwLowDateTime)
