"""What Chromium paints, as it paints it: every frame with the time at which it was shown."""

import base64
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from playwright.sync_api import CDPSession, Error, Page

from ...base.backdrop import alpha_over
from ...base.errors import LecternError
from ...base.geometry import Size
from ..chromium import retry_on_navigation
from ..pictures import picture_of_png

FIRST = 10.0
"""Seconds within which a page has painted its first frame."""
LONGEST_LAG = 1.0
"""Seconds by which a frame that comes late is waited for at most."""
_LATE_SECONDS = 1.0
"""Seconds after a screenshot in which a frame of it may still be painted."""


@dataclass(frozen=True, eq=False)
class PageFrame:
    """A frame (PNG) and the seconds from which it was on the screen; `veil` (RGBA) lies over it: a dialog."""

    time: float
    png: bytes
    veil: np.ndarray | None = None

    def picture(self, size: Size) -> np.ndarray:
        """Return the RGB picture, cut to `size` from its top left."""
        picture = picture_of_png(self.png, size)
        return picture if self.veil is None else alpha_over(picture, self.veil)

    @property
    def measure(self) -> bytes:
        """Width and height as the PNG's header has them."""
        return self.png[16:24]


@dataclass(frozen=True)
class _ScreenshotGap:
    """A screenshot, which disturbs the film; `usual` is the measure of the frames before it, `is_true` knows frames that show the page."""

    begun: float
    ended: float
    usual: bytes
    is_true: Callable[[PageFrame], bool]

    def made(self, frame: PageFrame) -> bool:
        """Return whether a frame was painted for it, and not because the page changed just then.

        Such frames are larger, or show the page enlarged and cut. Some come soon after.
        """
        if frame.measure != self.usual:
            return self.begun < frame.time < self.ended + _LATE_SECONDS
        return self.begun < frame.time <= self.ended and not self.is_true(frame)


class Screencast:
    """The frames of the page that is followed, from `start` to `stop`. Times are epoch seconds."""

    def __init__(self) -> None:
        self._received_frames: list[PageFrame] = []
        self._page: Page | None = None
        self._devtools: CDPSession | None = None
        self._running = False
        self._veil: np.ndarray | None = None
        self._lag = 0.0
        self._screenshots: list[_ScreenshotGap] = []

    @property
    def frames(self) -> list[PageFrame]:
        """The frames so far in the order of their times; one that equals the one before is left out.

        They are compressed in parallel and may arrive in another order.
        """
        ordered: list[PageFrame] = []
        for frame in sorted(self._received_frames, key=lambda shown: shown.time):
            if not ordered or (not same_picture(frame, ordered[-1]) and frame.time > ordered[-1].time):
                ordered.append(frame)
        return ordered

    @property
    def latest(self) -> float:
        """The time of the last frame; 0 before the first."""
        return max((frame.time for frame in self._received_frames), default=0.0)

    @property
    def disturbed(self) -> tuple[tuple[float, float], ...]:
        """The spans in which screenshots were taken."""
        return tuple((shot.begun, shot.ended) for shot in self._screenshots)

    def now(self) -> float:
        """Return the time on the clock of the frames."""
        return time.time()

    def moment(self, page_time: float) -> float:
        """Return when on that clock it was `page_time` (milliseconds of Date.now()) in the page."""
        return page_time / 1000

    def wait(self, seconds: float) -> None:
        """Let so much time pass."""
        if seconds > 0 and self._page:
            self._page.wait_for_timeout(seconds * 1000)

    def visit(self, page: Page, address: str) -> int | None:
        """Open an address, wait until it is loaded, and return its HTTP status (None: it has none)."""
        answer = page.goto(address, wait_until="load")
        return answer.status if answer else None

    def loaded(self, page: Page) -> None:
        """Wait until the page is loaded."""
        page.wait_for_load_state("load")

    def follow(self, page: Page) -> None:
        """Film this page from now on."""
        running = self._running
        self._leave()
        self._page = page
        if running:
            self._go()

    def start(self) -> None:
        """Start filming, and return when the first frame is there."""
        self._go()
        self.settle(0.15, 2.0)
        self.forget()

    def forget(self) -> None:
        """Leave out what was filmed before the last frame."""
        self._received_frames = self.frames[-1:]

    def settle(self, quiet: float, most: float) -> bool:
        """Wait until nothing was painted for `quiet` seconds, for `most` seconds at most. Return whether that came.

        Of a busy machine frames come late: as late as the last one did, the next may be on its way.
        """
        begun = time.time()
        while time.time() - max(begun, self.latest) < quiet + self._lag:
            if time.time() > begun + most:
                return False
            self.wait(0.015)
        return True

    def changed_after(self, moment: float) -> float | None:
        """Return the time of the first frame after `moment`; None when there is none."""
        return next((frame.time for frame in self.frames if frame.time > moment), None)

    def cover(self, veil: np.ndarray | None) -> None:
        """Lay a picture over all frames from now on (None: over none)."""
        self._veil = veil
        if before := self.frames:
            self._received_frames.append(PageFrame(time.time(), before[-1].png, veil))

    def drop_frames(self, begun: float, ended: float, is_true: Callable[[PageFrame], bool]) -> None:
        """Drop the frames between these times, in which a screenshot was taken, except those that `is_true` recognises."""
        before = max((frame for frame in self._received_frames if frame.time <= begun), key=lambda shown: shown.time)
        self._screenshots.append(_ScreenshotGap(begun, ended, before.measure, is_true))
        self._received_frames = [frame for frame in self._received_frames if self._meant(frame)]

    def stop(self) -> None:
        """Stop filming, once the frames on their way are there."""
        self.wait(0.06)
        self._leave()

    def _go(self) -> None:
        assert self._page
        self._running, known, end = True, len(self._received_frames), time.time() + FIRST
        self._devtools = devtools = self._page.context.new_cdp_session(self._page)
        devtools.on("Page.screencastFrame", self._received)
        wanted = {"format": "png", "everyNthFrame": 1, "maxWidth": 8192, "maxHeight": 8192}
        retry_on_navigation(lambda: devtools.send("Page.startScreencast", wanted))
        while len(self._received_frames) == known:
            if time.time() > end:
                raise LecternError(f"the page painted nothing within {FIRST:g} s")
            self.wait(0.02)

    def _leave(self) -> None:
        devtools, self._devtools, self._running = self._devtools, None, False
        if devtools is None or self._page is None or self._page.is_closed():
            return
        with suppress(Error):  # the page went away meanwhile
            devtools.detach()  # which ends the frames, too; a page that has crashed would never answer a command

    def _received(self, event: dict[str, Any]) -> None:
        devtools = self._devtools
        if devtools is None:
            return
        frame = PageFrame(event["metadata"]["timestamp"], base64.b64decode(event["data"]), self._veil)
        self._lag = min(max(0.0, time.time() - frame.time), LONGEST_LAG)
        if self._meant(frame):
            self._received_frames.append(frame)
        with suppress(Error):  # the page went away meanwhile
            devtools.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    def _meant(self, frame: PageFrame) -> bool:
        return not any(shot.made(frame) for shot in self._screenshots)


def same_picture(one: PageFrame, other: PageFrame) -> bool:
    """Return whether two frames show the same."""
    return one.png == other.png and one.veil is other.veil
