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
from .processes import end_session, held_process, is_busy, processor_seconds
from .shell_folders import COMMIT_DATES, ShellFolders

_CONTROL_SCRIPT = """
import fcntl, os, signal, sys, termios
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_DFL)
try:
    open("/proc/self/oom_score_adj", "w").write("1000")
except OSError:
    pass
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Makes the pseudo-terminal the shell's own in the child itself: safe where this process has threads.

A job in the background ignores Ctrl+C, and what it starts would do so, too: the shell begins with every signal as usual. Where
memory runs out, Linux ends what the shell has started before everything else.
"""


_LOOK_SECONDS = 1.0
"""Seconds between two looks for processes that were stopped: one that is at both of them counts."""
_UNREAD_SECONDS = 60.0
"""Seconds after which nobody reads any more what is typed."""


class ShellEnded(LecternError):
    """The shell has ended while something was still to be done in it."""


class ShellHeld(LecternError):
    """Nothing happens in the terminal any more: a process that it waits for was stopped, or nobody reads what is typed."""


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
        self._place, self._name = place, name
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
        os.set_blocking(self._master, False)
        self._unread, self._held, self._looked = b"", "", time.monotonic()
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
        """Type `text` at once. Raises ShellEnded where nobody is there any more, ShellHeld where nobody reads it."""
        left, end = text.encode(), time.monotonic() + _UNREAD_SECONDS
        while left:
            heard, free, _ = select.select([self._master], [self._master], [], _LOOK_SECONDS)
            if free and (taken := self._write(left)):
                left, end = left[taken:], time.monotonic() + _UNREAD_SECONDS
            elif heard:  # a program that can't write doesn't read, either
                self._unread += self._heard(0.01)
            self._require_not_held()
            if time.monotonic() > end:
                raise ShellHeld(f"nobody has read for {_UNREAD_SECONDS:g} s what was typed")

    def read(self, seconds: float) -> bytes:
        """Return what was written, waiting for at most `seconds`; nothing when it is quiet or has ended.

        Raises ShellHeld where a process that all here waits for was stopped.
        """
        self._require_not_held()
        if unread := self._unread:
            self._unread = b""
            return unread
        if not select.select([self._master], [], [], max(seconds, 0.0))[0]:
            return b""
        return self._heard(min(max(seconds, 0.0), 0.05))

    def close(self) -> None:
        """End the shell and all it started."""
        end_session(self._process, self._place.home)
        self._network.close()
        os.close(self._master)

    def _write(self, text: bytes) -> int:
        """Return how many bytes of `text` could be typed."""
        try:
            return os.write(self._master, text)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise ShellEnded(f"the shell has ended; {self.ending or error}") from error

    def _heard(self, pause: float) -> bytes:
        """Return what was written; nothing, after a pause of so many seconds, where nobody is left to write."""
        try:
            return os.read(self._master, 65536)
        except OSError:  # Linux says so when the last program has left the terminal
            time.sleep(pause)
            return b""

    def _require_not_held(self) -> None:
        """Look for stopped processes, once every `_LOOK_SECONDS`. Raises ShellHeld where one still is at the second look."""
        if time.monotonic() - self._looked < _LOOK_SECONDS:
            return
        before, self._held, self._looked = self._held, self._held_process(), time.monotonic()
        if self._held and self._held == before:
            raise ShellHeld(f"{self._held} was stopped (SIGSTOP), so nothing happens in the terminal any more")

    def _held_process(self) -> str:
        """Return the name of a process that was stopped and that all here waits for; "" where none was."""
        try:
            front = os.tcgetpgrp(self._master)
        except OSError:  # nobody is in front any more
            front = -1
        return held_process(self._process.pid, self._name, front)

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
        "LS_COLORS": "di=1;34:ln=1;36:ex=1;32", "CLICOLOR": "1", **COMMIT_DATES, **tool_homes(Path.home().resolve()),
    }  # fmt: skip
