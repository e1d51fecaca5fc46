"""A desktop of its own: TigerVNC's X server on a free display, which nobody else can reach."""

import os
import secrets
import select
import shutil
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...base.errors import LecternError
from ...base.geometry import Size
from ...jobs.supervised import SupervisedProcess

_SERVERS = ("Xtigervnc", "Xvnc")
_INSTALL_HINT = (
    "Install it (Debian and Ubuntu: sudo apt install tigervnc-standalone-server; Fedora: sudo dnf install "
    "tigervnc-server), or name a desktop that runs already with url:"
)
_START_SECONDS = 15.0
_ANY_ADDRESS = 0xFFFF
"""FamilyWild of an authority file: the cookie holds for this display wherever it is reached."""


@dataclass(frozen=True)
class Display:
    """A display (`:7`), the socket on which it speaks RFB, and the file that lets programs in."""

    name: str
    socket: Path
    authority: Path
    server: SupervisedProcess


@contextmanager
def open_display(size: Size, dpi: int, scratch: Path) -> Iterator[Display]:
    """Yield an empty screen of `size` px. Its server ends after the block. Raises LecternError where there is none, or it fails."""
    program = find_server()
    authority, rfb = scratch / "authority", scratch / "rfb"
    authority.write_bytes(_cookie())
    server = SupervisedProcess(
        _command(program, size, dpi, authority, rfb), scratch / "display.log", dict(os.environ), piped=True
    )
    number = -1
    try:
        number = _display_number(server)
        yield Display(f":{number}", rfb, authority, server)
    finally:
        server.close()
        _remove_socket(number)


def find_server() -> str:
    """Return the path of TigerVNC's X server. Raises LecternError, with the way out, without one."""
    for name in _SERVERS:
        if path := shutil.which(name):
            return path
    raise LecternError(
        f"a desktop capture needs TigerVNC's X server (Xtigervnc), and it was not found. {_INSTALL_HINT}"
    )


def _command(program: str, size: Size, dpi: int, authority: Path, rfb: Path) -> list[str]:
    return [
        program, "-displayfd", "1", "-geometry", f"{size[0]}x{size[1]}", "-depth", "24", "-dpi", str(dpi), "-br", "-noreset",
        "-nolisten", "tcp", "-auth", str(authority), "-SecurityTypes", "None", "-rfbport", "-1", "-rfbunixpath", str(rfb),
        "-rfbunixmode", "0600", "-AlwaysShared", "-AcceptSetDesktopSize=0", "-FrameRate", "60", "-desktop", "Lectern",
    ]  # fmt: skip


def _cookie() -> bytes:
    """Return an authority file (Xau) with one MIT-MAGIC-COOKIE-1: without it no other program can look at the screen."""
    fields = (b"", b"", b"MIT-MAGIC-COOKIE-1", secrets.token_bytes(16))
    return struct.pack(">H", _ANY_ADDRESS) + b"".join(struct.pack(">H", len(field)) + field for field in fields)


def _display_number(server: SupervisedProcess) -> int:
    """Return the free display that the server chose; it says so once it takes connections."""
    written, end = b"", time.monotonic() + _START_SECONDS
    while not written.endswith(b"\n"):
        left = end - time.monotonic()
        ready = left > 0 and select.select([server.output], [], [], left)[0]
        part = os.read(server.output, 64) if ready else b""
        if not part:
            raise LecternError(f"the desktop's X server did not start:\n{server.why_silent()}\n{_INSTALL_HINT}")
        written += part
    return int(written)


def _remove_socket(number: int) -> None:
    """Remove the socket that a server which was killed has left: nobody answers there."""
    left = Path(f"/tmp/.X11-unix/X{number}")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        try:
            client.connect(str(left))
        except ConnectionRefusedError:
            left.unlink(missing_ok=True)
        except OSError:  # the server was tidy itself
            return
