"""Tabs, frames, questions, files, devices and faults of a browser, in a real Chromium."""

import functools
import os
import signal
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext
from support.assets import THEME
from support.contexts import context_in

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.browser.launch import open_context
from lectern.pipeline.capture.fault import BrowserDied, StepFault
from lectern.pipeline.capture.pictures import read_pictures
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import capture_request
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.capture.window import window_boxes
from lectern.pipeline.drawing.footage import bar_at, footage_request
from lectern.pipeline.episode.capture_block import Capture, Environment, FixtureFile
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Target, Wait
from lectern.pipeline.timing.fit import fit

pytestmark = pytest.mark.browser

SIZE = (900, 600)
PAGE = """<!doctype html><meta name=viewport content="width=device-width"><title>Shop</title>
<style>body { font: 19px sans-serif; margin: 16px; background: #fff } iframe { width: 260px; height: 80px }
#list { height: 60px; width: 200px; overflow: auto } #list p { margin: 0; height: 40px }
.zone { display: inline-block; width: 90px; height: 34px; background: #ddd }</style>
<button onclick="said.textContent = prompt('How many?', '1')">Order</button>
<button onclick="said.textContent = 'deleted: ' + confirm('Really?')">Delete</button>
<button oncontextmenu="said.textContent = 'menu'; return false" ondblclick="said.textContent = 'twice'">Press</button> <span id=said></span><br>
<a href="prices.html" target=_blank>Prices</a> <a download="report.txt" href="data:text/plain,hello">Report</a>
<label>Token <input size=8></label> <input type=file id=file onchange="said.textContent = this.files[0].name"><br>
<iframe title=Payment srcdoc="<body style='font:19px sans-serif'><button onclick='this.textContent=&quot;Paid&quot;'>Pay</button>"></iframe>
<div id=list><p>One<p>Two<p>Three<p>Last one</div>
<span class=zone id=from draggable=true ondragstart="event.dataTransfer.setData('text', 'lamp')">Lamp</span>
<span class=zone id=onto ondragover="event.preventDefault()" ondrop="this.textContent = 'got ' + event.dataTransfer.getData('text')">Cart</span>
<p style="margin-bottom: 900px">mail@example.org</p>
<script>const said = document.getElementById("said"); fetch("lamps.txt").then((r) => r.text()).then((t) => document.title = t)</script>"""


@pytest.fixture(scope="module")
def episode(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("episode")
    (folder / "pages").mkdir()
    (folder / "pages" / "index.html").write_text(PAGE)
    (folder / "pages" / "prices.html").write_text(
        "<title>Prices</title><body style='font:19px sans-serif'><h1>Twelve</h1>"
    )
    (folder / "people.csv").write_text("a,b\n")
    return folder


def _record(
    episode: Path, folder: Path, *steps: Step, opened="pages/index.html", size=SIZE, kind="browser", **more
) -> CaptureTake:
    capture = Capture(id="c", kind=kind, steps=(Step(action="open", value=opened), *steps), **more)
    story = Episode(folder=episode, title="t", narrator="ada", scenes=(), characters=())
    folder.mkdir(exist_ok=True)
    return CAPTURE.make(capture_request(story, capture, THEME, size), folder, context_in(episode))


def _click(**target) -> Step:
    return Step(action="click", target=Target(**target))


@pytest.fixture(scope="module")
def used(episode, tmp_path_factory) -> tuple[CaptureTake, list[np.ndarray], Path]:
    """One recording in which everything is done once."""
    folder = tmp_path_factory.mktemp("take")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOKEN", "s3cr3t-v4lue")
        take = _record(
            episode,
            folder,
            _click(text="Order"),
            Step(action="dialog", value="accept", text="Seven", expect="Seven"),
            _click(text="Delete"),
            Step(action="dialog", value="dismiss", expect="deleted: false"),
            Step(action="click", target=Target(text="Press"), times=2, expect="twice"),
            Step(action="click", target=Target(text="Press"), button="right", expect="menu"),
            _click(text="Prices"),
            Step(action="tab", value="1"),
            Step(action="tab", value="Prices"),
            Step(action="tab", value="close", expect="Report"),
            _click(text="Report"),
            Step(action="wait", wait=Wait(download="report.txt")),
            Step(action="click", target=Target(text="Pay", frame="Payment"), expect="Paid"),
            Step(action="scroll", target=Target(text="Last one")),
            Step(action="drag", target=Target(selector="#from"), to=Target(text="Cart"), expect="got lamp"),
            Step(action="upload", value="people.csv", target=Target(selector="#file"), expect="people.csv"),
            Step(action="type", secret="TOKEN", target=Target(label="Token")),
            Step(action="press", value="Tab", zoom=2.0),
            Step(action="scroll", value="60", zoom=2.0),
            blur=(Target(text="mail@example.org"),),
            environment=Environment(files=(FixtureFile(path="lamps.txt", text="Laid lamps"),)),
        )
    return take, list(read_pictures(folder / take.pictures)), folder


def _seen(used, step: int, after: bool = True) -> np.ndarray:
    take, pictures, _ = used
    time = take.events[step].end if after else take.events[step].start
    return pictures[max(i for i, t in enumerate(take.times) if t <= time)]


def _words(take: CaptureTake, step: int) -> list[str]:
    return [t.text for t in [v for v in take.text if v.time <= take.events[step].end][-1].boxes]


def test_a_question_is_seen_over_the_page_until_it_is_answered(used):
    take, accent = used[0], tuple(int(THEME.accent[i : i + 2], 16) for i in (1, 3, 5))
    left, top, right, bottom = take.events[2].target.pixels(SIZE)
    inside = slice(top + 8, bottom - 8), slice(left + 20, left + 30)
    assert (_seen(used, 1)[inside] == accent).all() and (_seen(used, 2)[inside] == 255).all()
    assert {"How many?", "OK", "Cancel"} <= set(_words(take, 1)) and "How many?" not in _words(take, 2)
    pressed = [p for p in take.pointer if p.pressed and take.events[2].start < p.time < take.events[2].end]
    assert take.events[2].target.x < pressed[-1].x < take.events[2].target.right


def test_the_answer_is_typed_before_it_is_given(used):
    take, pictures, _ = used
    typed = [p for p, t in zip(pictures, take.times, strict=True) if take.events[2].start < t < take.events[2].effect]
    assert len(typed) >= 4 and "Seven" in _words(take, 2)


def test_the_bar_follows_the_tabs(used):
    take = used[0]
    names = [(bar.tabs, bar.shown) for bar in take.bars]
    assert (
        (("Laid lamps", "Prices"), 1) in names
        and (("Laid lamps", "Prices"), 0) in names
        and names[-1] == (("Laid lamps",), 0)
    )
    assert take.bars[0].address == "pages" and {b.address for b in take.bars} == {"pages", "pages/prices.html"}
    assert "Twelve" in _words(take, 7) and "Twelve" not in _words(take, 8) and "Twelve" in _words(take, 9)
    called, plan = take.model_copy(update={"title": "The shop"}), fit(take, {}, 0.0, 60.0, 30)
    request = footage_request(
        "k", called, plan, 30, (0, 1800), window_boxes(SIZE, (1920, 1080))["left"], (1920, 1080), THEME
    )
    titled = {len(bar.tabs) if bar else 1 for bar in (bar_at(request, take, frame) for frame in range(1800))}
    assert bar_at(request, take, 0) is None and titled == {1, 2}, "its title stands in place of one tab, never of two"


def test_a_scroll_in_an_inner_box_moves_only_that(used):
    before, after = _words(used[0], 13), _words(used[0], 14)
    assert "Last one" in after and "Last one" not in before and "Order" in after


def test_a_secret_is_dots_in_the_picture_and_in_the_text(used):
    take = used[0]
    assert "s3cr3t" not in take.model_dump_json() and "•" * 12 in _words(take, 17)


def test_keys_and_blurred_places_are_logged(used):
    take = used[0]
    assert [key.keys for key in take.keys] == ["Tab"] and take.events[18].start <= take.keys[0].time <= take.events[
        18
    ].end
    mail = next(t.box for t in take.text[-1].boxes if t.text == "mail@example.org")
    blurred = take.blurred[-1].boxes[0]
    assert abs(blurred.x - mail.x) < 0.01 and abs(blurred.y - mail.y) < 0.01 and abs(blurred.w - mail.w) < 0.02


def test_a_close_up_has_twice_the_pixels_and_more_than_enlarging_gives(used):
    take, pictures, folder = used
    assert take.sharpness == 2.0 and list(take.sharp_of) == sorted(set(take.sharp_of))
    sharp = list(read_pictures(folder / take.sharp))
    assert len(sharp) == len(take.sharp_of) and sharp[0].shape == (1200, 1800, 3)
    plain = np.asarray(Image.fromarray(pictures[take.sharp_of[0]]).resize((1800, 1200), Image.Resampling.BICUBIC))
    assert _edges(sharp[0]) > 1.25 * _edges(plain)
    for index, large in zip(take.sharp_of, sharp, strict=True):
        small = np.asarray(Image.fromarray(large).resize(SIZE, Image.Resampling.BOX)).astype(int)
        assert np.abs(small - pictures[index]).mean() < 2
    assert (
        np.abs(pictures[take.sharp_of[-1]].astype(int) - pictures[take.sharp_of[-2]]).mean() > 4
    )  # the page was scrolled


def _edges(picture: np.ndarray) -> float:
    grey = picture.mean(axis=2)
    return float((np.diff(grey, axis=1) ** 2).sum())


def test_a_phone_has_its_own_size_and_shape(episode, tmp_path):
    take = _record(
        episode, tmp_path / "phone", size=(540, 864), environment=Environment(device="phone", locale="de-DE")
    )
    assert take.size == (540, 864) and take.shape == "phone"
    assert next(read_pictures(tmp_path / "phone" / take.pictures)).shape == (864, 540, 3)


@pytest.fixture(scope="module")
def server():
    """A server that fails in every way; each path is one."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Failing)
    server.over = threading.Event()
    threading.Thread(target=functools.partial(server.serve_forever, poll_interval=0.05), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.over.set()
    server.shutdown()


class _Failing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/kill/"):
            return _kill(self.path.removeprefix("/kill/"))
        if self.path == "/endless.zip":
            return self._endless()
        if self.path.startswith("/slow"):
            time.sleep(0.3)
        status = {"/gone": 404, "/away": 302}.get(self.path, 200)
        self.send_response(status)
        self.send_header("Location", "http://elsewhere.test/")
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(
            b"<body style='font:20px sans-serif'>Here <a href='http://elsewhere.test/'>Leave</a> <a href=endless.zip download>File</a>"
            b"<button onclick='fetch(`kill/renderer`)'>Crash</button> <button onclick='fetch(`kill/`)'>End</button>"
            b"<a href='slow%d'>Slow</a> at %s" % (len(self.path), self.path.encode())
        )

    def _endless(self) -> None:
        """A file of which only the beginning ever comes."""
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.wfile.write(bytes(70_000))
        self.wfile.flush()
        self.server.over.wait(20)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.mark.parametrize(
    ("opened", "steps", "said"),
    [
        ("http://127.0.0.1:{closed}/", (), r"steps\[1\] .*nothing answers there"),
        pytest.param("http://nowhere.invalid/", (), r"steps\[1\] .*there is no such host", marks=pytest.mark.thorough),
        ("{server}/gone", (), r"steps\[1\] .*answers 404 Not Found"),
        ("{server}/away", (), r"steps\[1\] .*would go to elsewhere.test, which this capture neither opens nor lists"),
        pytest.param(
            "{server}/",
            (_click(text="Leave"),),
            r"steps\[2\] .*would go to elsewhere.test",
            marks=pytest.mark.thorough,
        ),
        (
            "{server}/",
            (Step(action="type", value="x", target=Target(selector="body")),),
            r"steps\[2\] .*takes no text; name the field",
        ),
        pytest.param("https://{server}/", (), r"steps\[1\] .*no secure connection", marks=pytest.mark.thorough),
        ("file:///etc/passwd", (), r"steps\[1\] .*lies outside the episode"),
        ("{server}/", (Step(action="wait", wait=Wait(download="none.zip")),), r"steps\[2\] .*downloaded was: nothing"),
        (
            "{server}/",
            (_click(text="File"), Step(action="wait", wait=Wait(download="endless"))),
            r"steps\[3\] .*not downloaded to its end",
        ),
        (
            "{server}/",
            (_click(text="Crash"), Step(action="wait", wait=Wait(idle=0.4))),
            r"steps\[[23]\] .*the page crashed",
        ),
        pytest.param(  # a browser that ends is told in test_chromium.py
            "{server}/",
            (_click(text="End"), Step(action="wait", wait=Wait(idle=0.4))),
            r"steps\[[23]\] .*the browser was ended",
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_what_goes_wrong_is_told_with_its_step_and_a_picture(
    episode, tmp_path, monkeypatch, server, opened, steps, said
):
    monkeypatch.setattr("lectern.pipeline.capture.browser.actions.PATIENCE", 0.5)
    monkeypatch.setattr("lectern.pipeline.capture.recipes.ATTEMPTS", 1)
    with socket.socket() as closed:  # taken, so that nobody else answers there
        closed.bind(("127.0.0.1", 0))
        secure = opened.replace("https://{server}", server.replace("http:", "https:"))
        with pytest.raises((StepFault, BrowserDied), match=said) as fault:
            _record(
                episode,
                tmp_path / "t",
                *steps,
                opened=secure.format(server=server, closed=closed.getsockname()[1]),
                kind="ide",
            )
    assert Image.open(fault.value.picture).size == SIZE
    assert not _browsers()


def test_what_a_slow_page_shows_is_waited_for(episode, tmp_path, server):
    pages = ("/slow1", "/slow6", "/slow6", "/slow6")
    steps = (_click(text="Slow").model_copy(update={"expect": f"at {page}"}) for page in pages)
    take = _record(episode, tmp_path / "t", *steps, opened=f"{server}/", kind="ide")
    assert [event.action for event in take.events] == ["open", *["click"] * 4]
    assert all(event.effect - event.start > 0.3 for event in take.events[1:3])
    shown = list(read_pictures(tmp_path / "t" / take.pictures))
    for event in take.events[1:3]:  # "at /slow1" is seen for the first time, not only how a link looks pressed
        index = take.times.index(event.effect)
        assert (shown[index] != shown[index - 1]).any(axis=2).sum() > 30


def _kill(kind: str) -> None:
    """Ends the browser that this process started, or its processes of one kind."""
    for pid, command in _browsers().items():
        if f"--type={kind}" in command if kind else "--type=" not in command:
            os.kill(pid, signal.SIGKILL)


def _browsers() -> dict[int, str]:
    """Living browser processes that this one started, and their command lines."""
    parents, commands = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            state, parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            if state != "Z":
                parents[int(folder.name)], commands[int(folder.name)] = int(parent), (folder / "cmdline").read_text()
    family = {os.getpid()}
    for _ in range(6):
        family |= {pid for pid, parent in parents.items() if parent in family}
    return {pid: commands[pid] for pid in family if "chrom" in commands.get(pid, "").split("\0")[0]}


def test_a_page_that_nobody_was_asked_to_trust_asks_nobody_else(episode, tmp_path):
    (episode / "pages" / "tells.html").write_text("<p>Here</p><img src='http://elsewhere.test/seen.png'>")
    with pytest.raises(
        StepFault, match=r'steps\[1\] .*asks elsewhere.test for something; "hosts: \[elsewhere.test\]" allows it'
    ):
        _record(episode, tmp_path / "t", opened="pages/tells.html", kind="ide", deterministic=True)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((), r"steps\[2\] .*what was typed can be read on the screen"),
        pytest.param(
            (Step(action="tab", value="9"),),
            r'steps\[3\] .*no tab is "9"; there are: 1 "•{12}"',
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_a_secret_that_a_page_shows_spoils_the_recording_and_is_kept_nowhere(
    episode, tmp_path, monkeypatch, steps, said
):
    monkeypatch.setenv("TOKEN", "s3cr3t-w0rds")
    (episode / "pages" / "echo.html").write_text(
        "<label>Token <input oninput='document.title = said.textContent = value'></label> <span id=said></span>"
    )
    typed = Step(action="type", secret="TOKEN", target=Target(label="Token"))
    with pytest.raises(StepFault, match=said) as fault:
        _record(episode, tmp_path / "t", typed, *steps, opened="pages/echo.html", kind="ide")
    assert fault.value.picture is None and not any((tmp_path / "t").iterdir())


def test_a_recording_that_has_no_room_ends(episode, tmp_path):
    folder = tmp_path / "t"
    folder.mkdir()
    (folder / "pictures.mkv").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        _record(episode, folder, kind="ide")


ROUND = (Step(action="highlight", target=Target(text="Round")), Step(action="wait", wait=Wait(idle=0.2)))
"""What is done on a page that goes to another one."""


def _round_and_round(episode: Path, patch: pytest.MonkeyPatch, seconds: int, patience: float) -> str:
    """A page that goes to itself after `seconds`, at which Playwright looks for `patience` ms."""

    def impatient(*given: object) -> BrowserContext:
        context = open_context(*given)
        context.set_default_timeout(patience)
        return context

    patch.setattr("lectern.pipeline.capture.browser.launch.open_context", impatient)
    (episode / "pages" / f"round-{seconds}.html").write_text(
        f"<meta http-equiv=refresh content='{seconds}'><body style='font:30px sans-serif'><p>Round and round</p>"
    )
    return f"pages/round-{seconds}.html"


def test_a_page_that_goes_to_another_one_while_it_is_looked_at_is_filmed(episode, tmp_path, monkeypatch):
    opened = _round_and_round(episode, monkeypatch, 1, 3000)
    take = _record(episode, tmp_path / "t", *ROUND, opened=opened, kind="ide")
    assert any("Round and round" in box.text for entry in take.text for box in entry.boxes)


@pytest.mark.thorough
def test_a_page_that_goes_round_without_end_is_filmed_or_refused_in_plain_words(episode, tmp_path, monkeypatch):
    """Such a page keeps a processor busy for as long as somebody waits."""
    opened = _round_and_round(episode, monkeypatch, 0, 1000)
    for room in ("actions", "step_context", "targets"):
        monkeypatch.setattr(f"lectern.pipeline.capture.browser.{room}.PATIENCE", 0.5)
    try:
        _record(episode, tmp_path / "t", *ROUND, opened=opened, kind="ide")
    except LecternError as fault:
        said = str(fault)
        assert not any(word in said for word in ("Execution context", "Page.", "Frame.", "Locator.", "Protocol error"))


def test_a_deterministic_page_gives_the_same_bytes_again(episode, tmp_path):
    (episode / "pages" / "moving.html").write_text(
        "<style>div { width: 60px; height: 60px; background: red; animation: m 1s 3 alternate }"
        "@keyframes m { to { transform: translateX(300px) } }</style><div></div><label>Name <input></label>"
        "<button onclick='fetch(`prices.html`).then((r) => r.text()).then((t) => got.textContent = t.slice(7, 13))'>Get</button>"
        "<p id=got></p><p id=t></p><script>setInterval(() => { if (performance.now() < 3000) t.textContent = Math.random() + ' ' + Date.now() }, 90)</script>"
    )
    both = [
        _record(
            episode, tmp_path / name, Step(action="type", value="Hi", target=Target(label="Name"), expect="Hi"),
            Step(action="press", value="Home . '", expect=".'Hi"), _click(text="Get").model_copy(update={"expect": "Prices"}), opened="pages/moving.html", size=(480, 300), deterministic=True,
        )
        for name in ("one", "two")
    ]  # fmt: skip
    assert both[0] == both[1] and len(both[0].times) > 30
    assert (tmp_path / "one/pictures.mkv").read_bytes() == (tmp_path / "two/pictures.mkv").read_bytes()
