"""What the browser needs to show a desktop: the page with noVNC, and the desktop's socket as a WebSocket, by websockify."""

import os
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...base.assets import page_file
from ...base.errors import LecternError
from ...jobs.supervised import SupervisedProcess, free_port

PAGE = "desktop.html"
_START_SECONDS = 15.0
_INSTALL_HINT = (
    "Install it (Debian and Ubuntu: sudo apt install websockify; Fedora: sudo dnf install python3-websockify), "
    "or name a desktop that runs already with url:"
)


@dataclass(frozen=True)
class Bridge:
    """The address of a page that shows a desktop, and the program that serves it."""

    address: str
    server: SupervisedProcess


@contextmanager
def serve_desktop(rfb: Path, scratch: Path) -> Iterator[Bridge]:
    """Serve a page that shows the desktop behind the socket `rfb`.

    Only this computer reaches it, and nobody who doesn't know the token in the address gets to the desktop: neither
    another user's program nor a web page. Raises LecternError where websockify is missing or doesn't start.
    """
    token, port = secrets.token_urlsafe(18), free_port()
    targets = scratch / "websockify.targets"
    targets.touch(0o600)
    targets.write_text(f"{token}: unix_socket:{rfb}\n", encoding="utf-8")
    command = [
        find_websockify(), "--web", str(page_file(PAGE).parent), "--token-plugin", "ReadOnlyTokenFile",
        "--token-source", str(targets), f"127.0.0.1:{port}",
    ]  # fmt: skip
    with closing(SupervisedProcess(command, scratch / "websockify.log", dict(os.environ))) as server:
        _wait_for_server(server, port)
        yield Bridge(f"http://127.0.0.1:{port}/{PAGE}?token={token}", server)


def find_websockify() -> str:
    """Return the program's path. Raises LecternError with the way out."""
    if path := shutil.which("websockify"):
        return path
    raise LecternError(f"a desktop capture needs websockify, and Lectern can't find it. {_INSTALL_HINT}")


def _wait_for_server(server: SupervisedProcess, port: int) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
        except OSError:
            if server.ended is not None or time.monotonic() > until:
                raise LecternError(f"websockify did not start:\n{server.why_silent()}") from None
            time.sleep(0.02)
        else:
            return
