"""What tells whether an attempt has come to something: a listener, a watched folder, and the programs that were started."""

import hashlib
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


class Listener:
    """A service of this computer, on TCP and UDP, that counts whoever comes."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.six = socket.create_server(("::1", self.port), family=socket.AF_INET6)
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        for sock in (self.tcp, self.six):
            threading.Thread(target=self._accept, args=(sock,), daemon=True).start()
        threading.Thread(target=self._receive, daemon=True).start()

    @property
    def port(self) -> int:
        """The port of both TCP sockets."""
        return int(self.tcp.getsockname()[1])

    def _accept(self, sock: socket.socket) -> None:
        while True:
            visitor, _ = sock.accept()
            visitor.settimeout(2)
            try:
                self.came.append(visitor.recv(200).decode("latin-1").split("\r\n")[0])
                visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
            except OSError:
                self.came.append("(nothing was said)")
            visitor.close()

    def _receive(self) -> None:
        while True:
            self.came.append(f"UDP {self.udp.recv(2000)[:20]!r}")


class Audit:
    """What this process starts and whom it calls, noted while `watching`. Python can't take an audit hook away again."""

    def __init__(self) -> None:
        self.watching = False
        self.started: list[str] = []
        self.called: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, details: tuple[object, ...]) -> None:
        if not self.watching:
            return
        if event in ("subprocess.Popen", "os.exec", "os.posix_spawn"):
            self.started.append(" ".join(map(os.fsdecode, details[1])))  # type: ignore[call-overload]
        elif event in ("os.system", "os.startfile"):
            self.started.append(f"{event} {details[0]!r}")
        elif event in ("socket.connect", "socket.sendto", "socket.getaddrinfo"):
            self.called.append(f"{event} {details[-1]!r}")

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Note what happens in the block."""
        self.started, self.called, self.watching = [], [], True
        try:
            yield
        finally:
            self.watching = False


def state_of(folder: Path) -> dict[str, str]:
    """Return what is in a folder: kinds, sizes, contents and links of everything, by path."""
    return {str(file.relative_to(folder)): _state(file) for file in sorted(folder.rglob("*"))}


def _state(file: Path) -> str:
    if file.is_symlink():
        return f"link to {file.readlink()}"
    return "folder" if file.is_dir() else f"{oct(file.stat().st_mode)} {hashlib.sha256(file.read_bytes()).hexdigest()}"


def descendants() -> set[str]:
    """Return the command lines of all processes that this one has started and that still run."""
    found = set()
    for process in psutil.Process().children(recursive=True):
        try:
            found.add(f"{process.pid} {' '.join(process.cmdline())}")
        except psutil.Error:
            continue
    return found
