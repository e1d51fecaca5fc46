"""A program that hangs at its start is told within seconds, and ended with all it started."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import sync_playwright

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture import chromium as chromium_room, devtools
from lectern.pipeline.capture.chromium import chromium
from lectern.pipeline.capture.desktop import bridge, display
from lectern.pipeline.capture.devtools import browser_with_pipes
from lectern.pipeline.capture.request import CaptureRequest
from lectern.pipeline.capture.terminal import session
from lectern.pipeline.capture.terminal.shell_folders import open_shell_folders
from lectern.pipeline.jobs.supervised import SupervisedProcess

SLEEP = ["sleep", f"{10_000 + os.getpid()}"]
"""What no other process of this machine says."""
HANGS = f"#!/bin/sh\n{' '.join(SLEEP)} &\nexec {' '.join(SLEEP)}\n"
PATIENCE = 0.4


class Cells:
    columns, rows = 80, 24


class Display:
    """A terminal's screen that nobody looks at."""

    cells = Cells()

    def write(self, output: bytes) -> str:
        return ""

    def text(self) -> str:
        return ""

    def answer_text(self, latest: bool) -> str:
        return ""

    def note_typing(self, begins: bool) -> None:
        pass


@pytest.fixture
def hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that does nothing and never ends, before all others on the path by the names of what captures start."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("browser", "Xtigervnc", "websockify", "bash"):
        (programs / name).write_text(HANGS)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    for room, name in ((chromium_room, "START_SECONDS"), (devtools, "START_SECONDS"), (devtools, "_EXIT_SECONDS")):
        monkeypatch.setattr(room, name, PATIENCE)
    for room in (display, bridge):
        monkeypatch.setattr(room, "_START_SECONDS", PATIENCE)
    monkeypatch.setattr(session, "START_TIMEOUT", PATIENCE)
    monkeypatch.setattr(chromium_room, "sync_playwright", sync_playwright)
    return programs / "browser"


def open_shell(tmp_path: Path) -> Iterator[None]:
    request = CaptureRequest(kind="terminal", size=(640, 360), steps=())
    with open_shell_folders(request, tmp_path) as place, session.open_shell_session(place, request, Display()):
        raise AssertionError("a shell that hangs was opened")


@contextmanager
def open_browser(program: Path, _: Path) -> Iterator[None]:
    """Opens one with a driver of its own, which ends with it, in a thread: other tests of this process may share theirs."""

    def opened() -> None:
        with chromium(str(program)):
            pass

    with ThreadPoolExecutor(1) as thread:
        thread.submit(opened).result()
    yield


OPENERS: dict[str, tuple[Callable[[Path, Path], AbstractContextManager[object]], str]] = {
    "a browser with pipes": (lambda program, _: browser_with_pipes(program, ()), "did not answer within"),
    "a desktop's screen": (lambda _, tmp: display.open_display((640, 360), 96, tmp), "X server did not start"),
    "a desktop's bridge": (lambda _, tmp: bridge.serve_desktop(tmp / "rfb", tmp), "websockify did not start"),
    "a shell": (lambda _, tmp: session.contextmanager(open_shell)(tmp), "no prompt within"),
    "a browser": (open_browser, "did not answer within"),
}


@pytest.mark.parametrize(
    "what", [*(name for name in OPENERS if name != "a browser"), pytest.param("a browser", marks=pytest.mark.browser)]
)
def test_a_program_that_hangs_at_its_start_is_told_and_ended(what: str, hanging: Path, tmp_path: Path) -> None:
    opener, said = OPENERS[what]
    with pytest.raises(LecternError, match=said), opener(hanging, tmp_path):
        pass
    end = time.monotonic() + 30
    while sleepers() and time.monotonic() < end:
        time.sleep(0.05)
    assert sleepers() == []


def sleepers() -> list[int]:
    return [p.pid for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == SLEEP]


def test_a_program_that_is_held_is_named_and_still_ended(tmp_path: Path) -> None:
    with closing(SupervisedProcess(SLEEP, tmp_path / "log", dict(os.environ))) as program:
        end = time.monotonic() + 30
        while not sleepers() and time.monotonic() < end:
            time.sleep(0.02)
        assert program.held == ""
        (process,) = map(psutil.Process, sleepers())
        process.suspend()
        while process.status() != psutil.STATUS_STOPPED and time.monotonic() < end:
            time.sleep(0.02)
        assert program.held == "sleep"
    assert sleepers() == []
