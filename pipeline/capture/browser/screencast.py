"""What Chromium paints, as it paints it: every frame with the time at which it was shown."""

import base64
import time
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page


@dataclass(frozen=True)
class Shown:
    """A frame (PNG) and the epoch seconds from which it was on the screen."""

    time: float
    png: bytes


class Screencast:
    """Frames of `page` from `start` to `stop`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        self._devtools.on("Page.screencastFrame", self._received)
        self._received_frames: list[Shown] = []

    @property
    def frames(self) -> list[Shown]:
        """The frames so far in the order of their times; one that equals the one before is left out.

        They are compressed in parallel and may arrive in another order.
        """
        ordered: list[Shown] = []
        for frame in sorted(self._received_frames, key=lambda shown: shown.time):
            if not ordered or (frame.png != ordered[-1].png and frame.time > ordered[-1].time):
                ordered.append(frame)
        return ordered

    @property
    def latest(self) -> float:
        """The time of the last frame; 0 before the first."""
        return max((frame.time for frame in self._received_frames), default=0.0)

    def start(self) -> None:
        """Begins; returns when the first frame is there."""
        options = {"format": "png", "everyNthFrame": 1, "maxWidth": 8192, "maxHeight": 8192}
        self._devtools.send("Page.startScreencast", options)
        while not self._received_frames:
            self._page.wait_for_timeout(20)
        self.settle(0.15, 2.0)
        self._received_frames = self.frames[-1:]

    def settle(self, quiet: float, most: float) -> None:
        """Waits until nothing was painted for `quiet` seconds, at most for `most` seconds."""
        end, begun = time.time() + most, time.time()
        while time.time() < end and time.time() - max(begun, self.latest) < quiet:
            self._page.wait_for_timeout(15)

    def changed_after(self, moment: float) -> float | None:
        """The time of the first frame after `moment`; None when there is none."""
        return next((frame.time for frame in self.frames if frame.time > moment), None)

    def stop(self) -> None:
        """Ends; frames on their way are still taken."""
        self._page.wait_for_timeout(60)
        self._devtools.send("Page.stopScreencast")
        self._devtools.detach()

    def _received(self, event: dict) -> None:
        self._received_frames.append(Shown(event["metadata"]["timestamp"], base64.b64decode(event["data"])))
        self._devtools.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})
