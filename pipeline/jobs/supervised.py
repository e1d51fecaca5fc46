"""Run programs that end when Lectern does, however it ends (on Windows: when they are closed)."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from ..base.process_tree import end_all, end_tree, processes_of_session, stopped_process

_SUPERVISOR = Path(__file__).parent / "supervisor_child.py"
_HELD_SECONDS = 0.5
"""Seconds after which a process that was stopped is looked at once more."""
_END_SECONDS = 3.0
"""Seconds that a supervisor has to end what it started."""


class SupervisedProcess:
    """A running program, whose output is in `log`; with `piped`, its standard output can be read from `output` instead.

    `name` is how messages call it (default: what is started), `stdin` is a file that is its input (None: it has none). Close it in
    the end.
    """

    def __init__(
        self,
        argv: list[str],
        log: Path,
        environment: Mapping[str, str],
        folder: Path | None = None,
        piped: bool = False,
        name: str = "",
        stdin: Path | None = None,
    ) -> None:
        self.name, self._log = name or Path(argv[0]).name, log
        posix = os.name == "posix"
        given = ["--input", str(stdin)] if stdin else []
        with log.open("wb") as out, ExitStack() as files:
            own_input = subprocess.PIPE if posix or stdin is None else files.enter_context(stdin.open("rb"))
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(_SUPERVISOR), *given, *argv] if posix else argv,
                stdin=own_input,
                stdout=subprocess.PIPE if piped else out,
                stderr=out,
                env=environment,
                cwd=folder,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )

    @property
    def pid(self) -> int:
        """The process that everything it starts is below."""
        return self._process.pid

    @property
    def ended(self) -> int | None:
        """Its exit status; None while it, or anything it started, runs."""
        return self._process.poll()

    @property
    def held(self) -> str:
        """The name of a process of it that was stopped (SIGSTOP) and does nothing any more; "" where none was.

        One that goes on a moment later counts as none.
        """
        if self.ended is None and stopped_process(self.pid):
            time.sleep(_HELD_SECONDS)
            return stopped_process(self.pid)
        return ""

    @property
    def output(self) -> int:
        """The file descriptor to read its standard output from (`piped`)."""
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def why_silent(self) -> str:
        """Return why it may not have come up: a process of it that was stopped, else what it said last."""
        held = self.held
        return f"    {held} was stopped (SIGSTOP); build again" if held else self.last_words()

    def last_words(self) -> str:
        """Return the end of its output, for a message."""
        written = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        lines = [line for line in written if line.strip() and not line.startswith("dbus-daemon[")]
        return "\n".join(f"    {line[:300]}" for line in lines[-8:]) or "    (it wrote nothing)"

    def close(self) -> None:
        """End it and all it started."""
        with suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        if self.ended is None:  # its supervisor was stopped
            end_tree(self.pid)
        if self._process.returncode != 0:  # its supervisor was killed
            end_all(lambda: processes_of_session(self.pid))
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


def free_port() -> int:
    """Return a port of this computer at which nothing listens now, for a program to listen at."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as any_port:
        any_port.bind(("127.0.0.1", 0))
        return int(any_port.getsockname()[1])
