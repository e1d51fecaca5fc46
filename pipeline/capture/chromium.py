"""The system's Chromium, driven through Playwright. It leaves no process behind."""

import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Browser, Error, Playwright, TimeoutError, sync_playwright

from ..base.errors import LecternError
from ..base.memory import scarce_memory
from .browser_process import BrowserProcess, descendants
from .browser_watch import BrowserWatch
from .devtools import START_SECONDS
from .fault import BrowserDied, StepFault
from .heartbeat import Heartbeat, is_browser_death

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge", "chrome")
_INSTALL_PATHS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/snap/bin/chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
_INSTALL_HINT = (
    "Install it (Debian and Ubuntu: sudo apt install chromium; macOS: brew install --cask chromium; "
    'Windows: Edge or Chrome will do), or name the program in lectern.toml: [capture] chromium = "/path/to/chromium"'
)
_FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--disable-domain-reliability", "--no-default-browser-check", "--hide-scrollbars",
    "--force-color-profile=srgb", "--disable-lcd-text", "--font-render-hinting=none",
    "--disable-features=" + ",".join((
        # As Playwright has it: of two such flags only the last counts.
        "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
        "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
        "AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin", "OptimizationHints",
        "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
        # The address bar's pop-ups are pages that nobody sees: a process, and half of what a start costs.
        "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
    )),
)  # fmt: skip

_NETWORK_ERRORS = {
    "ERR_NAME_NOT_RESOLVED": "there is no such host (or no network)",
    "ERR_SOCKS_CONNECTION": "there is no such host, nothing answers there, or it leads to this computer",
    "ERR_PROXY_CONNECTION_FAILED": "this capture may not go there",
    "ERR_CONNECTION_REFUSED": "nothing answers there",
    "ERR_CONNECTION_RESET": "the connection was cut",
    "ERR_EMPTY_RESPONSE": "the server closed the connection without an answer",
    "ERR_CONNECTION_TIMED_OUT": "nothing answered in time",
    "ERR_TIMED_OUT": "nothing answered in time",
    "ERR_INTERNET_DISCONNECTED": "there is no network",
    "ERR_ADDRESS_UNREACHABLE": "it can't be reached",
    "ERR_TOO_MANY_REDIRECTS": "it leads round in a circle",
    "ERR_CERT": "its certificate can't be trusted",
    "ERR_SSL": "no secure connection could be made",
    "ERR_INVALID_URL": "that is no address",
    "ERR_BLOCKED_BY_CLIENT": "this capture may not go there",
}
_NAVIGATION_ERRORS = (
    "context was destroyed", "Cannot find context", "navigated or closed", "adopt element handle",
    "JSHandles can be evaluated only", "not attached to the DOM", "Not attached to an active page",
)  # fmt: skip
"""What Playwright says where a page has gone to another one while it was looked at."""
MOST_DOWNLOADED = 2_000_000_000
"""Bytes that the pages of a capture may download."""
_LOOKS = 10
"""How often a page is looked at that goes to another one."""


_ALSO: ContextVar[tuple[str, ...]] = ContextVar("flags", default=())
"""Flags of all browsers that are started now."""


@contextmanager
def debugging_port() -> Iterator[str]:
    """Let other programs of this computer take part in the browsers that are started in the block; yields their address.

    One browser at a time has it. Its pages can't reach the address: it is none of those that they may ask.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = _ALSO.set((f"--remote-debugging-port={port}",))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        _ALSO.reset(token)


def find_chromium(program: str = "") -> Path:
    """Return the browser that captures use: `program` if given, the one named in Blender's preferences, or one that is installed.

    Raises LecternError with the way out.
    """
    program = program or os.environ.get("LECTERN_CHROMIUM", "")
    if program:
        return _program_file(program)
    found = [path for name in _NAMES if (path := shutil.which(name))] + [p for p in _INSTALL_PATHS if Path(p).is_file()]
    if not found:
        raise LecternError(f"captures need Chromium (or Chrome, or Edge), and none was found. {_INSTALL_HINT}")
    return Path(found[0])


@contextmanager
def chromium(program: str = "", flags: tuple[str, ...] = (), downloads: Path | None = None) -> Iterator[Browser]:
    """Start a headless Chromium, and end it with all its processes after the block.

    What pages download goes to the folder `downloads` (None: to one that is gone afterwards). Raises LecternError where
    it isn't up within `START_SECONDS`, BrowserDied where it ends within the block.
    """
    before = descendants()
    with DeathWatch(), BrowserWatch() as watch, sync_playwright() as playwright:
        browser = launch_chromium(playwright, program, (*_FLAGS, *flags, *_ALSO.get()), downloads)
        process = BrowserProcess.find(before)
        if process is None:
            raise BrowserDied("it ended as soon as it was started")
        watch.begin(process, Heartbeat(browser).fault, lambda: _hoard(downloads) if downloads else "")
        try:
            yield browser
            watch.require_alive()
        finally:
            watch.close()
            with suppress(Error):
                browser.close()


def launch_chromium(
    playwright: Playwright,
    program: str,
    flags: tuple[str, ...] = (),
    downloads: Path | None = None,
    headless: bool = True,
) -> Browser:
    """Start `program` (as for `find_chromium`). Raises LecternError where it isn't up within `START_SECONDS`."""
    found = find_chromium(program)
    try:
        return playwright.chromium.launch(
            executable_path=found,
            args=list(flags),
            headless=headless,
            chromium_sandbox=not without_sandbox(),
            downloads_path=downloads,
            timeout=START_SECONDS * 1000,
        )
    except TimeoutError as error:
        raise LecternError(
            f"{found} was started and did not answer within {START_SECONDS:g} s, so Lectern ended it. Does it run by itself? "
            f"{_INSTALL_HINT}"
        ) from error
    except Error as error:
        raise LecternError(f"{found} did not start: {_first_line(error)}{scarce_memory()}. {_INSTALL_HINT}") from error


def _hoard(downloads: Path) -> str:
    """Return that more was downloaded than a capture keeps ("" where it was not)."""
    with suppress(OSError):
        if (size := sum(file.stat().st_size for file in downloads.iterdir())) > MOST_DOWNLOADED:
            return f"its pages downloaded {size / 1e6:,.0f} MB, and {MOST_DOWNLOADED / 1e6:,.0f} MB are the most that are kept"
    return ""


def playwright_reason(error: Error) -> str:
    """Return what Playwright says, in words for a person."""
    reason = error.message.splitlines()[0]
    if is_navigation(error):
        return "the page goes to another one (or to itself) again and again, so nothing can be done on it"
    if late := re.search(r"Timeout (\d+)ms exceeded", reason):
        return f"the page did not answer within {int(late[1]) / 1000:g} s; perhaps its script runs without end"
    known = next((f"{words} ({name})" for name, words in _NETWORK_ERRORS.items() if name in reason), "")
    return known or reason


def is_navigation(error: Error) -> bool:
    """Return whether Playwright says with `error` that the page went to another one while it was looked at."""
    return any(words in error.message for words in _NAVIGATION_ERRORS)


def retry_on_navigation[T](look: Callable[[], T]) -> T:
    """Return what `look` sees; where the page just goes to another one, what it sees of what comes then.

    Raises Playwright's Error where the page goes on and on.
    """
    for _ in range(_LOOKS - 1):
        try:
            return look()
        except Error as error:
            if not is_navigation(error):
                raise
    return look()


def without_sandbox() -> bool:
    """Return whether Chromium has to do without its sandbox: it refuses it to root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


class DeathWatch(AbstractContextManager[None]):
    """Tells errors that come of a browser's death from all others: Playwright's own driver dies with a bare Exception."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        known = isinstance(error, BrowserDied)
        if isinstance(error, Exception) and not known and any(map(is_browser_death, _causes(error))):
            raise BrowserDied.at(error) if isinstance(error, StepFault) else BrowserDied(_first_line(error)) from error


def _program_file(program: str) -> Path:
    path = shutil.which(os.path.expanduser(program))
    if path is None:
        raise LecternError(f"there is no program {program} ([capture] chromium in lectern.toml). {_INSTALL_HINT}")
    return Path(path)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error, what it came of, and so on."""
    while error is not None:
        yield error
        error = error.__cause__


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
