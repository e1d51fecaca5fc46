"""Lectern's command line in a process of its own, so that Blender's window never waits."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import bpy

from ..pipeline.studio.launch import child_command, child_environment
from .preferences import chromium

PATIENCE = 8.0
"""Seconds a child has to end by itself after it was asked to."""


@dataclass
class Child:
    """A running command. What it writes goes to `log`."""

    argv: tuple[str, ...]
    log: Path
    process: subprocess.Popen[bytes]
    asked: float | None = field(default=None)

    @property
    def code(self) -> int | None:
        """The exit code, None while it runs. A child that was asked to stop and doesn't is ended."""
        if self.process.poll() is None and self.asked and time.monotonic() - self.asked > PATIENCE:
            self._signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        return self.process.poll()

    @property
    def cancelled(self) -> bool:
        return self.asked is not None

    def stop(self) -> None:
        """Asks the command and what it started to end; doesn't wait."""
        self.asked = self.asked or time.monotonic()
        self._signal(signal.SIGTERM)

    def lines(self) -> list[str]:
        """What it has written so far, without empty lines and progress bars that were overwritten."""
        return list(_last_states(self.log.read_bytes().decode(errors="replace")))

    def _signal(self, number: int) -> None:
        if self.process.poll() is not None:
            return
        if os.name == "nt":
            self.process.terminate()
        else:
            os.killpg(self.process.pid, number)


def environment() -> dict[str, str]:
    """What Lectern's processes need to know of this Blender: where its packages are, its program (the bpy module has
    none), and what its person has set."""
    told = {
        "PYTHONPATH": child_environment()["PYTHONPATH"],
        "LECTERN_BLENDER": bpy.app.binary_path,
        "LECTERN_CHROMIUM": chromium(bpy.context),
        "LECTERN_OFFLINE": "" if bpy.app.online_access else "1",
        "PYTHONUNBUFFERED": "1",
    }
    return {name: value for name, value in told.items() if value}


def start(argv: list[str], log: Path) -> Child:
    """Starts ``lectern ARGV`` with Blender's own Python."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            child_command(*argv), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **environment()},
            start_new_session=True,
        )
    return Child(tuple(argv), log, process)


def _last_states(text: str) -> Iterator[str]:
    for line in text.replace("\r\n", "\n").split("\n"):
        if shown := line.rpartition("\r")[2].strip():
            yield shown
