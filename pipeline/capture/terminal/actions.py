"""What the steps of a terminal do."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from ...base.errors import LecternError
from ...episode.capture_kinds import KINDS
from ...episode.steps import Step
from ..keys import terminal_keys
from ..request import CaptureRequest, PhaseStep
from ..screen import StepInProgress
from ..secrets import secret_value
from ..text_claims import APPEARS, contains_words, nearest_lines, never_there
from .outcome import STOPPED, answer_holds, failed_command, missing_answer
from .page import TerminalPage
from .session import ECHO, WAKE_SECONDS, TerminalSession
from .shell import ShellEnded, ShellHeld

PATIENCE = 60.0
"""Seconds after which a condition that was waited for has failed, where no program is at work."""
EXPECT_TIMEOUT = 5.0
"""Seconds within which what a step expects must be on the screen."""
INTERACTIVE_HINT = (
    'a program that asks something, or that stays, is started with "type:", and then waited for: "wait: {text: …}"'
)
"""What to do where a command does not end."""
ANSWER_SECONDS = 0.5
"""Seconds without a word from a program after which it is taken to have said all, or to be long about it."""
LOOK_SECONDS = 0.6
"""Seconds that something pointed at is looked at."""
_LINES_A_SECOND = 24


@dataclass
class TerminalStepContext(StepInProgress):
    """One step under way; `hurry` types at once what nobody will see. `nth` becomes which of several texts is pointed at (from 0)."""

    placed: PhaseStep
    session: TerminalSession
    page: TerminalPage
    request: CaptureRequest
    hurry: bool
    nth: int = 0

    def write(self) -> None:
        """Type the step's text, or its secret."""
        self.come_back()
        if self.step.secret:
            self.session.type_secret(secret_value(self.step.secret))
        else:
            speed = 1000.0 if self.hurry else self.step.speed or self.request.typing_speed
            seed = f"{self.placed.seed(self.request.seed)}:{self.step.value}"
            self.session.type(self.step.value, speed, seed)

    def come_back(self) -> None:
        """Show the end again, as terminals do when a key is pressed."""
        if self.session.scrolled:
            self.page.scroll(0)

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait for a condition of the screen."""
        return self.session.until(condition, seconds)

    def shows(self, text: str, latest: bool = False) -> bool:
        """Return whether a program has written a text that is on the screen, however it is spaced; `latest`: since a line was entered."""
        return contains_words(text, self.session.answer(latest))

    def fault(self, what: str) -> LecternError:
        """Return the error that says `what` went wrong, and what the terminal shows."""
        return LecternError(f"{what}; the terminal shows:\n{self.session.last_lines()}")


def check_step(step: Step) -> None:
    """Check that a terminal can do `step`. Raises LecternError where it can't, or where a secret it types is not there."""
    if refused := _refusal(step):
        raise LecternError(refused)
    terminal_keys(step.value if step.action == "press" else "")
    _ = secret_value(step.secret) if step.secret else ""


def do_step(current: TerminalStepContext) -> None:
    """Do the step, and wait for what it expects. Raises LecternError where it fails."""
    try:
        _ACTIONS[current.step.action](current)
        if failed := failed_command(current.placed, current.request, current.session):
            raise current.fault(failed)
        _wait_for_expected(current)
    except (ShellEnded, ShellHeld) as error:
        raise current.fault(str(error)) from error


def _refusal(step: Step) -> str:
    """Return why a terminal has no such step ("" where it has)."""
    text = step.target.text if step.target else None
    if step.action == "moment":
        return "moments are those of a session that was recorded before (cast: …); here, wait for what the screen shows"
    if step.action not in _ACTIONS:
        return f"a terminal has no such step; it has {', '.join(sorted(_ACTIONS))}"
    if step.action == "wait" and (step.wait is None or not any(_wait_conditions(step))):
        return f"a terminal waits for {', '.join(KINDS['terminal'].waits)}"
    if step.action == "highlight" and not text:
        return "a terminal highlights a text: {text: …}"
    if step.action == "scroll" and not (step.value or text):
        return "a terminal scrolls by pixels, or until a text is seen: {text: …}"
    if step.target and (step.value or step.secret):
        return "a terminal types, presses and scrolls where it is, at no target"
    return ""


def _wait_for_expected(current: TerminalStepContext) -> None:
    if not current.until(lambda: answer_holds(current.step, current.session), EXPECT_TIMEOUT):
        raise current.fault(missing_answer(current.step, current.session))


def _type(current: TerminalStepContext) -> None:
    current.write()
    _enter(current)


def _paste(current: TerminalStepContext) -> None:
    current.come_back()
    current.session.paste(current.step.value)
    _enter(current)


def _enter(current: TerminalStepContext) -> None:
    """Press Enter if the step does, and listen to the answer."""
    session = current.session
    if current.step.enter:
        session.enter()
        session.until(lambda: session.at_prompt or session.still > ANSWER_SECONDS or bool(session.ending), 10.0)


def _run(current: TerminalStepContext) -> None:
    current.write()
    current.session.enter()
    if not current.session.ended(PATIENCE, current.step.timeout):
        raise current.fault(f"it did not end within {current.patience(PATIENCE):g} s; {INTERACTIVE_HINT}")


def _press(current: TerminalStepContext) -> None:
    current.come_back()
    random = Random(f"{current.request.seed}:{current.placed.index}")
    for key, name in zip(terminal_keys(current.step.value), current.step.value.split(), strict=True):
        current.session.press(key, name)
        current.session.rest(0.05 if current.hurry else random.uniform(0.14, 0.24))
    current.session.settle(3.0)


def _wait(current: TerminalStepContext) -> None:
    session, wait, patience = current.session, current.step.wait, current.patience(PATIENCE)
    assert wait is not None
    if wait.idle is not None:
        if not session.idle(wait.idle, patience):
            raise current.fault(f"{wait.idle:g} s without output did not come within {patience:g} s")
        return
    gone, limit = wait.gone, current.step.timeout
    if gone is not None and not session.patiently(lambda: session.has_written(gone), APPEARS, limit):
        raise never_there(gone, "screen", session.text())
    what, met = _condition(current)
    if not session.patiently(lambda: met() or session.state.was_stopped, PATIENCE, current.step.timeout):
        raise current.fault(f"{what} within {patience:g} s")
    if session.state.was_stopped and not met():
        raise current.fault(f"{what}: {STOPPED}")
    if wait.exit is not None and session.state.status != wait.exit:
        raise current.fault(f"the last command ended with {session.state.status}, and not with {wait.exit}")


def _condition(current: TerminalStepContext) -> tuple[str, Callable[[], bool]]:
    """Return what to say if it doesn't happen, and the question whether it has."""
    wait, session = current.step.wait, current.session
    assert wait is not None
    if wait.text is not None:
        return f'"{wait.text}" did not come', lambda: current.shows(wait.text or "", latest=True)
    if wait.gone is not None:
        return f'"{wait.gone}" did not go', lambda: not current.shows(wait.gone or "")
    return "the prompt did not come", lambda: session.at_prompt


def _wait_conditions(step: Step) -> list[bool]:
    return [getattr(step.wait, name) is not None for name in KINDS["terminal"].waits]


def _highlight(current: TerminalStepContext) -> None:
    target = current.step.target
    assert target is not None and target.text is not None
    text, found = target.text, list[object]()

    def enough() -> bool:
        current.session.text()
        found[:] = current.page.find(text)
        return len(found) >= (target.nth or 1)

    if not current.until(enough, EXPECT_TIMEOUT):
        if not found and current.session.has_written(text):
            way = f"write - scroll: {{text: {text}}} as the step before"
            raise current.fault(f'"{text}" has scrolled out of view; {way}')
        there = nearest_lines(text, current.session.text())
        raise current.fault(f'"{text}" is not on the screen{_times(len(found))}; nearest is {there}')
    meant = current.page.meant(text) if target.nth is None else target.nth - 1
    if meant is None:
        raise current.fault(
            f'"{text}" is on the screen {len(found)} times; say which one, like {{text: …, nth: 2}}: '
            f"{_occurrences(text, current.session.text())}"
        )
    current.nth = meant
    current.session.rest(LOOK_SECONDS)


def _occurrences(text: str, screen: str) -> str:
    """Return the lines in which a text is, each with the numbers by which `nth` names what is in it."""
    listed, number = list[str](), 1
    for line in screen.splitlines():
        if count := line.count(text):
            numbers = str(number) if count == 1 else f"{number}-{number + count - 1}"
            listed.append(f'{numbers} in "{line.strip()[:60]}"')
            number += count
    return ", ".join(listed)


def _times(count: int) -> str:
    return f" so often, only {count} times" if count else ""


def _scroll(current: TerminalStepContext) -> None:
    current.session.settle(2.0)
    current.session.text()
    lines = _distance(current)
    if current.page.full:
        patience, arrow = ECHO, "\x1b[A" if lines < 0 else "\x1b[B"
        for _ in range(abs(lines)):
            patience = ECHO if current.session.press(arrow, patience=patience) else WAKE_SECONDS
            current.session.rest(1 / _LINES_A_SECOND)
        current.session.settle(2.0)  # a busy machine answers the last of them late
    elif lines:
        current.page.scroll(lines)
        current.session.scroll(lines, max(0.3, min(abs(lines) / _LINES_A_SECOND, 2.0)))
    current.session.rest(0.3)


def _distance(current: TerminalStepContext) -> int:
    """Return by how many lines to scroll."""
    step, target = current.step, current.step.target
    if step.value:
        pixels = float(step.value)
        return round(pixels / current.page.cells.height) or (1 if pixels > 0 else -1)
    assert target is not None and target.text is not None
    lines = current.page.lines_to(target.text)
    if lines is None:
        raise current.fault(f'"{target.text}" was never written')
    return lines


_ACTIONS: dict[str, Callable[[TerminalStepContext], None]] = {
    "type": _type, "paste": _paste, "run": _run, "press": _press, "wait": _wait, "highlight": _highlight, "scroll": _scroll,
}  # fmt: skip
