"""A page whose time passes only when it is told to, in a real chromium-headless-shell."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.devtools import NoAnswer
from lectern.pipeline.capture.stepped_page import PageResponse, SteppedPage, find_headless_shell, stepped_page

pytestmark = pytest.mark.browser

MOVING = """<!doctype html><style>body{margin:0} div{position:absolute;width:100px;height:100px}
#css{background:#f80;animation:across 1s linear forwards} @keyframes across{to{transform:translateX(300px)}}
#js{background:#0088ff88;top:200px} p{position:absolute;top:300px;font:30px monospace;color:#fff}</style>
<div id=css></div><div id=js></div><p></p><input style="position:absolute;top:400px;width:300px">
<script>
const js = document.getElementById("js"), ticks = [];
requestAnimationFrame(function draw(t) { js.style.left = Math.min(t * 0.3, 300) + "px"; if (t < 1000) requestAnimationFrame(draw); });
setInterval(() => { if (ticks.length < 4) { ticks.push(performance.now()); document.querySelector("p").textContent += Math.random(); } }, 250);
</script>"""


def serving(html: str):
    return lambda url: PageResponse(html.encode(), "text/html") if url == "https://page/" else PageResponse(status=404)


def left_edge(png: bytes, row: int) -> int:
    return int(np.argmax(np.asarray(Image.open(io.BytesIO(png)))[row, :, 3] > 127))


def frames_of(page: SteppedPage, count: int) -> list[bytes]:
    page.load("https://page/")
    shots = []
    for number in range(count):
        if number % 3 == 0:
            page.evaluate("document.querySelector('input').focus()")
            page.insert("x")
        shots.append(page.step().png)
    return shots


def test_two_browsers_draw_the_same_bytes():
    runs = []
    for _ in range(2):
        with stepped_page((640, 480), 30, serve=serving(MOVING)) as page:
            runs.append(frames_of(page, 45))
    assert runs[0] == runs[1]
    assert len(set(runs[0])) >= 32


def test_time_begins_with_the_first_frame_and_passes_frame_by_frame():
    with stepped_page((640, 480), 30, serve=serving(MOVING)) as page:
        page.load("https://page/")
        edges = []
        for _ in range(31):
            png = page.step().png
            edges.append((left_edge(png, 50), left_edge(png, 250)))
        assert [edges[i] for i in (0, 10, 20, 30)] == [(0, 0), (100, 100), (200, 200), (300, 300)]
        assert page.evaluate("ticks") == [250, 500, 750, 1000]


def test_frames_in_which_nothing_moves_are_known():
    with stepped_page((640, 480), 30, serve=serving("<body style='background:#123'><p>still</p>")) as page:
        page.load("https://page/")
        shots = [page.step() for _ in range(10)]
        assert [shot.changed for shot in shots[1:]] == [False] * 9
        page.evaluate("document.querySelector('p').textContent = 'moved'")
        assert page.step().changed and not page.step().changed


def test_what_the_page_leaves_free_is_transparent_and_its_colours_are_straight():
    with stepped_page((640, 480), 30, serve=serving(MOVING)) as page:
        page.load("https://page/")
        picture = np.asarray(Image.open(io.BytesIO(page.step().png)))
        assert picture[470, 600].tolist() == [0, 0, 0, 0]
        assert abs(picture[250, 50].astype(int) - [0, 136, 255, 136]).max() <= 1


def test_faults_of_a_script_come_with_their_line():
    with stepped_page((200, 100), 30, serve=serving("<p>\n<script>\nnope()\n</script>")) as page:
        page.load("https://page/")
        assert [(f.message, f.line) for f in page.faults] == [("ReferenceError: nope is not defined", 3)]


def test_an_endless_loop_is_an_error_and_the_browser_ends():
    loop = "<script>setTimeout(() => { for (;;); }, 100)</script>"
    with pytest.raises(NoAnswer), stepped_page((200, 100), 30, serve=serving(loop), hangs=2) as page:
        page.load("https://page/")
        for _ in range(10):
            page.step()
    assert not browsers()


def test_nothing_reaches_the_network():
    asked = []

    def serve(url: str) -> PageResponse:
        asked.append(url)
        return PageResponse(
            b"<script>fetch('https://example.com/a').then(r => document.title = r.status)</script>", "text/html", 200
        )

    with stepped_page((200, 100), 30, serve=serve) as page:
        page.load("https://page/")
        page.step()
        assert asked == ["https://page/", "https://example.com/a"]


def test_the_browser_ends_with_the_process_that_started_it():
    program = (
        "from lectern.pipeline.capture.stepped_page import *\nimport time\n"
        "with stepped_page((200, 100), 30) as page: print('up', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "up\n" and browsers(child.pid)
    child.send_signal(signal.SIGKILL)
    child.wait()
    until = time.monotonic() + 10
    while browsers(child.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not browsers(child.pid)


def test_without_the_browser_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(LecternError, match="apt install chromium-headless-shell"):
        find_headless_shell()


def browsers(parent: int | None = None) -> set[int]:
    """The stepped browsers that `parent` (this process) started: each leads a session of its own, named by its profile."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            started_by = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        profile = next((w for w in words if b"lectern-browser-" in w), b"")
        if profile and (started_by == (parent or os.getpid()) or (parent and profile in SEEN.get(parent, set()))):
            SEEN.setdefault(parent or os.getpid(), set()).add(profile)
            found.add(int(entry.name))
    return found


SEEN: dict[int, set[bytes]] = {}
"""The profiles of the browsers that a process started; an orphan keeps its own."""
