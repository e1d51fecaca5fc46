"""Reading answers within bounds: so large, so long, and from where the caller wants them."""

import ipaddress
import socket
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..base.errors import LecternError

if TYPE_CHECKING:  # it is imported by the first request: most builds send none, and it takes a while
    import httpx

ERROR_BYTES = 1_000_000
"""How much of an error's body is read: its beginning says what is wrong."""

STOP_SECONDS = 0.2
"""Seconds between two looks at whether an answer is still wanted."""

Address = tuple[str, int]
"""An IP address and a port."""
Stop = Callable[[], bool]
"""Says whether an answer is no longer wanted; it is asked from another thread."""


class AnswerOutOfBounds(LecternError):
    """An answer was too large, took too long, or came from where Lectern doesn't read."""


class RequestGuard:
    """Watches one request, from its connection to the last byte of its answer; httpx calls it (extension "trace").

    After `seconds` the connection is closed, even if something still arrives now and then, and as soon as `stop` says that the
    answer is no longer wanted. `may_connect` says whether a connection to an address may be used; if not, it is closed before
    anything is sent.
    """

    def __init__(
        self, seconds: float, may_connect: Callable[[Address], bool] = lambda address: True, stop: Stop | None = None
    ) -> None:
        self.expired = self.stopped = False
        self._may_connect, self._seconds, self._stop = may_connect, seconds, stop
        self._over = Event()
        self._stream: Any = None
        self._watch = Thread(target=self._look, daemon=True)

    def __enter__(self) -> "RequestGuard":
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Note the connection when it is there. Raises AnswerOutOfBounds if it leads to a forbidden address."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._stream = info["return_value"]
            address = self._stream.get_extra_info("server_addr")
            if not self._may_connect((address[0], address[1])):
                self._stream.close()
                raise AnswerOutOfBounds(f"it leads to {address[0]}, which is this computer or its own network")
            if self.expired or self.stopped:
                self._close()

    def _look(self) -> None:
        end = time.monotonic() + self._seconds
        while (left := end - time.monotonic()) > 0 and not self.stopped:
            if self._over.wait(min(STOP_SECONDS, left) if self._stop else left):
                return
            self.stopped = bool(self._stop and self._stop())
        self.expired = not self.stopped
        self._close()

    def _close(self) -> None:
        if self._stream is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._stream.get_extra_info("socket"), socket.SHUT_RDWR)


class Stopped(LecternError):
    """An answer was no longer wanted, and is not waited for."""


def read_body(response: "httpx.Response", most: int, heard: Callable[[bytes], None] | None = None) -> bytes:
    """Return the body of a response, decompressed. Raises AnswerOutOfBounds if it has more than `most` bytes.

    Of an error's body, only the beginning is read. `heard` gets all other bodies piece by piece, as they arrive.
    """
    body, limit = bytearray(), min(most, ERROR_BYTES) if response.is_error else most
    for chunk in _decoded(response, limit):
        body += chunk
        if len(body) > limit:
            if response.is_error:
                break
            raise AnswerOutOfBounds(f"it sent more than {most / 1e6:g} MB")
        if heard and not response.is_error:
            heard(chunk)
    return bytes(body[:limit])


def is_public(address: str) -> bool:
    """Return whether an IP address is on the internet: not this computer, a local network, or a group of computers."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = (ip.ipv4_mapped or ip.sixtofour) if isinstance(ip, ipaddress.IPv6Address) else None
    return is_public(str(inner)) if inner else ip.is_global and not ip.is_multicast


def addresses_of(url: str) -> frozenset[Address]:
    """Return the IP addresses and ports that a URL's host has now; none if it has no such name."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError:
        return frozenset()
    return frozenset((str(entry[4][0]), port) for entry in found)


def _decoded(response: "httpx.Response", limit: int) -> Iterator[bytes]:
    """Yield the parts of a body, none of them much larger than `limit`, however well it is compressed."""
    import httpx

    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        yield from response.iter_raw()
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise httpx.DecodingError(f"it is encoded as {encoding[:40]}, which was not asked for")
    decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        for chunk in response.iter_raw():
            yield decoder.decompress(chunk, limit + 1)
        if not decoder.eof:
            raise httpx.DecodingError("its compressed body breaks off")
    except zlib.error as error:
        raise httpx.DecodingError(f"its body can't be unpacked ({error})") from error
