"""A desktop that is seen in somebody's web view: noVNC elsewhere, Chrome Remote Desktop, an emulator's page."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Error, Page

from ...errors import LecternError
from ..chromium import chromium
from ..request import CaptureRequest


@contextmanager
def web_view(request: CaptureRequest) -> Iterator[Page]:
    """The page at the request's url, as large as the content, pixel for pixel."""
    width, height = request.size
    with chromium(request.chromium) as browser:
        page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1)
        try:
            answer = page.goto(request.url, wait_until="load")
        except Error as error:
            raise LecternError(f"{request.url} can't be opened: {error.message.splitlines()[0]}") from error
        if answer and not answer.ok:
            raise LecternError(f"{request.url} answers {answer.status} {answer.status_text}")
        yield page
