"""A page that is filmed: a pointer that moves as a hand does, typing as a person does, and a log of it all."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Frame, Locator, Page, sync_playwright

from ...base.errors import LecternError
from ...base.geometry import Box, box_of_pixels
from ..chromium import retry_on_navigation
from ..hand import Point, pointer_path, typing_delays
from ..request import CaptureRequest, Phase
from ..secrets import mask_secrets
from ..take import BlurredRegions, BrowserBar, KeyPress, PointerPoint, TextBox, VisibleText
from .devices import Device, device_of
from .dialog_art import DialogArt
from .hosts import Hosts
from .input import Button, Hands, InputDevices
from .launch import BrowserWindow, open_window
from .lockstep import Lockstep, open_lockstep
from .screencast import Screencast
from .sharp_pictures import take_sharp
from .site import EpisodeSite, served_hosts, write_files
from .tabs import BrowserTabs, PageRecorder, title_of
from .targets import frames_of, matching_elements

SCALE = 1.5
"""Device pixels per CSS pixel for a page made for films."""
LARGEST_SCALE = 2.0
LEGIBLE_PIXELS = 28.0
"""Size in px that most of a page's text has at least: where its own is smaller, the page is enlarged."""


@dataclass
class BrowserSession:
    """What is filmed, and what was noted on the way (times are those of the film's clock until the take is made).

    `typed_secrets` are what steps (by phase and index) typed and nobody may read.
    """

    tabs: BrowserTabs
    hand: Hands
    request: CaptureRequest
    site: EpisodeSite
    pointer: list[PointerPoint] = field(default_factory=list)
    text: list[VisibleText] = field(default_factory=list)
    blurred: list[BlurredRegions] = field(default_factory=list)
    keys: list[KeyPress] = field(default_factory=list)
    bars: list[BrowserBar] = field(default_factory=list)
    sharp: list[tuple[float, bytes]] = field(default_factory=list)
    moving: list[tuple[float, float]] = field(default_factory=list)
    typed_secrets: dict[tuple[Phase, int], str] = field(default_factory=dict)
    art: DialogArt | None = None
    at: Point = (0.0, 0.0)

    @property
    def film(self) -> PageRecorder:
        """What films the tab that is shown."""
        return self.tabs.film

    @property
    def page(self) -> Page:
        """The tab that is shown."""
        return self.tabs.page

    @property
    def scale(self) -> float:
        """Px of the film for each of CSS."""
        return self.tabs.window.scale

    @property
    def window(self) -> tuple[float, float]:
        """The content's size in CSS px."""
        return self.tabs.window.css

    def box_of(self, locator: Locator) -> Box | None:
        """Return where an element is, as a fraction of the content."""
        box = locator.bounding_box()
        return self.fraction(box["x"], box["y"], box["width"], box["height"]) if box else None

    def fraction(self, x: float, y: float, width: float, height: float) -> Box:
        """Return a rectangle in CSS px as a fraction of the content."""
        scale = self.scale
        return box_of_pixels(x * scale, y * scale, width * scale, height * scale, self.tabs.window.size)

    # What a person does

    def move(self, to: Point, seed: str, touches: bool = True) -> None:
        """Move the pointer to `to` (CSS px) along a hand's way. `touches`: the page feels it."""
        self.note_pointer()
        begun = self.film.now()
        for seconds, point in pointer_path(self.at, to, seed):
            self.wait_until(begun + seconds)
            self.at = point
            self.note_pointer()
            if touches and self.tabs.asked is None:
                self.hand.move(point)

    def press(self, button: Button = "left", times: int = 1) -> float:
        """Press a button down, and return when that was."""
        moment = self.film.now()
        self.note_pointer(pressed=True)
        self.hand.press(button, times)
        return moment

    def release(self, button: Button = "left", times: int = 1) -> None:
        """Let the button come up again."""
        self.note_pointer()
        self.hand.release(button, times)

    def write(
        self, text: str, seed: str, speed: float | None = None, key: Callable[[str], None] | None = None
    ) -> float:
        """Type as a person does, each character by `key`, and return when the first key went down.

        `speed` is how many characters a second (None: as many as the request says).
        """
        begun = due = self.film.now()
        for delay, char in typing_delays(text, speed or self.request.typing_speed, seed):
            due += delay
            self.wait_until(due)
            (key or self.hand.write)(char)
        return begun

    def wait_until(self, moment: float) -> None:
        """Wait until that time of the film's clock."""
        if (early := moment - self.film.now()) > 0.001:
            self.film.wait(early)

    # What is noted

    def note(self, moment: float) -> None:
        """Note what is there now as there from `moment`: text, what nobody may read, the window's bar."""
        self.note_blurred(moment)
        self.note_text(moment)
        self.note_bar(moment)

    def note_pointer(self, pressed: bool = False) -> None:
        """Note where the pointer is now."""
        width, height = self.window
        point = PointerPoint(time=self.film.now(), x=self.at[0] / width, y=self.at[1] / height, pressed=pressed)
        self.pointer.append(point)

    def note_keys(self, keys: str) -> None:
        """Note keys that are pressed now."""
        self.keys.append(KeyPress(time=self.film.now(), keys=keys))

    def note_bar(self, moment: float) -> None:
        """Note the tabs and the address, where a form may have put what was typed into it."""
        if self.tabs.asked is not None:
            return
        pages = self.tabs.all()
        shown = pages.index(self.tabs.page) if self.tabs.page in pages else 0
        address, *tabs = (
            mask_secrets(text, self.typed_secrets.values())
            for text in (self.site.written(self.tabs.page.url), *map(self._called, pages))
        )
        bar = BrowserBar(time=moment, address=address, tabs=tuple(tabs), shown=shown)
        if not self.bars or self.bars[-1].model_copy(update={"time": moment}) != bar:
            self.bars.append(bar)

    def note_text(self, moment: float) -> None:
        """Note the text that is visible now."""
        if self.tabs.asked is not None:
            under = self.text[-1].boxes if self.text else ()
            self.text.append(VisibleText(time=moment, boxes=(*under, *(self.art.text if self.art else ()))))
            return
        self.text.append(self.seen_text(moment, [box for frame, at in self.frames() for box in _frame_text(frame, at)]))

    def note_blurred(self, moment: float) -> None:
        """Note where that is which nobody may read."""
        if not self.request.blur or self.tabs.asked is not None:
            return
        retry_on_navigation(self._track)
        boxes = [box for frame, at in self.frames() for box in _frame_blurred(frame, at)]
        self.blurred.append(BlurredRegions(time=moment, boxes=tuple(self.fraction(*box) for box in boxes)))

    def note_motion(self, samples: list[Any], at: Point) -> None:
        """Note what a frame at `at` (CSS px) logged of itself while it scrolled."""
        for moment, text, tracked in samples:
            time = self.film.moment(moment)
            if text is not None and at == (0, 0):
                self.text.append(self.seen_text(time, text))
            if self.request.blur:
                moved = tuple(self.fraction(x + at[0], y + at[1], w, h) for x, y, w, h in tracked)
                before = self.blurred[-1].boxes if self.blurred else ()
                self.blurred.append(
                    BlurredRegions(time=time, boxes=tuple(dict.fromkeys((*before[-len(moved) :], *moved))))
                )

    def note_sharp(self) -> None:
        """Take a picture for zooms, where the page stands still."""
        if self.request.sharpness <= 1 or self.request.deterministic or self.tabs.asked is not None:
            return
        page, size, sharpness = self.tabs.page, self.tabs.window.size, self.request.sharpness
        if taken := take_sharp(self.film, page, size, self.window, sharpness):
            self.sharp.append(taken)

    def seen_text(self, moment: float, boxes: list[Any]) -> VisibleText:
        """Return text boxes, as the page reports them (text, CSS px), as seen from `moment`."""
        return VisibleText(time=moment, boxes=tuple(TextBox(text=t, box=self.fraction(*box)) for t, *box in boxes))

    def frames(self) -> list[tuple[Frame, Point]]:
        """Return the page's frames that are in view, and where each begins (CSS px of the window)."""
        page = self.tabs.page
        return [
            (page.main_frame, (0.0, 0.0)),
            *((f, at) for f in frames_of(page) if f.parent_frame and (at := corner_of(f))),
        ]

    def page_text(self, typed: str = "") -> str:
        """Return all that the page and its frames say, seen or not, but for fields that only hold what was `typed`."""
        if self.tabs.asked is not None:
            return self.tabs.asked.message
        question = f"lecternPage.pageText({json.dumps(typed)})"
        return "\n".join(shown for frame, _ in self.frames() if (shown := _evaluate_in_frame(frame, question)))

    def visible_text(self) -> str:
        """Return the text that is in the picture now, line by line."""
        if self.tabs.asked is not None:
            return self.tabs.asked.message
        width, height = self.window
        lines = (line for frame, at in self.frames() for line in _frame_text(frame, at))
        return "\n".join(text for text, x, y, w, h in lines if 0 < x + w and x < width and 0 < y + h and y < height)

    def past_text(self) -> str:
        """Return what pages have said so far: what was filmed, and what this page and its frames took away again."""
        filmed = (box.text for entry in self.text for box in entry.boxes)
        taken = (_evaluate_in_frame(frame, "lecternPage.pastText()") or "" for frame, _ in self.frames())
        return "\n".join((*filmed, *taken))

    def _called(self, page: Page) -> str:
        """Return what a tab says: its title, or where it is as the script names it."""
        return title_of(page) or self.site.written(page.url)

    def _track(self) -> None:
        page, wanted = self.tabs.page, [t for t in self.request.blur if t.position is None]
        found = [
            match
            for target in wanted
            for match in (matching_elements(page, target, "exact") or matching_elements(page, target, "part"))
        ]
        handles = [handle for match in found for handle in match.element_handles()]
        for frame, _ in self.frames():
            frame.evaluate(
                "elements => window.lecternPage?.track(elements)", [h for h in handles if h.owner_frame() == frame]
            )


@contextmanager
def open_browser_session(request: CaptureRequest, episode: Path) -> Iterator[BrowserSession]:
    """Yield an empty page whose content has the request's size, enlarged so that its text is legible."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lectern-capture-")))
        site = EpisodeSite(episode, write_files(request.environment.files, episode, scratch / "files"), stack)
        device, downloads = _device(request), scratch / "downloads"
        scale = device.scale if device else None
        if request.serve and scale is None:
            with served_hosts(
                request, episode, site
            ) as hosts:  # its first answer is for the film: it begins anew below
                scale = _legible_scale(request, site, hosts, downloads)
        hosts = stack.enter_context(served_hosts(request, episode, site))
        if request.deterministic:
            scale = scale or _legible_scale(request, site, hosts, downloads)
            yield _lockstep_session(
                *stack.enter_context(open_lockstep(request, scale, device, hosts)), request, site, hosts
            )
            return
        opened = stack.enter_context(_open_legible_window(request, scale, device, site, hosts, downloads))
        yield _real_time_session(opened, request, site, hosts)


def _real_time_session(
    opened: BrowserWindow, request: CaptureRequest, site: EpisodeSite, hosts: Hosts
) -> BrowserSession:
    tabs = BrowserTabs(opened, Screencast(), hosts)
    tabs.open()
    corner = (0.74 * opened.css[0], 0.86 * opened.css[1])
    return BrowserSession(tabs, InputDevices(tabs), request, site, at=corner)


def _lockstep_session(
    opened: BrowserWindow, film: Lockstep, page: Page, request: CaptureRequest, site: EpisodeSite, hosts: Hosts
) -> BrowserSession:
    tabs = BrowserTabs(opened, film, hosts)
    tabs.open(page)
    film.guard(tabs.refuses)
    corner = (0.74 * opened.css[0], 0.86 * opened.css[1])
    return BrowserSession(tabs, film, request, site, at=corner)


def _device(request: CaptureRequest) -> Device | None:
    if not request.environment.device:
        return None
    with sync_playwright() as playwright:
        return device_of(request, playwright.devices)


@contextmanager
def _open_legible_window(
    request: CaptureRequest,
    scale: float | None,
    device: Device | None,
    site: EpisodeSite,
    hosts: Hosts,
    downloads: Path,
) -> Iterator[BrowserWindow]:
    """Yield an empty window in which the first page's text is legible, at a `scale` that is known already or measured.

    It is that in which it was measured, if it can stay.
    """
    if scale is not None or not _is_measured(request):
        with open_window(request, scale or _usual_scale(request), device, downloads, hosts) as opened:
            yield opened
        return
    with open_window(request, SCALE, None, downloads, hosts) as opened:
        scale = _measured_scale(request, opened, site, hosts)
        if scale == SCALE:
            yield opened.emptied(request)
            return
    with open_window(request, scale, None, downloads, hosts) as opened:
        yield opened


def _legible_scale(request: CaptureRequest, site: EpisodeSite, hosts: Hosts, downloads: Path) -> float:
    """Return how much the first page has to be enlarged for most of its text to be legible."""
    if not _is_measured(request):
        return _usual_scale(request)
    with open_window(request, SCALE, None, downloads, hosts) as opened:
        return _measured_scale(request, opened, site, hosts)


def _is_measured(request: CaptureRequest) -> bool:
    """Return whether the size of the first page's text says how much it is enlarged."""
    return request.kind == "browser" and first_address(request) is not None


def _usual_scale(request: CaptureRequest) -> float:
    return SCALE * request.environment.scale


def _measured_scale(request: CaptureRequest, opened: BrowserWindow, site: EpisodeSite, hosts: Hosts) -> float:
    """Return how much the first page has to be enlarged, as it is in a window of the scale `SCALE`."""
    tabs = BrowserTabs(opened, Screencast(), hosts)
    tabs.open()
    try:
        tabs.page.goto(site.address(first_address(request) or ""), wait_until="load")
        needed: float = LEGIBLE_PIXELS / retry_on_navigation(lambda: tabs.page.evaluate("lecternPage.bodySize()"))
    except (Error, LecternError):  # the step itself will tell
        needed = SCALE
    return min(max(SCALE, round(needed * 20) / 20), LARGEST_SCALE) * request.environment.scale


def first_address(request: CaptureRequest) -> str | None:
    """Return what is opened first, as the script writes it."""
    steps = (*request.hidden, *request.earlier, *request.steps)
    opened = next((step.value for step in steps if step.action == "open"), None)
    return opened or request.url or None


def corner_of(frame: Frame) -> Point | None:
    """Return where an iframe's content begins, in CSS px of the window; None where it isn't seen."""
    try:
        element = frame.frame_element()
        box = element.bounding_box()
        edge = element.evaluate("e => [e.clientLeft, e.clientTop]")
    except Error:  # it went away meanwhile
        return None
    return (box["x"] + edge[0], box["y"] + edge[1]) if box and box["width"] > 1 and box["height"] > 1 else None


def _evaluate_in_frame(frame: Frame, question: str) -> Any:
    """Return what the frame answers; None where the frame has gone."""
    try:
        return retry_on_navigation(lambda: frame.evaluate(f"window.lecternPage ? {question} : null"))
    except Error as error:
        if frame.page.is_closed() or "crash" in error.message or frame.parent_frame is None:
            raise
        return None


def _frame_text(frame: Frame, at: Point) -> list[list[Any]]:
    return [
        [text, x + at[0], y + at[1], w, h]
        for text, x, y, w, h in _evaluate_in_frame(frame, "lecternPage.textBoxes()") or []
    ]


def _frame_blurred(frame: Frame, at: Point) -> list[list[float]]:
    return [
        [x + at[0], y + at[1], w, h] for x, y, w, h in _evaluate_in_frame(frame, "lecternPage.trackedBoxes()") or []
    ]
