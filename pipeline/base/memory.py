"""Too little memory: how it is told from a fault of Lectern, and what is said then."""

import errno
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from .errors import LecternError

LITTLE = 500_000_000
"""Bytes: with less that is free, a browser or Blender may be ended by the system."""
_SIGNS = {
    RuntimeError: ("can't start new thread", "can't allocate lock"),
    ImportError: ("failed to map segment", "cannot allocate memory", "cannot apply additional memory protection"),
}
"""What Python says where a system has no memory for a thread or a library."""
_CONTAINER = Path("/sys/fs/cgroup/memory.max")


def memory_fault(error: BaseException, who: str) -> LecternError | None:
    """Return that there was too little memory for `who`, if that is what the error, or one behind it, says; else None."""
    behind: BaseException | None = error
    while behind:
        if _is_want_of_memory(behind):
            return LecternError(
                f"there is too little memory for {who}{scarce_memory()}. Close other programs, or allow it more, and build again"
            )
        behind = behind.__cause__ or behind.__context__
    return None


def scarce_memory() -> str:
    """Return in brackets how little memory there is, for a message on a program that has died; "" if there is enough."""
    if limit := _limit_of_processes():
        return f" (a process may use {_megabytes(limit)} here: ulimit -v)"
    if limit := _limit_of_container():
        return f" (this container may use {_megabytes(limit)})"
    free = psutil.virtual_memory().available
    return f" ({_megabytes(free)} are free)" if free < LITTLE else ""


def _is_want_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    signs = next((signs for kind, signs in _SIGNS.items() if isinstance(error, kind)), ())
    return any(sign in str(error).lower() for sign in signs)


def _limit_of_processes() -> int:
    """Return how many bytes a process may map; 0 without a limit."""
    if sys.platform == "win32":
        return 0
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return 0 if limit == resource.RLIM_INFINITY else limit


def _limit_of_container() -> int:
    """Return the bytes that all processes of this container may use, if that is little; 0 else."""
    with suppress(OSError, ValueError):
        limit = int(_CONTAINER.read_text(encoding="ascii"))  # "max" without a limit
        return limit if limit < 4 * LITTLE else 0
    return 0


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
