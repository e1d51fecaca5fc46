"""The browser window of a capture: its size, what it claims to be, what it remembers, and where it may go."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from ...base.assets import page_file
from ...base.geometry import Size
from ..chromium import chromium
from ..request import CaptureRequest
from .devices import Device
from .gate import open_gate
from .hosts import Hosts
from .logins import read_login

_FRAME = 87
"""Height in CSS px of what a window has besides its content."""
LOCALE, TIMEZONE = "en-US", "UTC"


@dataclass(frozen=True)
class BrowserWindow:
    """An open browser; `fit` gives a page of its context the size that is filmed."""

    context: BrowserContext
    size: Size
    scale: float
    device: Device | None

    def fit(self, page: Page) -> None:
        """Make the page exactly as large as the capture, or a fraction of a px of CSS larger."""
        width, height = (math.ceil(side / self.scale - 0.01) for side in self.size)
        devtools = self.context.new_cdp_session(page)  # what it overrides holds as long as it lives
        devtools.send(
            "Emulation.setDeviceMetricsOverride",
            {
                "width": width,
                "height": height,
                "deviceScaleFactor": 0,
                "mobile": False,
            },  # a mobile page would shrink to fit
        )

    def emptied(self, request: CaptureRequest) -> "BrowserWindow":
        """Close the profile with all its pages, and return the window with a fresh one."""
        browser = self.context.browser
        assert browser
        self.context.close()
        return replace(self, context=open_context(browser, request, self.device))

    @property
    def css(self) -> tuple[float, float]:
        """The content's size in CSS px."""
        return self.size[0] / self.scale, self.size[1] / self.scale


@contextmanager
def open_window(
    request: CaptureRequest, scale: float, device: Device | None, downloads: Path, hosts: Hosts
) -> Iterator[BrowserWindow]:
    """Yield an empty window whose pages have `scale` px for each of CSS, and that reaches what `hosts` allow."""
    size = device.size if device else request.size
    width, height = (math.ceil(side / scale) for side in size)
    flags = (
        f"--force-device-scale-factor={scale}",
        f"--window-size={max(width, 500)},{height + _FRAME}",
    )
    with open_gate(hosts) as ways_out, chromium(request.chromium, (*flags, *ways_out), downloads) as browser:
        yield BrowserWindow(open_context(browser, request, device), size, scale, device)


def open_context(browser: Browser, request: CaptureRequest, device: Device | None) -> BrowserContext:
    """Open a fresh profile, with what the environment says it has."""
    environment = request.environment
    emulated: dict[str, Any] = {"color_scheme": environment.colour_scheme or "light"}
    if device:
        emulated |= {"user_agent": device.user_agent, "has_touch": True}
    if environment.login:
        emulated["storage_state"] = read_login(environment.login)
    context = browser.new_context(
        no_viewport=True,
        locale=environment.locale or LOCALE,
        timezone_id=environment.timezone or TIMEZONE,
        accept_downloads=True,
        **emulated,
    )
    context.add_init_script(path=page_file("observe.js"))
    context.add_cookies([{"name": c.name, "value": c.value, "url": c.url} for c in environment.cookies])
    return context
