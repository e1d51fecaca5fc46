"""What a service sends has bounds: its size, its time, when to come back, and where its addresses lead."""

import gzip
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import httpx
import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.services.answer import is_public
from lectern.pipeline.services.http import HttpClient, HttpStatusError, ResponseLost, Service
from lectern.pipeline.services.keys import Keys, host_of
from lectern.pipeline.voice.service_voice import VoiceServiceSettings

LARGEST = 100_000
BEYOND = b"x" * (LARGEST + 1)
BOMB = gzip.compress(b"\0" * 50_000_000, mtime=0)
NOT_TIMES = ["-5", "nan", "inf", "1e308", "9" * 400, "0x10", "Fri, 31 Dec 9999 23:59:59 GMT", "soon", ""]


class Client:
    """A client whose waits are noted, and a service with narrow bounds."""

    def __init__(self, base: str, **service: Any) -> None:
        self.slept: list[float] = []
        keys = Keys({"LECTERN_KEYS": f"{host_of(base)}=secret"})
        self.http = HttpClient(keys, sleep=self.slept.append, clock=lambda: 1_800_000_000.0)
        self.service = Service(name="Speech", base=base, timeout=5.0, **{"answer_bytes": LARGEST, **service})


class Dripping:
    """A server that sends `first`, and then a byte now and then for as long as anybody listens."""

    def __init__(self, first: bytes) -> None:
        self.first, self.asked, self.over = first, 0, Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection, suppress(OSError):
                if self.over.is_set():
                    return
                self.asked += 1
                connection.recv(65536)
                connection.sendall(self.first)
                while not self.over.wait(0.02):
                    connection.sendall(b"x")

    def close(self) -> None:
        self.over.set()
        with suppress(OSError):
            socket.create_connection(self._socket.getsockname()).close()
        self._thread.join()
        self._socket.close()


@pytest.fixture
def dripping() -> Iterator[Callable[[bytes], Dripping]]:
    made: list[Dripping] = []

    def start(first: bytes) -> Dripping:
        made.append(Dripping(first))
        return made[-1]

    yield start
    for server in made:
        server.close()


@pytest.mark.parametrize(
    ("body", "headers"), [(BEYOND, {}), (BOMB, {"Content-Encoding": "gzip"})], ids=["large", "bomb"]
)
def test_an_answer_that_is_too_large_is_not_read_to_its_end_and_not_asked_for_again(
    server: Any, reply: Any, body: bytes, headers: dict[str, str]
) -> None:
    for method, path in (("GET", "/list"), ("POST", "/make"), ("GET", "/film")):
        server.on(method, path, reply(body, headers=headers))
    client = Client(server.base)
    told = r"not used: it sent more than 0.1 MB.*raise answer_megabytes"
    with pytest.raises(LecternError, match=told):
        client.http.get(client.service, "/list")
    with pytest.raises(LecternError, match=told):
        client.http.download(client.service, f"{server.base}/film")
    with pytest.raises(ResponseLost, match=r"more than 0.1 MB\. It may have been made, and charged"):
        client.http.submit(client.service, "/make", json={})
    assert (len(server.asked), client.slept) == (3, [])


def test_what_is_packed_and_fits_is_read(server: Any, reply: Any) -> None:
    server.on("GET", "/list", reply(gzip.compress(b"[1, 2]"), headers={"Content-Encoding": "gzip"}))
    client = Client(server.base)
    assert client.http.get(client.service, "/list").json(client.service) == [1, 2]
    assert server.asked[0].headers["accept-encoding"] == "identity"


def test_an_answer_that_is_packed_in_an_unknown_way_is_refused(server: Any, reply: Any) -> None:
    server.on("POST", "/make", reply(b"x", headers={"Content-Encoding": "br"}))
    client = Client(server.base)
    with pytest.raises(ResponseLost, match="encoded as br, which was not asked for"):
        client.http.submit(client.service, "/make", json={})


def test_of_a_large_error_the_beginning_is_told(server: Any, reply: Any) -> None:
    server.on("POST", "/make", reply(b"no such voice " + b"x" * 5_000_000, 422))
    client = Client(server.base)
    with pytest.raises(HttpStatusError, match="no such voice") as caught:
        client.http.submit(client.service, "/make", json={})
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Long: "])
def test_an_answer_that_comes_byte_by_byte_ends_in_time_and_is_not_asked_for_again(
    dripping: Callable[[bytes], Dripping], first: bytes
) -> None:
    server = dripping(first)
    client = Client(server.base, answer_seconds=0.2)
    with pytest.raises(LecternError, match=r"was not done after 0.2 s.*answer_seconds"):
        client.http.get(client.service, "/list")
    with pytest.raises(ResponseLost, match="was not done after 0.2 s"):
        client.http.submit(client.service, "/make", json={})
    assert (server.asked, client.slept) == (2, [])


def test_the_bounds_are_settings_of_every_service() -> None:
    settings = VoiceServiceSettings(base_url="http://x.test", answer_seconds=5, answer_megabytes=0.5)
    service = settings.service("X")
    assert (service.answer_seconds, service.answer_bytes) == (5, 500_000)


@pytest.mark.parametrize("value", NOT_TIMES)
def test_a_time_to_come_back_that_is_none_is_ignored(server: Any, reply: Any, value: str) -> None:
    refused = reply(status=429, headers={"Retry-After": value})
    server.on("POST", "/make", refused)
    server.on("GET", "/list", refused)
    client = Client(server.base)
    with pytest.raises(HttpStatusError, match="build again later") as caught:
        client.http.submit(client.service, "/make", json={})
    assert (server.count("POST"), client.slept) == (1, []) and len(str(caught.value)) < 200
    with pytest.raises(HttpStatusError):
        client.http.get(client.service, "/list")
    assert client.slept == [1, 2, 4]


def test_a_time_to_come_back_at_once_is_not_taken_literally(server: Any, reply: Any) -> None:
    server.on("GET", "/list", reply(status=503, headers={"Retry-After": "0"}), reply(b"[]"))
    client = Client(server.base)
    client.http.get(client.service, "/list")
    assert client.slept == [1]


# Where addresses lead


@pytest.fixture
def other(server: Any) -> Iterator[Any]:
    """A second service on this computer."""
    made = type(server)()
    yield made
    made.close()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names under .test lead to this computer."""
    resolve = socket.getaddrinfo

    def resolved(host: Any, *args: Any, **kwargs: Any) -> Any:
        here = isinstance(host, str | bytes) and str(host).endswith((".test", ".test'"))
        return resolve("127.0.0.1" if here else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


def test_a_result_elsewhere_on_this_computer_is_not_fetched(server: Any, other: Any, reply: Any) -> None:
    server.on("GET", "/film", reply(status=302, headers={"Location": f"{other.base}/secret"}))
    client = Client(server.base)
    for url in (f"{server.base}/film", f"{other.base}/secret"):
        with pytest.raises(LecternError, match="it leads to 127.0.0.1, which is this computer or its own network"):
            client.http.download(client.service, url)
    with pytest.raises(LecternError, match="leads to 127.0.0.1"):
        client.http.put(client.service, f"{other.base}/place", b"a face", {})
    assert other.asked == []


def test_a_name_that_leads_to_this_computer_is_found_out(names: None, other: Any) -> None:
    client = Client("http://speech.test:9")
    port = other.base.rpartition(":")[2]
    with pytest.raises(LecternError, match="it leads to 127.0.0.1"):
        client.http.download(client.service, f"http://films.test:{port}/film")
    assert other.asked == []


def test_a_result_of_the_service_itself_is_fetched_under_each_of_its_names(
    names: None, server: Any, reply: Any
) -> None:
    server.on("GET", "/film", reply(b"film"))
    client = Client(server.base)
    port = server.base.rpartition(":")[2]
    for name in ("127.0.0.1", "localhost", "films.test"):
        assert client.http.download(client.service, f"http://{name}:{port}/film").body == b"film"
    assert ["authorization" in asked.headers for asked in server.asked] == [True, False, False]


def test_a_paid_request_follows_no_redirect(server: Any, other: Any, reply: Any) -> None:
    server.on("POST", "/make", reply(status=307, headers={"Location": f"{other.base}/make"}))
    client = Client(server.base)
    with pytest.raises(HttpStatusError, match="has moved to"):
        client.http.submit(client.service, "/make", json={})
    assert (len(server.asked), other.asked) == (1, [])


def test_what_was_encrypted_does_not_go_on_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    def redirect(self: HttpClient, service: Service, request: dict[str, Any], *_: Any, **__: Any) -> httpx.Response:
        asked.append(request["url"])
        return httpx.Response(302, headers={"Location": "http://films.example/film"})

    asked: list[str] = []
    monkeypatch.setattr(HttpClient, "_sent", redirect)
    client = Client("https://speech.example")
    told = "leads from https to films.example without encryption; it was not followed"
    with pytest.raises(LecternError, match=told):
        client.http.download(client.service, "https://speech.example/film")
    with pytest.raises(LecternError, match=told):
        client.http.download(client.service, "http://films.example/film")
    with pytest.raises(LecternError, match=told):
        client.http.put(client.service, "http://films.example/place", b"a face", {})
    assert asked == ["https://speech.example/film"]


@pytest.mark.parametrize(("address", "public"), [
    ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False), ("127.8.8.8", False), ("0.0.0.0", False),
    ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
    ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False), ("::", False), ("fe80::1%eth0", False), ("fd00::1", False),
    ("::ffff:127.0.0.1", False), ("::ffff:93.184.216.34", True), ("2002:7f00:1::", False), ("ff02::1", False),
])  # fmt: skip
def test_which_addresses_are_on_the_internet(address: str, public: bool) -> None:
    assert is_public(address) == public
