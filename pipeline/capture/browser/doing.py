"""A step under way: what it acts on, when, and what it has to wait for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error, Frame, Locator

from ...episode.screen import Step, Target
from ...errors import LecternError
from ...geometry import Box
from ..claims import stands
from ..fault import written
from ..pointer import Point
from .stage import Stage, corner_of
from .targets import find

PATIENCE = 30.0
"""Seconds after which a condition that was waited for has failed."""
_NETWORK = {
    "ERR_NAME_NOT_RESOLVED": "there is no such host (or no network)",
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
}


@dataclass
class Doing:
    """One step under way. `moment` becomes the time at which it acts, `target` what it acts on."""

    phase: str
    index: int
    step: Step
    stage: Stage
    episode: Path
    moment: float = 0.0
    target: Box | None = None

    def __post_init__(self) -> None:
        self.moment = self.moment or self.stage.film.now()

    @property
    def seed(self) -> str:
        return f"{self.stage.request.seed}:{self.phase}:{self.index}"

    def now(self) -> float:
        return self.stage.film.now()

    def find(self, target: Target | None = None, patience: float | None = None) -> Locator:
        wanted = target or self.step.target
        if wanted is None:
            raise LecternError("it has no target; name one as a person would (role and name, label, text)")
        return find(self.stage.screen.page, wanted, patience, self.stage.film.wait)

    def go_to(self, target: Target | None = None) -> Locator | None:
        """Moves the pointer onto a target, after bringing it into view; None for a mere position."""
        wanted = target or self.step.target
        if wanted and wanted.position:
            width, height = self.stage.window
            self.stage.move((wanted.position[0] * width, wanted.position[1] * height), self.seed)
            return None
        found = self.find(wanted)
        reveal(self, found)
        self.target = self.stage.box_of(found)
        self.stage.move(spot(found, wanted), self.seed)
        return found


def until(doing: Doing, condition: Callable[[], bool], seconds: float) -> bool:
    """Waits for a condition; whether it came within `seconds`."""
    end = doing.now() + seconds
    while not condition():
        doing.stage.screen.attend()
        if doing.now() > end:
            return False
        doing.stage.film.wait(0.04)
    return True


def shows(doing: Doing, text: str) -> bool:
    """Whether the page says `text`, however it is spaced."""
    return stands(text, doing.stage.page_text())


def reason(error: Error) -> str:
    """What Playwright says, in words for a person."""
    said = error.message.splitlines()[0]
    known = next((f"{words} ({name})" for name, words in _NETWORK.items() if name in said), "")
    return known or said


def loaded(doing: Doing) -> None:
    """Waits for a page that a click or a key has gone to."""
    screen = doing.stage.screen
    screen.attend()
    if screen.asked is None:
        try:
            screen.film.loaded(screen.page)
        except Error as error:
            if not screen.page.is_closed():
                raise LecternError(f"the page does not finish loading: {reason(error)}") from error
    screen.attend()


def reveal(doing: Doing, found: Locator, middle: bool = False) -> None:
    """Scrolls, as a person would, until the element is well inside the window, in every frame around it."""
    element = found.element_handle()
    while element is not None:
        owner = element.owner_frame()
        if owner is None:
            return
        if middle or not element.evaluate(_IN_VIEW):
            scrolled(doing, owner, "([e, m]) => lecternPage.startReveal(e, m)", [element, middle])
        element = owner.frame_element() if owner.parent_frame else None


_IN_VIEW = """e => { const r = e.getBoundingClientRect();
  if (r.top < 0 || r.bottom > innerHeight || r.left < 0 || r.right > innerWidth) return false;
  for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
    if (p.scrollHeight <= p.clientHeight + 1 || getComputedStyle(p).overflowY === "visible") continue;
    const c = p.getBoundingClientRect();
    if (r.top < c.top - 1 || r.bottom > c.bottom + 1) return false;
  }
  return true; }"""


def scrolled(doing: Doing, frame: Frame, start: str, given: list) -> None:
    """Starts a movement in a frame and waits for its end; what was seen on the way is noted."""
    stage, at = doing.stage, (0.0, 0.0)
    if frame.parent_frame:
        at = corner_of(frame) or at
    begun = doing.now()
    frame.evaluate(start, given)
    end = begun + PATIENCE
    while frame.evaluate("lecternPage.motion().busy") and doing.now() < end:
        stage.film.wait(0.03)
    samples = frame.evaluate("lecternPage.motion().samples")
    if samples:
        stage.moving.append((stage.film.moment(samples[0][0]), stage.film.moment(samples[-1][0])))
        stage.note_motion(samples, at)
        stage.film.settle(0.1, 0.6)


def spot(found: Locator, target: Target | None) -> Point:
    """Where a person would click: near the middle, towards the start of something wide."""
    box = found.bounding_box()
    if box is None:
        raise LecternError(f"{written(target) if target else 'it'} has no place on the page")
    return box["x"] + min(box["width"] * 0.5, 120.0), box["y"] + box["height"] * 0.55
