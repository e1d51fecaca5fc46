"""A desktop that is seen in somebody's web view: noVNC elsewhere, Chrome Remote Desktop, an emulator's page."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Error

from ...errors import LecternError
from ..browser.hosts import hosts_of
from ..browser.launch import window
from ..browser.screen import Screen
from ..browser.screencast import Screencast
from ..request import CaptureRequest


@contextmanager
def web_view(request: CaptureRequest) -> Iterator[Screen]:
    """The page at the request's url, as large as the content, with the login that it asks for. LecternError where it fails."""
    hosts = hosts_of(request)
    hosts.check(request.url)
    with tempfile.TemporaryDirectory(prefix="lectern-capture-") as downloads:
        with window(request, request.environment.scale, None, Path(downloads)) as opened:
            screen = Screen(opened, Screencast(), hosts)
            screen.open()
            _go(screen, request.url)
            yield screen


def _go(screen: Screen, url: str) -> None:
    try:
        answer = screen.page.goto(url, wait_until="load")
    except Error as error:
        screen.complain()
        raise LecternError(f"{url} can't be opened: {error.message.splitlines()[0]}") from error
    if answer and not answer.ok:
        raise LecternError(f"{url} answers {answer.status} {answer.status_text}")
