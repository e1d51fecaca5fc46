"""The one way out of a browser that shows pages of an episode.

Playwright's routes see neither web sockets nor what a service worker, a redirect or a look ahead asks for, and rules for
names don't see where a name leads. So a browser gets no network of its own. It is started with a proxy for everything, with
Chromium's exception for this computer taken away, no resolver for names, no QUIC, and no UDP beside the proxy (WebRTC). What
passes the proxy is decided here, at the address that is then connected to.
"""

import ipaddress
import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

from ..sandbox.network import own_addresses, relay
from .hosts import Hosts

SocketAddress = tuple[socket.AddressFamily, tuple[str, int]]

_CONNECT_SECONDS = 20.0
_NOT_ALLOWED, _UNREACHABLE, _UNSUPPORTED = 2, 4, 7
"""Answers of a SOCKS5 proxy (RFC 1928)."""
_NOWHERE = "socks5://nowhere.invalid:9"
"""A proxy that there isn't."""


def network_flags(here: Iterable[str] = (), proxy: str = _NOWHERE) -> tuple[str, ...]:
    """Return flags with which a browser asks `here` directly, and all else through `proxy`, by whatever protocol."""
    return (
        f"--proxy-server={proxy}",
        f"--proxy-bypass-list={';'.join(('<-loopback>', *here))}",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost , EXCLUDE [::1]",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # as chromium-headless-shell calls it
        "--disable-quic",
    )


@contextmanager
def open_gate(hosts: Hosts) -> Iterator[tuple[str, ...]]:
    """Yield the flags of a browser that reaches what `hosts` allow, and nothing else.

    Where only this computer may be asked, there is no proxy at all. Else it lets through every host of the world, because
    pictures and scripts come from anywhere, but of this computer and of its network only what is named.
    """
    if hosts.here_only:
        yield network_flags(hosts.here)
        return
    with _Gate(("127.0.0.1", 0), _GateHandler) as gate:
        gate.hosts = hosts
        Thread(target=gate.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield network_flags(hosts.here, f"socks5://127.0.0.1:{gate.server_address[1]}")
        finally:
            gate.shutdown()


class Refused(OSError):
    """An address may not be connected to."""


def reachable_addresses(host: str, port: int, hosts: Hosts) -> list[SocketAddress]:
    """Return the addresses of `host` that a page may connect to. Raises Refused without one, OSError for no such host."""
    named = hosts.listed(f"{host}:{port}")
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    allowed: list[SocketAddress] = [
        (family, (str(at[0]), port)) for family, _, _, _, at in found if _is_allowed(str(at[0]), named)
    ]
    if not allowed:
        raise Refused(f"{host}:{port} is on this computer or in its network, and nobody has named it")
    return allowed


def _is_allowed(address: str, named: bool) -> bool:
    """Return whether a page may connect to an IP address; `named`: the script names its host.

    Whatever a name says, it never leads to this computer: what may be asked here is asked without the gate.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = (ip.ipv4_mapped or ip) if isinstance(ip, ipaddress.IPv6Address) else ip
    if ip.is_loopback or ip.is_unspecified or ip.is_link_local or ip.is_multicast or str(ip) in own_addresses():
        return False
    return named or ip.is_global


class _Gate(ThreadingTCPServer):
    """A SOCKS5 proxy on this computer."""

    daemon_threads = True
    block_on_close = False
    hosts: Hosts

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore that a page is closed while it is served."""


class _GateHandler(BaseRequestHandler):
    """A connection of the browser."""

    server: _Gate
    request: socket.socket

    def handle(self) -> None:
        self._receive(self._receive(2)[1])  # the ways to log in that are offered: none is asked for
        self.request.sendall(b"\x05\x00")
        _, command, _, kind = self._receive(4)
        host = self._host(kind)
        (port,) = struct.unpack(">H", self._receive(2))
        if command != 1 or not host:
            return self._answer(_UNSUPPORTED)
        try:
            addresses = reachable_addresses(host, port, self.server.hosts)
            upstream = _connect(addresses)
        except Refused:
            return self._answer(_NOT_ALLOWED)
        except OSError:
            return self._answer(_UNREACHABLE)
        with upstream:
            self._answer(0)
            relay(self.request, upstream)

    def _host(self, kind: int) -> str:
        if kind == 3:
            return self._receive(self._receive(1)[0]).decode("ascii", "replace")
        if kind in (1, 4):
            return str(ipaddress.ip_address(self._receive(4 if kind == 1 else 16)))
        return ""

    def _answer(self, code: int) -> None:
        self.request.sendall(bytes((5, code, 0, 1, 0, 0, 0, 0, 0, 0)))

    def _receive(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self.request.recv(count - len(data))
            if not part:
                raise ConnectionResetError("the browser has closed the connection")
            data += part
        return data


def _connect(addresses: list[SocketAddress]) -> socket.socket:
    """Return a connection to the first of `addresses` that answers. Raises OSError where none does."""
    for family, address in addresses[:-1]:
        with suppress(OSError):
            return _connection(family, address)
    return _connection(*addresses[-1])


def _connection(family: socket.AddressFamily, address: tuple[str, int]) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.settimeout(_CONNECT_SECONDS)
        made.connect(address)
        made.settimeout(None)
    except OSError:
        made.close()
        raise
    return made
