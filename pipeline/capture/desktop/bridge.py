"""What the browser needs to show a desktop: the page with noVNC, and the desktop's socket as a WebSocket (RFC 6455).

RFB is a stream of bytes, so the ends of messages mean nothing and are not kept: that makes the half of the protocol
that is needed here so short that no package is carried for it.
"""

import base64
import hashlib
import secrets
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import BinaryIO

from ..carried import page
from ..loopback import serving

PAGE = "desktop.html"
SCREEN = "/screen"
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_BINARY, _CLOSE, _PING, _PONG = 0x2, 0x8, 0x9, 0xA
_AT_ONCE = 1 << 18


@contextmanager
def bridged(rfb: Path) -> Iterator[str]:
    """The address of a page that shows the desktop behind the socket `rfb`; nobody who doesn't know it gets in."""
    secret = f"/{secrets.token_urlsafe(18)}"
    with serving(partial(_Handler, rfb=rfb, secret=secret, directory=str(page(PAGE).parent))) as address:
        yield f"{address}{secret}/{PAGE}"


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, *given: object, rfb: Path, secret: str, directory: str) -> None:
        self._rfb, self._secret = rfb, secret
        super().__init__(*given, directory=directory)  # type: ignore[arg-type]

    def do_GET(self) -> None:  # noqa: N802 — the name that http.server calls
        """The page's files, or the WebSocket."""
        if not self.path.startswith(f"{self._secret}/"):
            return self.send_error(404)
        self.path = self.path.removeprefix(self._secret)
        if self.path == SCREEN and self.headers.get("Upgrade", "").lower() == "websocket":
            return self._connect()
        return super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def _connect(self) -> None:
        self.close_connection = True
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", _accepted(self.headers["Sec-WebSocket-Key"]))
        self.end_headers()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as desktop:
            desktop.connect(str(self._rfb))
            wire = _Wire(self.connection)
            threading.Thread(target=_show, args=(desktop, wire), daemon=True).start()
            with suppress(OSError):
                _act(self.rfile, desktop, wire)
            with suppress(OSError):
                desktop.shutdown(socket.SHUT_RDWR)


class _Wire:
    """Frames to the browser, each whole, from whichever thread."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._lock = connection, threading.Lock()

    def send(self, kind: int, data: bytes) -> None:
        with self._lock:
            self._connection.sendall(_header(kind, len(data)) + data)

    def close(self) -> None:
        with suppress(OSError):
            self.send(_CLOSE, struct.pack(">H", 1001))
            self._connection.shutdown(socket.SHUT_RDWR)


def _show(desktop: socket.socket, wire: _Wire) -> None:
    """What the desktop sends, until it ends."""
    with suppress(OSError):
        while data := desktop.recv(_AT_ONCE):
            wire.send(_BINARY, data)
    wire.close()


def _act(browser: BinaryIO, desktop: socket.socket, wire: _Wire) -> None:
    """What the browser sends, until it ends."""
    while len(head := browser.read(2)) == 2 and (kind := head[0] & 0x0F) != _CLOSE:
        data = _payload(browser, head[1] & 0x7F)
        if kind == _PING:
            wire.send(_PONG, data)
        elif kind != _PONG:
            desktop.sendall(data)


def _payload(browser: BinaryIO, length: int) -> bytes:
    """A frame's data; a browser's are always masked (RFC 6455, 5.3)."""
    if length >= 126:
        length = int.from_bytes(browser.read(2 if length == 126 else 8), "big")
    mask = browser.read(4)
    data = browser.read(length)
    return bytes(byte ^ mask[i & 3] for i, byte in enumerate(data))


def _header(kind: int, length: int) -> bytes:
    if length < 126:
        return struct.pack(">BB", 0x80 | kind, length)
    if length < 1 << 16:
        return struct.pack(">BBH", 0x80 | kind, 126, length)
    return struct.pack(">BBQ", 0x80 | kind, 127, length)


def _accepted(key: str) -> str:
    return base64.b64encode(hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest()).decode()
