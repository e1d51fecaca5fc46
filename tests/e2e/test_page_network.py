"""What pages of an episode reach of this computer: nothing but Lectern's own servers, by whatever protocol they try."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from support.assets import THEME
from support.contexts import context_in

from lectern.pipeline.capture.browser.hosts import Hosts, hosts_of
from lectern.pipeline.capture.browser.launch import open_window
from lectern.pipeline.capture.browser.lockstep import open_lockstep
from lectern.pipeline.capture.browser.site import EpisodeSite
from lectern.pipeline.capture.fault import StepFault
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import CaptureRequest, capture_request
from lectern.pipeline.capture.stepped_page import PageResponse, stepped_page
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Wait

pytestmark = pytest.mark.browser

ATTEMPTS = """<!doctype html><title>Tries</title>
<link rel=preconnect href="http://127.0.0.1:PORT"><link rel=dns-prefetch href="//127.0.0.1:PORT">
<link rel=prefetch href="http://127.0.0.1:PORT/prefetch"><link rel=preload as=image href="http://127.0.0.1:PORT/preload">
<link rel=stylesheet href="http://localhost:PORT/css"><script src="http://2130706433:PORT/script"></script>
<img src="http://127.0.0.1:PORT/img"><img src="http://[::ffff:127.0.0.1]:PORT/mapped"><img src="http://0.0.0.0:PORT/zero">
<img src="http://sub.localhost:PORT/sub"><iframe src="http://127.0.0.1:PORT/frame"></iframe>
<iframe srcdoc="<meta http-equiv=refresh content='0;url=http://127.0.0.1:PORT/refresh'>"></iframe>
<object data="http://127.0.0.1:PORT/object"></object><video src="http://127.0.0.1:PORT/video" autoplay></video>
<form id=f method=post target=t action="http://127.0.0.1:PORT/form"><input name=a value=DELETE></form><iframe name=t></iframe>
<p id=done></p><script>
const quietly = (work) => { try { Promise.resolve(work()).catch(() => {}) } catch {} };
quietly(() => fetch("http://127.0.0.1:PORT/get"));
quietly(() => fetch("http://127.0.0.1:PORT/post", { method: "POST", mode: "no-cors", body: "DELETE", keepalive: true }));
quietly(() => navigator.sendBeacon("http://127.0.0.1:PORT/beacon", "DELETE"));
quietly(() => new WebSocket("ws://127.0.0.1:PORT/socket"));
quietly(() => new EventSource("http://127.0.0.1:PORT/events"));
quietly(() => { const x = new XMLHttpRequest(); x.open("POST", "http://127.0.0.1:PORT/xhr"); x.send("DELETE") });
quietly(() => new WebTransport("https://127.0.0.1:PORT/transport"));
quietly(() => window.open("http://127.0.0.1:PORT/window"));
quietly(() => navigator.serviceWorker.register("worker.js"));
quietly(() => new Worker(URL.createObjectURL(new Blob(["fetch('http://127.0.0.1:PORT/worker', {mode: 'no-cors'})"]))));
quietly(async () => {
  const peer = new RTCPeerConnection({ iceServers: [{ urls: ["stun:127.0.0.1:PORT", "stun:localhost:PORT"] },
    { urls: ["turn:127.0.0.1:PORT?transport=tcp", "turn:127.0.0.1:PORT"], username: "a", credential: "b" }] });
  peer.createDataChannel("a");
  await peer.setLocalDescription(await peer.createOffer());
});
f.submit();
</script>"""
WORKER = """self.addEventListener("install", () => { fetch("http://127.0.0.1:PORT/service", { mode: "no-cors" }); self.skipWaiting() })"""


class Canary:
    """A service of this computer at a port of its own, by TCP and by UDP: `heard` is all that came."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._read, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                peer, _ = self.tcp.accept()
            except OSError:
                return
            peer.settimeout(1)
            try:
                self.heard.append(peer.recv(200) or b"(connected)")
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: *\r\n\r\n")
            except OSError:
                self.heard.append(b"(connected)")
            peer.close()

    def _read(self) -> None:
        while True:
            try:
                self.heard.append(b"udp " + self.udp.recv(200)[:20])
            except OSError:
                return

    def close(self) -> None:
        """Stop listening."""
        for end in (self.tcp, self.udp):
            end.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    service = Canary()
    yield service
    service.close()


@pytest.fixture
def episode(tmp_path: Path, canary: Canary) -> Path:
    (tmp_path / "pages").mkdir()
    for name, text in (("index.html", ATTEMPTS), ("worker.js", WORKER)):
        (tmp_path / "pages" / name).write_text(text.replace("PORT", str(canary.port)))
    return tmp_path


def request(**more: object) -> CaptureRequest:
    return CaptureRequest(
        kind="browser", size=(640, 360), steps=(Step(action="open", value="pages/index.html"),), **more
    )


@contextmanager
def site_of(episode: Path) -> Iterator[EpisodeSite]:
    with ExitStack() as stack:
        yield EpisodeSite(episode, episode / "nothing", stack)


@pytest.mark.parametrize("named", [(), ("http://elsewhere.test/",)])
def test_a_page_that_tries_everything_reaches_no_service_in_real_time(
    episode: Path, tmp_path: Path, canary: Canary, named: tuple[str, ...]
) -> None:
    """Without any of the checks that Playwright makes before: by what the browser itself may do."""
    with site_of(episode) as site:
        hosts = Hosts(named, alone=not named, own=site.hosts)
        with open_window(request(), 1.0, None, tmp_path, hosts) as window:
            page = window.context.new_page()
            page.goto(site.address("pages/index.html"))
            page.wait_for_timeout(4000)
            assert page.evaluate("navigator.serviceWorker.getRegistrations().then((r) => r.length)") == 1
            for way in (f"http://127.0.0.1:{canary.port}/", f"http://localhost:{canary.port}/"):
                page.evaluate("(way) => { setTimeout(() => { location = way }) }", way)
                page.wait_for_timeout(300)
    assert canary.heard == []


def test_a_page_that_tries_everything_reaches_no_service_frame_by_frame(episode: Path, canary: Canary) -> None:
    with site_of(episode) as site:
        asked = request(deterministic=True)
        with open_lockstep(asked, 1.0, None, hosts_of(asked, site.hosts)) as (_, film, page):
            film.visit(page, site.address("pages/index.html"))
            film.wait(3.0)
            time.sleep(1)
    assert canary.heard == []


def test_a_clip_that_tries_everything_reaches_no_service(canary: Canary) -> None:
    home, body = "https://episode/index.html", ATTEMPTS.replace("PORT", str(canary.port)).encode()

    def serve(address: str) -> PageResponse:
        return PageResponse(body, "text/html") if address == home else PageResponse(status=404)

    with stepped_page((320, 200), 30, serve=serve) as page:
        page.load(home)
        for _ in range(60):
            page.step()
        time.sleep(1)
    assert canary.heard == []


@pytest.mark.parametrize("deterministic", [False, True])
def test_a_capture_whose_page_asks_a_service_stops_and_says_what_would_allow_it(
    episode: Path, tmp_path: Path, canary: Canary, deterministic: bool
) -> None:
    page = f"<p>Here</p><script>fetch('http://127.0.0.1:{canary.port}/x', {{method: 'POST', mode: 'no-cors'}})</script>"
    (episode / "pages" / "asks.html").write_text(page)
    steps = (Step(action="open", value="pages/asks.html"), Step(action="wait", wait=Wait(idle=0.3)))
    capture = Capture(id="c", kind="browser", steps=steps, deterministic=deterministic)
    story = Episode(folder=episode, title="t", narrator="ada", scenes=(), characters=())
    with pytest.raises(StepFault, match=rf'asks 127.0.0.1:{canary.port} for something; "hosts: \[127.0.0.1'):
        CAPTURE.make(capture_request(story, capture, THEME, (640, 360)), tmp_path, context_in(episode))
    assert canary.heard == []


def test_a_service_that_is_named_with_its_port_is_reached(episode: Path, tmp_path: Path, canary: Canary) -> None:
    with site_of(episode) as site:
        hosts = Hosts([f"127.0.0.1:{canary.port}"], own=site.hosts)
        with open_window(request(), 1.0, None, tmp_path, hosts) as window:
            page = window.context.new_page()
            page.goto(site.address("pages/index.html"))
            page.wait_for_timeout(1500)
    assert any(line.startswith(b"POST /post") for line in canary.heard)
