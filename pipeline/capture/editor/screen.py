"""An editor at which steps are done: on a copy of the files, written down as a log and then drawn."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

from ...base.errors import LecternError
from ...episode.steps import Step
from ..chromium import chromium
from ..request import CaptureRequest, PhaseStep
from ..screen import LoggedScreen, StepOutcome
from ..secrets import shows_secret
from ..take import FRAME
from ..terminal.outcome import answer_holds, missing_answer
from ..terminal.session import open_shell_session
from ..terminal.shell_folders import open_shell_folders
from ..text_claims import claim_holds, nearest_lines
from .actions import do_step
from .footage import EditorFootage
from .metrics import EditorMetrics
from .page import EditorPage
from .session import UNTITLED, EditorSession
from .step_context import EditorPlace, EditorStepContext

EXPECTED = 5.0
"""Seconds within which what a step expects must be on the screen."""


class EditorScreen(LoggedScreen[EditorSession]):
    """An editor's session, drawn afterwards by a page that `open_page` opens."""

    def __init__(
        self, request: CaptureRequest, session: EditorSession, open_page: Callable[[], AbstractContextManager[EditorPage]],
        place: ExitStack,
    ) -> None:  # fmt: skip
        super().__init__(request, session, place)
        self._open_page = open_page

    def start(self) -> float:
        """Start filming, with the files that are open."""
        self.begin()
        self.session.rest(0.3)
        return 0.0

    def do(self, current: PhaseStep) -> StepOutcome[EditorPlace]:
        """Do a step; its moment is when it did what it is about."""
        self.session.rest(FRAME)  # what is seen at a step's start, and held until its time has come, is what was before
        step = EditorStepContext(current, self.session, self._request)
        do_step(step)
        self._check_expectation(current.step)
        return StepOutcome(self.session.now if current.step.action == "wait" else step.acted, step.place)

    def settle(self, current: PhaseStep, moment: float) -> float:
        """Let a moment pass."""
        self.session.rest(0.2)
        return moment

    def picture(self) -> bytes | None:
        """Return a PNG; None where a secret could be read in it."""
        self.session.catch_up()
        self.session.text()
        shown = self.session.page.show([])
        return None if shows_secret(shown.written, self.secrets) else self.session.page.png()

    def stop(self) -> EditorFootage:
        """Stop filming."""
        session = self.session
        session.rest(0.3)
        log, title = session.log(), _title(self._request, session)
        session.filmed = False
        return EditorFootage(self._request, log, self._open_page, title, session.keys, session.secrets)

    def interrupt(self) -> None:
        """Get back to the terminal's prompt."""
        self.session.filmed = False
        if self._request.finally_ and self.session.terminal:
            self.session.terminal.interrupt()

    def _check_expectation(self, step: Step) -> None:
        """Check that what a step expects is on the screen, or comes there soon: of what a command says, in the terminal."""
        session, claim = self.session, step.expect
        if not claim or self._holds(step):
            return
        if session.terminal and session.panel:
            with session.at_terminal() as terminal:
                if terminal.until(lambda: self._holds(step), EXPECTED):
                    return
                if step.action == "run":
                    raise LecternError(missing_answer(step, terminal))
        there = nearest_lines(claim, session.text())
        raise LecternError(f'"{claim}" should be on the screen, and is not; there is {there}')

    def _holds(self, step: Step) -> bool:
        if step.action == "run" and self.session.terminal:
            return answer_holds(step, self.session.terminal)
        return claim_holds(step.expect or "", self.session.answer())


@contextmanager
def open_editor(request: CaptureRequest, episode: Path) -> Iterator[EditorScreen]:
    """Open an editor on a copy of the files, over a shell if a step runs something or the steps are yet to be found."""
    all_steps = (*request.hidden, *request.earlier, *request.steps, *request.finally_)
    runs = not request.steps or any(step.action == "run" for step in all_steps)
    sheet = EditorMetrics(request.size, request.environment.scale, _line_number_digits(request, episode))
    with chromium(request.chromium) as browser, ExitStack() as place:

        def open_page() -> closing[EditorPage]:
            return closing(EditorPage(browser, request, sheet, runs))

        folders = place.enter_context(open_shell_folders(request, episode))
        page = place.enter_context(open_page())
        terminal = place.enter_context(open_shell_session(folders, request, page)) if runs else None
        yield EditorScreen(request, EditorSession(folders.work, sheet, page, terminal), open_page, place)


def _line_number_digits(request: CaptureRequest, episode: Path) -> int:
    """Return how many digits the line numbers of the files may have: three, unless one is longer."""
    named = {
        step.value for step in (*request.hidden, *request.earlier, *request.steps) if step.action in ("open", "diff")
    }
    files = [file for name in named if (file := episode / request.folder / name).is_file()]
    return max([3, *(len(str(file.read_bytes().count(b"\n") + 1)) for file in files)])


def _title(request: CaptureRequest, session: EditorSession) -> str:
    """Return what the window's bar shows: the file, or the folder where there are several."""
    names = [name for name in session.buffers if name != UNTITLED]
    folder = Path(request.folder).name
    if len(names) == 1:
        name = Path(names[0]).name
        return f"{name} — {folder}" if folder else name
    return folder or ", ".join(Path(name).name for name in names) or UNTITLED
