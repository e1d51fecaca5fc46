"""A step under way, and where it does something."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from ..request import CaptureRequest, PhaseStep
from ..screen import StepInProgress
from .session import EditorSession

TERMINAL, EDITOR = "terminal", "editor"
HURRIED_SPEED = 1000.0
"""Characters per second of what nobody sees."""


class EditorPlace(NamedTuple):
    """Where a step did something: lines of the file in front (from 1), its tab, or the terminal; only the `nth` `text` (from 0) there."""

    what: Literal["lines", "tab", "terminal"]
    first: int = 0
    last: int = 0
    text: str = ""
    nth: int = 0


@dataclass
class EditorStepContext(StepInProgress):
    """One step under way. `acted` becomes the time at which it does what it is about, `place` where that is."""

    placed: PhaseStep
    editor: EditorSession
    request: CaptureRequest
    place: EditorPlace | None = None
    acted: float = 0.0

    @property
    def seed(self) -> str:
        """What makes this step's typing differ from that of others."""
        return f"{self.placed.seed(self.request.seed)}:{self.step.value}"

    @property
    def speed(self) -> float:
        """How many characters are typed per second."""
        return self.step.speed or self.request.typing_speed if self.editor.filmed else HURRIED_SPEED

    def act(self) -> None:
        """Note that it is now that the step does what it is about."""
        self.acted = self.editor.now
