"""A secret that a program or a page shows only after the last step is read, too: it would be in the film."""

from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from lectern.pipeline.capture.browser.screen import BrowserScreen
from lectern.pipeline.capture.browser.screencast import PageFrame
from lectern.pipeline.capture.desktop.screen import DesktopFootage
from lectern.pipeline.capture.fault import StepFault
from lectern.pipeline.capture.request import CaptureRequest
from lectern.pipeline.capture.screen import StepSpan
from lectern.pipeline.episode.steps import Step

SIZE = (64, 36)
READ = {0: "password:", 255: "password: swordfish"}
"""What can be read in a picture, by its colour."""


def frame(time: float, grey: int) -> PageFrame:
    Image.new("L", SIZE, grey).convert("RGB").save(png := BytesIO(), "PNG")
    return PageFrame(time, png.getvalue())


@pytest.mark.parametrize("shown", [10.5, 11.5], ids=["before the step's end", "after the last step"])
def test_a_secret_that_can_be_read_at_any_time_spoils_the_recording(shown: float, tmp_path: Path) -> None:
    request = CaptureRequest(kind="desktop", size=SIZE, steps=(Step(action="type", secret="WORD"),))
    session = SimpleNamespace(
        request=request,
        film=SimpleNamespace(frames=[frame(10.0, 0), frame(shown, 255)]),
        sight=SimpleNamespace(reads=True, text=lambda picture: READ[int(picture[0, 0, 0])]),
        typed_secrets={("steps", 0): "swordfish"},
    )
    footage = DesktopFootage(session, 12.0)
    with pytest.raises(StepFault, match=r"steps\[1\] \(type\): what was typed can be read on the screen"):
        footage.write([StepSpan(0, "type", 10.0, 10.2, 11.0, None)], tmp_path, lambda done: None)
    assert not any(tmp_path.iterdir())


def test_a_page_is_read_once_more_at_the_end_if_a_secret_was_typed_into_it(tmp_path: Path) -> None:
    done: list[object] = []
    film = SimpleNamespace(
        settle=lambda *_: True,
        now=lambda: 12.0,
        stop=lambda: done.append("stopped"),
        frames=[frame(10.0, 0)],
        disturbed=(),
    )
    window = SimpleNamespace(size=SIZE, device=None)
    session = SimpleNamespace(
        request=CaptureRequest(kind="browser", size=SIZE, steps=()),
        film=film,
        tabs=SimpleNamespace(window=window),
        typed_secrets={("steps", 0): "swordfish"},
        note_text=done.append,
        sharp=[],
        bars=[],
    )
    BrowserScreen(session, tmp_path, ExitStack()).stop()
    assert done == [12.0, "stopped"]
