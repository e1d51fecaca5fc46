"""The line that is about to be run in a terminal, however it came there."""

from ...episode.screen import Limits, Step
from .words import forbidden_command

_ENTER = ("enter", "return", "numpadenter")
"""With whatever is held besides."""
_ALSO_ENTER = ("ctrl+m", "ctrl+j", "ctrl+o", "control+m", "control+j", "control+o")
_DROPS = ("ctrl+c", "control+c")


class CommandLine:
    """What was typed since the last line ended: it is judged as a whole."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._typed = limits, ""

    def objection(self, step: Step, shown: str = "") -> str:
        """The word for which a step may not be done in a terminal ("" where it may).

        `shown` is the screen: before Enter the line counts as it stands there, too, edited or recalled.
        """
        line = self._typed + (step.value if step.action in ("run", "type") else "")
        rows = [row for row in shown.splitlines() if row.strip()] if enters(step) and step.action != "run" else []
        return forbidden_command("\n".join([*rows[-1:], line]), self._limits.never, self._limits.allow)

    def note(self, step: Step) -> None:
        """What a step that is done here leaves on the line."""
        ended = enters(step) or any(key in _DROPS for key in _keys(step))
        self._typed = "" if ended else self._typed + (step.value if step.action == "type" else "")


def enters(step: Step) -> bool:
    """Whether a step presses Enter, which runs a line."""
    return step.action == "run" or (step.action == "type" and (step.enter or "\n" in step.value)) or any(
        key in _ALSO_ENTER or key.rpartition("+")[2] in _ENTER for key in _keys(step)
    )


def _keys(step: Step) -> list[str]:
    return step.value.casefold().split() if step.action == "press" else []
