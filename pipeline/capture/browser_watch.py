"""A browser that can do no more is ended, so that whatever waits for it fails instead of waiting for ever."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType

from .browser_process import BrowserProcess
from .fault import BrowserDied, BrowserTookAll, StepFault

WATCH_INTERVAL = 1.0
"""Seconds between two looks at a browser."""
_DRIVER_SECONDS = 5.0
"""Seconds after a browser's end within which Playwright's driver has told of it."""


class BrowserWatch(AbstractContextManager["BrowserWatch"]):
    """A thread that looks at a browser, and ends it with all its processes where it can do no more.

    It is no part of Playwright's loop: that waits itself for a browser that hangs. Leaving the block raises BrowserDied
    where the browser was ended while it was used (BrowserTookAll: for what it took), and what the watch itself failed of,
    so that nobody relies on a dead one.
    """

    def __init__(self) -> None:
        self._reason = self._excess = ""
        self._failure: Exception | None = None
        self._closing = False
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._process: BrowserProcess | None = None

    def begin(self, process: BrowserProcess, heart: Callable[[], str] = str, hoard: Callable[[], str] = str) -> None:
        """Watch `process` from now on; ask `heart` why it counts as one that hangs, and `hoard` what it keeps too much of."""
        self._process = process
        self._thread = threading.Thread(target=self._run, args=(process, heart, hoard), daemon=True)
        self._thread.start()

    def require_alive(self) -> None:
        """Raise BrowserDied where the browser was ended."""
        self._raise(None)

    def close(self) -> None:
        """Note that the browser is no longer used: it still must not hang, but its end is no fault any more."""
        self._closing = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread:
            self._thread.join()
        if self._process:
            self._process.kill()
        if error is None or isinstance(error, Exception):
            self._raise(error)

    def _raise(self, error: Exception | None) -> None:
        if self._failure:
            raise self._failure
        if self._excess:
            fault = error.fault if isinstance(error, BrowserDied) else error if isinstance(error, StepFault) else None
            raise (
                BrowserTookAll.at(fault.with_detail(self._excess)) if fault else BrowserTookAll(self._excess)
            ) from error
        if self._reason and not isinstance(error, BrowserDied):
            detail = f"the browser could do no more: {self._reason}"
            raise (
                BrowserDied.at(error.with_detail(detail)) if isinstance(error, StepFault) else BrowserDied(detail)
            ) from error

    def _run(self, process: BrowserProcess, heart: Callable[[], str], hoard: Callable[[], str]) -> None:
        try:
            while not self._over.wait(WATCH_INTERVAL):
                if reason := process.fault() or heart():
                    self._reason = self._reason if self._closing else reason
                    break
                if excess := process.excess() or hoard():
                    self._excess = excess
                    break
        except Exception as failure:  # whatever it is: a browser that nobody watches is used no longer
            self._failure = failure
        if not self._over.is_set():
            process.kill()
            if not self._over.wait(_DRIVER_SECONDS):
                process.kill_driver()
