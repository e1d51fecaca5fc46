"""A real shell in a real pseudo-terminal, clean of the person's own settings."""

import os
import select
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from ...base.errors import LecternError
from ...episode.capture_block import Environment
from ..sandbox.bubblewrap import HOME, RC, sandbox_command
from ..sandbox.network import VARIABLES, internet_of
from ..sandbox.ordinary_user import OWNER, as_ordinary_user, runs_as_root
from ..sandbox.tools import tool_homes
from .integration import shell_start
from .processes import end_session, is_busy, processor_seconds
from .shell_folders import ShellFolders

_CONTROL_SCRIPT = """
import fcntl, os, signal, sys, termios
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_DFL)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Makes the pseudo-terminal the shell's own in the child itself: safe where this process has threads.

A job in the background ignores Ctrl+C, and what it starts would do so, too: the shell begins with every signal as usual.
"""


class ShellEnded(LecternError):
    """The shell has ended while something was still to be done in it."""


class GridSize(Protocol):
    """How many cells a screen has."""

    @property
    def columns(self) -> int:
        """How many cells a line has."""
        ...

    @property
    def rows(self) -> int:
        """How many lines there are."""
        ...


class TerminalDisplay(Protocol):
    """A screen that shows what it is fed."""

    @property
    def cells(self) -> GridSize:
        """How large the screen is."""
        ...

    def write(self, output: bytes) -> str:
        """Feed the screen, and return what the terminal answers the program."""
        ...

    def text(self) -> str:
        """Return all that it shows, line by line, a wrapped line as one."""
        ...

    def answer_text(self, latest: bool) -> str:
        """Return the same without what was typed; `latest`: only what came after the last line that was entered."""
        ...

    def note_typing(self, begins: bool) -> None:
        """Note that typing begins, or ends, where the cursor is."""
        ...


class Shell:
    """A running shell called `name` of `columns` by `rows` cells at `place`. Close it in the end."""

    def __init__(
        self, name: str, columns: int, rows: int, place: ShellFolders, environment: Environment = Environment()
    ) -> None:
        path, boxed = os.environ.get("PATH", os.defpath), environment.sandbox
        start = shell_start(name, environment.prompt, place.rc, RC if boxed else None)
        own = dict(environment.env)
        glass = sandbox_command(place, path, own) if boxed else as_ordinary_user(place, environment)
        variables = _variables(columns, rows, HOME if boxed else place.home, path)
        online = boxed and environment.network
        self._place = place
        self._network = ExitStack()
        self._master, slave = _terminal(columns, rows)
        if boxed and runs_as_root():
            os.fchown(slave, OWNER, OWNER)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _CONTROL_SCRIPT, *glass, *start.command],
            stdin=slave, stdout=slave, stderr=slave, cwd=place.work, start_new_session=True,
            env=variables | dict(start.environment) | (VARIABLES if online else {}) | ({} if boxed else own),
        )  # fmt: skip
        os.close(slave)
        if online:
            self._go_online()

    @property
    def works(self) -> bool | None:
        """Whether the shell or anything it started computes (and doesn't merely wait); None: unknown here."""
        return is_busy(self._process.pid)

    @property
    def computed(self) -> float | None:
        """Seconds of processor that the shell and all it started have used so far; None: unknown here."""
        return processor_seconds(self._process.pid)

    @property
    def ending(self) -> str:
        """How the shell ended, for a person ("" while it lives)."""
        code = self._process.poll()
        if code is None:
            return ""
        return f"it was killed by signal {-code}" if code < 0 else f"its status is {code}"

    def send(self, text: str) -> None:
        """Type `text` at once. Raises ShellEnded where nobody is there any more."""
        try:
            os.write(self._master, text.encode())
        except OSError as error:
            raise ShellEnded(f"the shell has ended; {self.ending or error}") from error

    def read(self, seconds: float) -> bytes:
        """Return what was written, waiting for at most `seconds`; nothing when it is quiet or has ended."""
        if not select.select([self._master], [], [], max(seconds, 0.0))[0]:
            return b""
        try:
            return os.read(self._master, 65536)
        except OSError:  # Linux says so when the last program has left the terminal
            time.sleep(min(max(seconds, 0.0), 0.05))
            return b""

    def close(self) -> None:
        """End the shell and all it started."""
        end_session(self._process, self._place.home)
        self._network.close()
        os.close(self._master)

    def _go_online(self) -> None:
        try:
            self._network.enter_context(internet_of(self._process.pid))
        except LecternError:
            self.close()
            raise


def _terminal(columns: int, rows: int) -> tuple[int, int]:
    try:
        import pty
        import termios
    except ImportError as error:
        raise LecternError("terminal captures need Linux or macOS; on Windows, build the episode inside WSL") from error
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (rows, columns))
    return master, slave


def _variables(columns: int, rows: int, home: Path, path: str) -> dict[str, str]:
    return {
        "PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": str(columns), "LINES": str(rows),
        "PAGER": "cat", "TZ": "UTC",
        "BASH_SILENCE_DEPRECATION_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1", "GIT_CONFIG_NOSYSTEM": "1",
        "LS_COLORS": "di=1;34:ln=1;36:ex=1;32", "CLICOLOR": "1", **tool_homes(Path.home().resolve()),
    }  # fmt: skip
