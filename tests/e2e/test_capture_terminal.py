"""Real commands in a real shell, drawn by a real Chromium."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.assets import THEME
from support.contexts import context_in

from lectern.pipeline.capture.chromium import chromium
from lectern.pipeline.capture.fault import StepFault
from lectern.pipeline.capture.pictures import PICTURES, read_pictures
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import CaptureRequest, capture_request, with_film_fields
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.capture.terminal.asciicast import read_cast
from lectern.pipeline.capture.terminal.footage import draw_cast
from lectern.pipeline.capture.terminal.page import fitting_cells
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Target, Wait

pytestmark = pytest.mark.browser

SIZE, SCALE = (500, 340), 0.5
CELLS = fitting_cells(SIZE, SCALE)


@pytest.fixture(scope="module")
def episode(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("episode")
    (folder / "lab").mkdir()
    (folder / "lab" / "apples.txt").write_text("Boskoop\nElstar\n")
    return folder


@pytest.fixture(scope="module")
def recorded(episode, tmp_path_factory) -> tuple[CaptureTake, Path, CaptureRequest]:
    capture = Capture(
        id="c",
        kind="terminal",
        folder="lab",
        title="Apples",
        hidden=(Step(action="run", value="SECRET=plum"),),
        steps=(
            Step(action="run", value="cat apples.txt", at="cat", expect="Boskoop", line=12),
            Step(action="type", value="python3 -q", enter=True, at="python", line=14),
            Step(action="wait", wait=Wait(text=">>>"), line=16),
            Step(action="type", value="print(6 * 7)", enter=True, zoom=1.3, expect="42", line=18),
            Step(action="press", value="Ctrl+D", at="leave", line=20),
            Step(action="wait", wait=Wait(prompt=True), line=22),
            Step(action="run", value="printf no-newline; sleep 0.3", line=24),
        ),
        **{"finally": (Step(action="run", value=f"echo $SECRET > {episode}/after.txt"),)},
    )
    request = _sized(episode, capture)
    folder = tmp_path_factory.mktemp("take")
    return with_film_fields(CAPTURE.make(request, folder, context_in(episode)), capture), folder, request


def _episode(folder: Path) -> Episode:
    return Episode(folder=folder, title="t", narrator="ada", scenes=(), characters=())


def _request(episode: Path, *steps: Step, hidden: tuple[Step, ...] = (), last: tuple[Step, ...] = ()) -> CaptureRequest:
    capture = Capture(id="c", kind="terminal", steps=steps, hidden=hidden, **{"finally": last})
    return _sized(episode, capture)


def _sized(episode: Path, capture: Capture) -> CaptureRequest:
    """The request of a capture in a small window, with letters half as large: each picture costs half."""
    request = capture_request(_episode(episode), capture, THEME, SIZE)
    return request.model_copy(update={"environment": request.environment.model_copy(update={"scale": SCALE})})


def _pictures(recorded) -> list[np.ndarray]:
    return list(read_pictures(recorded[1] / recorded[0].pictures))


def _shown(take: CaptureTake, time: float) -> str:
    return "\n".join(t.text for t in [v for v in take.text if v.time <= time][-1].boxes)


def test_every_picture_has_its_time_and_differs_from_the_one_before(recorded):
    take, pictures = recorded[0], _pictures(recorded)
    assert len(pictures) == len(take.times) > 40
    assert take.times[0] == 0.0 and all(a < b for a, b in zip(take.times, take.times[1:], strict=False))
    assert all(not np.array_equal(a, b) for a, b in zip(pictures, pictures[1:], strict=False))
    assert pictures[0].shape == (*SIZE[::-1], 3)


def test_what_the_commands_really_print_is_on_the_screen(recorded):
    take = recorded[0]
    assert "Elstar" in _shown(take, take.events[0].end)
    assert "42" in _shown(take, take.events[3].end).splitlines()


def test_the_output_of_a_command_is_its_effect_and_not_its_typing(recorded):
    take = recorded[0]
    for event, output in ((take.events[0], "Elstar"), (take.events[3], "42")):
        assert event.effect in take.times
        before = [entry for entry in take.text if entry.time < event.effect][-1]
        assert output not in [word for box in before.boxes for word in box.text.split()]
        assert output in _shown(take, event.effect).split()
        assert event.effect > event.start + 0.2
    assert take.events[1].effect in take.times


def test_the_events_carry_what_the_script_says_and_the_request_does_not(recorded):
    take, _, request = recorded
    assert [e.at for e in take.events] == ["cat", "python", None, None, "leave", None, None]
    assert (take.events[3].zoom, take.events[3].line, take.title) == (1.3, 18, "Apples")
    assert {s.line for s in request.steps} == {0} and {s.at for s in request.steps} == {None}


def test_hidden_steps_leave_nothing_in_the_recording_and_last_steps_run_after_it(recorded, episode):
    assert "plum" not in (recorded[1] / "session.cast").read_text()
    assert (episode / "after.txt").read_text() == "plum\n"
    assert "plum" not in "".join(t.text for v in recorded[0].text for t in v.boxes)


def test_the_text_boxes_and_the_caret_cover_all_that_is_seen(recorded):
    take, pictures = recorded[0], _pictures(recorded)
    blank = np.array([int(THEME.terminal["background"][i : i + 2], 16) for i in (1, 3, 5)])
    inked = np.abs(pictures[-1].astype(int) - blank).max(axis=2) > 24
    for box in (*(text.box for text in take.text[-1].boxes), take.text[-1].caret):
        left, top, right, bottom = box.pixels(SIZE)
        assert inked[top:bottom, left:right].any()
        inked[top - 1 : bottom + 1, left - 2 : right + 2] = False
    assert not inked.any()


def test_the_target_of_a_step_is_its_line_and_its_output(recorded):
    event = recorded[0].events[0]
    left, top, right, bottom = event.target.pixels(SIZE)
    assert (top, bottom) == (CELLS.top, CELLS.top + 3 * CELLS.height)
    assert left == CELLS.left and right > left + CELLS.width * len("lab ❯ cat apples.txt") - 1


def test_output_without_a_line_break_does_not_push_the_prompt(recorded):
    last = [t.text for t in recorded[0].text[-1].boxes][-2:]
    assert last[0] == "no-newline" and last[1].startswith("lab ❯")


def test_a_cast_that_is_replayed_gives_identical_frames(recorded, tmp_path):
    _, folder, request = recorded
    with chromium() as browser:
        shown = draw_cast(read_cast(folder / "session.cast"), request, browser, tmp_path)
    assert shown.times == recorded[0].times
    assert [p.tobytes() for p in read_pictures(tmp_path / PICTURES)] == [p.tobytes() for p in _pictures(recorded)]


def test_a_take_survives_being_written_down(recorded):
    take = recorded[0]
    assert CaptureTake.model_validate(json.loads(take.model_dump_json())) == take


def test_what_is_expected_and_not_there_stops_with_the_step_and_the_screen(episode, tmp_path, monkeypatch):
    monkeypatch.setattr("lectern.pipeline.capture.terminal.actions.EXPECT_TIMEOUT", 0.3)
    request = _request(
        episode,
        Step(action="run", value="echo pear", expect="apple"),
        last=(Step(action="run", value=f"touch {tmp_path}/cleaned"),),
    )
    with pytest.raises(StepFault, match=r'(?s)steps\[1\] \(run echo pear\): "apple" should be .*    pear') as fault:
        CAPTURE.make(request, tmp_path, context_in(episode))
    assert fault.value.index == 0
    assert (tmp_path / "cleaned").exists()


def test_what_has_scrolled_out_of_view_is_told_so_with_the_way_out(episode, tmp_path, monkeypatch):
    monkeypatch.setattr("lectern.pipeline.capture.terminal.actions.EXPECT_TIMEOUT", 0.3)
    listed = "echo begin; seq 100 160"
    request = _request(episode, Step(action="run", value=listed, expect="begin"))
    with pytest.raises(StepFault, match='"begin" has scrolled out of view, .*scroll: {text: begin}'):
        CAPTURE.make(request, tmp_path, context_in(episode))
    request = _request(episode, Step(action="run", value=listed), Step(action="highlight", target=Target(text="begin")))
    with pytest.raises(StepFault, match='"begin" has scrolled out of view; write - scroll: {text: begin}'):
        CAPTURE.make(request, tmp_path, context_in(episode))


def test_a_step_that_terminals_do_not_have_is_told_before_anything_runs(episode, tmp_path):
    request = _request(episode, Step(action="run", value=f"touch {tmp_path}/ran"), Step(action="hover", value="200"))
    with pytest.raises(StepFault, match="highlight, paste, press, run, scroll, type, wait"):
        CAPTURE.make(request, tmp_path, context_in(episode))
    assert not (tmp_path / "ran").exists()


def test_a_full_screen_program_is_drawn_and_left(episode, tmp_path):
    program = "print('\\x1b[?1049h\\x1b[10;30HMENU', end='', flush=True); input(); print('\\x1b[?1049l', end='')"
    (episode / "menu.py").write_text(program)
    request = _request(
        episode,
        Step(action="type", value=f"python3 {episode}/menu.py", enter=True),
        Step(action="wait", wait=Wait(text="MENU")),
        Step(action="press", value="Enter"),
        Step(action="wait", wait=Wait(prompt=True)),
    )
    take = CAPTURE.make(request, tmp_path, context_in(episode))
    shown = _shown(take, take.events[1].effect)
    assert shown == "MENU"
    assert "MENU" not in _shown(take, take.duration)
    Image.fromarray(list(read_pictures(tmp_path / take.pictures))[-1]).save(tmp_path / "last.png")
