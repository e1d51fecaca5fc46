"""A black, white or empty picture is told from one in which something is drawn: at the start, and in the report."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from lectern.pipeline.capture.blanks import blank_findings, note_seen
from lectern.pipeline.capture.browser.screencast import PageFrame, Screencast
from lectern.pipeline.capture.filmed import PAINT_SECONDS, start_painted
from lectern.pipeline.capture.pictures import PICTURES, write_pictures
from lectern.pipeline.capture.pixels.painted import is_painted
from lectern.pipeline.capture.take import CaptureTake, StepEvent
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.model import Scene

SIZE = (960, 540)


def drawn(name: str) -> np.ndarray:
    image = Image.new("RGB", SIZE, "white" if name.startswith("white") else "black")
    draw = ImageDraw.Draw(image)
    match name.partition(" ")[2]:
        case "frame":
            draw.rectangle((0, 0, 959, 539), outline="#cccccc", width=3)
        case "window":
            draw.rounded_rectangle((100, 50, 700, 400), 24, fill="#f0f0f0")
        case "window with bar":
            draw.rectangle((0, 0, 959, 50), fill="#dddddd")
            draw.line((0, 50, 959, 50), fill="#444444", width=2)
        case "prompt":
            draw.text((20, 20), "$ ", fill="white", font_size=26)
        case "line of text":
            draw.text((20, 20), "Ready", fill="black", font_size=20)
        case "heading":
            draw.text((200, 200), "Tip", fill="black", font_size=120)
        case "gradient":
            image = Image.fromarray(np.tile(np.linspace(0, 255, 960).astype(np.uint8)[None, :, None], (540, 1, 3)))
    return np.asarray(image)


@pytest.mark.parametrize(
    "name", ["black", "white", "black frame", "white frame", "black window", "white window with bar"]
)
def test_a_window_that_is_still_empty_is_not_painted(name):
    assert not is_painted(drawn(name))


@pytest.mark.parametrize("name", ["black prompt", "white line of text", "white heading", "black gradient"])
def test_little_is_enough_to_be_painted(name):
    assert is_painted(drawn(name))


def take_of(folder: Path, kind: str, *shown: tuple[float, str]) -> CaptureTake:
    write_pictures(folder / PICTURES, (drawn(name) for _, name in shown))
    event = StepEvent(index=0, action="click", start=0.0, effect=0.5, end=2.0, line=9)
    take = CaptureTake(
        kind=kind, size=SIZE, pictures=PICTURES, times=tuple(time for time, _ in shown), duration=6.0, events=(event,)
    )
    return note_seen(take, folder)


@pytest.mark.parametrize(
    "kind, shown, blank",
    [
        ("desktop", [(0.0, "black"), (2.0, "white frame"), (2.5, "white heading")], ((0.0, 2.5),)),
        ("browser", [(0.0, "white heading"), (1.0, "white"), (2.0, "black prompt")], ()),
        ("editor", [(0.0, "white heading"), (4.0, "white")], ((4.0, 6.0),)),
        ("terminal", [(0.0, "black"), (1.0, "black prompt"), (1.05, "black frame"), (3.0, "black prompt")], ((0.0, 3.0),)),
        ("footage", [(0.0, "black"), (3.0, "white heading")], ()),
        ("footage", [(0.0, "black"), (3.0, "black frame")], ((0.0, 6.0),)),
    ],
)  # fmt: skip
def test_a_recording_knows_for_how_long_it_shows_nothing(tmp_path, kind, shown, blank):
    assert take_of(tmp_path, kind, *shown).blank == blank


def test_what_shows_nothing_is_in_the_report_with_its_line_and_the_way_out(tmp_path):
    capture = Capture(id="c", kind="desktop", app="xterm", steps=(), line=3)
    scene = Scene(id="calc", title="Calc", line=1, captures=(capture,))
    takes = {"c": take_of(tmp_path, "desktop", (0.0, "black"), (3.5, "white heading"))}
    (said,) = map(str, blank_findings([scene], takes))
    assert said.startswith('script.md:9: scene "calc": the recording shows nothing for 3.5 s, 0.0 s into it')
    assert "under hidden:" in said


class LatePage(Screencast):
    """A page that is white until it paints, at a clock that goes on when somebody waits."""

    def __init__(self, paints: float) -> None:
        super().__init__()
        self.clock, self.paints = 0.0, paints

    def now(self) -> float:
        return self.clock

    def start(self) -> None:
        self._received_frames = [PageFrame(0.0, b"white")]

    def wait(self, seconds: float) -> None:
        self.clock += seconds
        if self.clock >= self.paints > self._received_frames[-1].time:
            self._received_frames.append(PageFrame(self.clock, b"white heading"))

    def settle(self, quiet: float, most: float) -> bool:
        self.wait(quiet)
        return True


@pytest.mark.parametrize("paints, begins", [(0.0, 0.0), (1.0, 1.0), (PAINT_SECONDS + 9, 0.0)])
def test_a_recording_begins_when_something_is_painted_and_waits_no_longer_than_it_may(monkeypatch, paints, begins):
    film = LatePage(paints)
    if not paints:
        film._received_frames = [PageFrame(0.0, b"white heading")]
        film.start = lambda: None
    monkeypatch.setattr(PageFrame, "picture", lambda frame, size: drawn(frame.png.decode()))
    start_painted(film, SIZE)
    assert film.frames[0].time == pytest.approx(begins, abs=0.1)
    assert film.clock < PAINT_SECONDS + 1
