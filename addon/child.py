"""Lectern's command line in a process of its own, so that Blender's window never has to wait."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bpy

from ..pipeline.base.launch import OFFLINE, child_command, child_environment
from .preferences import chromium

PATIENCE = 8.0
"""Seconds a process has to end by itself after it was asked to. Then it is killed."""

EVENT = b'{"event": '
"""How a line begins that is an event, not for people."""


@dataclass
class ChildProcess:
    """A running command; `log` is the file that its output goes to, `read` how many bytes of its events have been taken in."""

    argv: tuple[str, ...]
    log: Path
    process: subprocess.Popen[bytes]
    stopped_at: float | None = field(default=None)
    read: int = 0

    @property
    def code(self) -> int | None:
        """The exit code, or None while the process runs. Kills a process that was stopped `PATIENCE` seconds ago."""
        if self.process.poll() is None and self.stopped_at and time.monotonic() - self.stopped_at > PATIENCE:
            self._signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        return self.process.poll()

    @property
    def cancelled(self) -> bool:
        """Whether the process was asked to end."""
        return self.stopped_at is not None

    def stop(self) -> None:
        """Ask the process, and every process it has started, to end. Returns at once."""
        self.stopped_at = self.stopped_at or time.monotonic()
        self._signal(signal.SIGTERM)

    def lines(self) -> list[str]:
        """Return what the process has printed so far, without empty lines and overwritten progress bars."""
        return list(_last_states(self.log.read_bytes().decode(errors="replace")))

    def new_events(self) -> list[dict[str, Any]]:
        """Return the events that a command with ``--json`` has told since the last call."""
        with self.log.open("rb") as log:
            log.seek(self.read)
            whole = log.read().rpartition(b"\n")[0]
        self.read += len(whole)
        return [json.loads(line) for line in whole.splitlines() if line.startswith(EVENT)]

    def messages(self) -> list[str]:
        """Return the lines that the process has printed for people."""
        return [line for line in self.lines() if not line.startswith(EVENT.decode())]

    def _signal(self, number: int) -> None:
        if self.process.poll() is not None:
            return
        if os.name == "nt":
            self.process.terminate()
        else:
            os.killpg(self.process.pid, number)


def environment() -> dict[str, str]:
    """Return the environment variables that tell Lectern's processes about this Blender.

    They name the folders of its packages, its program (the bpy module has none), the Chromium chosen in the
    preferences, and whether the person allows online access.
    """
    variables = {
        "PYTHONPATH": child_environment()["PYTHONPATH"],
        "LECTERN_BLENDER": bpy.app.binary_path,
        "LECTERN_CHROMIUM": chromium(bpy.context),
        OFFLINE: "" if bpy.app.online_access else "1",
        "PYTHONUNBUFFERED": "1",
    }
    return {name: value for name, value in variables.items() if value}


def start(argv: Sequence[str], log: Path) -> ChildProcess:
    """Start ``lectern ARGV`` with Blender's own Python, in a process group of its own; its output goes to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            child_command(*argv),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment()},
            start_new_session=True,
        )
    return ChildProcess(tuple(argv), log, process)


def _last_states(output: str) -> Iterator[str]:
    """Yield each line as a terminal shows it in the end: after a carriage return a progress bar overwrites itself."""
    for line in output.replace("\r\n", "\n").split("\n"):
        if shown := line.rpartition("\r")[2].strip():
            yield shown
