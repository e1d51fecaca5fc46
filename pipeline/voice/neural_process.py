"""The client's side of the process in which a neural voice speaks: found or started, asked, and replaced if it dies or hangs.

All processes of a build have one folder for temporary files. There the address of the server is written down, so that they
share one: the model is loaded once.
"""

import json
import os
import subprocess
import tempfile
from contextlib import suppress
from functools import cache
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection
from pathlib import Path
from threading import Lock
from typing import Any

from ..base.errors import LecternError
from ..base.files import write_atomic
from ..base.hangs import ended_if_hung, work_alone
from ..base.launch import child_environment, module_command
from ..base.lock import locked
from ..base.memory import scarce_memory
from ..base.scratch import personal_folder

SERVER = "pipeline.voice.neural_server"
HANGS_AFTER = 12.0
"""Seconds without any work after which the server counts as hung; it is replaced once, so a hang is told within twice that."""
STARTS = 2
"""How often a request is sent: a server that was killed from outside, or hung, is replaced once."""

type Message = dict[str, Any]


@cache
def neural_process(model: str) -> "NeuralProcess":
    """Return the connection of this process to the server of a model."""
    return NeuralProcess(model)


class NeuralProcess:
    """A connection to the process that has loaded a model. Threads may share it: they take turns."""

    def __init__(self, model: str, patience: float = HANGS_AFTER) -> None:
        self._model, self._patience, self._turn = model, patience, Lock()
        self._connection: Connection | None = None
        self._pid = 0

    @property
    def pid(self) -> int:
        """The server's process (0: none is connected)."""
        return self._pid if self._connection else 0

    def ask(self, request: Message) -> tuple[Message, list[bytes]]:
        """Return the header of the reply to a request, and the samples of each piece.

        Raises:
            LecternError: The model can't be used, or the server ended twice without a reply.
        """
        with self._turn:
            for _ in range(STARTS):
                try:
                    return self._asked(request)
                except (OSError, EOFError) as error:
                    last = error
                    self.close()
            raise LecternError(
                f"the process of the voice {self._model} ended while it spoke "
                f"({last or 'it was ended from outside'}){scarce_memory()}; build again"
            )

    def close(self) -> None:
        """Disconnect; the server ends by itself when nobody is connected to it."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def _asked(self, request: Message) -> tuple[Message, list[bytes]]:
        if self._connection is None:
            self._connection = self._connected()
        connection = self._connection
        with ended_if_hung(self._pid, self._patience, work_alone) as guard:
            try:
                connection.send_bytes(json.dumps(request).encode())
                reply = json.loads(connection.recv_bytes())
                return reply, [connection.recv_bytes() for _ in reply.get("pieces", ())]
            except (OSError, EOFError) as error:
                raise OSError("it hung" if guard.hung else str(error) or "it ended") from error

    def _connected(self) -> Connection:
        place = personal_folder(Path(tempfile.gettempdir())) / f"voice-{self._model}"
        found = place.with_suffix(".json")
        if connection := self._try_to_connect(found):
            return connection
        with locked(place.with_suffix(".lock"), f"the voice {self._model} starts", "it starts"):
            if connection := self._try_to_connect(found):  # another process has just started it
                return connection
            write_atomic(found, json.dumps(self._start(place)), inside=None, private=True)
        if connection := self._try_to_connect(found):
            return connection
        raise OSError("it ended as soon as it had started")

    def _try_to_connect(self, found: Path) -> Connection | None:
        try:
            told = json.loads(found.read_text(encoding="utf-8"))
            address = told["address"] if isinstance(told["address"], str) else tuple(told["address"])
            with ended_if_hung(told["pid"], self._patience, work_alone):
                connection = Client(address, authkey=bytes.fromhex(told["key"]))
        except (OSError, EOFError, ValueError, KeyError, AuthenticationError):
            return None
        self._pid = told["pid"]
        return connection

    def _start(self, place: Path) -> Message:
        """Start the server and wait until it is ready; return where it is."""
        server = subprocess.Popen(
            module_command(SERVER, self._model, str(place)),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=child_environment(), start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
        assert server.stdout  # it is a pipe
        with ended_if_hung(server.pid, self._patience, work_alone) as guard, server.stdout:
            line = server.stdout.readline()
        if not line.endswith(b"\n"):
            raise OSError(
                "it hung as it was started" if guard.hung else f"it ended with {server.wait()} as it was started"
            )
        told: Message = json.loads(line)
        if "error" in told:
            server.wait()
            raise LecternError(told["error"])
        _keep(server)
        return {**told, "pid": server.pid}


_started: list["subprocess.Popen[bytes]"] = []


def _keep(server: "subprocess.Popen[bytes]") -> None:
    """Remember a server that this process has started, and let go of those that have ended."""
    with suppress(OSError):
        _started[:] = [each for each in _started if each.poll() is None]
    _started.append(server)
