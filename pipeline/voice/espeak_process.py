"""The child process in which eSpeak NG speaks: started at the first line, and kept for all that follow."""

import json
import os
import subprocess
import sys
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

CHILD = Path(__file__).with_name("espeak_child.py")
STARTS = 2
"""How often a line is asked for: a child that was ended from outside is replaced once."""


@cache
def espeak_process(library: Path) -> "EspeakProcess":
    """The child of this process that speaks with `library`."""
    return EspeakProcess(library)


class EspeakProcess:
    """See espeak_child.py for what is asked and answered. Threads may share it: they take turns."""

    def __init__(self, library: Path) -> None:
        self._library, self._turn = library, Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._end: Callable[[], object] = lambda: None

    def ask(self, question: dict[str, object]) -> tuple[dict[str, Any], bytes]:
        """The reply's header and its samples; OSError where the child ends without one."""
        with self._turn:
            for _ in range(STARTS):
                try:
                    return self._asked(question)
                except OSError as error:
                    last = error
                    self._dismiss()
            raise last

    def _asked(self, question: dict[str, object]) -> tuple[dict[str, Any], bytes]:
        if self._child is None:
            self._child = self._started()
        child = self._child
        child.stdin.write(json.dumps(question).encode() + b"\n")
        child.stdin.flush()
        header = child.stdout.readline()
        if not header.endswith(b"\n"):
            raise OSError(f"it ended with {child.wait()}")
        reply = json.loads(header)
        pcm = child.stdout.read(2 * sum(part["samples"] for part in reply.get("stretches", ())))
        if not hasattr(os, "fork"):  # there the child says one line, and ends
            self._dismiss()
        return reply, pcm

    def _dismiss(self) -> None:
        self._end()
        self._child = None

    def _started(self) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-I", "-S", str(CHILD), str(self._library)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
        self._end = weakref.finalize(self, _ended, child)
        return child


def _ended(child: subprocess.Popen[bytes]) -> None:
    """Ends a child: it has said all that was asked."""
    with suppress(OSError):  # it was ended from outside, before it read what was written
        child.stdin.close()
    child.stdout.close()
    child.wait()
