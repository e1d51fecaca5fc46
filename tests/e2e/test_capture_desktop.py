"""Real programs on a desktop of their own, used by text, picture and position through a real Chromium."""

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from support.assets import THEME
from support.contexts import context_in

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.chromium import chromium
from lectern.pipeline.capture.desktop.bridge import serve_desktop
from lectern.pipeline.capture.desktop.display import open_display
from lectern.pipeline.capture.fault import CaptureFault, StepFault
from lectern.pipeline.capture.pictures import picture_of_png, read_pictures
from lectern.pipeline.capture.pixels.painted import is_painted
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import CaptureRequest, capture_request
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.episode.capture_block import Capture, Environment, FixtureFile
from lectern.pipeline.episode.model import Episode, Scene
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Target, Wait
from lectern.pipeline.jobs.supervised import SupervisedProcess

pytestmark = pytest.mark.browser

SIZE, WHOLE = (960, 600), (1200, 720)
TYPED = 'Say {"key": [1, 2]} äöü ß € ~^`\\ ñ'
ROOM = Path(tempfile.gettempdir()) / f"desktops-{os.getpid()}"
SHELL = 'xterm -fa "JetBrains Mono" -fs 9 -geometry 34x6 -T Shell'


def request_of(episode: Path, *steps: Step, **more) -> CaptureRequest:
    capture = Capture(id="c", kind="desktop", steps=steps, line=3, **more)
    return capture_request(
        Episode(folder=episode, title="t", narrator="ada", scenes=(), characters=()), capture, THEME, SIZE
    )


def record(episode: Path, *steps: Step, **more) -> tuple[CaptureTake, list[np.ndarray]]:
    (folder := episode / "take").mkdir(exist_ok=True)
    take = CAPTURE.make(request_of(episode, *steps, **more), folder, context_in(episode))
    return take, list(read_pictures(folder / take.pictures))


@pytest.fixture(scope="module", autouse=True)
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Desktops of these tests live in a folder of their own, by which they are told from all others of this machine."""
    tmp_path_factory.getbasetemp()  # pytest's own folder has to outlive this one
    ROOM.mkdir()
    before, tempfile.tempdir = tempfile.tempdir, str(ROOM)
    yield
    tempfile.tempdir = before
    shutil.rmtree(ROOM)


def desktops() -> set[int]:
    """The processes of these tests' desktops that run now."""
    return {pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _is_desktop(pid)}


def sockets() -> set[str]:
    """The displays behind which nobody is any more."""
    return {path.name for path in Path("/tmp/.X11-unix").glob("X*") if not _answers(path)}


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        return client.connect_ex(str(path)) == 0


def _is_desktop(pid: int) -> bool:
    try:
        said = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
    return b"/rc/authority" in said and f"{ROOM}/lectern-".encode() in said


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> tuple[CaptureTake, list[np.ndarray], Path, set[int]]:
    """A text editor that is typed into, and a terminal that opens over it and is moved."""
    episode, before = tmp_path_factory.mktemp("episode"), desktops()
    copy = f"sh -c 'cp notes.txt {episode}/saved.txt; exec {SHELL}'"
    take, pictures = record(
        episode,
        Step(action="type", value=TYPED, target=Target(position=(0.5, 0.5)), expect="Say"),
        Step(action="press", value="Control+S"),
        Step(action="click", target=Target(text="Document"), expect="Line Ending"),
        Step(action="press", value="Escape"),
        Step(action="run", value=copy),
        Step(action="drag", target=Target(text="Shell"), to=Target(position=(0.6, 0.8))),
        Step(action="highlight", target=Target(text="Search")),
        app="mousepad notes.txt",
        environment=Environment(files=(FixtureFile(path="notes.txt", text="Line one\n"),)),
        blur=(Target(text="Help"),),
    )
    return take, pictures, episode, desktops() - before


def at(recorded, time: float) -> np.ndarray:
    take, pictures = recorded[:2]
    return pictures[max(i for i, t in enumerate(take.times) if t <= time + 1e-6)]


def dark_bar(picture: np.ndarray) -> tuple[int, int]:
    """Left and top of the bar of a window in the film's colours."""
    rows, columns = np.where((picture == tuple(bytes.fromhex(THEME.window_bar[1:]))).all(axis=2))
    return int(columns.min()), int(rows.min())


def test_every_character_arrives_in_the_program(recorded):
    assert TYPED in (recorded[2] / "saved.txt").read_text(encoding="utf-8")


def test_the_pictures_are_as_large_as_the_content_and_the_program_fills_them(recorded):
    take, pictures = recorded[:2]
    assert {p.shape for p in pictures} == {(*SIZE[::-1], 3)} and len(take.times) == len(pictures) > 15
    assert (pictures[0].reshape(-1, 3) == 0).all(axis=1).mean() < 0.01  # no bare screen around it


def test_a_menu_is_opened_by_its_name_and_its_text_is_then_known(recorded):
    take = recorded[0]
    click = take.events[2]
    said = {box.text for box in [v for v in take.text if v.time <= click.effect + 1e-3][-1].boxes}
    assert "Line Ending" in said and "Filetype" in said
    press = next(p for p in take.pointer if p.pressed and p.time > take.events[1].end)
    assert click.target.x < press.x < click.target.right and click.target.y < press.y < click.target.bottom
    index = take.times.index(click.effect)
    assert take.times[index - 1] <= press.time + 0.03 < click.effect + 0.03


def test_a_further_program_has_a_window_that_is_dragged_where_it_should_be(recorded):
    take = recorded[0]
    run, drag = take.events[4], take.events[5]
    (left, top), (to_left, to_top) = (dark_bar(at(recorded, event.end)) for event in (run, drag))
    grip = drag.target.centre
    assert (
        abs((to_left - left) - (0.6 - grip[0]) * SIZE[0]) <= 5 and abs((to_top - top) - (0.8 - grip[1]) * SIZE[1]) <= 5
    )


def test_the_pointer_is_not_in_the_pictures(recorded):
    take, pictures = recorded[:2]
    rest = take.pointer[0]
    x, y = round(rest.x * SIZE[0]), round(rest.y * SIZE[1])
    assert len(np.unique(pictures[0][y - 8 : y + 24, x - 8 : x + 24].reshape(-1, 3), axis=0)) == 1


def test_keys_are_noted_and_what_nobody_may_see_is_covered_throughout(recorded):
    take = recorded[0]
    assert [key.keys for key in take.keys] == ["Control+S", "Escape"] and take.sharp == ""
    assert take.blurred[0].time == 0.0 and all(len(region.boxes) >= 1 for region in take.blurred)
    help_ = next(box.box for box in take.text[0].boxes if "Help" in box.text)
    assert all(any(abs(box.centre[1] - help_.centre[1]) < 0.02 for box in region.boxes) for region in take.blurred)


def test_nothing_is_left_of_a_desktop(recorded):
    assert recorded[3] == set()


def test_what_the_browser_shows_is_what_the_screen_holds_bit_for_bit(tmp_path: Path):
    """Judged by the frame buffer itself, fetched by RFB's raw encoding (RFC 6143)."""
    with ExitStack() as stack:
        shown = stack.enter_context(open_display(WHOLE, 192, tmp_path))
        environment = {**os.environ, "DISPLAY": shown.name, "XAUTHORITY": str(shown.authority), "HOME": str(tmp_path)}
        colours = "for i in $(seq 16 231); do printf '\\033[48;5;%dm%03d\\033[0m' $i $i; done; sleep 60"
        xterm = ["xterm", "-geometry", "110x40", "-fa", "JetBrains Mono", "-fs", "7", "-e", "bash", "-c", colours]
        stack.callback(SupervisedProcess(xterm, tmp_path / "log", environment).close)
        address = stack.enter_context(serve_desktop(shown.socket, tmp_path)).address
        page = stack.enter_context(chromium()).new_page(viewport=dict(zip(("width", "height"), WHOLE, strict=True)))
        page.goto(address)
        page.wait_for_function("window.lecternDesktop?.state === 'connected'")
        until = time.monotonic() + 20
        while len(np.unique(held := frame_buffer(shown.socket)[::9, ::9].reshape(-1, 3), axis=0)) < 200:
            assert time.monotonic() < until, held
            page.wait_for_timeout(200)
        page.wait_for_timeout(500)
        assert np.array_equal(picture_of_png(page.screenshot(), WHOLE), frame_buffer(shown.socket))
        assert [answers(address.replace(address.split("=")[1], token)) for token in ("guess", "")] == ["", ""]
        assert answers(address).startswith("HTTP/1.1 101 ")


def answers(page: str) -> str:
    """The first line that the WebSocket beside `page` answers to somebody who knows its token ("" if it hangs up)."""
    url = urlsplit(page)
    with socket.create_connection((url.hostname, url.port), 5) as connection:
        connection.sendall(
            f"GET /websockify?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            "Origin: https://example.org\r\n\r\n".encode()
        )
        return connection.makefile("rb").readline().decode()


def frame_buffer(rfb: Path) -> np.ndarray:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.connect(str(rfb))
        wire = server.makefile("rwb")
        wire.read(12)
        wire.write(b"RFB 003.008\n")
        wire.flush()
        wire.read(wire.read(1)[0])
        wire.write(b"\x01")
        wire.flush()
        assert wire.read(4) == b"\0\0\0\0"
        wire.write(b"\x01")
        wire.flush()
        width, height, *_ = struct.unpack(">HH16s", wire.read(20))
        wire.read(struct.unpack(">I", wire.read(4))[0])
        wire.write(struct.pack(">BxxxBBBBHHHBBBxxx", 0, 32, 24, 0, 1, 255, 255, 255, 16, 8, 0))
        wire.write(struct.pack(">BxHi", 2, 1, 0))
        wire.write(struct.pack(">BBHHHH", 3, 0, 0, 0, width, height))
        wire.flush()
        picture = np.zeros((height, width, 3), dtype=np.uint8)
        _, count = struct.unpack(">BxH", wire.read(4))
        for _ in range(count):
            x, y, w, h, _ = struct.unpack(">HHHHi", wire.read(12))
            picture[y : y + h, x : x + w] = np.frombuffer(wire.read(w * h * 4), np.uint8).reshape(h, w, 4)[..., 2::-1]
        return picture


def test_a_picture_of_the_episode_is_clicked_and_a_target_that_is_there_twice_names_its_step(tmp_path: Path):
    """The picture is cut out of the very screen, in a first run that fails for want of a choice."""
    twice = Step(action="click", target=Target(text="Same"), line=7)
    texts = Environment(files=(FixtureFile(path="a.txt", text="Same\n\n\nSame\n\nOnly here\n"),))
    with pytest.raises(
        StepFault, match=r"steps\[1\] \(click Same\): text: Same is on the screen 2 times, at \[0\."
    ) as caught:
        record(tmp_path, twice, app="mousepad a.txt", environment=texts)
    capture = Capture(id="c", kind="desktop", steps=(twice,))
    message = CaptureFault(caught.value, "script.md", Scene(id="s", title="S", line=1), capture)
    assert str(message).startswith('script.md:7: scene "s": steps[1]')
    picture = np.asarray(Image.open(caught.value.picture).convert("RGB"))
    assert picture.shape == (*SIZE[::-1], 3) and desktops() == set()
    Image.fromarray(picture[0:44, 0:70]).save(tmp_path / "file.png")  # "File" in the menu bar
    image, absent = Target(image="file.png"), Step(action="click", target=Target(text="Nowhere"), line=8)
    with pytest.raises(
        StepFault, match=r'steps\[2\] \(click Nowhere\): nothing on the screen is text: Nowhere. It reads: ".*"'
    ):
        record(
            tmp_path, Step(action="click", target=image, expect="Open"), absent, app="mousepad a.txt", environment=texts
        )


def test_a_secret_that_can_be_read_spoils_the_recording(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("LECTERN_TEST_WORD", "swordfish")
    with pytest.raises(StepFault, match=r"steps\[1\] \(type\): what was typed can be read on the screen") as caught:
        record(tmp_path, Step(action="type", secret="LECTERN_TEST_WORD"), app=SHELL)
    assert "swordfish" not in str(caught.value)
    assert caught.value.picture is None and not list(tmp_path.glob(".lectern/faults/*"))


@pytest.mark.thorough
def test_a_secret_is_dots_in_what_a_later_step_says(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("LECTERN_TEST_WORD", "swordfish")
    wrong = Step(action="scroll", value="swordfish")
    with pytest.raises(StepFault, match=r'steps\[2\] .*not by "•••••••••"') as caught:
        record(tmp_path, Step(action="type", secret="LECTERN_TEST_WORD"), wrong, app=SHELL)
    assert caught.value.picture is None and not list(tmp_path.glob(".lectern/faults/*"))


def test_a_program_that_the_last_step_brings_down_says_what_it_said(tmp_path: Path):
    app = f"sh -c '{SHELL} -e sh -c read\\ line; echo out of order >&2; exit 3'"
    with pytest.raises(
        StepFault, match=r"steps\[1\] \(press Enter\): .*exit status 3\)\. It said:\n +out of order"
    ) as caught:
        record(tmp_path, Step(action="press", value="Enter"), app=app)
    assert caught.value.picture.stat().st_size > 100 and desktops() == set()


def test_a_window_that_is_there_before_it_is_painted_is_filmed_once_it_is_and_fills_the_screen(tmp_path: Path):
    adder = Path(__file__).with_name("gtk4_adder.py")
    steps = (Step(action="type", value="40+2"), Step(action="press", value="Enter", expect="Together 42"))
    take, pictures = record(tmp_path, *steps, app=f"{sys.executable} {adder} 2")
    assert is_painted(pictures[0]) and (pictures[0] == 0).all(axis=2).mean() < 0.01 and take.blank == ()
    assert "Nothing added yet" in {box.text for box in take.text[0].boxes}
    assert "Together 42" in {box.text for box in take.text[-1].boxes}


def test_a_missing_program_and_a_missing_server_are_told_before_anything_is_started(tmp_path: Path, monkeypatch):
    with pytest.raises(LecternError, match='there is no program "nosuchthing" on this computer'):
        record(tmp_path, app="nosuchthing --now")
    for name in ("sh", "bash"):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(LecternError, match="apt install websockify"):
        record(tmp_path, app="sh")
    (tmp_path / "bin" / "websockify").touch(0o755)
    with pytest.raises(LecternError, match="apt install tigervnc-standalone-server"):
        record(tmp_path, app="sh")


def test_a_lost_screen_is_a_fault_of_its_step_and_leaves_nothing(tmp_path: Path):
    def lose() -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until and not (tmp_path / "seen").exists():
            time.sleep(0.1)
        for pid in desktops():
            if Path(f"/proc/{pid}/exe").resolve().name.startswith("Xtigervnc"):
                os.kill(pid, signal.SIGKILL)

    threading.Thread(target=lose, daemon=True).start()
    app, before = f"{SHELL} -e sh -c 'sleep 2; touch {tmp_path}/seen; sleep 60'", sockets()
    with pytest.raises(LecternError, match="desktop's .* has ended|connection to the desktop was lost"):
        record(tmp_path, Step(action="wait", wait=Wait(text="Never")), app=app)
    assert desktops() == set() and sockets() <= before


def test_a_killed_recording_leaves_nothing(tmp_path: Path):
    request = request_of(tmp_path, Step(action="wait", wait=Wait(text="Never")), app=SHELL)
    (tmp_path / "request.json").write_text(request.model_dump_json())
    code = (
        "import sys; from pathlib import Path; from lectern.pipeline.capture.recorder import record_screen\n"
        "from lectern.pipeline.capture.request import CaptureRequest\n"
        "class D: episode = Path(sys.argv[1]); report = lambda self, done: None\n"
        "record_screen(CaptureRequest.model_validate_json(Path(sys.argv[1], 'request.json').read_text()), Path(sys.argv[1]), D())"
    )
    before = sockets()
    own = {**os.environ, "TMPDIR": ROOM}
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stderr=subprocess.DEVNULL, env=own)
    until = time.monotonic() + 30
    while len(desktops()) < 3 and time.monotonic() < until:
        time.sleep(0.1)
    assert len(desktops()) >= 3
    process.kill()
    process.wait()
    until = time.monotonic() + 10
    while desktops() and time.monotonic() < until:
        time.sleep(0.1)
    assert desktops() == set() and sockets() <= before
