"""Harms browsers while they are used, and prints what is told: each in a process of its own, which ends though it hangs.

A line of JSON for each harm: its name, the ids of the processes that there were, and the error.
"""

import json
import os
import signal
import sys
from collections.abc import Callable

import psutil

from lectern.pipeline.capture import browser_process, browser_watch
from lectern.pipeline.capture.chromium import chromium
from lectern.pipeline.capture.fault import BrowserDied


def _family() -> list[psutil.Process]:
    return [p for p in psutil.Process().children(recursive=True) if p.status() != psutil.STATUS_ZOMBIE]


def _of(kind: str) -> list[psutil.Process]:
    """Return the processes of one kind, the oldest first: "" for the browser's first, "driver" for Playwright's."""
    family = sorted(_family(), key=lambda p: p.create_time())
    if kind == "driver":
        return [p for p in family if p.name().startswith("node")]
    wanted = f"--type={kind}" if kind else "--remote-debugging-pipe"
    return [p for p in family if wanted in " ".join(p.cmdline())]


def _hang_unseen() -> None:
    """Hold the browser in a way that its processes don't show."""
    browser_process.psutil.STATUS_STOPPED = "not this one"
    _of("")[0].suspend()


HARMS: dict[str, Callable[[], object]] = {
    "the browser is held": lambda: _of("")[0].suspend(),
    "the browser hangs": _hang_unseen,
    "the browser is killed": lambda: _of("")[0].kill(),
    "its helper is held": lambda: _of("zygote")[-1].suspend(),
    "its helper is killed": lambda: _of("zygote")[-1].kill(),
    "its pages are held": lambda: [p.suspend() for p in _of("renderer")],
    "its driver is held": lambda: _of("driver")[0].suspend(),
}


def _harm(harm: str) -> tuple[list[int], str]:
    """Open pages until somebody says that there can be no more; return the browser's processes, and what was said."""
    family: list[int] = []
    try:
        with chromium() as browser:
            page = browser.new_page()
            family = [p.pid for p in _family()]
            HARMS[harm]()
            while True:
                page.evaluate("1 + 1")
                browser.new_page()
    except BrowserDied as died:
        return family, str(died)


def main(harms: list[str]) -> None:
    """Do one harm after the other. All have the imports of this process."""
    browser_watch.WATCH_INTERVAL = 0.1
    browser_watch._DRIVER_SECONDS = 0.5
    for harm in harms:
        if child := os.fork():
            os.waitpid(child, 0)
            continue
        signal.alarm(60)
        print(json.dumps([harm, *_harm(harm)]), flush=True)
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
