"""The one way out of a browser: what a name leads to decides, and never to this computer."""

import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from lectern.pipeline.capture.browser import gate
from lectern.pipeline.capture.browser.gate import Refused, network_flags, open_gate, reachable_addresses
from lectern.pipeline.capture.browser.hosts import Hosts

WORLD = "93.184.216.34"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"shop.test": WORLD, "rebound.test": "127.0.0.1", "router.test": "192.168.1.1", "mine.test": "203.0.113.7"}
    real = socket.getaddrinfo

    def lookup(host: str, *given: int, **more: int) -> list:
        return real(known.get(host, host), *given, **more)

    monkeypatch.setattr(gate.socket, "getaddrinfo", lookup)
    monkeypatch.setattr(gate, "own_addresses", lambda: {"203.0.113.7"})


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1",
        "169.254.169.254", "192.168.1.1", "10.0.0.1", "fe80::1", "rebound.test", "router.test", "mine.test",
    ],
)  # fmt: skip
def test_nothing_of_this_computer_or_its_network_is_let_through(names: None, host: str) -> None:
    with pytest.raises(Refused):
        reachable_addresses(host, 80, Hosts(["elsewhere.test"]))


@pytest.mark.parametrize("host", ["rebound.test", "mine.test", "127.0.0.1"])
def test_a_name_that_is_allowed_does_not_lead_to_this_computer_either(names: None, host: str) -> None:
    with pytest.raises(Refused):
        reachable_addresses(host, 80, Hosts([host]))


def test_the_world_and_a_named_host_of_the_network_are_let_through(names: None) -> None:
    assert reachable_addresses("shop.test", 443, Hosts(["elsewhere.test"]))[0][1] == (WORLD, 443)
    assert reachable_addresses("router.test", 80, Hosts(["router.test"]))[0][1] == ("192.168.1.1", 80)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A service that says what it is sent."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with server.accept()[0] as peer:
                peer.sendall(b"got " + peer.recv(100))

        threading.Thread(target=serve, daemon=True).start()
        yield server


def through(flags: tuple[str, ...], host: str, port: int) -> tuple[int, socket.socket]:
    """Ask the proxy that the flags name for a connection; its answer."""
    proxy = next(flag for flag in flags if flag.startswith("--proxy-server=")).rpartition(":")[2]
    client = socket.create_connection(("127.0.0.1", int(proxy)))
    client.sendall(b"\x05\x01\x00\x05\x01\x00\x03" + bytes([len(host)]) + host.encode() + struct.pack(">H", port))
    assert client.recv(2) == b"\x05\x00"
    return client.recv(10)[1], client


def test_a_connection_is_passed_on_both_ways(
    names: None, monkeypatch: pytest.MonkeyPatch, listener: socket.socket
) -> None:
    monkeypatch.setattr(gate, "_is_allowed", lambda address, named: named)
    with open_gate(Hosts(["rebound.test"])) as flags:
        code, client = through(flags, "rebound.test", listener.getsockname()[1])
        client.sendall(b"hello")
        assert (code, client.recv(100)) == (0, b"got hello")
        client.close()


def test_a_refused_and_a_missing_host_are_told_apart(names: None) -> None:
    with open_gate(Hosts(["shop.test"])) as flags:
        assert through(flags, "127.0.0.1", 80)[0] == 2
        assert through(flags, "nowhere.invalid", 80)[0] == 4


def test_a_browser_that_may_ask_nobody_gets_no_proxy_that_exists() -> None:
    with open_gate(Hosts([], alone=True, own=["127.0.0.1:4711"])) as flags:
        assert flags == network_flags(["127.0.0.1:4711"])
    assert "--proxy-server=socks5://nowhere.invalid:9" in flags
    assert "--proxy-bypass-list=<-loopback>;127.0.0.1:4711" in flags
