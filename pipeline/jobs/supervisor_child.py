"""Run a program, and end it with all it started as soon as the supervisor's own input closes. `--input FILE` is the program's.

So nothing outlives Lectern, even if Lectern itself is killed. Only the standard library is used.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_ADOPTS = 36
"""PR_SET_CHILD_SUBREAPER of Linux: what a program leaves behind becomes a child of this process, not of the system."""
_DIES_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux: should this process be killed, the program is, too."""
_TICK = 0.1


def main() -> int:
    """Return the program's exit status, once it and all it started are gone."""
    _prctl(_ADOPTS, 1)
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, lambda *_: _end())
    argv, given = (sys.argv[3:], sys.argv[2]) if sys.argv[1] == "--input" else (sys.argv[1:], os.devnull)
    try:
        program = subprocess.Popen(
            argv,
            stdin=open(given, "rb"),  # closed with this process
            process_group=0,  # of this process's session, by which they are found if this process is killed
            preexec_fn=_prepare,
        )
    except OSError as error:
        sys.stderr.write(f"{argv[0]}: {error.strerror}\n")
        return 127
    while not select.select([0], [], [], _TICK)[0]:
        if program.poll() is not None and not _has_survivors(program.pid):
            return program.returncode
    _end(program.pid)
    return 0


def _prepare() -> None:
    """Let the program end with this process, and before everything else where memory runs out (Linux)."""
    _prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _has_survivors(group: int) -> bool:
    _reap()
    return bool(_descendants()) or _alive(group)


def _end(group: int = 0) -> None:
    """Ask everything to end, and kill what is left half a second later."""
    until = time.monotonic() + 0.5
    _signal(group, _descendants(), signal.SIGTERM)
    while time.monotonic() < until and (_descendants() or (group and _alive(group))):
        _reap()
        time.sleep(0.02)
    held: set[int] = set()
    while new := set(_descendants()) - held:  # held first, so that none can start others meanwhile
        _signal(group, new, signal.SIGSTOP)
        held |= new
    _signal(group, held, signal.SIGKILL)
    _reap()
    os._exit(0)


def _signal(group: int, pids: Iterable[int], number: int) -> None:
    if group and _alive(group):
        os.killpg(group, number)
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
        return True
    except (ProcessLookupError, PermissionError):
        return False


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _descendants() -> list[int]:
    """Return all processes below this one (Linux only; elsewhere the group has to do)."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = entry.read_text().rpartition(")")
        except OSError:
            continue
        children.setdefault(int(rest.split()[1]), []).append(int(entry.parent.name))
    found = [os.getpid()]
    for pid in found:
        found += children.get(pid, [])
    return found[1:]


if __name__ == "__main__":
    sys.exit(main())
