"""A page on the stage: a Chromium window of exact pixels, a pointer that moves as a hand does, and a log of it."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Error, Locator, Page

from ...geometry import Box, Size, box_of_pixels
from ..cadence import cadence
from ..carried import page as carried_page
from ..chromium import chromium
from ..pointer import Point, pointer_way
from ..request import CaptureRequest, local_page
from .screencast import Screencast
from .site import served
from ..take import PointerPoint, TextBox, VisibleText

SCALE = 1.5
"""Device pixels per CSS pixel for a page made for films."""
LARGEST_SCALE = 2.0
LEGIBLE = 28.0
"""Size in px that most of a page's text has at least: where its own is smaller, the page is enlarged."""


@dataclass
class Stage:
    """What is filmed, and what was noted on the way (times are epoch seconds until the take is made)."""

    page: Page
    cast: Screencast
    request: CaptureRequest
    addresses: Callable[[str], str]
    scale: float
    pointer: list[PointerPoint] = field(default_factory=list)
    text: list[VisibleText] = field(default_factory=list)
    moving: list[tuple[float, float]] = field(default_factory=list)
    at: Point = (0.0, 0.0)

    @property
    def window(self) -> tuple[float, float]:
        """The content's size in CSS px."""
        return self.request.size[0] / self.scale, self.request.size[1] / self.scale

    def box_of(self, locator: Locator) -> Box | None:
        """Where an element is, as a fraction of the content."""
        box = locator.bounding_box()
        return self.fraction(box["x"], box["y"], box["width"], box["height"]) if box else None

    def fraction(self, x: float, y: float, width: float, height: float) -> Box:
        """A rectangle in CSS px as a fraction of the content."""
        return box_of_pixels(*(side * self.scale for side in (x, y, width, height)), self.request.size)

    def move(self, to: Point, seed: str) -> None:
        """Moves the pointer to `to` (CSS px) along a hand's way."""
        self.note_pointer()
        begun = time.time()
        for seconds, point in pointer_way(self.at, to, seed):
            if (early := begun + seconds - time.time()) > 0.001:
                self.page.wait_for_timeout(early * 1000)
            self.at = point
            self.note_pointer()
            self.page.mouse.move(*point)

    def press(self, down: bool) -> float:
        """Presses or lets go of the button; returns when."""
        moment = time.time()
        self.note_pointer(pressed=down)
        (self.page.mouse.down if down else self.page.mouse.up)()
        return moment

    def write(self, text: str, seed: str) -> float:
        """Types as a person does; returns when the first key went down."""
        begun = due = time.time()
        for delay, key in cadence(text, self.request.typing_speed, seed):
            due += delay
            if (early := due - time.time()) > 0.001:
                self.page.wait_for_timeout(early * 1000)
            self.page.keyboard.type(key)
        return begun

    def note_pointer(self, pressed: bool = False) -> None:
        """Logs where the pointer is now."""
        width, height = self.window
        point = PointerPoint(time=time.time(), x=self.at[0] / width, y=self.at[1] / height, pressed=pressed)
        self.pointer.append(point)

    def note_text(self, moment: float) -> None:
        """Logs the text that is visible now as visible from `moment`."""
        self.text.append(self.seen_text(moment, self.page.evaluate("lecternPage.textBoxes()")))

    def seen_text(self, moment: float, boxes: list) -> VisibleText:
        """Text boxes as the page tells them (text, CSS px), from `moment`."""
        return VisibleText(time=moment, boxes=tuple(TextBox(text=t, box=self.fraction(*box)) for t, *box in boxes))


@contextmanager
def stage(request: CaptureRequest, episode: Path) -> Iterator[Stage]:
    """An empty page in a window whose content has the request's size, enlarged so that its text is legible."""
    with ExitStack() as stack:
        addresses = _Addresses(episode, stack)
        scale = _legible_scale(request, addresses)
        page = stack.enter_context(_window(request, scale))
        corner = (0.74 * request.size[0] / scale, 0.86 * request.size[1] / scale)
        yield Stage(page, Screencast(page), request, addresses, scale, at=corner)


@contextmanager
def _window(request: CaptureRequest, scale: float) -> Iterator[Page]:
    width, height = (math.ceil(side / scale) for side in request.size)
    flags = (f"--force-device-scale-factor={scale}", f"--window-size={width},{height + 87}")
    with chromium(request.chromium, flags) as browser:
        context = browser.new_context(no_viewport=True, locale="en-US", timezone_id="UTC")
        context.add_init_script(path=carried_page("observe.js"))
        page = context.new_page()
        _fit_window(page, request.size, scale)
        yield page


def _legible_scale(request: CaptureRequest, addresses: Callable[[str], str]) -> float:
    """How much the first page has to be enlarged for most of its text to be legible."""
    first = next((step.value for step in (*request.hidden, *request.steps) if step.action == "open"), None)
    if first is None:
        return SCALE
    with _window(request, SCALE) as page:
        try:
            page.goto(addresses(first), wait_until="load")
        except Error:  # the step itself will tell
            return SCALE
        needed = LEGIBLE / page.evaluate("lecternPage.bodySize()")
    return min(max(SCALE, round(needed * 20) / 20), LARGEST_SCALE)


class _Addresses:
    """Turns a page of the episode into an address on this machine; each folder is served once."""

    def __init__(self, episode: Path, stack: ExitStack) -> None:
        self._episode, self._stack, self._served = episode, stack, dict[Path, str]()

    def __call__(self, address: str) -> str:
        if not local_page(address):
            return address
        folder, _, name = address.rpartition("/")
        root = (self._episode / folder).resolve()
        if root not in self._served:
            self._served[root] = self._stack.enter_context(served(root))
        return f"{self._served[root]}/{name}"


def _fit_window(page: Page, size: Size, scale: float) -> None:
    """Makes the window as small as its content may be: not a pixel less than `size`, and hardly one more."""
    devtools = page.context.new_cdp_session(page)
    window = devtools.send("Browser.getWindowForTarget")
    for _ in range(3):
        inner = page.evaluate("[innerWidth, innerHeight]")
        spare = [math.floor(have - want / scale) for have, want in zip(inner, size, strict=True)]
        if spare == [0, 0]:
            break
        bounds = page.evaluate("[outerWidth, outerHeight]")
        new = {"width": bounds[0] - spare[0], "height": bounds[1] - spare[1]}
        devtools.send("Browser.setWindowBounds", {"windowId": window["windowId"], "bounds": new})
        page.wait_for_timeout(60)
    devtools.detach()
