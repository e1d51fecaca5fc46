"""Larger pictures for close-ups: each is of a frame of the film, whatever a page does while it is taken."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from lectern.pipeline.capture.browser import sharp_pictures
from lectern.pipeline.capture.browser.screencast import PageFrame, Screencast
from lectern.pipeline.capture.browser.sharp_pictures import take_sharp

SIZE = (64, 32)


def png(state: str, size: tuple[int, int] = SIZE, enlarged: bool = False) -> bytes:
    """A page with a square at its left or its right; `enlarged`: its top left part in twice the size."""
    drawn = np.full((32, 64, 3), 255, np.uint8)
    drawn[8:24, slice(8, 24) if state == "left" else slice(40, 56)] = 0
    picture = Image.fromarray(drawn[:16, :32] if enlarged else drawn).resize(size, Image.Resampling.NEAREST)
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


class Film(Screencast):
    """A film whose clock goes on by tenths when somebody waits, and whose page moves at `moves`."""

    def __init__(self, moves: list[float]) -> None:
        super().__init__()
        self.clock, self.moves, self.side = 1.0, moves, "left"
        self._received_frames = [PageFrame(0.0, png("left"))]

    def now(self) -> float:
        return self.clock

    def wait(self, seconds: float) -> None:
        self.clock += 0.1
        while self.moves and self.moves[0] <= self.clock:
            self.side = "right" if self.side == "left" else "left"
            frame = PageFrame(self.moves.pop(0), png(self.side))
            if self._meant(frame):
                self._received_frames.append(frame)

    def settle(self, quiet: float, most: float) -> bool:
        for _ in range(3):
            self.wait(quiet)
        return True


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch):
    def take(moves: list[float]) -> tuple[str, list[str]]:
        """Return the side in the picture, that in its frame, and those in the film."""
        film = Film(moves)

        def shot(*_: object) -> bytes:
            film.wait(0.1)
            film._received_frames += [PageFrame(film.clock - 0.02, png(film.side, enlarged=True))]
            film._received_frames += [PageFrame(film.clock - 0.01, png(film.side, (128, 64)))]
            return png(film.side, (128, 64))

        monkeypatch.setattr(sharp_pictures, "_sharp_png", shot)
        found = take_sharp(film, None, SIZE, SIZE, 2.0)
        film.settle(0.3, 1.0)
        sides = {png("left"): "left", png("right"): "right"}
        shown = [sides.get(frame.png, "something else") for frame in film.frames]
        if found is None:
            return None, shown
        time, large = found
        of = next(frame for frame in film.frames if frame.time == time)
        return ("left" if large == png("left", (128, 64)) else "right", sides[of.png]), shown

    return take


def test_a_page_that_stands_still_is_taken(taken):
    assert taken([]) == (("left", "left"), ["left"])


@pytest.mark.parametrize("moment", [0.9, 1.05, 1.15, 1.25])
def test_a_page_that_moves_while_it_is_taken_is_taken_as_a_frame_shows_it(taken, moment):
    sides, shown = taken([moment])
    assert sides is None or sides[0] == sides[1]
    assert shown == ["left", "right"]


def test_a_page_that_moves_again_and_again_is_not_taken_at_all(taken):
    sides, shown = taken([1.05 + 0.1 * n for n in range(40)])
    assert sides is None or sides[0] == sides[1]
    assert "something else" not in shown


def test_what_is_painted_for_a_picture_is_no_frame_of_the_film(taken):
    for moves in ([], [1.05], [1.15], [1.3, 1.35]):
        assert "something else" not in taken(moves)[1]
