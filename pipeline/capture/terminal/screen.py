"""A terminal on which steps are done: a real shell, whose session is written down as a cast and drawn by xterm.js."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Error

from ...base.errors import LecternError
from ..chromium import chromium, playwright_reason
from ..fault import BrowserDied, StepFault, keep_picture
from ..heartbeat import is_browser_death
from ..request import CaptureRequest, PhaseStep
from ..screen import LoggedScreen, StepOutcome
from .actions import TerminalStepContext, check_step, do_step
from .footage import SoughtText, TerminalFootage, sought_text
from .page import TerminalPage
from .session import TerminalSession, open_shell_session
from .shell_folders import open_shell_folders


class TerminalScreen(LoggedScreen[TerminalSession]):
    """A shell's session, shown by `page`. What is not filmed is typed at once."""

    def __init__(
        self, request: CaptureRequest, browser: Browser, page: TerminalPage, session: TerminalSession, shell: ExitStack
    ) -> None:
        super().__init__(request, session, shell)
        self._browser, self._page = browser, page
        self._filming = False

    def start(self) -> float:
        """Begin, and start filming."""
        self.begin()
        self._filming = True
        self.session.rest(0.3)
        return 0.0

    def do(self, current: PhaseStep) -> StepOutcome[SoughtText]:
        """Do a step; the moment is when it was done."""
        check_step(current.step)
        step = TerminalStepContext(current, self.session, self._page, self._request, hurry=not self._filming)
        try:
            do_step(step)
        except Error as error:
            died = "the browser that draws the terminal has died: " if is_browser_death(error) else ""
            raise LecternError(f"{died}{playwright_reason(error)}") from error
        sought = sought_text(current.step)
        return StepOutcome(self.session.now, sought and replace(sought, nth=step.nth or sought.nth))

    def settle(self, current: PhaseStep, moment: float) -> float:
        """Let a moment pass."""
        self.session.rest(0.15)
        return moment

    def picture(self, browser: Browser | None = None) -> bytes | None:
        """Return a PNG, drawn in `browser` (None: in the terminal's own)."""
        return self._footage(browser or self._browser).last_picture()

    def stop(self) -> TerminalFootage:
        """Stop filming."""
        self.session.rest(0.3)
        self._filming = False
        return self._footage(self._browser)

    def interrupt(self) -> None:
        """Get back to the prompt."""
        self._filming = False
        if self._request.finally_:
            self.session.interrupt()

    def _footage(self, browser: Browser) -> TerminalFootage:
        session = self.session
        return TerminalFootage(self._request, browser, session.cast(), session.keys, session.secrets)


@contextmanager
def open_terminal(request: CaptureRequest, episode: Path) -> Iterator[TerminalScreen]:
    """Open a shell at its prompt in a folder of its own. It is gone with all it started at the end.

    Raises StepFault before anything runs where a terminal can't do a step.
    """
    for phase in ("hidden", "earlier", "steps", "finally"):
        for current in request.phase(phase):
            _check(current)
    screen = None
    try:
        with chromium(request.chromium) as browser, ExitStack() as shell:
            page = shell.enter_context(closing(TerminalPage(browser, request)))
            place = shell.enter_context(open_shell_folders(request, episode))
            session = shell.enter_context(open_shell_session(place, request, page))
            screen = TerminalScreen(request, browser, page, session, shell)
            yield screen
    except BrowserDied as died:
        if screen is None or died.fault is None:
            raise
        raise BrowserDied.at(_with_picture(died.fault, screen, request, episode)) from died


def _check(current: PhaseStep) -> None:
    try:
        check_step(current.step)
    except LecternError as error:
        raise StepFault(current.phase, current.index, current.step, str(error)) from error


def _with_picture(fault: StepFault, screen: TerminalScreen, request: CaptureRequest, episode: Path) -> StepFault:
    """Return the fault with the picture that the dead browser could not draw any more."""
    with suppress(LecternError), chromium(request.chromium) as browser:
        if png := screen.picture(browser):
            return fault.with_picture(keep_picture(png, episode, request, fault.phase, fault.index))
    return fault
