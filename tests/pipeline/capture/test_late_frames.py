"""A page stands still only when no frame of it is on its way: on a busy machine they come late."""

import base64
from types import SimpleNamespace

import pytest

from lectern.pipeline.capture.browser import screencast
from lectern.pipeline.capture.browser.screencast import Screencast


class Late(Screencast):
    """A film of frames, by the time at which each comes: when it was painted. Whoever waits makes the time pass."""

    def __init__(self, coming: dict[float, float], monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.clock, self.coming = 100.0, coming
        self._devtools = SimpleNamespace(send=lambda *_: None)
        monkeypatch.setattr(screencast, "time", SimpleNamespace(time=lambda: self.clock))

    def wait(self, seconds: float) -> None:
        self.clock += seconds
        for arrival in [arrival for arrival in self.coming if arrival <= self.clock]:
            painted = self.coming.pop(arrival)
            data = base64.b64encode(f"frame {painted}".encode())
            self._received({"metadata": {"timestamp": painted}, "data": data, "sessionId": 1})


@pytest.mark.parametrize(
    ("coming", "seen", "still"),
    [
        ({100.01: 100.0, 100.21: 100.2}, 2, 100.5),
        ({100.4: 100.01, 100.7: 100.3}, 2, 101.05),
        ({100.01: 100.0, 100.4: 100.39}, 1, 100.3),
    ],
    ids=["in time", "late", "after the page stood still"],
)
def test_a_page_stands_still_when_no_frame_can_be_on_its_way(
    coming: dict[float, float], seen: int, still: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = Late(coming, monkeypatch)
    film.wait(0.05 if min(coming) < 100.1 else 0.4)
    assert film.settle(0.25, 2.5)
    assert len(film.frames) == seen and film.clock == pytest.approx(still, abs=0.06)
