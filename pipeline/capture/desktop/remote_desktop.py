"""A desktop in a web view: what it shows, and the hands of a person at it."""

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from playwright.sync_api import Error, Page, TimeoutError

from ...base.errors import LecternError
from ...base.geometry import Box
from ...episode.targets import Target
from ..browser.hosts import hosts_of
from ..browser.launch import open_window
from ..browser.screencast import Screencast
from ..browser.tabs import BrowserTabs, PageRecorder
from ..chromium import chromium, playwright_reason
from ..hand import Point, pointer_path, typing_delays
from ..pictures import picture_of_png
from ..pixels.painted import is_painted
from ..pixels.screen_vision import AmbiguousTarget, ScreenVision
from ..request import CaptureRequest, Phase
from ..take import KeyPress, PointerPoint
from ..terminal.shell_folders import open_shell_folders
from .bridge import find_websockify, serve_desktop
from .display import open_display
from .environment import display_scale
from .programs import Programs
from .typed import TypedTexts

PATIENCE = 5.0
"""Seconds within which a target has to appear."""
CONNECT_TIMEOUT = 20.0
APPEAR_TIMEOUT = 30.0
"""Seconds within which a program shows something."""
PAINT_TIMEOUT = 10.0
"""Seconds that its window has to be filled: one that stays empty is filmed as it is."""
PRESS_SECONDS = 0.07
"""Seconds that a button or a key is held down."""
DOUBLE_CLICK_SECONDS = 0.09
"""Seconds between the clicks of a double click."""


@dataclass
class RemoteDesktop:
    """What is filmed, and what was noted on the way (times are epoch seconds until the take is made).

    `sight` recognises what is seen; `programs` are those of a desktop of Lectern's own, `web_view` the page of one that
    is somewhere else, whose pixels of CSS are `scale` px wide. `typed` is what was typed and may be read, `typed_secrets` what
    steps (by phase and index) typed and nobody may read.
    """

    page: Page
    request: CaptureRequest
    film: PageRecorder
    sight: ScreenVision
    programs: Programs | None = None
    web_view: BrowserTabs | None = None
    scale: float = 1.0
    filming: bool = False
    pointer: list[PointerPoint] = field(default_factory=list)
    keys: list[KeyPress] = field(default_factory=list)
    moving: list[tuple[float, float]] = field(default_factory=list)
    typed: TypedTexts = field(default_factory=TypedTexts)
    typed_secrets: dict[tuple[Phase, int], str] = field(default_factory=dict)
    at: Point = (0.0, 0.0)

    def wait(self, seconds: float) -> None:
        """Let time pass; what is painted meanwhile is filmed. Raises LecternError where a program can do no more."""
        if seconds > 0.001:
            self.page.wait_for_timeout(seconds * 1000)
            if self.programs:
                self.programs.look()

    def check(self, wanted: bool = True) -> None:
        """Raise LecternError where the connection, or the program (if one is `wanted`), is no longer there."""
        if self.web_view:
            self.web_view.attend()
        if self.programs is None:
            return
        self.programs.check(wanted)
        if self.page.evaluate("lecternDesktop.state") != "connected":
            raise LecternError(
                f"the connection to the desktop was lost {self.page.evaluate('lecternDesktop.reason')}".rstrip()
            )

    def picture(self) -> np.ndarray:
        """Return what is seen now (RGB)."""
        if self.filming:
            return self.film.frames[-1].picture(self.request.size)
        return picture_of_png(self.page.screenshot(), self.request.size)

    def meanwhile[T](self, make: Callable[[], T]) -> T:
        """Return the result of something that takes long; filming goes on meanwhile."""
        with ThreadPoolExecutor(1) as pool:
            making = pool.submit(make)
            while not making.done():
                self.wait(0.015)
            return making.result()

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until `condition` holds, for `seconds` at most, and return whether it held. It is asked once more after that time."""
        end = time.monotonic() + seconds
        while True:
            begun = time.monotonic()
            if condition():
                return True
            if begun > end:
                return False
            self.check()
            self.wait(0.05)

    def find(self, target: Target, patience: float = PATIENCE) -> Box:
        """Wait for the one box that `target` names, and return it; a position is a box without extent.

        Raises AmbiguousTarget, with how many there are, where it isn't there exactly once within `patience` seconds.
        """
        end = time.monotonic() + patience
        while True:
            picture, begun = self.picture(), time.monotonic()
            try:
                return self.meanwhile(partial(self.sight.one, picture, target))
            except AmbiguousTarget as error:
                if (error.count and target.nth is None) or begun > end:
                    raise
            self.check()
            self.wait(0.1)

    def px(self, point: tuple[float, float]) -> Point:
        """Return a fraction of the content in px of CSS."""
        return point[0] * self.request.size[0] / self.scale, point[1] * self.request.size[1] / self.scale

    def move(self, to: Point, seed: str) -> None:
        """Move the pointer to `to` (px of CSS) along a hand's way."""
        self.note_pointer()
        begun = time.time()
        for seconds, point in pointer_path(self.at, to, seed):
            self.wait(begun + seconds - time.time())
            self.at = point
            self.note_pointer()
            self.page.mouse.move(*point)

    def press(self, down: bool, button: str = "left") -> float:
        """Press or let go of a button, and return when that was."""
        moment = time.time()
        self.note_pointer(pressed=down)
        (self.page.mouse.down if down else self.page.mouse.up)(button=button)  # type: ignore[arg-type]
        return moment

    def click(self, button: str, times: int) -> float:
        """Click where the pointer is, and return when it was first pressed."""
        moments = []
        for number in range(times):
            self.wait(DOUBLE_CLICK_SECONDS if number else 0)
            moments.append(self.press(True, button))
            self.wait(PRESS_SECONDS)
            self.press(False, button)
        return moments[0]

    def write(self, text: str, seed: str, speed: float | None = None) -> float:
        """Type as a person does, `speed` characters a second (None: as the request says), and return when the first key went down."""
        begun = due = time.time()
        for delay, key in typing_delays(text, speed or self.request.typing_speed, seed):
            due += delay
            self.wait(due - time.time())
            self._type(key)
        return begun

    def strike(self, name: str, key: str) -> float:
        """Press the keys that a script calls `name` and Playwright `key`, together, and return when that was."""
        moment = time.time()
        self.keys.append(KeyPress(time=moment, keys=name))
        self.page.keyboard.press(key, delay=PRESS_SECONDS * 1000)
        return moment

    def note_pointer(self, pressed: bool = False) -> None:
        """Note where the pointer is now."""
        x, y = (side * self.scale / whole for side, whole in zip(self.at, self.request.size, strict=True))
        self.pointer.append(PointerPoint(time=time.time(), x=x, y=y, pressed=pressed))

    def _type(self, key: str) -> None:
        if self.programs is None:
            self.page.keyboard.type(key)
        else:
            self.page.evaluate("key => lecternDesktop.type(key)", key)


@contextmanager
def open_remote_desktop(request: CaptureRequest, episode: Path) -> Iterator[RemoteDesktop]:
    """Yield the desktop that `request` asks for, with its program in sight. All of it ends after the block."""
    if bool(request.app) == bool(request.url):
        raise LecternError("a desktop needs either an app (a program to run) or an url (where a desktop is seen)")
    if request.deterministic:
        raise LecternError(
            "a desktop has a clock of its own, so no two recordings are the same; leave out deterministic: true"
        )
    with _open_web_desktop(request, episode) if request.url else _open_own_desktop(request, episode) as session:
        session.at = session.px((0.74, 0.86))
        session.page.mouse.move(*session.at)
        yield session


@contextmanager
def _open_own_desktop(request: CaptureRequest, episode: Path) -> Iterator[RemoteDesktop]:
    with ExitStack() as stack:
        place = stack.enter_context(open_shell_folders(request, episode))
        find_websockify()
        shown = stack.enter_context(open_display(request.size, round(96 * display_scale(request)), place.rc))
        programs = Programs(request, place, shown, stack)
        programs.start(request.app)
        bridge = stack.enter_context(serve_desktop(shown.socket, place.rc))
        programs.rely_on(bridge.server)
        browser = stack.enter_context(chromium(request.chromium))
        width, height = request.size
        page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1)
        page.evaluate(
            "address => { location.href = address }", bridge.address
        )  # `_wait_for_program` looks whether it comes
        film = Screencast()
        film.follow(page)
        session = RemoteDesktop(page, request, film, ScreenVision(request, episode), programs)
        _wait_for_program(session)
        programs.later_windows_have_frames()
        yield session


@contextmanager
def _open_web_desktop(request: CaptureRequest, episode: Path) -> Iterator[RemoteDesktop]:
    """Yield the page at the request's url, as large as the content, with the login that it asks for."""
    hosts, scale = hosts_of(request), request.environment.scale
    hosts.check(request.url)
    with tempfile.TemporaryDirectory(prefix="lectern-capture-") as downloads:
        with open_window(request, scale, None, Path(downloads), hosts) as opened:
            tabs = BrowserTabs(opened, Screencast(), hosts)
            tabs.open()
            _go_to_url(tabs, request.url)
            sight = ScreenVision(request, episode)
            yield RemoteDesktop(tabs.page, request, tabs.film, sight, web_view=tabs, scale=scale)


def _go_to_url(tabs: BrowserTabs, url: str) -> None:
    try:
        answer = tabs.page.goto(url, wait_until="load")
    except Error as error:
        tabs.complain()
        raise LecternError(f"{url} can't be opened: {playwright_reason(error)}") from error
    if answer and not answer.ok:
        raise LecternError(f"{url} answers {answer.status} {answer.status_text}")


def _is_connected(page: Page) -> bool:
    """Wait up to half a second for the connection; `evaluate` would wait for ever for a server that doesn't answer."""
    try:
        page.wait_for_function("window.lecternDesktop?.state === 'connected'", polling=30, timeout=500)
        return True
    except TimeoutError:
        return False


def _wait_for_program(session: RemoteDesktop) -> None:
    """Wait until the connection is made and the program shows something, and then nothing new for a moment."""
    page, end = session.page, time.monotonic() + CONNECT_TIMEOUT
    while not _is_connected(page):
        if session.programs:
            session.programs.check()
        if time.monotonic() > end:
            raise LecternError(f"the browser reached no desktop within {CONNECT_TIMEOUT:g} s")
    if not session.until(lambda: bool(session.picture().any()), APPEAR_TIMEOUT):
        raise LecternError(f"the program showed nothing within {APPEAR_TIMEOUT:g} s")
    session.until(lambda: is_painted(session.picture()), PAINT_TIMEOUT)
    page.evaluate("lecternDesktop.fill()")
    before, still = session.picture(), 0
    for _ in range(40):
        session.wait(0.15)
        now = session.picture()
        still = still + 1 if np.array_equal(now, before) else 0
        before = now
        if still == 3:
            break
    session.check()
