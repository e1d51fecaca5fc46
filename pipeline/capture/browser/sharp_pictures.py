"""Larger pictures of a page for close-ups: each is of a frame of the film, or there is none."""

import base64
from collections.abc import Callable
from functools import cache

import numpy as np
from playwright.sync_api import Page

from ...base.geometry import Size
from ..pictures import picture_of_png, shows_same
from .screencast import PageFrame
from .tabs import PageRecorder

SETTLE_SECONDS = 0.15
"""Seconds without any change after which a page is sharp enough to be looked at closely."""
_ARRIVAL_SECONDS = 0.06
"""Seconds within which a frame that was painted is here."""
_ATTEMPTS = 3
"""How often a page is tried that changes while it is taken."""


def take_sharp(
    film: PageRecorder, page: Page, size: Size, css: tuple[float, float], sharpness: float
) -> tuple[float, bytes] | None:
    """Return a PNG of the page, `sharpness` times as large, and the time of the frame that it is of.

    None where the page does not stand still. A page may change while it is taken, and frames arrive late: the picture is
    compared with the frame. `size` is that of the frames in px, `css` that of the window.
    """
    for _ in range(_ATTEMPTS):
        begun = film.now()
        if begun - film.frames[-1].time < SETTLE_SECONDS:
            return None
        png = _sharp_png(page, css, sharpness)
        large = picture_of_png(png, (round(size[0] * sharpness), round(size[1] * sharpness)))
        film.drop_frames(begun, film.now(), _shower_of(large, size))
        film.wait(_ARRIVAL_SECONDS)
        if shows_same(film.frames[-1].picture(size), large):
            return film.frames[-1].time, png
        film.settle(2 * SETTLE_SECONDS, 1.0)
    return None


def _shower_of(large: np.ndarray, size: Size) -> Callable[[PageFrame], bool]:
    """Return what tells whether a frame of `size` shows the same as `large`."""
    return cache(lambda frame: shows_same(frame.picture(size), large))


def _sharp_png(page: Page, css: tuple[float, float], sharpness: float) -> bytes:
    """Return what the window shows of the page; a clip counts from the top of the document, however far it is scrolled."""
    devtools = page.context.new_cdp_session(page)
    seen = devtools.send("Page.getLayoutMetrics")["cssVisualViewport"]
    clip = {"x": seen["pageX"], "y": seen["pageY"], "width": css[0], "height": css[1], "scale": sharpness}
    answer = devtools.send("Page.captureScreenshot", {"format": "png", "clip": clip, "optimizeForSpeed": True})
    devtools.detach()
    return base64.b64decode(answer["data"])
