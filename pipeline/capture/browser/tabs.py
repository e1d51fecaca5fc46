"""The window as a person sees it: its tabs, one of which is shown, what a page asks, and what it downloads."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

import numpy as np
from playwright.sync_api import Dialog, Download, Error, Frame, Page, Request, Route

from ...base.errors import LecternError
from ..chromium import playwright_reason
from .dialog_art import Question
from .hosts import Hosts, is_local
from .launch import BrowserWindow
from .screencast import PageFrame

QUESTION_TIMEOUT = 45.0
"""Seconds after which a question that no step answers is dismissed, so that nothing hangs."""
_IN_REAL_TIME = 'which can only be filmed in real time: leave out "deterministic: true"'
LOADED = 15.0
"""Seconds within which a new tab has begun to show something."""


class PageRecorder(Protocol):
    """What records the page that is shown, and the clock on which it does."""

    @property
    def frames(self) -> list[PageFrame]:
        """The frames so far, in the order of their times."""
        ...

    @property
    def disturbed(self) -> tuple[tuple[float, float], ...]:
        """The spans in which the recorder itself held the page up."""
        ...

    def now(self) -> float:
        """Return the time on the clock of the frames (seconds)."""
        ...

    def moment(self, page_time: float) -> float:
        """Return when on that clock it was `page_time` (milliseconds of Date.now()) in the page."""
        ...

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass."""
        ...

    def follow(self, page: Page) -> None:
        """Film this page from now on."""
        ...

    def visit(self, page: Page, address: str) -> int | None:
        """Open an address, wait until it is loaded, and return its HTTP status (None: it has none)."""
        ...

    def loaded(self, page: Page) -> None:
        """Wait until the page is loaded."""
        ...

    def start(self) -> None:
        """Start filming; the first frame is there then."""
        ...

    def settle(self, quiet: float, most: float) -> bool:
        """Wait until nothing was painted for `quiet` seconds, for `most` seconds at most. Return whether that came."""
        ...

    def changed_after(self, moment: float) -> float | None:
        """Return the time of the first frame after `moment`; None when there is none."""
        ...

    def cover(self, veil: np.ndarray | None) -> None:
        """Lay a picture (RGBA) over all frames from now on (None: over none)."""
        ...

    def drop_frames(self, begun: float, ended: float, is_true: Callable[[PageFrame], bool]) -> None:
        """Drop the frames between these times, in which a screenshot was taken, except those that `is_true` recognises."""
        ...

    def forget(self) -> None:
        """Leave out what was filmed before the last frame."""
        ...

    def stop(self) -> None:
        """Stop filming."""
        ...


@dataclass
class BrowserTabs:
    """`asked` is the question that waits for an answer; while it does, the page stands still and tells nothing.

    `went` is when another document came last, on the film's clock; 0 where time goes frame by frame.
    """

    window: BrowserWindow
    film: PageRecorder
    hosts: Hosts
    page: Page = field(init=False)
    asked: Dialog | None = None
    downloads: list[Download] = field(default_factory=list)
    went: float = 0.0
    _left: float = 0.0
    _arrived: list[Page] = field(default_factory=list)
    _fault: str = ""

    def open(self, page: Page | None = None) -> None:
        """Open the first tab, or take the one that is there, which then stays alone: no other tab, no question."""
        context = self.window.context
        context.on("page", self._opened if page is None else self._refuse_tab)
        context.on("dialog", self._asked if page is None else self._refuse_question)
        context.on("request", self._redirected)
        if page is None:
            context.route(self.hosts.foreign(), self._guarded)
        else:
            self._opened(page)
        self.page = page or context.new_page()
        self._arrived.clear()
        if page is None:
            self._show(self.page)
        else:
            self.film.follow(page)

    def refuses(self, address: str, goes: bool) -> bool:
        """Return whether an address may not be asked for (`goes`: by the page itself); `complain` then says why.

        Of a host that nobody named pictures and scripts may come, where anything of the network is asked for at all.
        """
        near = address.startswith("file:") or is_local(urlsplit(address).netloc)
        if not self.hosts.foreign().match(address) or not (goes or near or self.hosts.here_only):
            return False
        self._fault = (self.hosts.refusal if goes else self.hosts.withheld)(address) or self._fault
        return True

    def attend(self) -> None:
        """Go to a tab that was opened, or to another where the one that was shown is closed. Raises LecternError for what must not be."""
        self.complain()
        while self._arrived:
            page = self._arrived.pop(0)
            if not page.is_closed():
                self._show(page)
        if self.page.is_closed():
            if not self.window.context.pages:
                raise LecternError("its last tab was closed")
            self._show(self.window.context.pages[-1])

    def complain(self) -> None:
        """Raise LecternError where the page went where it may not, or its process ended."""
        if fault := self.take_fault():
            raise LecternError(fault)

    def take_fault(self) -> str:
        """Return what the page did that must not be, and forget it."""
        fault, self._fault = self._fault, ""
        return fault

    def all(self) -> list[Page]:
        """Return the tabs from left to right."""
        return list(self.window.context.pages)

    def go_to_tab(self, wanted: str) -> None:
        """Show the tab of that number (from 1), or the one whose title or address contains it; `close` closes the one that is shown."""
        if wanted == "close":
            self.page.close()
            return self.attend()
        pages = self.all()
        if wanted.isdigit():
            found = [pages[int(wanted) - 1]] if 1 <= int(wanted) <= len(pages) else []
        else:
            found = [page for page in pages if wanted.lower() in page.title().lower() or wanted in page.url]
        if len(found) != 1:
            there = "; ".join(f'{i + 1} "{title_of(page) or page.url}"' for i, page in enumerate(pages))
            raise LecternError(
                f'{"no tab is" if not found else f"{len(found)} tabs are"} "{wanted}"; there are: {there}'
            )
        self._show(found[0])

    def question(self) -> Question | None:
        """Return what is asked now."""
        if self.asked is None:
            return None
        message = self.asked.message
        if self.asked.type == "beforeunload":
            return Question("beforeunload", "Leave this page?", message or "Changes that you made may not be saved.")
        return Question(self.asked.type, f"{self._asker()} says", message, self.asked.default_value)

    def answer(self, accept: bool, text: str | None = None) -> None:
        """Answer the question; the page goes on."""
        asked, self.asked = self.asked, None
        assert asked is not None
        if not accept:
            return asked.dismiss()
        return asked.accept(text) if text is not None and asked.type == "prompt" else asked.accept()

    def do(self, work: Callable[[Any], Any], of: object) -> None:
        """Do `work` with Playwright's inner `of` until it is done, or until the page asks something and waits itself.

        (Playwright's own calls only come back after the answer, which nobody could give.)
        """
        inner, loop = of._impl_obj, of._loop  # type: ignore[attr-defined]
        task = loop.create_task(work(inner))
        while not task.done() and self.asked is None:
            self.page.wait_for_timeout(2) if not self.page.is_closed() else time.sleep(0.002)
        if task.done() and task.exception():
            raise task.exception()
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    def _show(self, page: Page) -> None:
        try:
            page.wait_for_load_state("domcontentloaded", timeout=LOADED * 1000)
            self.window.fit(page)
        except Error as error:
            if page.is_closed():
                return
            raise LecternError(f"a new tab shows nothing: {playwright_reason(error)}") from error
        page.bring_to_front()
        self.page = page
        self.film.follow(page)

    def _asker(self) -> str:
        parts = urlsplit(self.page.url)
        return "This page" if parts.hostname in (None, "127.0.0.1") else parts.netloc

    def _opened(self, page: Page) -> None:
        page.on("download", lambda download: self.downloads.append(download))
        page.on("crash", self._crashed)
        page.on("framenavigated", self._navigated)
        page.on("domcontentloaded", self._arrived_at)
        self._arrived.append(page)

    def _crashed(self, page: Page) -> None:
        self._fault = "the page crashed: its process ended, perhaps for want of memory"

    def _navigated(self, frame: Frame) -> None:
        if frame.parent_frame is None:
            self._left = self.film.now()

    def _arrived_at(self, page: Page) -> None:
        self.went = self._left

    def _asked(self, dialog: Dialog) -> None:
        self.asked = dialog
        dialog._loop.call_later(QUESTION_TIMEOUT, self._give_up, dialog)

    def _refuse_tab(self, page: Page) -> None:
        self._fault = f"a tab is opened, {_IN_REAL_TIME}"

    def _refuse_question(self, dialog: Dialog) -> None:
        self._fault = f'the page asks "{dialog.message}", {_IN_REAL_TIME}'
        answer = dialog._loop.create_task(dialog._impl_obj.dismiss())
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())

    def _give_up(self, dialog: Dialog) -> None:
        if self.asked is dialog:
            self.asked = None
            self._fault = f'the page asked "{dialog.message}", and no "dialog" step answered it'
            dialog._loop.create_task(dialog._impl_obj.dismiss())

    def _guarded(self, route: Route) -> None:
        if self.refuses(route.request.url, is_navigation(route.request)):
            return route.abort("blockedbyclient")
        return route.continue_()

    def _redirected(self, request: Request) -> None:
        """Note where a redirection leads: it is not routed, but seen."""
        if request.redirected_from and is_navigation(request) and not self.hosts.allow(request.url):
            self._fault = self.hosts.refusal(request.url)


def is_navigation(request: Request) -> bool:
    """Return whether the page itself goes there, and not only something in it."""
    try:
        return request.is_navigation_request() and request.frame.parent_frame is None
    except Error:  # a new tab's first page has no frame yet
        return request.is_navigation_request()


def title_of(page: Page) -> str:
    """Return what a tab is called; "" while it is on its way to another page."""
    try:
        return page.title()
    except Error:
        return ""
