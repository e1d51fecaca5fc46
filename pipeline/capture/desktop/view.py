"""A desktop in a web view: what it shows, and the hands of a person at it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from playwright.sync_api import Page

from ...errors import LecternError
from ..browser.screen import Film, Screen
from ..browser.screencast import Screencast
from ..cadence import cadence
from ..chromium import chromium
from ..pictures import picture_of_png
from ..pixels.sight import Sight
from ..pointer import Point, pointer_way
from ..request import CaptureRequest
from ..take import KeyPress, PointerPoint
from ..terminal.place import place_of
from .bridge import bridged
from .display import display
from .programs import Programs
from .room import enlargement
from .web import web_view

CONNECTS = 30.0
APPEARS = 30.0
"""Seconds within which a program shows something."""
PRESSED = 0.07
"""Seconds that a button or a key is held down."""
TWICE = 0.09
"""Seconds between the clicks of a double click."""

Made = TypeVar("Made")


@dataclass
class View:
    """What is filmed, and what was noted on the way (times are epoch seconds until the take is made).

    `sight` recognises what is seen; `programs` are those of a desktop of Lectern's own, `screen` the web view of one that
    is somewhere else, whose pixels of CSS are `scale` px wide. `secrets` are what steps (by phase and index) typed and
    nobody may read.
    """

    page: Page
    request: CaptureRequest
    cast: Film
    sight: Sight
    programs: Programs | None = None
    screen: Screen | None = None
    scale: float = 1.0
    filming: bool = False
    pointer: list[PointerPoint] = field(default_factory=list)
    keys: list[KeyPress] = field(default_factory=list)
    moving: list[tuple[float, float]] = field(default_factory=list)
    secrets: dict[tuple[str, int], str] = field(default_factory=dict)
    at: Point = (0.0, 0.0)

    def wait(self, seconds: float) -> None:
        """Lets time pass; what is painted meanwhile is filmed."""
        if seconds > 0.001:
            self.page.wait_for_timeout(seconds * 1000)

    def check(self, wanted: bool = True) -> None:
        """LecternError where the connection, or the program (if one is `wanted`), is no longer there."""
        if self.screen:
            self.screen.attend()
        if self.programs is None:
            return
        self.programs.check(wanted)
        if self.page.evaluate("lecternDesktop.state") != "connected":
            raise LecternError(f"the connection to the desktop was lost {self.page.evaluate('lecternDesktop.reason')}".rstrip())

    def picture(self) -> np.ndarray:
        """What is seen now (RGB)."""
        if self.filming:
            return self.cast.frames[-1].picture(self.request.size)
        return picture_of_png(self.page.screenshot(), self.request.size)

    def meanwhile(self, make: Callable[[], Made]) -> Made:
        """The result of something that takes long; filming goes on meanwhile."""
        with ThreadPoolExecutor(1) as pool:
            making = pool.submit(make)
            while not making.done():
                self.wait(0.015)
            return making.result()

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Waits until `condition` holds, at most for `seconds`; whether it held. It is asked once more after that time."""
        end = time.monotonic() + seconds
        while True:
            begun = time.monotonic()
            if condition():
                return True
            if begun > end:
                return False
            self.check()
            self.wait(0.05)

    def px(self, point: tuple[float, float]) -> Point:
        """A fraction of the content in px of CSS."""
        return point[0] * self.request.size[0] / self.scale, point[1] * self.request.size[1] / self.scale

    def move(self, to: Point, seed: str) -> None:
        """Moves the pointer to `to` (px of CSS) along a hand's way."""
        self.note_pointer()
        begun = time.time()
        for seconds, point in pointer_way(self.at, to, seed):
            self.wait(begun + seconds - time.time())
            self.at = point
            self.note_pointer()
            self.page.mouse.move(*point)

    def press(self, down: bool, button: str = "left") -> float:
        """Presses or lets go of a button; returns when."""
        moment = time.time()
        self.note_pointer(pressed=down)
        (self.page.mouse.down if down else self.page.mouse.up)(button=button)  # type: ignore[arg-type]
        return moment

    def click(self, button: str, times: int) -> float:
        """Clicks where the pointer is; returns when it was first pressed."""
        moments = []
        for number in range(times):
            self.wait(TWICE if number else 0)
            moments.append(self.press(True, button))
            self.wait(PRESSED)
            self.press(False, button)
        return moments[0]

    def write(self, text: str, seed: str) -> float:
        """Types as a person does; returns when the first key went down."""
        begun = due = time.time()
        for delay, key in cadence(text, self.request.typing_speed, seed):
            due += delay
            self.wait(due - time.time())
            self._type(key)
        return begun

    def strike(self, name: str, key: str) -> float:
        """Presses the keys that a script calls `name` and Playwright `key`, together; returns when."""
        moment = time.time()
        self.keys.append(KeyPress(time=moment, keys=name))
        self.page.keyboard.press(key, delay=PRESSED * 1000)
        return moment

    def note_pointer(self, pressed: bool = False) -> None:
        """Logs where the pointer is now."""
        x, y = (side * self.scale / whole for side, whole in zip(self.at, self.request.size, strict=True))
        self.pointer.append(PointerPoint(time=time.time(), x=x, y=y, pressed=pressed))

    def _type(self, key: str) -> None:
        if self.programs is None:
            self.page.keyboard.type(key)
        else:
            self.page.evaluate("key => lecternDesktop.type(key)", key)


@contextmanager
def view(request: CaptureRequest, episode: Path) -> Iterator[View]:
    """The desktop that `request` asks for, with its program in sight. All of it is gone after the block."""
    if bool(request.app) == bool(request.url):
        raise LecternError("a desktop needs either an app (a program to run) or an url (where a desktop is seen)")
    if request.deterministic:
        raise LecternError("a desktop has a clock of its own, so no two recordings are the same; leave out deterministic: true")
    with _elsewhere(request, episode) if request.url else _own(request, episode) as scene:
        scene.at = scene.px((0.74, 0.86))
        scene.page.mouse.move(*scene.at)
        yield scene


@contextmanager
def _own(request: CaptureRequest, episode: Path) -> Iterator[View]:
    with ExitStack() as stack:
        place = stack.enter_context(place_of(request, episode))
        shown = stack.enter_context(display(request.size, round(96 * enlargement(request)), place.rc))
        programs = Programs(request, place, shown, stack)
        programs.start(request.app)
        address = stack.enter_context(bridged(shown.socket))
        browser = stack.enter_context(chromium(request.chromium))
        width, height = request.size
        page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1)
        page.goto(address)
        cast = Screencast()
        cast.follow(page)
        scene = View(page, request, cast, Sight(request, episode), programs)
        _appeared(scene)
        programs.later_windows_have_frames()
        yield scene


@contextmanager
def _elsewhere(request: CaptureRequest, episode: Path) -> Iterator[View]:
    with web_view(request) as screen:
        yield View(screen.page, request, screen.film, Sight(request, episode), screen=screen, scale=request.environment.scale)


def _appeared(scene: View) -> None:
    """Waits until the connection stands and the program shows something, and then nothing new for a moment."""
    page, end = scene.page, time.monotonic() + CONNECTS
    while page.evaluate("window.lecternDesktop?.state") != "connected":
        if scene.programs:
            scene.programs.check()
        if time.monotonic() > end:
            raise LecternError(f"the browser reached no desktop within {CONNECTS:g} s")
        scene.wait(0.03)
    if not scene.until(lambda: bool(scene.picture().any()), APPEARS):
        raise LecternError(f"the program showed nothing within {APPEARS:g} s")
    before, still = scene.picture(), 0
    for _ in range(40):
        scene.wait(0.15)
        now = scene.picture()
        still = still + 1 if np.array_equal(now, before) else 0
        before = now
        if still == 3:
            break
    scene.check()
