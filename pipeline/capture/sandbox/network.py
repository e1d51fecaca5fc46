"""The internet for a sandbox, and nothing else of the network: a proxy through which its programs reach public servers.

The sandbox keeps a network of its own, in which only its own programs are. Lectern opens one port there and answers it
from outside. So this computer's own services, the abstract sockets of its programs and the network at home stay out of
reach, which they would not if the sandbox shared this computer's network.
"""

import ipaddress
import os
import re
import selectors
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Literal
from urllib.parse import urlsplit

import psutil

from ...base.errors import LecternError
from ...base.hangs import run_briefly
from ...episode.capture_block import Environment

PORT = 3128
"""The proxy's port in the sandbox, where nothing else listens unless an episode's own program does."""
VARIABLES = {
    **{name: f"http://127.0.0.1:{PORT}" for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")},
    **dict.fromkeys(("no_proxy", "NO_PROXY"), "localhost,127.0.0.1,::1"),
    "NODE_USE_ENV_PROXY": "1",
}
"""What tells programs of the proxy."""
_UNREACHED = re.compile(
    r"(?:could not|couldn't|unable to|failed to) resolve (?:host|proxy|address)|failed to lookup address|temporary failure resolving"
    r"|name or service not known|name resolution|\bE(?:AI_AGAIN|NOTFOUND|NETUNREACH)\b|getaddrinfo|UnknownHostException"
    r"|network is unreachable|no servers could be reached|dial tcp: lookup|failed to connect to (?!localhost\b|127\.|\[?::1)",
    re.I,
)
"""What programs say where there is no network."""
_START_SECONDS = 10.0
_PATIENCE = 30.0
"""Seconds within which a program has said what it wants, and a server has answered the call."""
_LONGEST_HEAD = 65536
_SIZE = 65536

_MAKE_SOCKET = """
import fcntl, os, socket, sys, time
network = os.open(f"/proc/{sys.argv[1]}/ns/net", os.O_RDONLY)
if os.geteuid():  # a network belongs to a user namespace, and its maker has all rights in that
    os.setns(fcntl.ioctl(network, 0xB701), os.CLONE_NEWUSER)
os.setns(network, os.CLONE_NEWNET)
def listen(port):
    end = time.monotonic() + 5
    while True:
        try:
            return socket.create_server(("127.0.0.1", port), backlog=64)
        except OSError:  # its loopback interface is not up yet
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
def connect(port):
    try:
        return socket.create_connection(("127.0.0.1", port), 5)
    except OSError:
        return socket.create_connection(("::1", port), 5)
made = {"listen": listen, "connect": connect}[sys.argv[4]](int(sys.argv[2]))
made.setblocking(True)
socket.send_fds(socket.socket(fileno=int(sys.argv[3])), [b"."], [made.fileno()])
"""
"""Makes a socket in the network of another process, and hands it over; NS_GET_USERNS tells whose that network is."""


def network_hint(said: str, environment: Environment) -> str:
    """Return a line with the way out where a sandbox has no network and programs have `said` so; "" elsewhere."""
    if not environment.sandbox or environment.network or not _UNREACHED.search(" ".join(said.split())):
        return ""
    way = "if its programs may use the network, write network: true below environment:, and allow that"
    return f"\nThis capture runs in the sandbox, which has no network; {way}"


@contextmanager
def internet_of(process: int) -> Iterator[None]:
    """Let programs in the sandbox that `process` has just started reach public servers, until the block ends.

    Raises LecternError if the sandbox's network can't be entered.
    """
    with closing(_port_in(process_inside(process))) as server:
        threading.Thread(target=_serve, args=(server,), daemon=True).start()
        try:
            yield
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the internet, and neither of this computer nor of a network around it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if isinstance(ip, ipaddress.IPv6Address) and ip in _TRANSLATED:
        ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    around = ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved
    return not around and not any(ip in network for network in _PRIVATE) and str(ip) not in own_addresses()


_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_PRIVATE = tuple(
    map(
        ipaddress.ip_network,
        ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    )
)


def own_addresses() -> set[str]:
    """Return the IP addresses of this computer."""
    return {address.address.partition("%")[0] for found in psutil.net_if_addrs().values() for address in found}


def process_inside(outer: int) -> int:
    """Return a process that is in the sandbox already: it has another network than this one."""
    own, end = os.stat("/proc/self/ns/net").st_ino, time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        with suppress(OSError, psutil.Error):
            for child in psutil.Process(outer).children(recursive=True):
                if os.stat(f"/proc/{child.pid}/ns/net").st_ino != own:
                    return child.pid
        time.sleep(0.02)
    raise LecternError(f"the sandbox did not start within {_START_SECONDS:g} s, so it can have no network")


def connection_in(process: int, port: int) -> socket.socket:
    """Return a connection to a port in the network of another process. Raises LecternError where nobody answers there."""
    return _socket_in(process, port, "connect")


def _port_in(process: int) -> socket.socket:
    """Return a listening socket in the network of another process."""
    return _socket_in(process, PORT, "listen")


def _socket_in(process: int, port: int, act: Literal["connect", "listen"]) -> socket.socket:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        command = [sys.executable, "-I", "-c", _MAKE_SOCKET, str(process), str(port), str(theirs.fileno()), act]
        done = run_briefly(command, files=(theirs.fileno(),))
        if done.returncode:
            raise LecternError(f"the sandbox's network can't be entered: {done.stderr.strip().rpartition('\n')[2]}")
        _, files, _, _ = socket.recv_fds(ours, 1, 1)
    return socket.socket(fileno=files[0])


def _serve(server: socket.socket) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:  # the sandbox is gone
            return
        threading.Thread(target=_answer, args=(client,), daemon=True).start()


def _answer(client: socket.socket) -> None:
    """Connect a program of the sandbox with the server that it names, or tell it why not."""
    with client, suppress(OSError, ValueError):
        client.settimeout(_PATIENCE)
        head, rest = _head_of(client)
        method, target, version = head.split(b"\r\n")[0].decode("ascii").split()
        tunnel = method == "CONNECT"
        named = urlsplit(f"//{target}" if tunnel else target)
        try:
            server = _public_connection(named.hostname or "", named.port or 80)
        except OSError as error:
            client.sendall(f"HTTP/1.1 502 {error}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            return
        with server:
            if tunnel:
                client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            else:
                path = target.partition("//")[2].partition("/")[2]
                server.sendall(f"{method} /{path} {version}\r\n".encode() + _one_request(head) + rest)
            relay(client, server)


def _head_of(client: socket.socket) -> tuple[bytes, bytes]:
    """Return the first lines that a program sends, and what it has sent after them."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = client.recv(_SIZE)
        if not part or len(received) > _LONGEST_HEAD:
            raise ValueError("no request")
        received += part
    head, _, rest = received.partition(b"\r\n\r\n")
    return head, rest


def _one_request(head: bytes) -> bytes:
    """Return the header lines for a connection that ends with its answer: the next request may be for another server."""
    kept = [row for row in head.split(b"\r\n")[1:] if not row.lower().startswith((b"connection:", b"proxy-"))]
    return b"\r\n".join((*kept, b"Connection: close", b"", b""))


def _public_connection(host: str, port: int) -> socket.socket:
    """Return a connection to a host: to an address that was looked at, so no name can lead elsewhere in between."""
    for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if is_public(str(address[0])):
            return socket.create_connection((str(address[0]), port), _PATIENCE)
    raise OSError(f"{host} is not on the internet; a sandbox reaches nothing else")


def relay(one: socket.socket, other: socket.socket) -> None:
    """Pass on what each side sends, until both have ended."""
    partner = {one: other, other: one}
    with selectors.DefaultSelector() as selector:
        for side in partner:
            selector.register(side, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                side = next(s for s in partner if s is key.fileobj)
                if data := side.recv(_SIZE):
                    partner[side].sendall(data)
                else:
                    selector.unregister(side)
                    with suppress(OSError):
                        partner[side].shutdown(socket.SHUT_WR)
