"""The processes of a browser: which are its own, whether they can still do their work, and how all of them are ended."""

import os
import signal
import sys
from contextlib import suppress

import psutil

MOST_MEMORY, LEAST_MEMORY = 5_000_000_000, 3_000_000_000
"""Bytes that a browser may take: a third of this computer's memory, within these bounds. Pages that are filmed take far less."""
_GONE = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
_STOPPED_LOOKS = 2
"""In how many looks in a row a process is stopped before that counts: a computer that wakes up wakes one process after the other."""


class BrowserProcess:
    """A running browser, whose first process is `root`.

    On Linux, Chromium forks the process of every page from a helper that it starts once, the zygote. Without it a
    Chromium never answers a request for a page.
    """

    def __init__(self, root: psutil.Process) -> None:
        self._root = root
        self._driver = _driver_of(root)
        self._zygotes = {p for p in self._descendants(recursive=False) if _kind(p) == "zygote"}
        self._candidates: set[psutil.Process] = set()
        self._known = set(self._zygotes)
        self._stopped: dict[psutil.Process, int] = {}

    @classmethod
    def find(cls, before: set[int]) -> "BrowserProcess | None":
        """Return the browser that this process started since its descendants were those in `before`; None without one."""
        started = [p for p in psutil.Process().children(recursive=True) if p.pid not in before]
        roots = [p for p in started if _PIPE in _command(p) and not _kind(p)]
        return cls(min(roots, key=lambda p: p.create_time())) if roots else None

    def fault(self) -> str:
        """Look at the processes, and return why the browser can no longer do its work ("" where it can, as far as is known)."""
        if _is_gone(self._root):
            return "its process was ended"
        if any(map(_is_gone, self._zygotes)):
            return "the helper process that opens its pages was ended"
        family = [self._root, *self._descendants()]
        self._note_zygotes(family)
        return self._stop_among([*family, *([self._driver] if self._driver else [])])

    def excess(self) -> str:
        """Return that the browser takes more memory than it may ("" where it does not): its pages could take all there is."""
        most = min(MOST_MEMORY, max(LEAST_MEMORY, psutil.virtual_memory().total // 3))
        used = sum(map(_resident, (self._root, *self._descendants())))
        if used <= most:
            return ""
        return f"its pages took {used / 1e6:,.0f} MB of memory, and {most / 1e6:,.0f} MB is the most that they may take"

    def kill(self) -> None:
        """End the browser with all its processes."""
        for process in (*self._descendants(), self._root):
            with suppress(psutil.Error):
                process.kill()
        if sys.platform != "win32":  # what has lost its parent is still of the browser's group
            with suppress(OSError):
                os.killpg(self._root.pid, signal.SIGKILL)

    def kill_driver(self) -> None:
        """End the program that started the browser, where that isn't this one."""
        if self._driver:
            with suppress(psutil.Error):
                self._driver.kill()

    def _note_zygotes(self, family: list[psutil.Process]) -> None:
        """Note helpers that are such at two looks: what they have just forked is called like them for a moment."""
        new = {p for p in family if p not in self._known and _kind(p) == "zygote"}
        self._zygotes |= new & self._candidates
        self._known |= set(family) - (new - self._candidates)
        self._candidates = new

    def _stop_among(self, processes: list[psutil.Process]) -> str:
        """Return which of `processes` was held, as a reason ("" where none was)."""
        held = {p for p in processes if _status(p) == psutil.STATUS_STOPPED}
        self._stopped = {p: self._stopped.get(p, 0) + 1 for p in held}
        long = next((p for p, looks in self._stopped.items() if looks >= _STOPPED_LOOKS), None)
        return f"its process {long.pid} ({_kind(long) or long.name()}) was stopped" if long else ""

    def _descendants(self, recursive: bool = True) -> list[psutil.Process]:
        with suppress(psutil.Error):
            return self._root.children(recursive=recursive)
        return []


def descendants() -> set[int]:
    """Return the ids of all processes that this one started, and those that they started."""
    return {process.pid for process in psutil.Process().children(recursive=True)}


_PIPE = "--remote-debugging-pipe"
_TYPE = "--type="


def _driver_of(root: psutil.Process) -> psutil.Process | None:
    with suppress(psutil.Error):
        parent = root.parent()
        return parent if parent and parent.pid != os.getpid() else None
    return None


def _command(process: psutil.Process) -> list[str]:
    """Return the words of its command. Some write their whole command as one word."""
    try:
        return " ".join(process.cmdline()).split(" ")
    except psutil.Error:
        return []


def _kind(process: psutil.Process) -> str:
    """Return what a process of a browser is for ("" for the first one, and for one that has ended)."""
    return next((word.removeprefix(_TYPE) for word in _command(process) if word.startswith(_TYPE)), "")


def _status(process: psutil.Process) -> str:
    """Return the state of a process ("" where it can't be looked at)."""
    try:
        return process.status()
    except psutil.NoSuchProcess:
        return psutil.STATUS_DEAD
    except psutil.Error:
        return ""


def _resident(process: psutil.Process) -> int:
    """Return the bytes of memory that a process takes (0: it has ended)."""
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or _status(process) in _GONE
