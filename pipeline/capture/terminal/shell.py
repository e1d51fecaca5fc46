"""A real shell in a real pseudo-terminal, clean of the person's own settings."""

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ...errors import LecternError

PROMPT_READY = b"\x1b]133;B"
"""What the shell writes, unseen, when its prompt is complete (OSC 133, as FinalTerm and its heirs write it)."""

_PROMPT = r"\[\e]133;A\a\]\[\e[1;34m\]\W\[\e[0m\] \[\e[1;33m\]❯\[\e[0m\] \[\e]133;B\a\]"
_FRESH_LINE = r"printf '%*s\r\e[K' $COLUMNS ''"
"""Before each prompt: a row of blanks wraps unless the cursor is in the first column, so it has its own line."""

_CONTROLLED = "import fcntl,os,sys,termios; fcntl.ioctl(0,termios.TIOCSCTTY,0); os.execvp(sys.argv[1],sys.argv[1:])"
"""Makes the pseudo-terminal the shell's own in the child itself: safe where this process has threads."""


class Shell:
    """A running shell of `columns` by `rows` cells in `folder`. Close it in the end."""

    def __init__(self, name: str, columns: int, rows: int, folder: Path, home: Path) -> None:
        self._master, slave = _terminal(columns, rows)
        command = [sys.executable, "-c", _CONTROLLED, *_command(name)]
        environment = _environment(columns, rows, home)
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=environment, start_new_session=True
        )
        os.close(slave)

    def send(self, text: str) -> None:
        """Types `text` at once."""
        os.write(self._master, text.encode())

    def read(self, seconds: float) -> bytes:
        """What was written, waiting for at most `seconds`; nothing when it is quiet or has ended."""
        if not select.select([self._master], [], [], max(seconds, 0.0))[0]:
            return b""
        try:
            return os.read(self._master, 65536)
        except OSError:  # Linux says so when the last program has left the terminal
            time.sleep(min(max(seconds, 0.0), 0.05))
            return b""

    def close(self) -> None:
        """Ends the shell and all it started in its session."""
        for end in (signal.SIGHUP, signal.SIGKILL):
            _each_of_session(self._process.pid, lambda pid: os.kill(pid, end))
            if _ended(self._process, 1.0) and end == signal.SIGHUP:
                time.sleep(0.05)
        os.close(self._master)


def _terminal(columns: int, rows: int) -> tuple[int, int]:
    try:
        import pty
        import termios
    except ImportError as error:
        raise LecternError("terminal captures need Linux or macOS; on Windows, build the episode inside WSL") from error
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (rows, columns))
    return master, slave


def _command(name: str) -> list[str]:
    if name != "bash":
        raise LecternError(f'a terminal capture has shell: bash; "{name}" is not known yet')
    if shutil.which("bash") is None:
        raise LecternError("terminal captures need bash, and it was not found; install it")
    return ["bash", "--norc", "--noprofile", "-i"]


def _environment(columns: int, rows: int, home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": str(columns), "LINES": str(rows), "PS1": _PROMPT,
        "PROMPT_COMMAND": _FRESH_LINE,
        "PS2": r"\[\e[1;33m\]…\[\e[0m\] ", "PAGER": "cat", "GIT_PAGER": "cat", "HISTFILE": "", "TZ": "UTC",
        "BASH_SILENCE_DEPRECATION_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1", "GIT_CONFIG_NOSYSTEM": "1",
        "LS_COLORS": "di=1;34:ln=1;36:ex=1;32", "CLICOLOR": "1",
    }  # fmt: skip


def _each_of_session(leader: int, act: Callable[[int], None]) -> None:
    for pid in _session(leader):
        try:
            act(pid)
        except ProcessLookupError:
            continue


def _session(leader: int) -> list[int]:
    return [pid for pid in _processes() if _session_of(pid) == leader] or [leader]


def _processes() -> list[int]:
    proc = Path("/proc")
    if (proc / "self").exists():
        return [int(entry.name) for entry in proc.iterdir() if entry.name.isdigit()]
    table = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=False).stdout
    return [int(line) for line in table.split()]


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
        return True
    except subprocess.TimeoutExpired:
        return False
