"""The terminal of an IDE in the browser."""

from playwright.sync_api import Locator

from ...episode.screen import Target
from ...errors import LecternError
from .doing import PATIENCE, Doing, spot, until
from .targets import matches

_TERMINAL = Target(selector=".terminal-wrapper.active .xterm-screen, .xterm-screen")
_BUSY = 0.8
"""Seconds without any change after which a command has ended, or waits."""


def run(doing: Doing) -> None:
    """A command in an IDE's terminal, which is opened where none is (Control+`)."""
    stage, page = doing.stage, doing.stage.screen.page
    if not _terminals(doing):
        stage.hand.key("Control+Backquote")
        if not until(doing, lambda: bool(_terminals(doing)), PATIENCE):
            raise LecternError("the page has no terminal, and Control+` opens none")
        stage.film.settle(_BUSY, PATIENCE)
    found = _terminals(doing)[-1]
    if not page.evaluate("document.activeElement?.closest('.xterm') !== null && document.activeElement !== document.body"):
        stage.move(spot(found, None), doing.seed)
        stage.press(), stage.film.wait(0.07), stage.release()
        stage.film.settle(0.2, 1.0)
    doing.target = stage.box_of(found)
    doing.moment = stage.write(doing.step.value, doing.seed)
    stage.film.wait(0.3)
    stage.hand.key("Enter")
    stage.film.settle(_BUSY, PATIENCE)


def _terminals(doing: Doing) -> list[Locator]:
    return matches(doing.stage.screen.page, _TERMINAL, True)
