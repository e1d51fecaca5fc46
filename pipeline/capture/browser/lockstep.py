"""A page whose time stands still between two frames of the film: what is done falls on the same frame on every run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import override

import numpy as np
from playwright.sync_api import Browser, Page, Response, sync_playwright

from ...base.assets import page_file
from ...base.errors import LecternError
from ...base.geometry import Size
from ..chromium import DeathWatch
from ..hand import Point
from ..request import CaptureRequest
from ..stepped_page import EPOCH, RequestFilter, SteppedPage, stepped_page
from ..take import FPS
from .devices import Device
from .gate import open_gate
from .hosts import Hosts
from .input import Hands
from .launch import LOCALE, TIMEZONE, BrowserWindow
from .screencast import PageFrame, same_picture
from .tabs import PageRecorder

_EPSILON = 1e-6
_MAX_LOADING_FRAMES = 600
"""Frames within which a page that a click or a key has gone to is loaded."""
_MODIFIERS = {"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}
_KEY_CODES = {
    "Backspace": 8, "Tab": 9, "Enter": 13, "Escape": 27, "Space": 32, "PageUp": 33, "PageDown": 34, "End": 35, "Home": 36,
    "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Insert": 45, "Delete": 46,
    **{f"F{n}": 111 + n for n in range(1, 13)}, **{sign: 48 + n for n, sign in enumerate(")!@#$%^&*(")},
    **{sign: 186 + n for n, signs in enumerate((";:", "=+", ",<", "-_", ".>", "/?", "`~")) for sign in signs},
    **{sign: 219 + n for n, signs in enumerate(("[{", "\\|", "]}", "'\"")) for sign in signs},
}  # fmt: skip
"""Windows' codes of keys, on a keyboard of the United States. (That of a full stop is not its character's, which is Delete.)"""
_KEY_TEXTS = {"Enter": "\r", "Space": " "}


@dataclass
class Lockstep(PageRecorder, Hands):
    """The film and the hands at once. Times are seconds since the first frame."""

    stepped: SteppedPage
    size: Size
    _shown: list[PageFrame] = field(default_factory=list)
    _count: int = 0
    _owed: float = 0.0
    _zero: float = 0.0
    _recording: bool = False
    _png: bytes = b""
    _veil: np.ndarray | None = None
    _held: bool = False
    _status: int | None = None

    def guard(self, refuses: RequestFilter) -> None:
        """Refuse every request that `refuses` refuses. Playwright can't do it: it doesn't listen while time passes."""
        self.stepped.guard(refuses)

    # The film

    @property
    @override
    def frames(self) -> list[PageFrame]:
        return self._shown

    @property
    @override
    def disturbed(self) -> tuple[tuple[float, float], ...]:
        """No span: the recorder never holds the page up."""
        return ()

    @override
    def now(self) -> float:
        return self._count / FPS

    @override
    def moment(self, page_time: float) -> float:
        return self._zero + page_time / 1000 - EPOCH

    @override
    def wait(self, seconds: float) -> None:
        self._owed += seconds
        while self._owed > 1 / FPS - _EPSILON:
            self._owed -= 1 / FPS
            self._frame()

    @override
    def follow(self, page: Page) -> None:
        """Do nothing: there is only one page."""
        page.on("response", self._answered)

    @override
    def visit(self, page: Page, address: str) -> int | None:
        self._status = None
        self.stepped.load(address)
        self._begun()
        return self._status

    @override
    def loaded(self, page: Page) -> None:
        """Let time pass until the page is loaded; for its scripts it only begins then."""
        for _ in range(_MAX_LOADING_FRAMES):
            if self.stepped.evaluate("document.readyState === 'complete'"):
                break
            self.stepped.step()
        else:
            raise LecternError("the page does not finish loading")
        if not self.stepped.evaluate("Boolean(window.lecternSeen)"):
            self.stepped.begin()
            self._begun()

    @override
    def start(self) -> None:
        self._recording = True
        self._frame()
        if not self._shown:
            self._shown.append(PageFrame(self.now(), self._png))

    @override
    def settle(self, quiet: float, most: float) -> bool:
        begun = self.now()
        while self.now() - begun < most - _EPSILON:
            latest = self._shown[-1].time if self._shown else begun
            if self.now() - max(begun, latest) > quiet - _EPSILON:
                return True
            self._frame()
        return False

    @override
    def changed_after(self, moment: float) -> float | None:
        return next((shown.time for shown in self._shown if shown.time > moment + _EPSILON), None)

    @override
    def cover(self, veil: np.ndarray | None) -> None:
        self._veil = veil
        self._keep(self._png)

    @override
    def drop_frames(self, begun: float, ended: float, is_true: Callable[[PageFrame], bool]) -> None:
        """Do nothing: screenshots don't disturb this film."""

    @override
    def forget(self) -> None:
        self._shown = self._shown[-1:]

    @override
    def stop(self) -> None:
        self._recording = False

    def _frame(self) -> None:
        self._png = self.stepped.step().png or self._png
        self._count += 1
        self._keep(self._png)

    def _keep(self, png: bytes) -> None:
        shown = PageFrame(self.now(), png, self._veil)
        if not self._recording or (self._shown and same_picture(self._shown[-1], shown)):
            return
        if self._shown and self._shown[-1].time >= shown.time - _EPSILON:
            self._shown.pop()
        self._shown.append(shown)

    def _begun(self) -> None:
        self._zero = self.now()
        self.stepped.evaluate("window.lecternSeen = true")

    def _answered(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and request.frame.parent_frame is None:
            self._status = response.status

    # The hands

    @override
    def move(self, to: Point) -> None:
        self._mouse("mouseMoved", to, "left" if self._held else "none")

    @override
    def press(self, button: str, times: int) -> None:
        self._held = True
        self._mouse("mousePressed", self._at, button, times)

    @override
    def release(self, button: str, times: int) -> None:
        self._held = False
        self._mouse("mouseReleased", self._at, button, times)

    @override
    def key(self, name: str) -> None:
        *modifiers, key = name.split("+") if name != "+" else ["+"]
        held = sum(_MODIFIERS.get(modifier, 0) for modifier in modifiers)
        text = "" if held & 7 else _KEY_TEXTS.get(key, key if len(key) == 1 else "")
        number = _KEY_CODES.get(key, ord(key.upper()) if len(key) == 1 and key.isalnum() else 0)
        self.stepped.press(" " if key == "Space" else key, key, text, held, number)

    @override
    def write(self, char: str) -> None:
        if char == "\n":
            self.key("Enter")
        else:
            self.stepped.insert(char)

    _at: Point = (0.0, 0.0)

    def _mouse(self, kind: str, to: Point, button: str, times: int = 0) -> None:
        self._at = to
        self.stepped.post("Input.dispatchMouseEvent", type=kind, x=to[0], y=to[1], button=button, clickCount=times)
        for _ in range(3):  # an answer comes with the next frame only; until then the event has reached the page
            self.stepped.evaluate("0")


@contextmanager
def open_lockstep(
    request: CaptureRequest, scale: float, device: Device | None, hosts: Hosts
) -> Iterator[tuple[BrowserWindow, Lockstep, Page]]:
    """Yield a window with one page, its film and its hands. It reaches what `hosts` allow."""
    size = device.size if device else request.size
    css = tuple(-(-side // scale) for side in size)
    flags = ("--remote-debugging-port=0", f"--force-device-scale-factor={scale}")
    observing = page_file("observe.js").read_text(encoding="utf-8")
    with (
        DeathWatch(),
        open_gate(hosts) as ways_out,
        stepped_page(
            (int(css[0]), int(css[1])),
            FPS,
            transparent=False,
            scripts=(observing,),
            seed=request.seed,
            flags=(*flags, *ways_out),
        ) as stepped,
        sync_playwright() as playwright,
    ):
        _emulate_device(stepped, request, device, (int(css[0]), int(css[1])))
        browser: Browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{stepped.port()}")
        context = browser.contexts[0]
        context.add_cookies([{"name": c.name, "value": c.value, "url": c.url} for c in request.environment.cookies])
        yield BrowserWindow(context, size, scale, device), Lockstep(stepped, size), context.pages[-1]


def _emulate_device(stepped: SteppedPage, request: CaptureRequest, device: Device | None, css: Size) -> None:
    environment = request.environment
    if environment.login:
        raise LecternError('a login can\'t be used by a deterministic capture; leave out "deterministic: true"')
    width, height = css
    stepped.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=0, mobile=False)
    stepped.send("Emulation.setTimezoneOverride", timezoneId=environment.timezone or TIMEZONE)
    stepped.send("Emulation.setLocaleOverride", locale=environment.locale or LOCALE)
    scheme = {"name": "prefers-color-scheme", "value": environment.colour_scheme or "light"}
    stepped.send("Emulation.setEmulatedMedia", features=[scheme])
    if device:
        stepped.send("Emulation.setUserAgentOverride", userAgent=device.user_agent)
        stepped.send("Emulation.setTouchEmulationEnabled", enabled=True)
