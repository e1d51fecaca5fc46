"""Playwright's driver and a Chromium, started once for all recordings of a test file: their starts cost as much as a small recording."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from lectern.pipeline.capture import chromium as product
from lectern.pipeline.capture.browser_process import BrowserProcess, descendants
from lectern.pipeline.capture.browser_watch import BrowserWatch
from lectern.pipeline.capture.heartbeat import Heartbeat

DRIVER = "run-driver"
"""What the driver's command says."""


@dataclass
class _KeptProcess:
    """The process of a browser that outlives its block, unless it has died."""

    process: BrowserProcess
    keep: bool = False

    def kill(self) -> None:
        if not self.keep:
            self.process.kill()

    def __getattr__(self, name: str) -> Any:
        """All else is the process's own."""
        return getattr(self.process, name)


class SharedDriver:
    """`use()` stands in for `sync_playwright()`, `chromium()` for Lectern's; what a recording has ended is started anew for the next one."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._process: psutil.Process | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._used = False
        self._browser: tuple[Browser, BrowserProcess] | None = None
        self._own_chromium = product.chromium

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

    @contextmanager
    def chromium(
        self, program: str = "", flags: tuple[str, ...] = (), downloads: Path | None = None
    ) -> Iterator[Browser]:
        """Yield the browser, watched as Lectern's own is; one that has died is ended. With flags it is one of its own."""
        if program or flags or downloads or threading.current_thread() is not threading.main_thread():
            with self._own_chromium(program, flags, downloads) as own:
                yield own
            return
        with product.DeathWatch(), self.use() as playwright:
            browser, process = self._launched(playwright)
            kept = _KeptProcess(process)
            self._browser = None  # until it has survived the block
            with BrowserWatch() as watch:
                watch.begin(kept, Heartbeat(browser).fault)  # type: ignore[arg-type]
                try:
                    yield browser
                    watch.require_alive()
                finally:
                    kept.keep = _emptied(browser, process)
                    self._browser = (browser, process) if kept.keep else None
                    watch.close()

    def close_browser(self) -> None:
        """End the browser: some tests count those that are left."""
        if self._browser:
            self._browser[1].kill()
            self._browser = None

    def stop(self) -> None:
        """End the browser and the driver."""
        self.close_browser()
        playwright, self._playwright, self._process = self._playwright, None, None
        if playwright:
            asyncio._set_running_loop(self._loop)
            with suppress(Exception):  # it may have been killed
                playwright.stop()
            asyncio._set_running_loop(None)

    def _launched(self, playwright: Playwright) -> tuple[Browser, BrowserProcess]:
        if self._browser and self._browser[0].is_connected() and not self._browser[1].fault():
            return self._browser
        self.close_browser()
        before = descendants()
        browser = product.launch_chromium(playwright, "", product._FLAGS)
        process = BrowserProcess.find(before)
        assert process
        return browser, process

    def _running(self) -> Playwright:
        if self._playwright and self._process and _lives(self._process):
            return self._playwright
        self.stop()
        before = set(_drivers())
        self._playwright = sync_playwright().start()
        self._loop = asyncio.get_running_loop()
        (self._process,) = set(_drivers()) - before
        return self._playwright


def _emptied(browser: Browser, process: BrowserProcess) -> bool:
    """Close all that is open in a browser; return False for one that has died."""
    with suppress(Error):
        for context in browser.contexts if browser.is_connected() and not process.fault() else ():
            context.close()
        return browser.is_connected() and not process.fault()
    return False


def _drivers() -> list[psutil.Process]:
    """Return the drivers that this process has started."""
    return [child for child in psutil.Process().children() if _lives(child) and DRIVER in child.cmdline()]


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_STOPPED)
    return False
