"""Stops (SIGSTOP) a process of a capture while it is recorded, and prints what is told of it: its own process, so that a hang can be ended.

    python tests/e2e/harmed_capture.py CAPTURE PROCESS [SECONDS]

Stops PROCESS (a part of its command; "supervisor of PROCESS" is what Lectern started it with) so many SECONDS after it was first
seen. Prints JSON: what was told, after how many seconds, and which processes were left.
"""

import json
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
from support.assets import THEME
from support.contexts import context_in

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import CaptureRequest, capture_request
from lectern.pipeline.episode.capture_block import Capture, Environment
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Wait

SIZE = (960, 540)
SUPERVISOR = "supervisor of "
LINGERS = 5.0
"""Seconds that processes have to be gone after the error."""
PARTS = {
    "desktop": ("Xtigervnc", "websockify", "openbox", "dbus-run-session", "dbus-daemon", "mousepad"),
    "desktop in the sandbox": ("Xtigervnc", "websockify", "openbox", "bwrap", "dbus-daemon", "mousepad"),
    "terminal": ("bash --", "sleep 1234", "python3 -c"),
    "terminal in the sandbox": ("bwrap", "bash --", "sleep 1234", "python3 -c"),
    "page with a server": ("http.server",),
}
"""The captures, and which of their processes can be stopped."""


def request_of(capture: str, episode: Path) -> CaptureRequest:
    boxed = Environment(sandbox="sandbox" in capture)
    never = Step(action="wait", wait=Wait(text="Never"), timeout=200.0)
    more: dict = {"kind": capture.split()[0], "steps": (never,)}
    if capture.startswith("desktop"):
        more |= {"app": "mousepad"}
    elif capture.startswith("terminal"):
        more["steps"] = (
            Step(action="type", value="python3 -c 'import os; os.system(\"sleep 1234\")'", enter=True),
            never,
        )
    else:
        reload = Step(action="open", value="http://localhost:$PORT/")
        more |= {"kind": "browser", "serve": "python3 -m http.server $PORT", "steps": (reload,) * 500}
    block = Capture(id="c", line=3, environment=boxed, **more)
    return capture_request(
        Episode(folder=episode, title="t", narrator="ada", scenes=(), characters=()), block, THEME, SIZE
    )


class Harm:
    """Stops the process, and knows all that were seen below this one."""

    def __init__(self, part: str, seconds: float) -> None:
        self._part, self._seconds = part, seconds
        self.seen: set[psutil.Process] = set()
        self.done = 0.0
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        found = 0.0
        while True:
            now = psutil.Process().children(recursive=True)
            self.seen |= set(now)
            target = (
                None if self.done else next(filter(self._is_target, reversed(now)), None)
            )  # not what has started it
            found = found or (time.monotonic() if target else 0.0)
            if target and time.monotonic() - found >= self._seconds:
                with suppress(psutil.Error):
                    target.suspend()
                    self.done = time.monotonic()
            time.sleep(0.1)

    def _is_target(self, process: psutil.Process) -> bool:
        with suppress(psutil.Error):
            command = " ".join(process.cmdline())
            supervises = "supervisor_child.py" in command
            wanted = self._part.removeprefix(SUPERVISOR)
            return supervises == self._part.startswith(SUPERVISOR) and wanted in command and process.is_running()
        return False

    def left(self) -> list[str]:
        """The commands of those processes that still run after `LINGERS` seconds."""
        end = time.monotonic() + LINGERS
        while (alive := list(filter(_runs, self.seen))) and time.monotonic() < end:
            time.sleep(0.1)
        return [" ".join(process.cmdline())[:200] for process in alive]


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def main(capture: str, part: str, seconds: float = 0.0) -> None:
    with tempfile.TemporaryDirectory() as folder:
        episode = Path(folder)
        (episode / "take").mkdir()
        request = request_of(capture, episode)
        harm, told = Harm(part, seconds), "nothing"
        try:
            CAPTURE.make(request, episode / "take", context_in(episode))
        except LecternError as error:
            told = str(error)
        after = time.monotonic() - harm.done if harm.done else -1.0
        print(json.dumps({"told": told, "seconds": round(after, 1), "left": harm.left()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(float, sys.argv[3:]))
