"""Whether commands ended as the script wants it, and whether they said what it expects."""

from collections.abc import Sequence

from ...episode.steps import Step
from ..request import CaptureRequest, PhaseStep
from ..text_claims import claim_holds, nearest_lines
from .session import TerminalSession
from .shell_state import STOPPED_STATUS

NO_SUCH_COMMAND = 127
"""The status with which shells say that they know no command of this name."""
KILLED_STATUS = 128 + 9
KILLED = "it was killed, by the system perhaps, for want of memory"
STOPPED = "its program was stopped (SIGSTOP)"


def failed_command(placed: PhaseStep, request: CaptureRequest, session: TerminalSession) -> str:
    """Return what to say of a command that ended during the step `placed` as nobody wants it ("" where all did).

    A command that fails is wanted where the step says its `exit`, or where a `wait: {exit: …}` asks for it before anything else is
    started.
    """
    ended, step = session.state.take_ended(), placed.step
    later = request.phase(placed.phase)[placed.index + 1 :]
    if _asks_for_exit(step) or (step.exit is None and _asked_for_later([other.step for other in later])):
        return ""
    wanted = (0, step.exit)
    wrong = next((status for status in ended if status not in wanted), None)
    if wrong is None and step.exit and ended and step.exit not in ended:
        wrong = ended[-1]
    return "" if wrong is None else _failure(wrong, step)


def answer_holds(step: Step, session: TerminalSession) -> bool:
    """Return whether what the step expects is on the screen, and not only because it was typed."""
    return not step.expect or claim_holds(step.expect, session.answer(latest=enters(step)))


def missing_answer(step: Step, session: TerminalSession) -> str:
    """Return what to say of a text that the step expects and nobody has answered."""
    assert step.expect is not None
    if claim_holds(step.expect, session.text()):
        return f'"{step.expect}" is on the screen only as it was typed, or from before; the command itself did not write it'
    if claim_holds(step.expect, session.written()):
        return (
            f'"{step.expect}" has scrolled out of view, because more was written after it; expect it of a later step '
            f"- scroll: {{text: {step.expect}}}, or let less be written (| head)"
        )
    return (
        f'"{step.expect}" should be on the screen, and is not; nearest is {nearest_lines(step.expect, session.text())}'
    )


def enters(step: Step) -> bool:
    """Return whether the step enters a line, which something then answers."""
    return step.action == "run" or (step.action in ("type", "paste") and step.enter)


def _failure(status: int, step: Step) -> str:
    if step.exit is not None:
        return f"it ended with status {status}, and not with {step.exit}"
    whys = {NO_SUCH_COMMAND: "there is no such command here", STOPPED_STATUS: STOPPED, KILLED_STATUS: KILLED}
    why = whys.get(status, "the command failed")
    way = f'"exit: {status}" beside it' if step.action == "run" else f'"- wait: {{exit: {status}}}" as the next step'
    return f"{why} (status {status}); where that is to be shown, write {way}"


def _asks_for_exit(step: Step) -> bool:
    return step.wait is not None and step.wait.exit is not None


def _asked_for_later(steps: Sequence[Step]) -> bool:
    """Return whether one of the steps asks how the command ended, before another one enters something."""
    for step in steps:
        if _asks_for_exit(step) or enters(step):
            return _asks_for_exit(step)
    return False
