"""A page on the stage: a pointer that moves as a hand does, typing as a person does, and a log of it all."""

import base64
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import CDPSession, Error, Frame, Locator, Page, sync_playwright

from ...errors import LecternError
from ...geometry import Box, box_of_pixels
from ..cadence import cadence
from ..picture.dialog_art import DialogArt
from ..pointer import Point, pointer_way
from ..request import CaptureRequest
from ..secrets import masked
from ..take import Bar, KeyPress, PointerPoint, Regions, TextBox, VisibleText
from .devices import Device, device_of
from .hand import Button, Hand
from .hosts import hosts_of
from .launch import Window, window
from .lockstep import Lockstep, lockstep
from .screen import Film, Screen, title_of
from .screencast import Screencast
from .site import Site, lay_out
from .targets import frames_of, matches

SCALE = 1.5
"""Device pixels per CSS pixel for a page made for films."""
LARGEST_SCALE = 2.0
LEGIBLE = 28.0
"""Size in px that most of a page's text has at least: where its own is smaller, the page is enlarged."""
SETTLED = 0.15
"""Seconds without any change after which a page is sharp enough to be looked at closely."""


@dataclass
class Stage:
    """What is filmed, and what was noted on the way (times are those of the film's clock until the take is made).

    `secrets` are what steps (by phase and index) typed and nobody may read.
    """

    screen: Screen
    hand: Hand
    request: CaptureRequest
    site: Site
    pointer: list[PointerPoint] = field(default_factory=list)
    text: list[VisibleText] = field(default_factory=list)
    blurred: list[Regions] = field(default_factory=list)
    keys: list[KeyPress] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    sharp: list[tuple[float, bytes]] = field(default_factory=list)
    moving: list[tuple[float, float]] = field(default_factory=list)
    secrets: dict[tuple[str, int], str] = field(default_factory=dict)
    art: DialogArt | None = None
    at: Point = (0.0, 0.0)

    @property
    def film(self) -> Film:
        return self.screen.film

    @property
    def page(self) -> Page:
        """The tab that is shown."""
        return self.screen.page

    @property
    def scale(self) -> float:
        """Px of the film for each of CSS."""
        return self.screen.window.scale

    @property
    def window(self) -> tuple[float, float]:
        """The content's size in CSS px."""
        return self.screen.window.css

    def box_of(self, locator: Locator) -> Box | None:
        """Where an element is, as a fraction of the content."""
        box = locator.bounding_box()
        return self.fraction(box["x"], box["y"], box["width"], box["height"]) if box else None

    def fraction(self, x: float, y: float, width: float, height: float) -> Box:
        """A rectangle in CSS px as a fraction of the content."""
        return box_of_pixels(*(side * self.scale for side in (x, y, width, height)), self.screen.window.size)

    # What a person does

    def move(self, to: Point, seed: str, touches: bool = True) -> None:
        """Moves the pointer to `to` (CSS px) along a hand's way; `touches`: the page feels it."""
        self.note_pointer()
        begun = self.film.now()
        for seconds, point in pointer_way(self.at, to, seed):
            self.wait_until(begun + seconds)
            self.at = point
            self.note_pointer()
            if touches and self.screen.asked is None:
                self.hand.move(point)

    def press(self, button: Button = "left", times: int = 1) -> float:
        """A button goes down; returns when."""
        moment = self.film.now()
        self.note_pointer(pressed=True)
        self.hand.press(button, times)
        return moment

    def release(self, button: Button = "left", times: int = 1) -> None:
        """It comes up again."""
        self.note_pointer()
        self.hand.release(button, times)

    def write(self, text: str, seed: str, key: Callable[[str], None] | None = None) -> float:
        """Types as a person does, each character by `key`; returns when the first key went down."""
        begun = due = self.film.now()
        for delay, char in cadence(text, self.request.typing_speed, seed):
            due += delay
            self.wait_until(due)
            (key or self.hand.write)(char)
        return begun

    def wait_until(self, moment: float) -> None:
        """Until that time of the film's clock."""
        if (early := moment - self.film.now()) > 0.001:
            self.film.wait(early)

    # What is noted

    def note(self, moment: float) -> None:
        """Logs what is there now as there from `moment`: text, what nobody may read, the window's bar."""
        self.note_blurred(moment)
        self.note_text(moment)
        self.note_bar(moment)

    def note_pointer(self, pressed: bool = False) -> None:
        """Logs where the pointer is now."""
        width, height = self.window
        point = PointerPoint(time=self.film.now(), x=self.at[0] / width, y=self.at[1] / height, pressed=pressed)
        self.pointer.append(point)

    def note_keys(self, keys: str) -> None:
        """Logs keys that are pressed now."""
        self.keys.append(KeyPress(time=self.film.now(), keys=keys))

    def note_bar(self, moment: float) -> None:
        """Logs the tabs and the address, where a form may have put what was typed into it."""
        if self.screen.asked is not None:
            return
        pages = self.screen.tabs()
        shown = pages.index(self.screen.page) if self.screen.page in pages else 0
        address, *tabs = (
            masked(said, self.secrets.values()) for said in (self.site.written(self.screen.page.url), *map(self._called, pages))
        )
        bar = Bar(time=moment, address=address, tabs=tuple(tabs), shown=shown)
        if not self.bars or self.bars[-1].model_copy(update={"time": moment}) != bar:
            self.bars.append(bar)

    def note_text(self, moment: float) -> None:
        """Logs the text that is visible now."""
        if self.screen.asked is not None:
            under = self.text[-1].boxes if self.text else ()
            self.text.append(VisibleText(time=moment, boxes=(*under, *(self.art.text if self.art else ()))))
            return
        self.text.append(self.seen_text(moment, [box for frame, at in self.frames() for box in _text_of(frame, at)]))

    def note_blurred(self, moment: float) -> None:
        """Logs where that is which nobody may read."""
        if not self.request.blur or self.screen.asked is not None:
            return
        _patiently(self._track)
        boxes = [box for frame, at in self.frames() for box in _tracked(frame, at)]
        self.blurred.append(Regions(time=moment, boxes=tuple(self.fraction(*box) for box in boxes)))

    def note_motion(self, samples: list, at: Point) -> None:
        """Logs what a frame at `at` (CSS px) noted of itself while it scrolled."""
        for moment, text, tracked in samples:
            time = self.film.moment(moment)
            if text is not None and at == (0, 0):
                self.text.append(self.seen_text(time, text))
            if self.request.blur:
                moved = tuple(self.fraction(x + at[0], y + at[1], w, h) for x, y, w, h in tracked)
                before = self.blurred[-1].boxes if self.blurred else ()
                self.blurred.append(Regions(time=time, boxes=tuple(dict.fromkeys((*before[-len(moved) :], *moved)))))

    def note_sharp(self) -> None:
        """Takes a picture for zooms, where the page stands still."""
        if self.request.sharpness <= 1 or self.request.deterministic or self.screen.asked is not None:
            return
        latest, begun = self.film.frames[-1].time, self.film.now()
        if begun - latest < SETTLED:
            return
        devtools = self.screen.page.context.new_cdp_session(self.screen.page)
        self.sharp.append((begun, _close_up(devtools, self.window, self.request.sharpness)))
        self.film.blink(begun, self.film.now())
        devtools.detach()

    def seen_text(self, moment: float, boxes: list) -> VisibleText:
        """Text boxes as the page tells them (text, CSS px), from `moment`."""
        return VisibleText(time=moment, boxes=tuple(TextBox(text=t, box=self.fraction(*box)) for t, *box in boxes))

    def frames(self) -> list[tuple[Frame, Point]]:
        """The page's frames that are in view, and where each begins (CSS px of the window)."""
        page = self.screen.page
        return [(page.main_frame, (0.0, 0.0)), *((f, at) for f in frames_of(page) if f.parent_frame and (at := corner_of(f)))]

    def page_text(self) -> str:
        """All that the page and its frames say, seen or not."""
        if self.screen.asked is not None:
            return self.screen.asked.message
        return "\n".join(said for frame, _ in self.frames() if (said := _asked(frame, "lecternPage.pageText()")))

    def _called(self, page: Page) -> str:
        """What a tab says: its title, or where it is as the script names it."""
        return title_of(page) or self.site.written(page.url)

    def _track(self) -> None:
        page, wanted = self.screen.page, [t for t in self.request.blur if t.position is None]
        found = [match for target in wanted for match in (matches(page, target, True) or matches(page, target, False))]
        handles = [handle for match in found for handle in match.element_handles()]
        for frame, _ in self.frames():
            frame.evaluate("elements => window.lecternPage?.track(elements)", [h for h in handles if h.owner_frame() == frame])


@contextmanager
def stage(request: CaptureRequest, episode: Path) -> Iterator[Stage]:
    """An empty page whose content has the request's size, enlarged so that its text is legible."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lectern-capture-")))
        site = Site(episode, lay_out(request.environment.files, episode, scratch / "files"), stack)
        device = _device(request)
        scale = device.scale if device else _legible_scale(request, site, scratch)
        if request.deterministic:
            yield _stepped(*stack.enter_context(lockstep(request, scale, device)), request, site)
            return
        opened = stack.enter_context(window(request, scale, device, scratch / "downloads"))
        yield _staged(opened, request, site)


def _staged(opened: Window, request: CaptureRequest, site: Site) -> Stage:
    screen = Screen(opened, Screencast(), hosts_of(request))
    screen.open()
    corner = (0.74 * opened.css[0], 0.86 * opened.css[1])
    return Stage(screen, Hand(screen), request, site, at=corner)


def _stepped(opened: Window, film: Lockstep, page: Page, request: CaptureRequest, site: Site) -> Stage:
    screen = Screen(opened, film, hosts_of(request))
    screen.open(page)
    film.guard(screen.refuses)
    corner = (0.74 * opened.css[0], 0.86 * opened.css[1])
    return Stage(screen, film, request, site, at=corner)


def _device(request: CaptureRequest) -> Device | None:
    if not request.environment.device:
        return None
    with sync_playwright() as playwright:
        return device_of(request, playwright.devices)


def _legible_scale(request: CaptureRequest, site: Site, scratch: Path) -> float:
    """How much the first page has to be enlarged for most of its text to be legible."""
    first = first_address(request)
    if first is None or request.kind != "browser":
        return SCALE * request.environment.scale
    with window(request, SCALE, None, scratch / "downloads") as opened:
        screen = Screen(opened, Screencast(), hosts_of(request))
        screen.open()
        try:
            screen.page.goto(site.address(first), wait_until="load")
            needed = LEGIBLE / screen.page.evaluate("lecternPage.bodySize()")
        except (Error, LecternError):  # the step itself will tell
            needed = SCALE
    return min(max(SCALE, round(needed * 20) / 20), LARGEST_SCALE) * request.environment.scale


def first_address(request: CaptureRequest) -> str | None:
    """What is opened first, as the script writes it."""
    opened = next((step.value for step in (*request.hidden, *request.steps) if step.action == "open"), None)
    return opened or request.url or None


def corner_of(frame: Frame) -> Point | None:
    """Where an iframe's content begins, in CSS px of the window; None where it isn't seen."""
    try:
        element = frame.frame_element()
        box = element.bounding_box()
        edge = element.evaluate("e => [e.clientLeft, e.clientTop]")
    except Error:  # it went away meanwhile
        return None
    return (box["x"] + edge[0], box["y"] + edge[1]) if box and box["width"] > 1 and box["height"] > 1 else None


def _patiently[T](look: Callable[[], T]) -> T:
    """What `look` sees; where the page just goes elsewhere, what it sees of what comes then."""
    for _ in range(9):
        try:
            return look()
        except Error as error:
            if not any(said in error.message for said in _ELSEWHERE):
                raise
    return look()


_ELSEWHERE = ("context was destroyed", "adopt element handle", "JSHandles can be evaluated only")
"""What Playwright says where a page has gone while it was looked at."""


def _asked(frame: Frame, question: str) -> list | str | None:
    """What the frame answers; None where it has gone."""
    try:
        return _patiently(lambda: frame.evaluate(f"window.lecternPage ? {question} : null"))
    except Error as error:
        if frame.page.is_closed() or "crash" in error.message or frame.parent_frame is None:
            raise
        return None


def _text_of(frame: Frame, at: Point) -> list:
    return [[text, x + at[0], y + at[1], w, h] for text, x, y, w, h in _asked(frame, "lecternPage.textBoxes()") or []]


def _tracked(frame: Frame, at: Point) -> list:
    return [[x + at[0], y + at[1], w, h] for x, y, w, h in _asked(frame, "lecternPage.trackedBoxes()") or []]


def _close_up(devtools: CDPSession, css: tuple[float, float], sharpness: float) -> bytes:
    """What the window shows of the page; a clip counts from the top of the document, however far it is scrolled."""
    seen = devtools.send("Page.getLayoutMetrics")["cssVisualViewport"]
    clip = {"x": seen["pageX"], "y": seen["pageY"], "width": css[0], "height": css[1], "scale": sharpness}
    answer = devtools.send("Page.captureScreenshot", {"format": "png", "clip": clip, "optimizeForSpeed": True})
    return base64.b64decode(answer["data"])
