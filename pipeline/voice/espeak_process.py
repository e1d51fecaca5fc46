"""The child process in which eSpeak NG speaks: started for the first line, and kept for the following ones."""

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

from ..base.hangs import HANGS_AFTER, ended_if_hung, work_alone

CHILD = Path(__file__).with_name("espeak_child.py")
STARTS = 2
"""How often a request is sent: a child that was killed from outside, or hung, is replaced once."""


@cache
def espeak_process(library: Path) -> "EspeakProcess":
    """Return the child of this process that speaks with `library`."""
    return EspeakProcess(library)


class EspeakProcess:
    """A child process that runs espeak_child.py, which describes the protocol. Threads may share it: they take turns."""

    def __init__(self, library: Path, patience: float = HANGS_AFTER) -> None:
        self._library, self._turn, self._patience = library, Lock(), patience
        self._child: subprocess.Popen[bytes] | None = None
        self._end: Callable[[], object] = lambda: None

    def ask(self, question: dict[str, object]) -> tuple[dict[str, Any], bytes]:
        """Return the header and the samples of the reply to a request.

        Raises OSError if the child ended without a reply.
        """
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
        assert child.stdin and child.stdout  # both are pipes
        with ended_if_hung(child.pid, self._patience, work_alone) as guard:
            child.stdin.write(json.dumps(question).encode() + b"\n")
            child.stdin.flush()
            header = child.stdout.readline()
            if not header.endswith(b"\n"):
                raise OSError("it hung" if guard.hung else f"it ended with {child.wait()}")
            reply = json.loads(header)
            pcm = child.stdout.read(2 * sum(part["samples"] for part in reply.get("stretches", ())))
        if not hasattr(os, "fork"):  # there the child speaks one line, and ends
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
        self._end = weakref.finalize(self, _end_child, child)
        return child


def _end_child(child: subprocess.Popen[bytes]) -> None:
    """End a child by closing its pipes."""
    assert child.stdin and child.stdout
    with suppress(OSError):  # it was ended from outside, before it read what was written
        child.stdin.close()
    child.stdout.close()
    child.wait()
