"""A real Chromium used as a person uses it, and the footage that becomes of it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from support.assets import THEME
from support.contexts import context_in

from lectern.pipeline.base.errors import LecternError, SourceError
from lectern.pipeline.capture import recorder
from lectern.pipeline.capture.browser.smoothness import LATE_SECONDS, MAX_DROPPED, RATE
from lectern.pipeline.capture.browser.targets import find_element
from lectern.pipeline.capture.chromium import chromium, find_chromium
from lectern.pipeline.capture.fault import CaptureFault, StepFault
from lectern.pipeline.capture.pictures import read_pictures
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import capture_request, with_film_fields
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.episode.capture_block import Capture, Environment, FixtureFile
from lectern.pipeline.episode.model import Episode, Scene
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Target, Wait

pytestmark = pytest.mark.browser

SIZE = (1128, 676)
PAGE = """<!doctype html><meta charset=utf-8><title>Shop</title>
<style>
  body { margin: 0; font: 16px/1.5 sans-serif; background: #fff; color: #000 }
  button { position: absolute; left: 40px; top: 60px; width: 200px; height: 50px; border: 0; background: #ddd }
  button:hover { background: #bbb } button.on { background: #00c000 }
  form { padding: 150px 40px 0 } #far { padding: 20px; background: #eef }
  div { height: 1500px; background: repeating-linear-gradient(#fff 0 30px, #eef 30px 60px) }
</style>
<button onclick="this.className='on'; document.getElementById('said').textContent='Thank you'">Buy</button>
<form><label>Name <input id=name></label>
<label>Size <select><option>Small<option>Large</select></label></form>
<p id=said></p><p>A paragraph of body text that is as small as most pages write it.</p>
<p><a href="#">Same</a> <a href="#">Same</a></p><div></div><p id=far>Far below</p>"""


@pytest.fixture(scope="module")
def episode(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("episode")
    (folder / "pages").mkdir()
    (folder / "pages" / "index.html").write_text(PAGE)
    return folder


def _capture(*steps: Step, **more) -> Capture:
    opened = Step(action="open", value="pages/index.html")
    return Capture(id="c", kind="browser", steps=(opened, *steps), line=3, **more)


def _record(episode: Path, folder: Path, capture: Capture) -> CaptureTake:
    story = Episode(folder=episode, title="t", narrator="ada", scenes=(), characters=())
    return with_film_fields(
        CAPTURE.make(capture_request(story, capture, THEME, SIZE), folder, context_in(episode)), capture
    )


@pytest.fixture(scope="module")
def recorded(episode, tmp_path_factory) -> tuple[CaptureTake, list[np.ndarray]]:
    folder = tmp_path_factory.mktemp("take")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorder, "MAX_DROPPED", MAX_DROPPED)  # how smoothly a page is filmed is looked at here
        take = _record(
            episode,
            folder,
            _capture(
                Step(action="click", target=Target(role="button", name="Buy"), at="buy", expect="Thank you"),
                Step(action="type", value="Mia", target=Target(label="Name"), at="name", expect="Mia"),
                Step(action="select", value="Large", target=Target(label="Size")),
                Step(action="highlight", target=Target(text="Thank you"), at="thanks"),
                Step(action="scroll", target=Target(text="Far below"), at="far", zoom=1.5),
                Step(action="scroll", value="top"),
            ),
        )
    return take, list(read_pictures(folder / take.pictures))


def _picture(recorded, time: float) -> np.ndarray:
    take, pictures = recorded
    return pictures[max(i for i, t in enumerate(take.times) if t <= time + 1e-6)]


def _words(take: CaptureTake, time: float) -> list[str]:
    return [t.text for t in [v for v in take.text if v.time <= time + 1e-3][-1].boxes]


def test_the_pictures_have_exactly_the_size_of_the_content(recorded):
    take, pictures = recorded
    assert {p.shape for p in pictures} == {(*SIZE[::-1], 3)} and len(pictures) == len(take.times)
    assert all(a < b for a, b in zip(take.times, take.times[1:], strict=False))


def test_an_effect_is_the_first_picture_after_the_press_and_not_the_hover_before_it(recorded):
    take = recorded[0]
    click = take.events[1]
    x, y = (round(v * s) for v, s in zip((click.target.x + 0.01, click.target.y + 0.02), SIZE, strict=True))
    index = take.times.index(click.effect)
    assert tuple(recorded[1][index][y, x]) == (0, 192, 0)
    assert tuple(recorded[1][index - 1][y, x]) == (0xBB, 0xBB, 0xBB)
    press = next(p for p in take.pointer if p.pressed)
    assert take.times[index - 1] <= press.time < click.effect
    assert click.target.x < press.x < click.target.right and click.target.y < press.y < click.target.bottom


def test_a_target_box_covers_the_pixels_of_its_element(recorded):
    take, pictures = recorded
    left, top, right, bottom = take.events[1].target.pixels(SIZE)
    green = (pictures[take.times.index(take.events[1].effect)] == (0, 192, 0)).all(axis=2)
    rows, columns = np.where(green)
    assert abs(columns.min() - left) <= 2 and abs(columns.max() + 1 - right) <= 2
    assert abs(rows.min() - top) <= 2 and abs(rows.max() + 1 - bottom) <= 2


def test_small_text_is_enlarged_until_it_is_legible(recorded):
    line = next(t for t in recorded[0].text[0].boxes if t.text.startswith("A paragraph"))
    assert 28 <= line.box.h * SIZE[1] <= 45


def test_the_text_through_time_follows_clicks_typing_and_scrolling(recorded):
    take = recorded[0]
    assert "Thank you" not in _words(take, take.events[1].start) and "Thank you" in _words(take, take.events[1].end)
    assert "Mia" in _words(take, take.events[2].end)
    assert "Far below" not in _words(take, take.events[4].end) and "Far below" in _words(take, take.events[5].end)
    assert "Far below" not in _words(take, take.duration)


def test_a_text_box_covers_ink_and_what_lies_outside_all_boxes_is_none(recorded):
    take = recorded[0]
    first = recorded[1][0]
    dark = first.min(axis=2) < 90
    for text in take.text[0].boxes:
        left, top, right, bottom = text.box.pixels(SIZE)
        assert dark[top:bottom, left:right].any(), text.text
        dark[max(top - 2, 0) : bottom + 2, max(left - 2, 0) : right + 2] = False
    assert dark.sum() < 600  # the arrow and lines of the fields


def test_a_scroll_is_smooth_or_what_it_lacks_is_told_and_its_end_is_reached(recorded):
    take = recorded[0]
    scroll = take.events[5]
    moving = [t for t in take.times if scroll.effect <= t <= scroll.end]
    late = [b - a for a, b in zip(moving, moving[1:], strict=False) if b - a > LATE_SECONDS]
    missing = sum(round(seconds * RATE) - 1 for seconds in late)  # where the machine is busy
    assert len(moving) + missing >= 8 and (take.dropped > 0 or not late)
    assert abs(scroll.target.y + scroll.target.h / 2 - 0.5) < 0.6


def test_a_highlight_leaves_the_page_alone_and_tells_where_its_words_are(recorded):
    take, words = recorded[0], next(t for t in recorded[0].text[-1].boxes if t.text == "Thank you").box
    light = take.events[4]
    assert abs(light.target.x - words.x) < 0.002 and abs(light.target.w - words.w) < 0.004
    assert not [t for t in take.times if light.start < t <= light.end]


def test_the_address_in_the_bar_is_the_pages_own_and_not_the_servers(recorded):
    assert recorded[0].title == "pages"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (Target(role="button", name="Sell"), r'nothing on the page is role: button, name: Sell\. There .*button "Buy"'),
        (Target(text="Same"), r"text: Same names 2 things; say more"),
    ],
)
def test_a_target_that_is_missing_or_not_alone_is_an_error(episode, tmp_path, monkeypatch, target, said):
    monkeypatch.setattr("lectern.pipeline.capture.browser.targets.PATIENCE", 0.3)
    capture = _capture(Step(action="click", target=target, line=9))
    with pytest.raises(StepFault, match=said) as fault:
        _record(episode, tmp_path, capture)
    assert fault.value.picture.stat().st_size > 1000 and str(fault.value.picture) in str(fault.value)
    scene = Scene(id="shop", title="Shop", line=1, captures=(capture,))
    told = str(CaptureFault(fault.value, "script.md", scene, capture))
    assert told.startswith('script.md:9: scene "shop": steps[2] (click')


def test_a_page_that_is_not_in_the_episode_is_an_error_at_its_line(episode, tmp_path):
    capture = Capture(id="c", kind="browser", steps=(Step(action="open", value="pages/none.html", line=5),))
    with pytest.raises(SourceError, match=r"script.md:5: there is no pages/none.html"):
        _record(episode, tmp_path, capture)


def test_what_is_waited_for_is_met_by_the_picture_that_shows_it(episode, tmp_path):
    (episode / "pages" / "slow.html").write_text(
        "<body style='font-size:20px'>Wait<script>setTimeout(() => document.body.append(' Ready'), 3000)</script>"
    )
    capture = Capture(
        id="c",
        kind="browser",
        steps=(Step(action="open", value="pages/slow.html"), Step(action="wait", wait=Wait(text="Ready"), at="ready")),
    )
    take = _record(episode, tmp_path, capture)
    assert take.events[1].effect == take.times[-1] > 0.3


def test_what_is_entered_takes_effect_after_its_enter_and_with_what_is_expected(episode, tmp_path):
    (episode / "pages" / "ask.html").write_text(
        "<body style='font-size:20px'><input aria-label=Name autofocus onchange=\"said.textContent = 'Hello'; "
        "setTimeout(() => said.append(' Ada'), 900)\"><p id=said>Who?</p><p style='margin-top:2000px'>Below</p>"
    )
    page, name = Step(action="open", value="pages/ask.html"), Target(label="Name")
    enter = Step(action="type", value="Ada Lovelace", target=name, enter=True)
    first, later = (
        _record(episode, tmp_path, Capture(id="c", kind="browser", steps=(page, step))).events[1]
        for step in (enter, enter.model_copy(update={"expect": "Ada"}))
    )
    assert first.effect - first.start > 0.8  # twelve letters, and a rest before Enter
    assert later.effect - later.start > first.effect - first.start + 0.5
    wait = Step(action="wait", wait=Wait(text="Below"), timeout=0.5)
    with pytest.raises(
        StepFault, match=r'"Below" is on the page, but outside the picture; write - scroll: \{text: Below\}'
    ):
        _record(episode, tmp_path, Capture(id="c", kind="browser", steps=(page, wait)))


def test_no_browser_is_an_error_that_tells_how_to_get_one(monkeypatch):
    with pytest.raises(LecternError, match=r"no program /nowhere/chromium .*apt install chromium"):
        find_chromium("/nowhere/chromium")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("lectern.pipeline.capture.chromium._INSTALL_PATHS", ())
    with pytest.raises(LecternError, match=r"none was found.*chromium = "):
        find_chromium()


def test_a_recorder_that_is_killed_leaves_no_browser_behind():
    code = (
        "import time\nfrom lectern.pipeline.capture.chromium import chromium\n"
        "with chromium() as browser:\n    browser.new_page(); print('up', flush=True); time.sleep(60)\n"
    )
    recorder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert recorder.stdout.readline() == "up\n"
    family = _descendants(recorder.pid)
    assert len(family) > 3
    os.kill(recorder.pid, signal.SIGKILL)
    recorder.wait()
    end = time.monotonic() + 15
    while any(_alive(pid) for pid in family) and time.monotonic() < end:
        time.sleep(0.1)
    assert not [pid for pid in family if _alive(pid)]


def _descendants(pid: int) -> list[int]:
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(a): int(b) for a, b in (line.split() for line in table.splitlines())}
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


COUNTING = """
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
asked = []
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append(self.path)
        page = f"<h1>Visitor {asked.count('/')} {open('word').read()}</h1>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page)
HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


def test_a_page_is_filmed_with_the_server_that_it_needs_and_that_nobody_has_asked_before(episode, tmp_path):
    laid = (FixtureFile(path="app.py", text=COUNTING), FixtureFile(path="word", text="from the server"))
    capture = Capture(
        id="c",
        kind="browser",
        serve="python3 app.py",
        environment=Environment(files=laid),
        steps=(Step(action="open", value="http://localhost:$PORT/", expect="Visitor 1 from the server"),),
    )
    take = _record(episode, tmp_path, capture)
    assert take.title == "localhost"
    assert "Visitor 1 from the server" in {box.text.strip() for box in take.text[-1].boxes}


MENU = """<style>.m {position: relative; display: inline-block; margin: 40px 200px; font: 24px sans-serif}
ul {display: none; position: absolute; top: 100%; left: 0; width: 400px; margin: 0; padding: 8px; background: #eee}
.m:hover ul {display: block}</style>
<div class="m"><a href="#">File</a><ul><li onclick="out.textContent += ' saved'">Save</li><li>Open</li></ul></div>
<p id="out" style="margin-top: 200px">so far</p>"""


def test_a_menu_that_is_open_only_under_the_pointer_is_used_twice(episode, tmp_path):
    steps = [Step(action="open", value="menu.html")]
    for said in ("so far saved", "so far saved saved"):
        steps += [Step(action="hover", target=Target(text="File"))]
        steps += [Step(action="click", target=Target(text="Save"), expect=said)]
    (episode / "menu.html").write_text(MENU)
    take = _record(episode, tmp_path, Capture(id="c", kind="browser", steps=tuple(steps)))
    assert len(take.events) == 5


def test_what_a_page_says_exactly_is_meant_before_what_contains_it():
    entries = (
        "Find Next",
        "Find Previous",
        "Find",
        "find in files",
        "Open  recent…",
        "Open recent files",
        "Copy",
        "Copy all",
    )
    hidden = "<li style='display:none'>Copy</li>"
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"data:text/html;charset=utf-8,<ul>{''.join(f'<li>{entry}</li>' for entry in entries)}{hidden}</ul>")

        def said(text: str) -> str:
            return find_element(page, Target(text=text), patience=0).inner_text()

        assert [said(text) for text in ("Find", "find in files", "OPEN RECENT", "Copy", "next")] == [
            "Find", "find in files", "Open recent…", "Copy", "Find Next",
        ]  # fmt: skip
        with pytest.raises(LecternError, match=r'names 2 things.*They are: listitem "Copy", listitem "Copy all"'):
            said("cop")
