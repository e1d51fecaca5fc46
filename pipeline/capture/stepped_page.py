"""A page whose time passes only on command: frame by frame, the same picture on every run.

chromium-headless-shell under BeginFrameControl, with virtual time. What it takes, each found by a run that differed:
frame times that begin at `virtualTimeTicksBase`, steps of whole milliseconds, `performance.now()` and the times of
animation frames rounded, a seeded `Math.random`, and a clock of the page that starts with the first frame.
"""

import base64
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..base.assets import ASSETS
from ..base.errors import LecternError
from ..base.geometry import Size
from .browser.gate import network_flags
from .chromium import without_sandbox
from .devtools import DevTools, NoAnswer, browser_with_pipes

SOURCE = ASSETS / "pages" / "stepped.js"
EPOCH = 1_700_000_000
"""Seconds since 1970 at which every page begins."""
HANG_SECONDS = 20.0
"""Seconds (of a watch) after which a frame is not expected any more."""
_MOMENT = 0.1
"""Milliseconds between a frame and the picture taken of it afterwards, in which no script runs.

A tenth, or two: pages see times on a grid of tenths, and what lies between is rounded by chance.
"""
_FRAME_DELAY = 0.2
"""Milliseconds by which frames come after timers that are due at the same time.

The clock is never ahead of the frame that follows: what looks at an animation between two frames moves it to a time up to
the clock's, and it never goes back.
"""
_EPSILON = 0.0004
"""Milliseconds that keep a time, which the browser cuts to microseconds, from falling to the one before."""
_PICTURE = {"screenshot": {"format": "png", "optimizeForSpeed": True}}
_MAX_LOADING_FRAMES = 400
"""Frames of a page's clock within which it has to be loaded."""
_NAMES = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")
_CACHES = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright", "~/AppData/Local/ms-playwright")
_INSTALL_HINT = (
    "Install it (Debian and Ubuntu: sudo apt install chromium-headless-shell; elsewhere: "
    "python -m playwright install --only-shell chromium), or name the program in the variable LECTERN_HEADLESS_SHELL"
)
_FLAGS = (
    "--headless", "--enable-begin-frame-control", "--run-all-compositor-stages-before-draw",
    "--disable-new-content-rendering-timeout", "--disable-threaded-animation", "--disable-threaded-scrolling",
    "--disable-checker-imaging", "--disable-image-animation-resync", "--enable-surface-synchronization",
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--disable-domain-reliability", "--disable-crash-reporter", "--disable-breakpad",
    "--hide-scrollbars", "--force-color-profile=srgb", "--disable-lcd-text", "--font-render-hinting=none",
    "--force-device-scale-factor=1", "--mute-audio", "--disable-dev-shm-usage",
)  # fmt: skip


@dataclass(frozen=True)
class PageResponse:
    """What a page gets for an address: `status` 200, or 404 and the like."""

    body: bytes = b""
    type: str = "text/plain"
    status: int = 200


@dataclass(frozen=True)
class PageError:
    """Something a page's script did not catch: `line` (from 1) of the file at `url`."""

    message: str
    url: str = ""
    line: int = 0


@dataclass(frozen=True)
class RenderedFrame:
    """A frame: its PNG (with alpha; the same object while nothing changes), and whether it differs from the one before."""

    png: bytes
    changed: bool


PageSource = Callable[[str], PageResponse]
RequestFilter = Callable[[str, bool], bool]
"""Returns whether an address may not be asked for; the second argument says whether the page itself goes there."""


class NeverLoaded(NoAnswer):
    """The page is not loaded, however much time passes for it."""


@contextmanager
def stepped_page(
    size: Size, fps: int, program: str = "", *, transparent: bool = True, serve: PageSource | None = None, scripts: tuple[str, ...] = (),
    seed: int = 1, hangs: float = HANG_SECONDS, flags: tuple[str, ...] = (),
) -> Iterator["SteppedPage"]:  # fmt: skip
    """Yield a page of `size` px that is driven by `SteppedPage`; its browser ends after the block.

    With `serve` the network is off: every request is answered by it (addresses whole, as https://host/path).
    `scripts` run before those of every document; `flags` go to the browser besides its own. Raises LecternError without a
    browser, BrowserDied where it ends too early.
    """
    own = (
        *_FLAGS,
        f"--window-size={size[0]},{size[1]}",
        *(network_flags() if serve else ()),
        *(("--no-sandbox",) if without_sandbox() else ()),
    )
    with browser_with_pipes(find_headless_shell(program), (*own, *flags)) as devtools:
        yield SteppedPage(
            devtools,
            size,
            fps,
            transparent,
            serve,
            (f"const LECTERN_SEED = {seed};{SOURCE.read_text('utf-8')}", *scripts),
            hangs,
        )


def find_headless_shell(program: str = "") -> Path:
    """Return `program` if given, the one named by LECTERN_HEADLESS_SHELL, or one that is installed. Raises LecternError without one."""
    named = program or os.environ.get("LECTERN_HEADLESS_SHELL", "")
    if named and not shutil.which(os.path.expanduser(named)):
        raise LecternError(f"there is no program {named}. {_INSTALL_HINT}")
    found = [named] if named else [path for name in _NAMES if (path := shutil.which(name))]
    found += [
        str(p)
        for c in _CACHES
        for n in _NAMES
        for p in sorted(Path(c).expanduser().glob(f"chromium_headless_shell-*/*/{n}*"))
    ]
    if not found:
        raise LecternError(
            f"html clips and deterministic pages need chromium-headless-shell, and it was not found. {_INSTALL_HINT}"
        )
    return _real_program(Path(os.path.expanduser(found[0])))


class SteppedPage:
    """One page. Its clock stands still but for `load` and `step`; `frame` is the number of the next frame."""

    def __init__(
        self, devtools: DevTools, size: Size, fps: int, transparent: bool, serve: PageSource | None, scripts: tuple[str, ...], hangs: float
    ) -> None:  # fmt: skip
        self.size, self.fps, self.frame, self.faults = size, fps, 0, list[PageError]()
        self._devtools, self._serve, self._hangs = devtools, serve, hangs
        self._budget_spent = self._loaded = True
        self._png, self._moving, self._touched = b"", True, False
        self._begins = 0
        self._open(transparent, scripts)

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send the page a command of the DevTools protocol, and return its answer. Raises NoAnswer where the page hangs."""
        self._touched = self._touched or method.startswith("Input.")
        return self._devtools.send(method, self._session, self._hangs, **params)

    def post(self, method: str, **params: Any) -> None:
        """Send a command without waiting for the answer, which may only come with the next frame (as that of a pointer's move)."""
        self._touched = self._touched or method.startswith("Input.")
        self._devtools.post(method, self._session, **params)

    def port(self) -> int:
        """Return the port that its browser has chosen, where the flags ask for one."""
        return self._devtools.port()

    def on(self, event: str, handler: Callable[[dict[str, Any]], None]) -> None:
        """Give `handler` each of the page's `event`s. It must not call the page."""
        self._devtools.on(event, handler, self._session)

    def guard(self, refuses: RequestFilter) -> None:
        """Refuse every request from now on that `refuses` refuses."""
        self.on("Fetch.requestPaused", lambda asked: self._let_through(asked, refuses))
        self.send("Fetch.enable", patterns=[{"urlPattern": "*"}])

    def load(self, address: str, ready: str = "true") -> None:
        """Open `address` and wait until it is loaded with its fonts and pictures, and `ready` (an expression) is true.

        The page's clock (`performance.now()`, animations, timers) then begins with the next `step`.
        """
        self._loaded = False
        answer = self.send("Page.navigate", url=address)
        if "errorText" in answer:
            raise LecternError(f"{address} can't be opened: {answer['errorText']}")
        for _ in range(_MAX_LOADING_FRAMES):
            self._pass(16)
            if self._loaded and self.evaluate(f"document.fonts.status === 'loaded' && Boolean({ready})"):
                break
        else:
            raise NeverLoaded(
                f"{address} is not loaded after {_MAX_LOADING_FRAMES * 16 / 1000:.0f} seconds of its own time"
            )
        self.frame, self._passed = 0, 0
        self.begin()

    def begin(self) -> None:
        """Let time begin for the scripts of the page, with the next frame."""
        self.evaluate("lecternBegin()")
        self._begins = self.frame

    def step(self) -> RenderedFrame:
        """Draw and return the next frame of the film. A frame in which nothing changed costs next to nothing."""
        self._answer_touch()
        now = round(self.frame * 1000 / self.fps)
        spend, after = now - self._passed if self.frame else 16, _FRAME_DELAY if self.frame == self._begins + 1 else 0.0
        self._passed, self.frame = now, self.frame + 1
        # While things move, a picture is taken with each frame; while they don't, only once something is known to have moved.
        answer = self._pass(spend + after, **(_PICTURE if self._moving else {}))
        if "screenshotData" not in answer and (
            answer["hasDamage"] or not self._png
        ):  # on a busy machine the first may lack it
            answer = self._draw(_MOMENT, **_PICTURE)
        png = base64.b64decode(answer.get("screenshotData", "")) or self._png
        self._moving = png != self._png
        self._png = png if self._moving else self._png
        if "screenshotData" in answer and not self._moving:
            self._draw(2 * _MOMENT)  # a picture leaves a damage of its own behind
        return RenderedFrame(self._png, self._moving)

    def evaluate(self, expression: str) -> Any:
        """Return the value (as JSON has it) of an expression, awaited if it is a promise that is already settled."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise LecternError(_page_error(answer["exceptionDetails"]).message)
        return answer["result"].get("value")

    def insert(self, text: str) -> None:
        """Insert text at the caret, as if it was pasted or written by an input method."""
        self.send("Input.insertText", text=text)

    def press(self, key: str, code: str = "", text: str = "", modifiers: int = 0, number: int = 0) -> None:
        """Press a key down and up: `key` as in KeyboardEvent, `number` its virtual key code, `text` what it writes."""
        shared = {"key": key, "code": code or key, "modifiers": modifiers, "windowsVirtualKeyCode": number}
        self.send(
            "Input.dispatchKeyEvent",
            type="keyDown" if text else "rawKeyDown",
            **shared,
            **({"text": text} if text else {}),
        )
        self.send("Input.dispatchKeyEvent", type="keyUp", **shared)

    def move(self, x: float, y: float, pressed: bool = False) -> None:
        """Move the pointer to `x`, `y` px."""
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y, button="left" if pressed else "none")

    def click(self, x: float, y: float, button: str = "left", times: int = 1) -> None:
        """Click at `x`, `y` px, at this very moment."""
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=times)

    def scroll(self, x: float, y: float, down: float, right: float = 0) -> None:
        """Turn the wheel over `x`, `y` px."""
        self.send("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=right, deltaY=down)

    def _open(self, transparent: bool, scripts: tuple[str, ...]) -> None:
        width, height = self.size
        made = self._devtools.send(
            "Target.createTarget", url="about:blank", enableBeginFrameControl=True, width=width, height=height
        )
        attached = self._devtools.send("Target.attachToTarget", targetId=made["targetId"], flatten=True)
        self._session, self._frame = attached["sessionId"], made["targetId"]
        for domain in ("Page", "Runtime", "HeadlessExperimental"):
            self.send(f"{domain}.enable")
        base = self.send("Emulation.setVirtualTimePolicy", policy="pause", initialVirtualTime=EPOCH)
        self._ticks = base["virtualTimeTicksBase"]
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        if transparent:
            self.send("Emulation.setDefaultBackgroundColorOverride", color={"r": 0, "g": 0, "b": 0, "a": 0})
        for script in scripts:
            self.send("Page.addScriptToEvaluateOnNewDocument", source=script)
        self._listen()

    def _listen(self) -> None:
        self.on("Emulation.virtualTimeBudgetExpired", lambda _: setattr(self, "_budget_spent", True))
        self.on("Page.loadEventFired", lambda _: setattr(self, "_loaded", True))
        self.on("Runtime.exceptionThrown", lambda p: self.faults.append(_page_error(p["exceptionDetails"])))
        self.on("Page.javascriptDialogOpening", self._dismiss)
        if self._serve:
            self.on("Fetch.requestPaused", self._fulfil)
            self.send("Fetch.enable", patterns=[{"urlPattern": "*"}])

    def _dismiss(self, asked: dict[str, Any]) -> None:
        """Dismiss what a page asks: it stands still until it is answered."""
        self.faults.append(
            PageError(f'its script asks "{asked["message"]}" ({asked["type"]}), and nobody can answer in a film')
        )
        self.post("Page.handleJavaScriptDialog", accept=False)

    def _fulfil(self, request: dict[str, Any]) -> None:
        answer = self._serve(request["request"]["url"])  # type: ignore[misc]
        headers = {"Content-Type": answer.type, "Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
        self._devtools.post(
            "Fetch.fulfillRequest",
            self._session,
            requestId=request["requestId"],
            responseCode=answer.status,
            responseHeaders=[{"name": name, "value": value} for name, value in headers.items()],
            body=base64.b64encode(answer.body).decode(),
        )

    def _answer_touch(self) -> None:
        """Draw what the hands did before time goes on: until then the browser puts off what else there is to do.

        (Time waits for what a click fetches, and what is fetched would wait for the frame that comes when time goes on.)
        """
        if self._touched:
            self._draw(3 * _MOMENT)
            self._touched, self._moving = False, True

    def _let_through(self, asked: dict[str, Any], refuses: RequestFilter) -> None:
        goes = asked["resourceType"] == "Document" and asked["frameId"] == self._frame
        if refuses(asked["request"]["url"], goes):
            self.post("Fetch.failRequest", requestId=asked["requestId"], errorReason="BlockedByClient")
        else:
            self.post("Fetch.continueRequest", requestId=asked["requestId"])

    def _pass(self, milliseconds: float, **wanted: Any) -> dict[str, Any]:
        """Let time pass, but for while something is fetched; then draw."""
        self._budget_spent = False
        self.send("Emulation.setVirtualTimePolicy", policy="pauseIfNetworkFetchesPending", budget=milliseconds)
        self._devtools.wait(lambda: self._budget_spent, self._hangs, f"the page did not finish frame {self.frame}")
        self._ticks += milliseconds
        return self._draw(0, **wanted)

    def _draw(self, later: float, **wanted: Any) -> dict[str, Any]:
        """Draw a frame of the browser's at the time that has passed, and `later` milliseconds."""
        return self.send(
            "HeadlessExperimental.beginFrame", frameTimeTicks=round(self._ticks + later, 3) + _EPSILON, interval=16,
            noDisplayUpdates=False, **wanted,
        )  # fmt: skip


def _page_error(details: dict[str, Any]) -> PageError:
    message = (
        details.get("exception", {}).get("description") or details.get("exception", {}).get("value") or details["text"]
    )
    frames = [*details.get("stackTrace", {}).get("callFrames", []), details]
    at = next((frame for frame in frames if frame.get("url")), details)
    return PageError(str(message).splitlines()[0], at.get("url", ""), at.get("lineNumber", -1) + 1)


def _real_program(program: Path) -> Path:
    """Return the program behind a shell script that Debian puts before it, whose end would not be the browser's."""
    behind = Path("/usr/lib/chromium") / program.name
    return behind if program.parent == Path("/usr/bin") and behind.is_file() else program
