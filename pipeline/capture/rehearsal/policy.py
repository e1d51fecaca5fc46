"""What an agent is shown of a screen, and what it may not do there. The screen itself is the recorder's."""

from abc import ABC, abstractmethod
from typing import Any

from ...episode.capture_block import Limits
from ...episode.steps import Step
from ...jobs.recipe import JobContext
from ..recorder import do_unfilmed
from ..request import CaptureRequest, PhaseStep
from ..screen import Screen

MAX_SEEN = 8000
"""Characters of a screen that an agent is shown at most."""


class Policy[S: Screen[Any]](ABC):
    """An agent's access to one of the recorder's screens, within `limits`."""

    def __init__(self, screen: S, request: CaptureRequest, limits: Limits, context: JobContext) -> None:
        self.screen, self.request, self.limits, self._context = screen, request, limits, context

    @abstractmethod
    def look(self) -> str:
        """Return what the screen shows, for a model."""

    @abstractmethod
    def objection(self, step: Step) -> str:
        """Return the word for which `step` may not be done ("" where it may)."""

    def text(self) -> str:
        """Return all that can be read on the screen."""
        return self.screen.text()

    def do(self, index: int, step: Step) -> None:
        """Do a step. Raises StepFault where it fails, LecternError where it leads to where it may not go."""
        do_unfilmed(PhaseStep("steps", index, step), self.screen, self.request, self._context)

    def visited(self) -> tuple[str, ...]:
        """Return the hosts whose pages were shown."""
        return ()


def shorten_for_agent(seen: str) -> str:
    """Return as much of a text as an agent is shown at once."""
    more = len(seen) - MAX_SEEN
    return seen if more <= 0 else f"{seen[:MAX_SEEN]}\n… ({more} characters more: scroll, or open a part)"
