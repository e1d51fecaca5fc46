"""A lock that one process holds, and that is free at once when the process is gone, however it ended."""

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from .errors import LecternError
from .frozen import Frozen

POLL_SECONDS = 0.1
_FAR = 1 << 30
"""Where Windows locks a byte: far behind the text, which then can be read by others."""

WaitListener = Callable[["LockHolder"], None]
"""Called for each process that is found to hold the lock that is waited for."""


class LockHolder(Frozen):
    """Who holds a lock: the process `pid` on `host`, for `what`, since the time `since` (as a clock on the wall)."""

    pid: int
    host: str
    what: str
    since: str

    def __str__(self) -> str:
        """Return it as a part of a sentence."""
        return f"{self.what} (process {self.pid} on {self.host}, since {self.since})"


class LockHeld(LecternError):
    """Another process holds a lock that this one won't wait for."""


@contextmanager
def locked(
    file: Path, what: str, busy: str, *, wait: bool = True, listen: WaitListener | None = None
) -> Iterator[None]:
    """Hold the lock `file` while the block runs; `what` says to others what for.

    Waits for whoever holds it, and tells `listen` once who that is; or raises `LockHeld` with the sentence `busy` if it shall
    not `wait`. Raises OSError if the file can't be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        announced: LockHolder | None = None
        while not try_lock(handle):
            holder = lock_holder(file)
            if not wait:
                raise LockHeld(f"{busy}: {holder or 'another process'} has it. Wait for its end, or end it.")
            if holder and holder != announced and listen:
                listen(holder)
            announced = holder
            time.sleep(POLL_SECONDS)
        _write(handle, LockHolder(pid=os.getpid(), host=socket.gethostname(), what=what, since=time.strftime("%X")))
        try:
            yield
        finally:
            os.truncate(handle, 0)
    finally:
        os.close(handle)


def lock_holder(file: Path) -> LockHolder | None:
    """Return who wrote into the lock `file` that it holds it; None if it says nothing."""
    try:
        return LockHolder.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None


def try_lock(handle: int) -> bool:
    """Lock an open file for this process; return whether that was possible. The lock ends when the file is closed."""
    with suppress(OSError):
        _lock(handle)
        return True
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _write(handle: int, holder: LockHolder) -> None:
    os.truncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, holder.model_dump_json().encode())
