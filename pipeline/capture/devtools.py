"""Chrome's DevTools protocol over a pair of pipes: the browser ends when they close, so none outlives this process."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from ..base.errors import LecternError
from .browser_process import BrowserProcess
from .browser_watch import BrowserWatch
from .fault import BrowserDied

EventHandler = Callable[[dict[str, Any]], None]
PATIENCE = 30.0
"""Seconds after which an answer is no longer expected."""
START_SECONDS = 25.0
"""Seconds within which a browser has to be up."""
_EXIT_SECONDS = 5.0


class NoAnswer(LecternError):
    """The browser did not answer in time: a page's script runs without end, or the machine is far too busy."""


class CommandRefused(LecternError):
    """The browser answered a command with an error."""


class DevTools:
    """Commands to a browser, and its events. Not for use by several threads at a time. `profile` is its folder."""

    def __init__(self, reading: int, writing: int, profile: Path) -> None:
        self.profile, self._writing = profile, writing
        self._number = 0
        self._inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._handlers: dict[tuple[str, str], EventHandler] = {}
        threading.Thread(target=_read, args=(reading, self._inbox), daemon=True).start()

    def send(self, method: str, session: str = "", patience: float = PATIENCE, **params: Any) -> dict[str, Any]:
        """Return the answer to a command. Raises CommandRefused where it is an error, NoAnswer after `patience` seconds without one."""
        number, until, failure = (
            self.post(method, session, **params),
            time.monotonic() + patience,
            f"{method}: no answer",
        )
        while True:
            message = self._next(until, failure)
            if message.get("id") == number:
                if "error" in message:
                    raise CommandRefused(f"{method}: {message['error'].get('message')}")
                result: dict[str, Any] = message["result"]
                return result
            self._handle(message)

    def post(self, method: str, session: str = "", **params: Any) -> int:
        """Send a command whose answer nobody waits for, and return its number."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        data = json.dumps(message).encode() + b"\0"
        try:
            while data:
                data = data[os.write(self._writing, data) :]
        except OSError as error:
            raise BrowserDied(_CONNECTION_CLOSED) from error
        return self._number

    def port(self) -> int:
        """Return the port that a browser with the flag ``--remote-debugging-port=0`` has chosen. Raises NoAnswer where it has none."""
        port_file, until = self.profile / "DevToolsActivePort", time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(OSError, ValueError, IndexError):
                return int(port_file.read_text(encoding="ascii").splitlines()[0])
            time.sleep(0.02)
        raise NoAnswer("the browser opens no port")

    def on(self, event: str, handler: EventHandler, session: str = "") -> None:
        """Give `handler` the parameters of each `event`, while somebody waits. It may `post`, and must not `send`."""
        self._handlers[session, event] = handler

    def wait(self, done: Callable[[], bool], patience: float, failure: str) -> None:
        """Handle events until `done()`. Raises NoAnswer, which says `failure`, after `patience` seconds."""
        until = time.monotonic() + patience
        while not done():
            self._handle(self._next(until, failure))

    def _next(self, until: float, failure: str) -> dict[str, Any]:
        try:
            message = self._inbox.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise NoAnswer(failure) from None
        if message is None:
            self._inbox.put(None)
            raise BrowserDied(_CONNECTION_CLOSED)
        return message

    def _handle(self, message: dict[str, Any]) -> None:
        handler = self._handlers.get((message.get("sessionId", ""), message.get("method", "")))
        if handler:
            handler(message["params"])


@contextmanager
def browser_with_pipes(program: Path, flags: tuple[str, ...]) -> Iterator[DevTools]:
    """Start `program`, and end it with all its processes and its profile after the block.

    Raises LecternError where it isn't up within `START_SECONDS`, BrowserDied where it can do no more within the block.
    """
    profile = tempfile.mkdtemp(prefix="lectern-browser-")
    argv = [str(program), *flags, f"--user-data-dir={profile}", "--remote-debugging-pipe"]
    try:
        pid, end, reading, writing = _start(argv)
        devtools = DevTools(reading, writing, Path(profile))
        with BrowserWatch() as watch:
            try:
                _require_answer(devtools, program)
                watch.begin(BrowserProcess(psutil.Process(pid)))
                yield devtools
                watch.require_alive()
            finally:
                watch.close()
                with suppress(LecternError):
                    devtools.post("Browser.close")
                end()
                os.close(writing)
    finally:
        shutil.rmtree(profile, ignore_errors=True)


def _require_answer(devtools: DevTools, program: Path) -> None:
    try:
        devtools.send("Browser.getVersion", patience=START_SECONDS)
    except NoAnswer as error:
        raise LecternError(
            f"{program} was started and did not answer within {START_SECONDS:g} s, so Lectern ended it. Does it run by itself?"
        ) from error


_CONNECTION_CLOSED = "the browser has closed its connection"


def _read(pipe: int, inbox: queue.Queue[dict[str, Any] | None]) -> None:
    """Put messages, which end with a zero byte, into `inbox`; None is the end of all."""
    pieces: list[bytes] = []
    with suppress(OSError), os.fdopen(pipe, "rb", buffering=0) as stream:
        while data := stream.read(1 << 20):
            *whole, rest = data.split(b"\0")
            for part in whole:
                inbox.put(json.loads(b"".join((*pieces, part))))
                pieces = []
            pieces.append(rest)
    inbox.put(None)


def _end_process_group(pid: int) -> None:
    """Wait a little for the browser to end by itself, then end its whole group."""
    until = time.monotonic() + _EXIT_SECONDS
    gone = False
    while not gone and time.monotonic() < until:
        gone = os.waitpid(pid, os.WNOHANG)[0] == pid
        time.sleep(0 if gone else 0.02)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    if not gone:
        os.waitpid(pid, 0)


if sys.platform == "win32":

    def _start(argv: list[str]) -> tuple[int, Callable[[], None], int, int]:
        """Start a process with inherited handles, whose numbers it is told. Return its id, what ends it, and the ends of its pipes."""
        import msvcrt

        theirs_in, writing = os.pipe()
        reading, theirs_out = os.pipe()
        handles = [msvcrt.get_osfhandle(pipe) for pipe in (theirs_in, theirs_out)]
        for handle in handles:
            os.set_handle_inheritable(handle, True)
        startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles})
        pipes = f"--remote-debugging-io-pipes={handles[0]},{handles[1]}"
        process = subprocess.Popen(
            [*argv, pipes], startupinfo=startup, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(theirs_in)
        os.close(theirs_out)

        def end() -> None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_EXIT_SECONDS)
            process.kill()

        return process.pid, end, reading, writing

else:

    def _start(argv: list[str]) -> tuple[int, Callable[[], None], int, int]:
        """Start a process that reads commands at 3 and writes answers to 4, the leader of a group of its own.

        Return its id, what ends it, and the ends of its pipes: to read from, to write to.
        """
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
            os.close(writing)
            os.close(reading)
            raise LecternError(f"{argv[0]} did not start: {error}") from error
        finally:
            for pipe in (theirs_in, theirs_out, *ends):
                os.close(pipe)
        return pid, lambda: _end_process_group(pid), reading, writing
