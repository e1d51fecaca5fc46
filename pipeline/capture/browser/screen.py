"""A browser in which steps are done: a page in the system's Chromium, used as a person uses it, filmed as it is painted."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error

from ...base.errors import LecternError
from ...base.geometry import Box
from ..chromium import playwright_reason
from ..effects import is_answered
from ..filmed import FilmedFootage, start_painted
from ..request import CaptureRequest, PhaseStep, is_episode_page
from ..screen import StepOutcome
from ..secrets import mask_secrets, shows_secret
from ..take import BlurredRegions, BrowserBar, StepEvent, VisibleText
from ..text_claims import claim_holds, nearest_lines
from .actions import perform
from .session import BrowserSession, first_address, open_browser_session
from .step_context import BrowserStepContext, is_seen, wait_until

EXPECTED = 10.0
"""Seconds within which what a step expects must be on the page: it may have to be loaded first."""
PAINTED = 0.05
"""Seconds by which the word that there is another page may come after its first picture."""


class BrowserScreen:
    """A browser's window."""

    def __init__(self, session: BrowserSession, episode: Path, place: ExitStack) -> None:
        self.session = session
        self._episode, self._place = episode, place

    @property
    def secrets(self) -> Collection[str]:
        """All that was typed and may not be seen."""
        return self.session.typed_secrets.values()

    def now(self) -> float:
        """Return the time of the film's clock."""
        return self.session.film.now()

    def begin(self) -> None:
        """Do nothing: the hidden steps leave the page as the first step needs it."""

    def start(self) -> float:
        """Start filming, and return the time of the first frame."""
        session = self.session
        start_painted(session.film, session.tabs.window.size)
        begun = session.film.frames[0].time
        session.pointer.clear()
        session.keys.clear()
        session.note(begun)
        session.note_pointer()
        session.note_sharp()
        return begun

    def do(self, current: PhaseStep) -> StepOutcome[Box]:
        """Do a step, and wait for what it expects; its moment is when it acted."""
        step = BrowserStepContext(current, self.session, self._episode)
        with self._page_complains_first():
            self.session.tabs.attend()
            perform(step)
            self.session.tabs.attend()
            self._check_expectation(step)
        if current.phase == "earlier":
            self.wait_until_still()  # the next one was done when all had come of it
        return StepOutcome(step.moment, step.target)

    def settle(self, current: PhaseStep, moment: float) -> float:
        """Wait until the page stands still (and a tab that the step opened), and note what is there."""
        session, start = self.session, moment
        with self._page_complains_first():
            self.wait_until_still()
            film = session.film
            met = current.step.action == "wait"
            changed = film.changed_after(self._effect_since(moment)) or film.changed_after(moment) or moment
            effect = film.frames[-1].time if met else changed
            session.note(max(effect, start))
            session.note_sharp()
        return effect

    def wait_until_still(self) -> None:
        """Wait until the page stands still, and a tab that it opened. Raises LecternError for what it did wrong."""
        tabs, shown = self.session.tabs, None
        with self._page_complains_first():
            while shown is not tabs.page:
                shown = tabs.page
                tabs.film.settle(0.25, 2.5)
                tabs.film.wait(0.1)
                tabs.attend()

    def text(self) -> str:
        """Return all that the page says, with bullets for secrets: what a field holds is read even where it shows dots."""
        return mask_secrets(self.session.page_text(), self.secrets)

    def picture(self) -> bytes | None:
        """Return what the page shows as a PNG, or (where it shows nothing any more) what was filmed last.

        None where nothing was ever shown, or a secret could be read.
        """
        if self._secret_may_show():
            return None
        tabs, png = self.session.tabs, BytesIO()
        if tabs.asked is None:
            with suppress(Error):
                return tabs.page.screenshot(timeout=3000)
        if frames := tabs.film.frames:
            Image.fromarray(frames[-1].picture(tabs.window.size)).save(png, "PNG")
        return png.getvalue() or None

    def stop(self) -> "BrowserFootage":
        """Stop filming."""
        film = self.session.film
        film.settle(0.3, 2.0)
        ended = film.now()
        if self.secrets:
            self.session.note_text(ended)  # what the page says late of them is in the film, too
        film.stop()
        return BrowserFootage(self.session, ended)

    def interrupt(self) -> None:
        """Do nothing: a page is always ready for the last steps."""

    def close(self) -> None:
        """Close the browser."""
        self._place.close()

    @contextmanager
    def _page_complains_first(self) -> Iterator[None]:
        """Say what the page itself did before what came of it."""
        try:
            yield
        except Error as error:
            raise LecternError(self.session.tabs.take_fault() or playwright_reason(error)) from error

    def _check_expectation(self, step: BrowserStepContext) -> None:
        """Check that what the step expects is seen, or comes soon. What is entered takes effect with it, where it comes later."""
        expected, missed = step.step.expect, 0.0
        if not expected:
            return

        def holds() -> bool:
            nonlocal missed
            looked = step.now()
            held = claim_holds(expected, self._answer(step)) and is_seen(step, expected)
            missed = missed if held else looked
            return held

        if not wait_until(step, holds, EXPECTED):
            raise LecternError(f'"{expected}" should be on the screen, and is not; {self._missing(step, expected)}')
        if is_answered(step.step):
            step.moment = max(step.moment, missed)

    def _answer(self, step: BrowserStepContext) -> str:
        """Return what the page says; of a step that enters something, without the field that still holds that."""
        return self.session.page_text(step.step.value if step.step.enter else "")

    def _missing(self, step: BrowserStepContext, expected: str) -> str:
        """Return why what a step expects isn't there, with the way out or what is there instead."""
        if claim_holds(expected, self._answer(step)):
            return (
                f"it is outside the picture: write - scroll: {{text: {expected}}} as the next step, and expect it there"
            )
        if claim_holds(expected, said := self.session.page_text()):
            return "it is there only as it was typed: expect a text that the page answers"
        return f"there is {nearest_lines(expected, said)}"

    def _effect_since(self, moment: float) -> float:
        """Return from when on what changes comes of the step: where it led to another page, that, and not how a link looks pressed."""
        return max(moment, self.session.tabs.went - PAINTED)

    def _secret_may_show(self) -> bool:
        """Return whether a secret that was typed may be on the page now; so it is where the page doesn't answer any more."""
        if not self.secrets:
            return False
        try:
            return shows_secret(self.session.page_text(), self.secrets)
        except Error:
            return True


class BrowserFootage(FilmedFootage):
    """The frames of a browser, with what it showed: text, addresses, tabs."""

    def __init__(self, session: BrowserSession, ended: float) -> None:
        window = session.tabs.window
        super().__init__(session.request, window.size, session.film.frames, ended, session)
        self._session, self.disturbed, self.sharp = session, session.film.disturbed, session.sharp
        self.shape = window.device.shape if window.device else ""
        self.title = self._title()

    def words(self, events: Sequence[StepEvent]) -> Iterable[str]:
        """Yield what could be read at each moment."""
        return (" ".join(box.text for box in entry.boxes) for entry in self._session.text)

    def text(self, events: Sequence[StepEvent], times: Sequence[float], pictures: Path) -> tuple[VisibleText, ...]:
        """Return the text through time, without anybody's secrets in whatever form a page writes them."""
        in_order = sorted(self._session.text, key=lambda entry: entry.time)
        boxes_at = {round(self.since_start(entry.time), 4): entry.boxes for entry in in_order}
        entries = tuple(VisibleText(time=time, boxes=boxes) for time, boxes in boxes_at.items())
        secrets = self._session.typed_secrets.values()
        return tuple(_masked(entry, secrets) for entry in entries) if secrets else entries

    def blurred(self, events: Sequence[StepEvent]) -> tuple[BlurredRegions, ...]:
        """Return where something was that nobody may see."""
        return _sorted_by_time(map(self.rebased, self._session.blurred))

    def bars(self) -> tuple[BrowserBar, ...]:
        """Return what the window's bar said."""
        return _sorted_by_time(map(self.rebased, self._session.bars))

    def _title(self) -> str:
        """Return what the window's bar shows: the first page's address as a person would say it."""
        bars, first = self._session.bars, first_address(self.request) or ""
        if bars and self.request.kind == "ide":
            return bars[0].tabs[bars[0].shown]
        return bars[0].address if bars else first if is_episode_page(first) else first.split("://", 1)[-1]


@contextmanager
def open_browser(request: CaptureRequest, episode: Path) -> Iterator[BrowserScreen]:
    """Open a window with an empty page."""
    with ExitStack() as place:
        yield BrowserScreen(place.enter_context(open_browser_session(request, episode)), episode, place)


def _masked(entry: VisibleText, secrets: Collection[str]) -> VisibleText:
    boxes = (box.model_copy(update={"text": mask_secrets(box.text, secrets)}) for box in entry.boxes)
    return entry.model_copy(update={"boxes": tuple(boxes)})


def _sorted_by_time[T: (BlurredRegions, BrowserBar)](entries: Iterable[T]) -> tuple[T, ...]:
    """Sort entries by their times; of two at the same time the later one."""
    return tuple({round(entry.time, 4): entry for entry in sorted(entries, key=lambda e: e.time)}.values())
