"""The server that a page needs: a program of the episode, started before the page is opened, and ended with the capture."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from ...base.errors import LecternError
from ...episode.capture_block import OWN_PORT
from ...jobs.supervised import SupervisedProcess, free_port
from ..fault import StepFault
from ..request import CaptureRequest
from ..sandbox.bubblewrap import HOME, sandbox_command
from ..sandbox.network import VARIABLES, connection_in, internet_of, network_hint, process_inside, relay
from ..sandbox.tools import tool_homes
from ..terminal.shell_folders import COMMIT_DATES, ShellFolders, open_shell_folders

ANSWER_SECONDS = 30.0
"""Seconds within which a server has to answer at its port."""
_HOSTS = ("127.0.0.1", "::1")


@dataclass(frozen=True)
class PageServer:
    """A server of the episode's: it answers at `port` of this computer, which Lectern has `chosen` or the script names."""

    port: int
    chosen: bool

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a page may ask, to reach it."""
        return tuple(f"{name}:{self.port}" for name in ("localhost", "127.0.0.1", "[::1]"))

    def address(self, written: str) -> str:
        """Return an address of the script with the port that was chosen."""
        return written.replace(OWN_PORT, str(self.port))

    def written(self, address: str) -> str:
        """Return what a window's bar shows for an address: no port that is another one each time."""
        return address.replace(f":{self.port}", "", 1) if self.chosen else address


@contextmanager
def serve(request: CaptureRequest, episode: Path) -> Iterator[PageServer | None]:
    """Run the request's server in a copy of its folder until the block ends; yield None where there is none to run.

    Raises LecternError where its port is taken, where it ends, and where nobody answers within `ANSWER_SECONDS`.
    """
    if not request.serve:
        yield None
        return
    if not shutil.which("sh"):
        raise LecternError("serve: needs a Unix shell (sh); on Windows, run Lectern inside WSL")
    port = request.port or free_port()
    if taken := _who_answers(port):
        raise LecternError(
            f"serve: port {port} is taken by {taken}. End that, write another port:, or leave port: out and open "
            f"http://localhost:{OWN_PORT}: Lectern then chooses a free one and tells the program in the variable PORT"
        )
    with open_shell_folders(request, episode) as place:
        boxed, variables = request.environment.sandbox, _variables(request, place, port)
        argv = ["sh", "-c", request.serve]
        if boxed:
            online = VARIABLES if request.environment.network else {}
            argv = [*sandbox_command(place, variables["PATH"], variables | online), *argv]
        with closing(SupervisedProcess(argv, place.rc / "serve.log", variables, place.work)) as program:
            with _port_of_sandbox(program, port, request) if boxed else nullcontext():
                _wait_for_answer(program, port, request)
                with _naming_what_was_stopped(program, request):
                    yield PageServer(port, chosen=request.port is None)


@contextmanager
def _naming_what_was_stopped(program: SupervisedProcess, request: CaptureRequest) -> Iterator[None]:
    """Add to what fails in the block that the server was stopped, where it was: then that is why its pages don't come."""
    try:
        yield
    except LecternError as error:
        if not (held := program.held):
            raise
        detail = f"serve: {request.serve}: {held} was stopped (SIGSTOP), so it answers no more"
        raise (error.with_detail(detail) if isinstance(error, StepFault) else LecternError(detail)) from error


def _variables(request: CaptureRequest, place: ShellFolders, port: int) -> dict[str, str]:
    """Return the program's variables: nothing of the person's own settings."""
    home = str(HOME) if request.environment.sandbox else str(place.home)
    usual = {"PATH": os.environ.get("PATH", os.defpath), "HOME": home, "LANG": "C.UTF-8", "TZ": "UTC"}
    server = {"PORT": str(port), "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**usual, **COMMIT_DATES, **tool_homes(Path.home().resolve()), **server, **dict(request.environment.env)}


def _wait_for_answer(program: SupervisedProcess, port: int, request: CaptureRequest) -> None:
    end = time.monotonic() + ANSWER_SECONDS
    inside = process_inside(program.pid) if request.environment.sandbox else None
    while not _answers(port, inside):
        if program.ended is not None:
            raise LecternError(
                f"serve: {request.serve}: the program has ended (exit status {program.ended}) before it answered at port "
                f"{port}. A server keeps running; it said:\n{_last_words(program, request)}"
            )
        if time.monotonic() > end:
            raise LecternError(
                f"serve: {request.serve}: nobody answers at port {port} within {ANSWER_SECONDS:g} s. Write the port at which "
                f"it listens (port: 8000), or let it listen at $PORT. It said:\n{_last_words(program, request)}"
            )
        time.sleep(0.05)


def _last_words(program: SupervisedProcess, request: CaptureRequest) -> str:
    said = program.last_words()
    return f"{said}{network_hint(said, request.environment)}"


def _answers(port: int, inside: int | None) -> bool:
    """Return whether somebody listens at `port`, in the network of the process `inside` where there is one."""
    with suppress(OSError, LecternError):
        (_local_connection(port) if inside is None else connection_in(inside, port)).close()
        return True
    return False


def _local_connection(port: int) -> socket.socket:
    for host in _HOSTS[:-1]:
        with suppress(OSError):
            return socket.create_connection((host, port), 2.0)
    return socket.create_connection((_HOSTS[-1], port), 2.0)


def _who_answers(port: int) -> str:
    """Return who listens at a port already ("" for nobody)."""
    try:
        _local_connection(port).close()
    except OSError:
        return ""
    with suppress(psutil.Error):
        for entry in psutil.net_connections("tcp"):
            if entry.status == psutil.CONN_LISTEN and entry.pid and entry.laddr and entry.laddr.port == port:
                return f"{psutil.Process(entry.pid).name()} (process {entry.pid})"
    return "another program"


@contextmanager
def _port_of_sandbox(program: SupervisedProcess, port: int, request: CaptureRequest) -> Iterator[None]:
    """Open the port on this computer, too: what connects to it is connected to the one in the sandbox's own network."""
    try:
        inside = process_inside(program.pid)
    except LecternError:
        if program.ended is None:
            raise
        raise LecternError(f"serve: {request.serve}: the program has ended. It said:\n{program.last_words()}") from None
    with socket.create_server(("127.0.0.1", port), backlog=64) as server:
        threading.Thread(target=_hand_in, args=(server, inside, port), daemon=True).start()
        try:
            with internet_of(program.pid) if request.environment.network else nullcontext():
                yield
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)


def _hand_in(server: socket.socket, inside: int, port: int) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:  # the capture is over
            return
        threading.Thread(target=_connect, args=(client, inside, port), daemon=True).start()


def _connect(client: socket.socket, inside: int, port: int) -> None:
    with client, suppress(OSError, LecternError), connection_in(inside, port) as server:
        relay(client, server)
