"""A page whose time stands still between two frames of the film: what is done falls on the same frame on every run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from playwright.sync_api import Browser, Page, Response, sync_playwright

from ...errors import LecternError
from ...geometry import Size
from ..carried import page as carried_page
from ..pointer import Point
from ..request import CaptureRequest
from ..stepped import EPOCH, Refuses, SteppedPage, stepped_page
from .devices import Device
from .launch import LOCALE, TIMEZONE, Window, network_of
from .screencast import Shown, same

FPS = 30
_HAIR = 1e-6
_LOADS = 600
"""Frames within which a page that a click or a key has gone to is loaded."""
_MODIFIERS = {"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}
_NUMBERS = {
    "Backspace": 8, "Tab": 9, "Enter": 13, "Escape": 27, "Space": 32, "PageUp": 33, "PageDown": 34, "End": 35, "Home": 36,
    "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Insert": 45, "Delete": 46,
    **{f"F{n}": 111 + n for n in range(1, 13)}, **{sign: 48 + n for n, sign in enumerate(")!@#$%^&*(")},
    **{sign: 186 + n for n, signs in enumerate((";:", "=+", ",<", "-_", ".>", "/?", "`~")) for sign in signs},
    **{sign: 219 + n for n, signs in enumerate(("[{", "\\|", "]}", "'\"")) for sign in signs},
}  # fmt: skip
"""Windows' codes of keys, on a keyboard of the United States. (That of a full stop is not its character's, which is Delete.)"""
_TEXTS = {"Enter": "\r", "Space": " "}


@dataclass
class Lockstep:
    """The film and the hands at once. Times are seconds since the first frame."""

    stepped: SteppedPage
    size: Size
    _shown: list[Shown] = field(default_factory=list)
    _count: int = 0
    _owed: float = 0.0
    _zero: float = 0.0
    _recording: bool = False
    _png: bytes = b""
    _veil: np.ndarray | None = None
    _held: bool = False
    _status: int | None = None

    def guard(self, refuses: Refuses) -> None:
        """Nothing is asked for that `refuses` refuses. (Playwright can't be asked while time passes: it is not listening.)"""
        self.stepped.guard(refuses)

    # The film

    @property
    def frames(self) -> list[Shown]:
        return self._shown

    @property
    def stirred(self) -> tuple[tuple[float, float], ...]:
        return ()

    def now(self) -> float:
        return self._count / FPS

    def moment(self, page_time: float) -> float:
        return self._zero + page_time / 1000 - EPOCH

    def wait(self, seconds: float) -> None:
        """Whole frames pass; what is left of one counts for the next wait."""
        self._owed += seconds
        while self._owed > 1 / FPS - _HAIR:
            self._owed -= 1 / FPS
            self._frame()

    def follow(self, page: Page) -> None:
        page.on("response", self._answered)

    def visit(self, page: Page, address: str) -> int | None:
        """Opens an address; its status."""
        self._status = None
        self.stepped.load(address)
        self._begun()
        return self._status

    def loaded(self, page: Page) -> None:
        """Time passes until the page is loaded; only then it begins for its scripts."""
        for _ in range(_LOADS):
            if self.stepped.evaluate("document.readyState === 'complete'"):
                break
            self.stepped.step()
        else:
            raise LecternError("the page does not finish loading")
        if not self.stepped.evaluate("Boolean(window.lecternSeen)"):
            self.stepped.begin()
            self._begun()

    def start(self) -> None:
        self._recording = True
        self._frame()
        if not self._shown:
            self._shown.append(Shown(self.now(), self._png))

    def settle(self, quiet: float, most: float) -> bool:
        begun = self.now()
        while self.now() - begun < most - _HAIR:
            latest = self._shown[-1].time if self._shown else begun
            if self.now() - max(begun, latest) > quiet - _HAIR:
                return True
            self._frame()
        return False

    def changed_after(self, moment: float) -> float | None:
        return next((shown.time for shown in self._shown if shown.time > moment + _HAIR), None)

    def cover(self, veil: np.ndarray | None) -> None:
        self._veil = veil
        self._keep(self._png)

    def blink(self, begun: float, ended: float) -> None:
        """Nothing is ever painted for another purpose."""

    def stop(self) -> None:
        self._recording = False

    def _frame(self) -> None:
        self._png = self.stepped.step().png or self._png
        self._count += 1
        self._keep(self._png)

    def _keep(self, png: bytes) -> None:
        shown = Shown(self.now(), png, self._veil)
        if not self._recording or (self._shown and same(self._shown[-1], shown)):
            return
        if self._shown and self._shown[-1].time >= shown.time - _HAIR:
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

    def move(self, to: Point) -> None:
        self._mouse("mouseMoved", to, "left" if self._held else "none")

    def press(self, button: str, times: int) -> None:
        self._held = True
        self._mouse("mousePressed", self._at, button, times)

    def release(self, button: str, times: int) -> None:
        self._held = False
        self._mouse("mouseReleased", self._at, button, times)

    def key(self, name: str) -> None:
        *modifiers, key = name.split("+") if name != "+" else ["+"]
        held = sum(_MODIFIERS.get(modifier, 0) for modifier in modifiers)
        text = "" if held & 7 else _TEXTS.get(key, key if len(key) == 1 else "")
        number = _NUMBERS.get(key, ord(key.upper()) if len(key) == 1 and key.isalnum() else 0)
        self.stepped.press(" " if key == "Space" else key, key, text, held, number)

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
def lockstep(request: CaptureRequest, scale: float, device: Device | None) -> Iterator[tuple[Window, Lockstep, Page]]:
    """A window with one page, its film and its hands."""
    size = device.size if device else request.size
    css = tuple(-(-side // scale) for side in size)
    flags = ("--remote-debugging-port=0", f"--force-device-scale-factor={scale}", *network_of(request))
    observing = carried_page("observe.js").read_text(encoding="utf-8")
    with (
        stepped_page((int(css[0]), int(css[1])), FPS, transparent=False, scripts=(observing,), seed=request.seed, flags=flags) as stepped,
        sync_playwright() as playwright,
    ):
        _dress(stepped, request, device, (int(css[0]), int(css[1])))
        browser: Browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{stepped.port()}")
        context = browser.contexts[0]
        context.add_cookies([{"name": c.name, "value": c.value, "url": c.url} for c in request.environment.cookies])
        yield Window(context, size, scale, device), Lockstep(stepped, size), context.pages[-1]


def _dress(stepped: SteppedPage, request: CaptureRequest, device: Device | None, css: Size) -> None:
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
