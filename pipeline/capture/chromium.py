"""The system's Chromium, driven through Playwright. It leaves no process behind."""

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from ..errors import LecternError
from .died import BrowserDied

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge", "chrome")
_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/snap/bin/chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
_WAY_OUT = (
    "Install it (Debian and Ubuntu: sudo apt install chromium; macOS: brew install --cask chromium; "
    "Windows: Edge or Chrome will do), or name the program in lectern.toml: [capture] chromium = \"/path/to/chromium\""
)
_FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--disable-domain-reliability", "--no-default-browser-check", "--hide-scrollbars",
    "--force-color-profile=srgb", "--disable-lcd-text", "--font-render-hinting=none",
)  # fmt: skip

NO_NETWORK = (
    "--proxy-server=socks5://127.0.0.1:9", "--proxy-bypass-list=<-loopback>;127.0.0.1;localhost;[::1]",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)  # fmt: skip
"""Flags with which a browser reaches nothing but this computer, by whatever protocol.

(By itself it would also let through addresses of the link, such as that at which clouds tell their machines' keys.)
"""
_GONE = ("has been closed", "crashed", "onnection closed", "maybe frame was detached")
"""What Playwright says when the browser, a process of it (of a page, of the network) or its own driver was ended from outside."""


def find_chromium(program: str = "") -> Path:
    """The browser that captures use: `program` if given, the one named in Blender's preferences, or one that is installed.

    LecternError with the way out.
    """
    program = program or os.environ.get("LECTERN_CHROMIUM", "")
    if program:
        return _named(program)
    found = [path for name in _NAMES if (path := shutil.which(name))] + [p for p in _PLACES if Path(p).is_file()]
    if not found:
        raise LecternError(f"captures need Chromium (or Chrome, or Edge), and none was found. {_WAY_OUT}")
    return Path(found[0])


@contextmanager
def chromium(program: str = "", flags: tuple[str, ...] = (), downloads: Path | None = None) -> Iterator[Browser]:
    """A headless Chromium; closed with all its processes at the end of the block. BrowserDied where it doesn't live so long.

    What pages download goes to the folder `downloads` (None: to one that is gone afterwards).
    """
    with _Alive(), sync_playwright() as playwright:
        browser = _launch(playwright, find_chromium(program), (*_FLAGS, *flags), downloads)
        try:
            yield browser
        finally:
            with suppress(Error):
                browser.close()


def without_sandbox() -> bool:
    """Whether Chromium has to do without its sandbox: it refuses it to root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


class _Alive(AbstractContextManager[None]):
    """Tells errors that come of a browser's death from all others. (Playwright's own driver dies with a bare Exception.)"""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if isinstance(error, Exception) and (_is_gone(error) or _is_gone(error.__cause__)):
            said = f"{_said(error)} (the browser was ended while it was used; build again)"
            raise BrowserDied(said, getattr(error, "picture", None)) from error


def _named(program: str) -> Path:
    path = shutil.which(os.path.expanduser(program))
    if path is None:
        raise LecternError(f"there is no program {program} ([capture] chromium in lectern.toml). {_WAY_OUT}")
    return Path(path)


def _launch(playwright: Playwright, program: Path, flags: tuple[str, ...], downloads: Path | None) -> Browser:
    try:
        return playwright.chromium.launch(
            executable_path=program, args=list(flags), chromium_sandbox=not without_sandbox(), downloads_path=downloads
        )
    except Error as error:
        raise LecternError(f"{program} did not start: {_said(error)}. {_WAY_OUT}") from error


def _is_gone(error: BaseException | None) -> bool:
    return error is not None and any(said in str(error) for said in _GONE)


def _said(error: Exception) -> str:
    return str(error).splitlines()[0]
