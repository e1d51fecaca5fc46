"""Real files in a real CodeMirror, over a real shell."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.assets import THEME
from support.contexts import context_in

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.chromium import chromium
from lectern.pipeline.capture.editor.edit_log import EditLogEntry, read_log
from lectern.pipeline.capture.editor.footage import LOG, draw_log, places_of
from lectern.pipeline.capture.editor.metrics import EditorMetrics
from lectern.pipeline.capture.editor.page import EditorPage
from lectern.pipeline.capture.fault import BrowserDied, StepFault
from lectern.pipeline.capture.pictures import SHARP, read_pictures
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import CaptureRequest, capture_request
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.episode.capture_block import Capture, Environment, FixtureFile
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.settings import CaptureSettings, Settings
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Target, Wait

pytestmark = pytest.mark.browser

WHOLE, SIZE, SCALE = (1504, 900), (752, 450), 0.5
"""A window, and one half as large, with letters half as large: it has the same lines, and each picture costs half."""
SHEET = EditorMetrics(SIZE, SCALE)
LETTER = SHEET.letter[0]
TOTAL = """def total(numbers):
    result = 0
    for number in numbers:
        result += 1
    return result
"""
PROGRAM = "items = [3, 4]\n\n\n" + TOTAL + "\n\n" + "# far away\n" * 40 + "print('total', total(items))\n"
SHORTER = PROGRAM.replace(TOTAL, "def total(numbers):\n    return sum(numbers)\n")
TYPED = "from shop import total\n\nfor n in range(3):\n    if n:\n        print(n, total([n]), '→ 😀')\nprint('bye')"


@pytest.fixture(scope="module")
def episode(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("episode")
    (folder / "lab").mkdir()
    (folder / "lab" / "shop.py").write_text(PROGRAM)
    (folder / "lab" / "notes.txt").write_text("one\r\ntwo\r\n")
    return folder


def _request(episode: Path, *steps: Step, hidden=(), last=(), zooms=False, **more) -> CaptureRequest:
    settings = Settings(capture=CaptureSettings(typing_speed=60))
    whole = Episode(folder=episode, title="t", narrator="ada", scenes=(), characters=(), settings=settings)
    steps = tuple(step.model_copy(update={"zoom": 1.4}) if zooms else step for step in steps)
    capture = Capture(id="c", kind="editor", folder="lab", steps=steps, hidden=hidden, **{"finally": last}, **more)
    request = capture_request(whole, capture, THEME, SIZE)
    return request.model_copy(update={"environment": request.environment.model_copy(update={"scale": SCALE})})


def _made(request: CaptureRequest, folder: Path, episode: Path) -> CaptureTake:
    return CAPTURE.make(request, folder, context_in(episode))


@pytest.fixture(scope="module")
def recorded(episode, tmp_path_factory) -> tuple[CaptureTake, Path, CaptureRequest]:
    request = _request(
        episode,
        Step(action="open", value="shop.py"),
        Step(action="highlight", target=Target(text="result += 1")),
        Step(action="edit", target=Target(lines=(7, 7)), text="        result += number"),
        Step(action="run", value="python3 shop.py; cat notes.txt", expect="total 7"),
        Step(action="diff", value="shop.py", text=SHORTER),
        Step(action="press", value="Ctrl+S"),
        Step(action="open", value="main.py"),
        Step(action="type", value=TYPED),
        Step(action="run", value="python3 main.py && printf '# made\\n' >> shop.py", expect="bye"),
        Step(action="wait", wait=Wait(exit=0)),
        Step(action="open", value="shop.py", expect="return sum(numbers)"),
        Step(action="scroll", target=Target(text="# made")),
        last=(Step(action="run", value=f"cp *.py {episode}"),),
        environment=Environment(files=(FixtureFile(path="main.py", text="\n"),)),
        blur=(Target(text="total"),),
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("take")
    return _made(request, folder, episode), folder, request


def _pictures(recorded) -> list[np.ndarray]:
    return list(read_pictures(recorded[1] / recorded[0].pictures))


def _shown(take: CaptureTake, time: float) -> list[str]:
    return [t.text for t in [v for v in take.text if v.time < time - 1e-3][-1].boxes]


def _at(take: CaptureTake, time: float) -> int:
    return max(i for i, t in enumerate(take.times) if t < time - 1e-3)


def test_what_is_typed_comes_out_exactly_as_written_and_the_episode_is_left_as_it_was(recorded, episode):
    assert (episode / "main.py").read_text() == TYPED + "\n"
    assert (episode / "lab" / "shop.py").read_text() == PROGRAM
    assert not (episode / "lab" / "main.py").exists()


def test_programs_see_the_files_as_the_editor_has_them_and_the_editor_what_programs_did(recorded, episode):
    take = recorded[0]
    assert "total 7" in _shown(take, take.events[3].end)
    assert (episode / "shop.py").read_text().count("return sum(numbers)") == 1
    assert "# made" in _shown(take, take.events[11].end)


def test_every_picture_has_its_time_and_differs_from_the_one_before(recorded):
    take, pictures = recorded[0], _pictures(recorded)
    assert len(pictures) == len(take.times) > 100
    assert take.times[0] == 0.0 and all(a < b for a, b in zip(take.times, take.times[1:], strict=False))
    assert all(not np.array_equal(a, b) for a, b in zip(pictures, pictures[1:], strict=False))
    assert pictures[0].shape == (*SIZE[::-1], 3)


def test_a_text_box_covers_the_pixels_of_its_text(recorded):
    take, pictures = recorded[0], _pictures(recorded)
    end = take.events[1].end
    shown = [v for v in take.text if v.time < end][-1].boxes
    picture = pictures[_at(take, end)].astype(int)
    blank = np.array([int(THEME.terminal["background"][i : i + 2], 16) for i in (1, 3, 5)])
    inked = np.abs(picture - blank).max(axis=2) > 40
    line = next(t for t in shown if t.text == "for number in numbers:").box.pixels(SIZE)
    left, top = SHEET.gutter, SHEET.tabs
    assert line == (left + 4 * LETTER, top + _top_of(6), left + 26 * LETTER, top + _top_of(7))
    for text in shown:
        left, top, right, bottom = text.box.pixels(SIZE)
        assert inked[top:bottom, left:right].any()
        inked[top - 1 : bottom + 1, left - 2 : right + 2] = False
    inked[:, : SHEET.gutter + 2] = False  # the numbers of the lines, and the cursor
    assert inked[SHEET.tabs :].sum() == 0


def test_the_target_of_a_step_is_what_it_changed(recorded):
    take = recorded[0]
    opened, shown, edited, run = (event.target.pixels(SIZE) for event in take.events[:4])
    assert opened[:2] == (0, 0) and opened[3] == SHEET.tabs
    assert (shown[0], shown[2] - shown[0]) == (SHEET.gutter + 8 * LETTER, len("result += 1") * LETTER)
    assert edited[1:] == (shown[1], SHEET.gutter + len("        result += number") * LETTER, shown[3])
    assert run[1] >= SIZE[1] - SHEET.panel and run[3] > run[1] + 2 * SHEET.cell[1]


def test_effects_are_the_first_pictures_that_the_steps_changed(recorded):
    take = recorded[0]
    for event in take.events[2:10]:
        assert event.start <= event.effect <= event.end
        assert event.action in ("open", "highlight", "wait") or event.effect in take.times
    typed = take.events[7]
    assert "from shop import total" in _shown(take, typed.end)
    assert any(TYPED.startswith(text) for text in _shown(take, typed.effect + 0.02))
    assert typed.effect - typed.start < 0.1


def test_a_diff_shows_what_goes_in_red_and_what_comes_in_green_and_then_neither(recorded):
    take, pictures = recorded[0], _pictures(recorded)
    event = take.events[4]

    def tinted(picture: np.ndarray) -> tuple[bool, bool]:
        band = picture[SHEET.tabs : SIZE[1] - SHEET.panel, -40:].astype(int)
        return bool((band[..., 0] - band[..., 1] > 20).any()), bool((band[..., 1] - band[..., 0] > 12).any())

    seen = [tinted(pictures[i]) for i, time in enumerate(take.times) if event.start < time < event.end]
    stages = [stage for i, stage in enumerate(seen) if i == 0 or stage != seen[i - 1]]
    assert stages == [(False, False), (True, False), (True, True), (False, True), (False, False)]


def test_keys_that_are_pressed_are_told(recorded):
    take = recorded[0]
    assert [key.keys for key in take.keys] == ["Ctrl+S"]
    assert take.events[5].start <= take.keys[0].time <= take.events[5].end


def _top_of(line: int) -> int:
    """How many pixels below the file's upper edge line `line` (from 1) begins."""
    return SHEET.above + (line - 1) * SHEET.letter[1]


def test_what_nobody_may_read_has_its_boxes(recorded):
    take = recorded[0]
    first = take.blurred[0]
    boxes = [box.pixels(SIZE) for box in first.boxes]
    assert first.time == 0.0
    assert (SHEET.gutter + 4 * LETTER, SHEET.tabs + _top_of(4)) in [box[:2] for box in boxes]
    assert all(right - left == 5 * LETTER for left, _, right, _ in boxes)


@pytest.mark.thorough  # the same of a terminal: test_capture_terminal.py
def test_the_same_log_drawn_again_gives_identical_frames(recorded, tmp_path):
    take, folder, request = recorded
    log, until = read_log(folder / LOG), take.events[4].end
    log = log.model_copy(update={"entries": tuple(entry for entry in log.entries if entry.time < until)})
    (tmp_path / "seen").mkdir()
    with chromium() as browser:
        page = EditorPage(browser, request, SHEET, terminal=True)
        shown = draw_log(log, page, tmp_path, 1.0, (), lambda done: None)
        with pytest.raises(LecternError, match="can't be hidden"):
            draw_log(
                log,
                EditorPage(browser, request, SHEET, terminal=True),
                tmp_path / "seen",
                1.0,
                ("total(numbers)",),
                lambda done: None,
            )
    again = [p.tobytes() for p in read_pictures(tmp_path / take.pictures)]
    assert tuple(shown.times) == take.times[: len(again)] and len(again) > 50
    assert again == [p.tobytes() for p in _pictures(recorded)[: len(again)]]


@pytest.mark.thorough  # the same of a browser and a terminal: test_capture_browser_whole.py, …_terminal_programs.py
def test_a_zoom_has_pictures_twice_as_large_with_the_same_layout(episode, tmp_path):
    opened, typed = Step(action="open", value="notes.txt"), Step(action="type", value="é\n  x")
    steps = (opened, typed, Step(action="save", value="other.md"))
    last = (Step(action="run", value=f"cp notes.txt other.md {episode}"),)
    plain, sharp = tmp_path / "plain", tmp_path / "sharp"
    plain.mkdir(), sharp.mkdir()
    take = _made(_request(episode, *steps, zooms=True, last=last), sharp, episode)
    other = _made(_request(episode, *steps, last=last), plain, episode)
    assert (take.sharp, take.sharpness, take.sharp_of) == (SHARP, 2.0, tuple(range(len(take.times))))
    assert (sharp / take.pictures).read_bytes() == (plain / other.pictures).read_bytes()
    for small, large in zip(read_pictures(sharp / take.pictures), read_pictures(sharp / SHARP), strict=True):
        assert large.shape == (2 * SIZE[1], 2 * SIZE[0], 3)
        halved = large.reshape(SIZE[1], 2, SIZE[0], 2, 3).mean(axis=(1, 3))
        assert np.abs(halved - small).mean() < 1.0
    assert (episode / "other.md").read_bytes() == "é\r\n  xone\r\ntwo\r\n".encode()
    assert (episode / "notes.txt").read_bytes() == b"one\r\ntwo\r\n"


def test_the_view_goes_back_to_where_lines_begin_once_a_long_one_is_written(episode, tmp_path):
    long = f"items = [{', '.join(map(str, range(10, 60)))}]"
    steps = Step(action="open", value="shop.py"), Step(action="edit", target=Target(lines=(1, 1)), text=long)
    take = _made(_request(episode, *steps), tmp_path, episode)
    lines = [[box.text for box in shown.boxes] for shown in take.text]
    assert any(text.endswith("58, 59]") and not text.startswith("items") for shown in lines for text in shown)
    assert any(text.startswith("items = [10, 11") for text in lines[-1])
    assert "def total(numbers):" in lines[-1]


def test_what_has_scrolled_out_of_the_editors_terminal_is_scrolled_back_to_and_typing_goes_on_at_the_end(
    episode, tmp_path
):
    steps = (
        Step(action="open", value="shop.py"),
        Step(action="run", value="echo begin; seq 100 160"),
        Step(action="highlight", target=Target(text="begin")),
        Step(action="run", value="echo over", expect="over"),
    )
    take = _made(_request(episode, *steps), tmp_path, episode)
    assert "begin" in _shown(take, take.events[2].end) and "160" not in _shown(take, take.events[2].end)
    assert take.events[2].target is not None and take.events[2].target.w < 0.2
    assert {"over", "160"} <= set(_shown(take, take.events[3].end))


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Step(action="open", value="shp.py"), r"there is no shp.py \(did you mean \"shop.py\"\?\); there are: notes.txt, shop.py"),
        (Step(action="open", value="../../script.md"), r"lies outside the folder"),
        (Step(action="edit", target=Target(lines=(60, 61)), text="x"), r"shop.py has 51 lines, so there is no line 61"),
        (Step(action="select", value="numbers"), r'"numbers" occurs 2 times in shop.py \(lines 4, 6\)'),
        (Step(action="highlight", target=Target(text="nothing")), r'there is no "nothing" in shop.py'),
        (Step(action="press", value="F13"), r'the editor has no key "F13"'),
        (Step(action="wait", wait=Wait(text="later")), r"nothing runs that could bring it"),
        (Step(action="save", value="."), r"steps\[2\] \(save \.\): .*Is a directory"),
    ],
)  # fmt: skip
def test_a_step_that_can_not_be_done_is_named_with_its_reason_and_its_picture(step, said, episode, tmp_path):
    with pytest.raises(StepFault, match=said) as fault:
        _made(_request(episode, Step(action="open", value="shop.py"), step), tmp_path, episode)
    assert fault.value.index == 1
    kept = fault.value.picture
    assert (
        kept.name.endswith("steps-2.png") and kept.read_bytes().startswith(b"\x89PNG") and str(kept) in str(fault.value)
    )


def test_a_shell_that_dies_is_named_and_the_last_steps_do_not_hide_it(episode, tmp_path):
    steps = (Step(action="open", value="shop.py"), Step(action="run", value="kill -9 $$"))
    with pytest.raises(StepFault, match=r"steps\[2\] \(run kill -9 .*: the shell has ended; it was killed by signal 9"):
        _made(_request(episode, *steps, last=(Step(action="run", value="true"),)), tmp_path, episode)


def test_a_browser_that_dies_is_named_with_the_step(episode, tmp_path, monkeypatch):
    tries = []

    def killed(page: EditorPage, key: str) -> None:
        tries.append(key)
        page._page.context.browser.new_browser_cdp_session().send("Browser.crash")

    monkeypatch.setattr(EditorPage, "press", killed)
    monkeypatch.setattr("lectern.pipeline.capture.recipes.ATTEMPTS", 2)
    steps = (Step(action="open", value="shop.py"), Step(action="press", value="Enter"))
    with pytest.raises(BrowserDied, match=r"steps\[2\] \(press Enter\)"):
        _made(_request(episode, *steps), tmp_path, episode)
    assert len(tries) == 2


def test_a_file_that_is_not_there_is_a_new_one_where_it_is_typed_into_later(episode, tmp_path):
    rest = Step(action="wait", wait=Wait(idle=0.1))
    steps = (
        Step(action="open", value="new.py"),
        rest,
        Step(action="type", value="x = 1"),
        Step(action="save", value="true"),
    )
    take = _made(_request(episode, *steps, Step(action="run", value="cat new.py", expect="x = 1")), tmp_path, episode)
    assert "x = 1" in _shown(take, take.times[-1] + 1)
    assert not (episode / "lab" / "new.py").exists()


JOINED = (
    "ab ", "e\u0301", "日本", "क्षि", "👨‍👩‍👧‍👦", "👩‍💻", "👍🏽", "👍︎", "❤", "❤️", "⚠️", "1️⃣", "🇩🇪🇫🇷", "🏳️‍🌈", "\ta\tb", "é", "→ 😀",
)  # fmt: skip
"""Letters that are made of several characters, wide ones, and tabs."""


def _ink(picture: np.ndarray, top: float, bottom: float) -> tuple[int, int]:
    """Return the first and the last column of the last blocks in a line: columns of one colour, which isn't the paper's."""
    middle = picture[round((top + bottom) / 2) - 6 : round((top + bottom) / 2) + 6]
    filled = (middle == middle[:1]).all(axis=(0, 2)) & (abs(middle[0].astype(int) - picture[-1, -1]).sum(axis=1) > 200)
    last = int(np.flatnonzero(filled)[-1])
    return int(np.flatnonzero(~filled[:last])[-1]) + 1, last


def test_what_stands_behind_joined_letters_is_where_it_is_told_to_be_in_files_and_in_the_terminal(episode):
    text = "".join(f"x {joined}\u2588\u2588\n" for joined in JOINED)
    entries = [("open", {"file": "a.txt", "text": text, "indent": "    "}), ("marks", [])]
    shown = [EditLogEntry(time=0.0, kind=kind, data=data) for kind, data in entries]
    shell = [EditLogEntry(time=0.0, kind=kind, data=data) for kind, data in (("panel", True), ("focus", "editor"))]
    whole = _request(episode).model_copy(update={"size": WHOLE})
    with chromium() as browser:
        page = EditorPage(browser, whole, EditorMetrics(WHOLE, 0.8), terminal=True)
        looks = [(page.show(shown), page.png())]
        for n in range(0, len(JOINED), 5):
            rows = "\x1b[2J\x1b[H\x1b[?25l" + "\r\n".join(f"x {joined}\u2588\u2588" for joined in JOINED[n : n + 5])
            looks.append((page.show([*shell, EditLogEntry(time=0.0, kind="o", data=rows)]), page.png()))
    measured = 0
    for number, (look, png) in enumerate(looks):
        picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
        for line, edges in zip(look.text if not number else look.rows, look.edges if not number else look.row_edges):
            if "\u2588" not in line.text:
                continue  # two blanks part the rows of a terminal
            (box,) = places_of(line, edges, "\u2588\u2588")
            first, last = _ink(picture, box.y * WHOLE[1], (box.y + box.h) * WHOLE[1])
            assert abs(box.x * WHOLE[0] - first) <= 1 and abs((box.x + box.w) * WHOLE[0] - last - 1) <= 1, line.text
            measured += 1
    assert measured == 2 * len(JOINED)
