"""The policy for a terminal: what an agent may not run there, whether it is typed, edited or recalled."""

from ...episode.capture_block import Limits
from ...episode.steps import Step
from ...jobs.recipe import JobContext
from ..request import CaptureRequest
from ..terminal.screen import TerminalScreen
from .forbidden import forbidden_command
from .policy import Policy, shorten_for_agent

_ENTER = ("enter", "return", "numpadenter")
"""Keys that end a line, also with modifiers held."""
_ALSO_ENTER = ("ctrl+m", "ctrl+j", "ctrl+o", "control+m", "control+j", "control+o")
_CANCEL_KEYS = ("ctrl+c", "control+c")


class CommandLine:
    """The line that is being typed, which is judged as a whole."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._typed = limits, ""

    def objection(self, step: Step, shown: str = "") -> str:
        """Return the word for which a step may not be done in a terminal ("" if it may).

        `shown` is what the terminal shows: before Enter, its last line counts too, which may be edited or recalled.
        """
        line = self._typed + (step.value if step.action in ("run", "type", "paste") else "")
        rows = (
            [row for row in shown.splitlines() if row.strip()] if presses_enter(step) and step.action != "run" else []
        )
        return forbidden_command("\n".join([*rows[-1:], line]), self._limits.never, self._limits.allow)

    def note(self, step: Step) -> None:
        """Remember what a step leaves on the line."""
        ended = presses_enter(step) or any(key in _CANCEL_KEYS for key in _keys(step))
        self._typed = "" if ended else self._typed + (step.value if step.action in ("type", "paste") else "")


class TerminalPolicy(Policy[TerminalScreen]):
    """A shell in a folder of its own, at its prompt or where the hidden steps have led."""

    def __init__(self, screen: TerminalScreen, request: CaptureRequest, limits: Limits, context: JobContext) -> None:
        super().__init__(screen, request, limits, context)
        self._line = CommandLine(limits)

    def look(self) -> str:
        """Return what the terminal shows."""
        state = "at the prompt" if self.screen.session.at_prompt else "a program runs"
        return shorten_for_agent(f"[{state}]\n{self.text().rstrip()}")

    def objection(self, step: Step) -> str:
        """Return the word for which a line may not be run."""
        return self._line.objection(step, self.text())

    def do(self, index: int, step: Step) -> Step:
        """Do a step."""
        self._line.note(step)
        return super().do(index, step)


def presses_enter(step: Step) -> bool:
    """Return whether a step presses Enter, which runs a line."""
    return (
        step.action == "run"
        or (step.action in ("type", "paste") and (step.enter or "\n" in step.value))
        or any(key in _ALSO_ENTER or key.rpartition("+")[2] in _ENTER for key in _keys(step))
    )


def presses_button(step: Step) -> bool:
    """Return whether a step presses Enter or the space bar, which press a button that has the focus."""
    return step.action != "run" and (presses_enter(step) or any("space" in key for key in _keys(step)))


def _keys(step: Step) -> list[str]:
    return step.value.casefold().split() if step.action == "press" else []
