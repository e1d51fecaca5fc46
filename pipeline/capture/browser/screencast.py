"""What Chromium paints, as it paints it: every frame with the time at which it was shown."""

import base64
import time
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from playwright.sync_api import CDPSession, Error, Page

from ...errors import LecternError
from ...geometry import Size
from ..picture.backdrop import over
from ..pictures import picture_of_png

FIRST = 10.0
"""Seconds within which a page has painted its first frame."""
_BELATED = 1.0
"""Seconds after a picture taken besides in which a frame of it may still be painted."""


@dataclass(frozen=True, eq=False)
class Shown:
    """A frame (PNG) and the seconds from which it was on the screen; `veil` (RGBA) lies over it: a dialog."""

    time: float
    png: bytes
    veil: np.ndarray | None = None

    def picture(self, size: Size) -> np.ndarray:
        """The RGB picture, cut to `size` from its top left."""
        picture = picture_of_png(self.png, size)
        return picture if self.veil is None else over(picture, self.veil)

    @property
    def measure(self) -> bytes:
        """Width and height as the PNG's header has them."""
        return self.png[16:24]


@dataclass(frozen=True)
class _Blink:
    """A picture taken besides; `usual` is the measure of the frames before it."""

    begun: float
    ended: float
    usual: bytes

    def made(self, frame: Shown) -> bool:
        """Whether a frame was painted for it: then, or soon after in another size (cut, it would show a blank corner)."""
        return self.begun < frame.time <= self.ended or (0 < frame.time - self.ended < _BELATED and frame.measure != self.usual)


class Screencast:
    """The frames of the page that is followed, from `start` to `stop`. Times are epoch seconds."""

    def __init__(self) -> None:
        self._received_frames: list[Shown] = []
        self._page: Page | None = None
        self._devtools: CDPSession | None = None
        self._running = False
        self._veil: np.ndarray | None = None
        self._blinks: list[_Blink] = []

    @property
    def frames(self) -> list[Shown]:
        """The frames so far in the order of their times; one that equals the one before is left out.

        They are compressed in parallel and may arrive in another order.
        """
        ordered: list[Shown] = []
        for frame in sorted(self._received_frames, key=lambda shown: shown.time):
            if not ordered or (not same(frame, ordered[-1]) and frame.time > ordered[-1].time):
                ordered.append(frame)
        return ordered

    @property
    def latest(self) -> float:
        """The time of the last frame; 0 before the first."""
        return max((frame.time for frame in self._received_frames), default=0.0)

    @property
    def stirred(self) -> tuple[tuple[float, float], ...]:
        """The spans in which pictures were taken besides."""
        return tuple((blink.begun, blink.ended) for blink in self._blinks)

    def now(self) -> float:
        """The time on the clock of the frames."""
        return time.time()

    def moment(self, page_time: float) -> float:
        """When on that clock it was `page_time` (milliseconds of Date.now()) in the page."""
        return page_time / 1000

    def wait(self, seconds: float) -> None:
        """Lets so much time pass."""
        if seconds > 0 and self._page:
            self._page.wait_for_timeout(seconds * 1000)

    def visit(self, page: Page, address: str) -> int | None:
        """Opens an address and waits until it is loaded; its status."""
        answer = page.goto(address, wait_until="load")
        return answer.status if answer else None

    def loaded(self, page: Page) -> None:
        """Waits until the page is loaded."""
        page.wait_for_load_state("load")

    def follow(self, page: Page) -> None:
        """Films this page from now on."""
        running = self._running
        self._leave()
        self._page = page
        if running:
            self._go()

    def start(self) -> None:
        """Begins; returns when the first frame is there."""
        self._go()
        self.settle(0.15, 2.0)
        self._received_frames = self.frames[-1:]

    def settle(self, quiet: float, most: float) -> bool:
        """Waits until nothing was painted for `quiet` seconds, at most for `most` seconds; whether that came."""
        begun = time.time()
        while time.time() - max(begun, self.latest) < quiet:
            if time.time() > begun + most:
                return False
            self.wait(0.015)
        return True

    def changed_after(self, moment: float) -> float | None:
        """The time of the first frame after `moment`; None when there is none."""
        return next((frame.time for frame in self.frames if frame.time > moment), None)

    def cover(self, veil: np.ndarray | None) -> None:
        """Lays a picture over all frames from now on (None: over none)."""
        self._veil = veil
        if before := self.frames:
            self._received_frames.append(Shown(time.time(), before[-1].png, veil))

    def blink(self, begun: float, ended: float) -> None:
        """Between these times the page was painted for another purpose: its frames are not kept."""
        before = max((frame for frame in self._received_frames if frame.time <= begun), key=lambda shown: shown.time)
        self._blinks.append(_Blink(begun, ended, before.measure))
        self._received_frames = [frame for frame in self._received_frames if self._meant(frame)]

    def stop(self) -> None:
        """Ends; frames on their way are still taken."""
        self.wait(0.06)
        self._leave()

    def _go(self) -> None:
        assert self._page
        self._running, known, end = True, len(self._received_frames), time.time() + FIRST
        self._devtools = self._page.context.new_cdp_session(self._page)
        self._devtools.on("Page.screencastFrame", self._received)
        self._devtools.send("Page.startScreencast", {"format": "png", "everyNthFrame": 1, "maxWidth": 8192, "maxHeight": 8192})
        while len(self._received_frames) == known:
            if time.time() > end:
                raise LecternError(f"the page painted nothing within {FIRST:g} s")
            self.wait(0.02)

    def _leave(self) -> None:
        devtools, self._devtools, self._running = self._devtools, None, False
        if devtools is None or self._page is None or self._page.is_closed():
            return
        try:
            devtools.send("Page.stopScreencast")
            devtools.detach()
        except Error:  # the page went away meanwhile
            return

    def _received(self, event: dict) -> None:
        devtools = self._devtools
        if devtools is None:
            return
        frame = Shown(event["metadata"]["timestamp"], base64.b64decode(event["data"]), self._veil)
        if self._meant(frame):
            self._received_frames.append(frame)
        with suppress(Error):  # the page went away meanwhile
            devtools.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    def _meant(self, frame: Shown) -> bool:
        return not any(blink.made(frame) for blink in self._blinks)


def same(one: Shown, other: Shown) -> bool:
    """Whether two frames show the same."""
    return one.png == other.png and one.veil is other.veil
