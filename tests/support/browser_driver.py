"""Playwright's driver, started once for all recordings of a test process: a start costs as much as a small recording."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
from playwright.sync_api import Playwright, sync_playwright

DRIVER = "run-driver"
"""What the driver's command says."""


class SharedDriver:
    """`use()` stands in for `sync_playwright()`; what a recording has ended is started anew for the next one."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._process: psutil.Process | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._used = False

    @contextmanager
    def use(self) -> Iterator[Playwright]:
        """Yield the driver. Its loop only counts as the thread's running one within the block, as it would of its own driver.

        A driver belongs to one thread: others than the main one get their own.
        """
        if threading.current_thread() is not threading.main_thread():
            with sync_playwright() as own:
                yield own
            return
        assert not self._used, "Playwright can't be started within itself"
        playwright = self._running()
        asyncio._set_running_loop(self._loop)
        self._used = True
        try:
            yield playwright
        finally:
            self._used = False
            asyncio._set_running_loop(None)

    def stop(self) -> None:
        """End the driver."""
        playwright, self._playwright, self._process = self._playwright, None, None
        if playwright:
            asyncio._set_running_loop(self._loop)
            with suppress(Exception):  # it may have been killed
                playwright.stop()
            asyncio._set_running_loop(None)

    def _running(self) -> Playwright:
        if self._playwright and self._process and _lives(self._process):
            return self._playwright
        self.stop()
        before = set(_drivers())
        self._playwright = sync_playwright().start()
        self._loop = asyncio.get_running_loop()
        (self._process,) = set(_drivers()) - before
        return self._playwright


def _drivers() -> list[psutil.Process]:
    """Return the drivers that this process has started."""
    return [child for child in psutil.Process().children() if _lives(child) and DRIVER in child.cmdline()]


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_STOPPED)
    return False
