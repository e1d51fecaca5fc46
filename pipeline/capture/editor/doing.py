"""A step under way, and where it does something."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from ...episode.screen import Step
from ..request import CaptureRequest
from .workbench import Workbench

TERMINAL, EDITOR = "terminal", "editor"
HURRY = 1000.0
"""Characters per second of what nobody sees."""


class Place(NamedTuple):
    """Where a step did something: lines of the file in front (from 1), its tab, or the terminal; only `text` there."""

    what: Literal["lines", "tab", "terminal"]
    first: int = 0
    last: int = 0
    text: str = ""


@dataclass
class Doing:
    """One step under way. `acted` becomes the time at which it does what it is about, `place` where that is.

    `follower` is the step after it.
    """

    phase: str
    index: int
    step: Step
    bench: Workbench
    request: CaptureRequest
    follower: Step | None = None
    place: Place | None = None
    acted: float = 0.0

    @property
    def seed(self) -> str:
        return f"{self.request.seed}:{self.phase}:{self.index}:{self.step.value}"

    @property
    def speed(self) -> float:
        return self.request.typing_speed if self.bench.filmed else HURRY

    def act(self) -> None:
        """It is now that the step does what it is about."""
        self.acted = self.bench.now
