"""What the steps of a terminal do."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from ...episode.kinds import KINDS
from ...episode.screen import Step
from ...errors import LecternError
from ..claims import holds, instead, stands
from ..fault import StepFault
from ..keys import terminal_keys
from ..request import CaptureRequest
from ..secrets import secret
from .screen import Screen
from .session import Session, ShellEnded

PATIENCE = 60.0
"""Seconds after which a condition that was waited for has failed, where no program is at work."""
NO_SUCH_COMMAND = 127
"""The status with which shells say that they know no command of this name."""
EXPECTED = 5.0
"""Seconds within which what a step expects must be on the screen."""
LASTING = 'a program that asks something, or that stays, is started with "type:", and then waited for: "wait: {text: …}"'
"""What to do where a command does not end."""
UNKNOWN_COMMAND = 'there is no such command here (status 127); where that is to be shown, say what is expected then: "expect: …"'
ANSWER = 0.5
"""Seconds without a word from a program after which it is taken to have said all, or to be long about it."""
LOOK = 0.6
"""Seconds that something pointed at is looked at."""
_LINES_A_SECOND = 24


@dataclass(frozen=True)
class Doing:
    """One step under way; `hurry` types at once what nobody will see."""

    phase: str
    index: int
    step: Step
    session: Session
    screen: Screen
    request: CaptureRequest
    hurry: bool

    def write(self) -> None:
        """Types the step's text, or its secret."""
        self.come_back()
        if self.step.secret:
            self.session.type_secret(secret(self.step.secret))
        else:
            speed = 1000.0 if self.hurry else self.request.typing_speed
            self.session.type(self.step.value, speed, f"{self.request.seed}:{self.phase}:{self.index}:{self.step.value}")

    def come_back(self) -> None:
        """Shows the end again, as terminals do when a key is pressed."""
        if self.session.scrolled:
            self.screen.scroll(0)

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Waits for a condition of the screen."""
        return self.session.until(condition, seconds)

    def shows(self, text: str) -> bool:
        """Whether a text is on the screen, however it is spaced."""
        return stands(text, self.session.text())

    def fail(self, what: str) -> StepFault:
        return StepFault(self.phase, self.index, self.step, f"{what}; the terminal shows:\n{self.session.last_lines()}")


def check(phase: str, index: int, step: Step) -> None:
    """StepFault where a terminal can't do `step`, or a secret it types is not there. Nothing has been run then."""
    if refused := _refused(step):
        raise StepFault(phase, index, step, refused)
    try:
        terminal_keys(step.value if step.action == "press" else "")
        _ = secret(step.secret) if step.secret else ""
    except LecternError as error:
        raise StepFault(phase, index, step, str(error)) from error


def do(doing: Doing) -> None:
    """Does the step, and waits for what it expects; StepFault where it fails."""
    try:
        _ACTS[doing.step.action](doing)
        _meet(doing)
    except ShellEnded as error:
        raise doing.fail(str(error)) from error


def _refused(step: Step) -> str:
    """Why a terminal has no such step ("" where it has)."""
    text = step.target.text if step.target else None
    if step.action == "moment":
        return "moments are those of a session that was recorded before (cast: …); here, wait for what the screen shows"
    if step.action not in _ACTS:
        return f"a terminal has no such step; it has {', '.join(sorted(_ACTS))}"
    if step.action == "wait" and (step.wait is None or not any(_waited(step))):
        return f"a terminal waits for {', '.join(KINDS['terminal'].waits)}"
    if step.action == "highlight" and not text:
        return "a terminal highlights a text: {text: …}"
    if step.action == "scroll" and not (step.value or text):
        return "a terminal scrolls by pixels, or until a text is seen: {text: …}"
    if step.target and (step.value or step.secret):
        return "a terminal types, presses and scrolls where it is, at no target"
    return ""


def _meet(doing: Doing) -> None:
    expected = doing.step.expect
    if expected and not doing.until(lambda: holds(expected, doing.session.text()), EXPECTED):
        there = instead(expected, doing.session.text())
        raise doing.fail(f'"{expected}" should be on the screen, and is not; nearest is {there}')


def _type(doing: Doing) -> None:
    session = doing.session
    doing.write()
    if doing.step.enter:
        session.enter()
        session.until(lambda: session.at_prompt or session.still > ANSWER or bool(session.ending), 10.0)


def _run(doing: Doing) -> None:
    doing.write()
    doing.session.enter()
    if not doing.session.patiently(lambda: doing.session.at_prompt, PATIENCE):
        raise doing.fail(f"it did not end within {PATIENCE:g} s; {LASTING}")
    if doing.session.status == NO_SUCH_COMMAND and not doing.step.expect:
        raise doing.fail(UNKNOWN_COMMAND)


def _press(doing: Doing) -> None:
    doing.come_back()
    random = Random(f"{doing.request.seed}:{doing.index}")
    for key, name in zip(terminal_keys(doing.step.value), doing.step.value.split(), strict=True):
        doing.session.press(key, name)
        doing.session.rest(0.05 if doing.hurry else random.uniform(0.14, 0.24))
    doing.session.settle(3.0)


def _wait(doing: Doing) -> None:
    session, wait = doing.session, doing.step.wait
    assert wait is not None
    if wait.idle is not None:
        if not session.idle(wait.idle, PATIENCE):
            raise doing.fail(f"{wait.idle:g} s without output did not come within {PATIENCE:g} s")
        return
    what, met = _condition(doing)
    if not session.patiently(met, PATIENCE):
        raise doing.fail(f"{what} within {PATIENCE:g} s")
    if wait.exit is not None and session.status != wait.exit:
        raise doing.fail(f"the last command ended with {session.status}, and not with {wait.exit}")


def _condition(doing: Doing) -> tuple[str, Callable[[], bool]]:
    """What did not happen, if it doesn't; and whether it has."""
    wait, session = doing.step.wait, doing.session
    assert wait is not None
    if wait.text is not None:
        return f'"{wait.text}" did not come', lambda: doing.shows(wait.text or "")
    if wait.gone is not None:
        return f'"{wait.gone}" did not go', lambda: not doing.shows(wait.gone or "")
    return "the prompt did not come", lambda: session.at_prompt


def _waited(step: Step) -> list[bool]:
    return [getattr(step.wait, name) is not None for name in KINDS["terminal"].waits]


def _highlight(doing: Doing) -> None:
    target = doing.step.target
    assert target is not None and target.text is not None
    text, found = target.text, list[object]()

    def enough() -> bool:
        doing.session.text()
        found[:] = doing.screen.find(text)
        return len(found) >= (target.nth or 1)

    if not doing.until(enough, EXPECTED):
        there = instead(text, doing.session.text())
        raise doing.fail(f'"{text}" is not on the screen{_times(len(found))}; nearest is {there}')
    if len(found) > 1 and target.nth is None:
        raise doing.fail(f'"{text}" is on the screen {len(found)} times; say which one: {{text: …, nth: 2}}')
    doing.session.rest(LOOK)


def _times(count: int) -> str:
    return f" so often, only {count} times" if count else ""


def _scroll(doing: Doing) -> None:
    doing.session.settle(2.0)
    doing.session.text()
    lines = _distance(doing)
    if doing.screen.full:
        for _ in range(abs(lines)):
            doing.session.press("\x1b[A" if lines < 0 else "\x1b[B")
            doing.session.rest(1 / _LINES_A_SECOND)
    elif lines:
        doing.screen.scroll(lines)
        doing.session.scroll(lines, max(0.3, min(abs(lines) / _LINES_A_SECOND, 2.0)))
    doing.session.rest(0.3)


def _distance(doing: Doing) -> int:
    """By how many lines to scroll."""
    step, target = doing.step, doing.step.target
    if step.value:
        pixels = float(step.value)
        return round(pixels / doing.screen.cells.height) or (1 if pixels > 0 else -1)
    assert target is not None and target.text is not None
    lines = doing.screen.lines_to(target.text)
    if lines is None:
        raise doing.fail(f'"{target.text}" was never written')
    return lines


_ACTS: dict[str, Callable[[Doing], None]] = {
    "type": _type, "run": _run, "press": _press, "wait": _wait, "highlight": _highlight, "scroll": _scroll,
}  # fmt: skip
