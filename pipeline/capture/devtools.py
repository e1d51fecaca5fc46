"""Chrome's DevTools protocol over a pair of pipes: the browser ends when they close, so none outlives this process."""

import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ..errors import LecternError
from .chromium import BrowserDied

Handler = Callable[[dict[str, Any]], None]
PATIENCE = 30.0
"""Seconds after which an answer is no longer expected."""
_GOODBYE = 5.0


class NoAnswer(LecternError):
    """The browser did not answer in time: a page's script runs without end, or the machine is far too busy."""


class Refused(LecternError):
    """The browser answered a command with an error."""


class DevTools:
    """Commands to a browser, and its events. Not for use by several threads at a time. `profile` is its folder."""

    def __init__(self, reading: int, writing: int, profile: Path) -> None:
        self.profile, self._writing = profile, writing
        self._number = 0
        self._inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._handlers: dict[tuple[str, str], Handler] = {}
        threading.Thread(target=_read, args=(reading, self._inbox), daemon=True).start()

    def send(self, method: str, session: str = "", patience: float = PATIENCE, **params: Any) -> dict[str, Any]:
        """The answer to a command. Refused where it is an error, NoAnswer after `patience` seconds without one."""
        number, until, said = self.post(method, session, **params), time.monotonic() + patience, f"{method}: no answer"
        while True:
            message = self._next(until, said)
            if message.get("id") == number:
                if "error" in message:
                    raise Refused(f"{method}: {message['error'].get('message')}")
                return message["result"]
            self._handle(message)

    def post(self, method: str, session: str = "", **params: Any) -> int:
        """Sends a command whose answer nobody waits for; its number."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        data = json.dumps(message).encode() + b"\0"
        try:
            while data:
                data = data[os.write(self._writing, data) :]
        except OSError as error:
            raise BrowserDied(_DIED) from error
        return self._number

    def port(self) -> int:
        """The port that a browser with the flag ``--remote-debugging-port=0`` has chosen; NoAnswer where it has none."""
        told, until = self.profile / "DevToolsActivePort", time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(OSError, ValueError, IndexError):
                return int(told.read_text(encoding="ascii").splitlines()[0])
            time.sleep(0.02)
        raise NoAnswer("the browser opens no port")

    def on(self, event: str, handler: Handler, session: str = "") -> None:
        """`handler` gets the parameters of each `event`, while somebody waits. It may `post`, and must not `send`."""
        self._handlers[session, event] = handler

    def wait(self, done: Callable[[], bool], patience: float, said: str) -> None:
        """Handles events until `done()`; NoAnswer, which says `said`, after `patience` seconds."""
        until = time.monotonic() + patience
        while not done():
            self._handle(self._next(until, said))

    def _next(self, until: float, said: str) -> dict[str, Any]:
        try:
            message = self._inbox.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise NoAnswer(said) from None
        if message is None:
            self._inbox.put(None)
            raise BrowserDied(_DIED)
        return message

    def _handle(self, message: dict[str, Any]) -> None:
        handler = self._handlers.get((message.get("sessionId", ""), message.get("method", "")))
        if handler:
            handler(message["params"])


@contextmanager
def browser_with_pipes(program: Path, flags: tuple[str, ...]) -> Iterator[DevTools]:
    """Starts `program` and ends it, with all its processes and its profile, after the block."""
    profile = tempfile.mkdtemp(prefix="lectern-browser-")
    argv = [str(program), *flags, f"--user-data-dir={profile}", "--remote-debugging-pipe"]
    start = _start_on_windows if os.name == "nt" else _start
    try:
        end, reading, writing = start(argv)
        devtools = DevTools(reading, writing, Path(profile))
        try:
            yield devtools
        finally:
            with suppress(LecternError):
                devtools.post("Browser.close")
            end()
            os.close(writing)
    finally:
        shutil.rmtree(profile, ignore_errors=True)


_DIED = "the browser was ended while it was used (build again)"


def _read(pipe: int, inbox: queue.Queue[dict[str, Any] | None]) -> None:
    """Messages end with a zero byte. None is the end of all."""
    pieces: list[bytes] = []
    with suppress(OSError), os.fdopen(pipe, "rb", buffering=0) as stream:
        while data := stream.read(1 << 20):
            *whole, rest = data.split(b"\0")
            for part in whole:
                inbox.put(json.loads(b"".join((*pieces, part))))
                pieces = []
            pieces.append(rest)
    inbox.put(None)


def _start(argv: list[str]) -> tuple[Callable[[], None], int, int]:
    """A process that reads commands at 3 and writes answers to 4, the leader of a group of its own."""
    import fcntl

    theirs_in, writing = os.pipe()
    reading, theirs_out = os.pipe()
    # Out of the way of 3 and 4, onto which they are put in the new process.
    ends = [fcntl.fcntl(pipe, fcntl.F_DUPFD_CLOEXEC, 16) for pipe in (theirs_in, theirs_out)]
    actions = [
        (os.POSIX_SPAWN_DUP2, ends[0], 3), (os.POSIX_SPAWN_DUP2, ends[1], 4),
        *((os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_RDWR, 0) for n in (0, 1, 2)),
    ]  # fmt: skip
    try:
        pid = os.posix_spawn(argv[0], argv, os.environ, file_actions=actions, setsid=True)
    except OSError as error:
        os.close(writing), os.close(reading)
        raise LecternError(f"{argv[0]} did not start: {error}") from error
    finally:
        for pipe in (theirs_in, theirs_out, *ends):
            os.close(pipe)
    return lambda: _end(pid), reading, writing


def _end(pid: int) -> None:
    """Waits a little for the browser to end by itself, then ends its whole group."""
    until = time.monotonic() + _GOODBYE
    gone = False
    while not gone and time.monotonic() < until:
        gone = os.waitpid(pid, os.WNOHANG)[0] == pid
        time.sleep(0 if gone else 0.02)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    if not gone:
        os.waitpid(pid, 0)


def _start_on_windows(argv: list[str]) -> tuple[Callable[[], None], int, int]:
    """The same with inherited handles, whose numbers the browser is told."""
    import msvcrt

    theirs_in, writing = os.pipe()
    reading, theirs_out = os.pipe()
    handles = [msvcrt.get_osfhandle(pipe) for pipe in (theirs_in, theirs_out)]
    for handle in handles:
        os.set_handle_inheritable(handle, True)
    startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles})
    told = f"--remote-debugging-io-pipes={handles[0]},{handles[1]}"
    process = subprocess.Popen([*argv, told], startupinfo=startup, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(theirs_in), os.close(theirs_out)

    def end() -> None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GOODBYE)
        process.kill()

    return end, reading, writing
