"""Whether a browser that Playwright drives still answers."""

import asyncio
from contextlib import suppress

import greenlet
from playwright.sync_api import Browser, CDPSession

from .browser_watch import WATCH_INTERVAL

_ANSWER_LOOKS = 20
"""In how many looks in a row a question to the browser is open before it counts as one that hangs."""
_DEATH_MESSAGES = ("has been closed", "crashed", "onnection closed", "maybe frame was detached")
"""What Playwright says when the browser, a process of it (of a page, of the network) or its own driver was ended from outside."""


class Heartbeat:
    """Asks a browser through Playwright's loop, again and again, whether it still answers.

    Only the time counts in which that loop runs: while Lectern does something else, an answer may have to wait.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser, self._loop = browser, browser._loop
        self._devtools: CDPSession | None = None
        self._failure: Exception | None = None
        self._is_open = self._loop_ran = False
        self._late = 0

    def fault(self) -> str:
        """Return why the browser counts as one that hangs ("" while it answers). Raises what asking it failed of."""
        if self._failure:
            raise self._failure
        if self._loop_ran:
            self._late = self._late + 1 if self._is_open else 0
            self._loop_ran = False
        with suppress(RuntimeError):  # the loop was closed
            self._loop.call_soon_threadsafe(self._beat)
        return f"it did not answer for {_ANSWER_LOOKS * WATCH_INTERVAL:g} s" if self._late >= _ANSWER_LOOKS else ""

    def _beat(self) -> None:
        self._loop_ran = True
        if not self._is_open:
            self._is_open = True
            greenlet.greenlet(self._ask).switch()  # as Playwright calls what listens to its events

    def _ask(self) -> None:
        try:
            self._devtools = self._devtools or self._browser.new_browser_cdp_session()
            self._devtools.send("Browser.getVersion")
            self._is_open = False
        except asyncio.CancelledError:  # Playwright was stopped
            pass
        except Exception as error:
            if not is_browser_death(error):
                self._failure = error


def is_browser_death(error: BaseException) -> bool:
    """Return whether Playwright says with `error` that the browser has died."""
    return any(words in str(error) for words in _DEATH_MESSAGES)
