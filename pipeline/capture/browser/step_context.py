"""A step under way: what it acts on, when, and what it has to wait for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import ElementHandle, Error, Frame, Locator

from ...base.errors import LecternError
from ...base.geometry import Box
from ...episode.targets import Target
from ..chromium import playwright_reason, retry_on_navigation
from ..fault import target_text
from ..hand import Point, pointer_path
from ..request import PhaseStep
from ..screen import StepInProgress
from ..text_claims import APPEARS, contains_words, never_there, says_somewhere
from .session import BrowserSession, corner_of
from .targets import find_element

PATIENCE = 30.0
"""Seconds after which a condition that was waited for has failed."""


@dataclass
class BrowserStepContext(StepInProgress):
    """One step under way. `moment` becomes the time at which it acts, `target` what it acts on."""

    placed: PhaseStep
    session: BrowserSession
    episode: Path
    moment: float = 0.0
    target: Box | None = None

    def __post_init__(self) -> None:
        self.moment = self.moment or self.session.film.now()

    @property
    def seed(self) -> str:
        """What makes this step's movements differ from those of others."""
        return self.placed.seed(self.session.request.seed)

    def now(self) -> float:
        """Return the time of the film's clock."""
        return self.session.film.now()

    def find(self, target: Target | None = None, patience: float | None = None) -> Locator:
        """Return the one element that `target` (None: the step's own) names. Raises LecternError where it isn't there exactly once."""
        wanted = target or self.step.target
        if wanted is None:
            raise LecternError("it has no target; name one as a person would (role and name, label, text)")
        return find_element(self.session.tabs.page, wanted, patience, self.session.film.wait)

    def go_to(self, target: Target | None = None) -> Locator | None:
        """Bring a target into view, move the pointer onto it, and return it (None: a mere position)."""
        wanted = target or self.step.target
        if wanted and wanted.position:
            width, height = self.session.window
            self.session.move((wanted.position[0] * width, wanted.position[1] * height), self.seed)
            return None
        found = self.find(wanted)
        retry_on_navigation(lambda: scroll_into_view(self, found))
        self.target = self.session.box_of(found)
        end = click_point(found, wanted)
        for point in (*self._way_inside(found, end), end):
            self.session.move(point, self.seed)
        if not retry_on_navigation(found.first.is_visible):
            raise LecternError(
                f"{target_text(wanted) if wanted else 'it'} went away as the pointer came to it: what opens it closes where the "
                "pointer leaves it. Write a step hover: before it, onto what lies between the two"
            )
        return found

    def _way_inside(self, found: Locator, end: Point) -> tuple[Point, ...]:
        """Return over which point to go to something that is there only as long as the pointer stays on what it belongs to.

        That is a menu that opens under the pointer, and would close on the straight way to one of its entries.
        """
        start, element = self.session.at, found.element_handle()
        if element is None or (owner := element.owner_frame()) is None or owner.parent_frame is not None:
            return ()
        ways: tuple[tuple[Point, ...], ...] = ((), ((start[0], end[1]),), ((end[0], start[1]),))
        for way in ways:
            stops = (start, *way, end)
            points = [p for one, other in pairwise(stops) for _, p in pointer_path(one, other, self.seed)]
            if retry_on_navigation(partial(element.evaluate, _STAYS_INSIDE, points)):
                return way
        return ways[1]


_STAYS_INSIDE = """(e, points) => {
  let around = e;
  while (around && around !== document.body && !around.matches(":hover:not(x-x)")) around = around.parentElement;
  if (!around || around === document.body || around === document.documentElement) return true;
  return points.every(([x, y]) => around.contains(document.elementFromPoint(x, y)));
}"""
"""Whether a pointer that goes over these points stays on what is under it now and holds the element. (A mere :hover is only true of
links in a page without a doctype.)"""


def wait_until(current: BrowserStepContext, condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition, and return whether it came within `seconds`."""
    end = current.now() + seconds
    while not condition():
        current.session.tabs.attend()
        if current.now() > end:
            return False
        current.session.film.wait(0.04)
    return True


def page_contains(current: BrowserStepContext, text: str) -> bool:
    """Return whether the page says `text`, however it is spaced."""
    return contains_words(text, current.session.page_text())


def is_seen(current: BrowserStepContext, text: str) -> bool:
    """Return whether `text`, which the page says, is in the picture, too.

    Nothing is asked of what is not filmed, nor of an IDE, which paints much of its text as a picture.
    """
    session = current.session
    if current.placed.phase != "steps" or session.request.kind != "browser":
        return True
    return says_somewhere(text, session.visible_text())


def wait_until_gone(current: BrowserStepContext, text: str, patience: float) -> None:
    """Wait until the page no longer says `text`. Raises LecternError where it still does, or never did."""

    def was_there() -> bool:
        return page_contains(current, text) or contains_words(text, current.session.past_text())

    if not wait_until(current, was_there, min(APPEARS, patience)):
        raise never_there(text, "page", current.session.page_text())
    if not wait_until(current, lambda: not page_contains(current, text), patience):
        raise LecternError(f'"{text}" was still there after {patience:g} s')


def wait_for_load(current: BrowserStepContext) -> None:
    """Wait until the page that a click or a key has gone to is loaded."""
    tabs = current.session.tabs
    tabs.attend()
    if tabs.asked is None:
        try:
            tabs.film.loaded(tabs.page)
        except Error as error:
            if not tabs.page.is_closed():
                raise LecternError(f"the page does not finish loading: {playwright_reason(error)}") from error
    tabs.attend()


def scroll_into_view(current: BrowserStepContext, found: Locator, middle: bool = False) -> None:
    """Scroll, as a person would, until the element is well inside the window, in every frame around it."""
    element: ElementHandle | None = found.element_handle()
    while element is not None:
        owner = element.owner_frame()
        if owner is None:
            return
        if middle or not element.evaluate(_IN_VIEW):
            wait_for_scroll(current, owner, "([e, m]) => lecternPage.startReveal(e, m)", [element, middle])
        element = owner.frame_element() if owner.parent_frame else None


_IN_VIEW = """e => { const r = e.getBoundingClientRect();
  if (r.top < 0 || r.bottom > innerHeight || r.left < 0 || r.right > innerWidth) return false;
  for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
    if (p.scrollHeight <= p.clientHeight + 1 || getComputedStyle(p).overflowY === "visible") continue;
    const c = p.getBoundingClientRect();
    if (r.top < c.top - 1 || r.bottom > c.bottom + 1) return false;
  }
  return true; }"""


def wait_for_scroll(current: BrowserStepContext, frame: Frame, start: str, given: list[Any]) -> None:
    """Start a movement in a frame, wait for its end, and note what was seen on the way."""
    session, at = current.session, (0.0, 0.0)
    if frame.parent_frame:
        at = corner_of(frame) or at
    begun = current.now()
    frame.evaluate(start, given)
    end = begun + PATIENCE
    while frame.evaluate("lecternPage.motion().busy") and current.now() < end:
        session.film.wait(0.03)
    samples = frame.evaluate("lecternPage.motion().samples")
    if samples:
        session.moving.append((session.film.moment(samples[0][0]), session.film.moment(samples[-1][0])))
        session.note_motion(samples, at)
        session.film.settle(0.1, 0.6)


def click_point(found: Locator, target: Target | None) -> Point:
    """Return where a person would click: near the middle, towards the start of something wide."""
    box = found.bounding_box()
    if box is None:
        raise LecternError(f"{target_text(target) if target else 'it'} has no place on the page")
    return box["x"] + min(box["width"] * 0.5, 120.0), box["y"] + box["height"] * 0.55
