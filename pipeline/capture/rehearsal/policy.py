"""What an agent is shown of a screen, and what it may not do there. The screen itself is the recorder's."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ...episode.capture_block import Limits
from ...episode.steps import Step
from ...jobs.recipe import JobContext
from ..recorder import do_unfilmed
from ..request import CaptureRequest, PhaseStep
from ..screen import Screen
from .tools import Arguments, step_of

MAX_SEEN = 8000
"""Characters of a screen that an agent is shown at most."""


class Policy[S: Screen[Any]](ABC):
    """An agent's access to one of the recorder's screens, within `limits`."""

    def __init__(self, screen: S, request: CaptureRequest, limits: Limits, context: JobContext) -> None:
        self.screen, self.request, self.limits, self._context = screen, request, limits, context

    @classmethod
    def opening(cls) -> AbstractContextManager[object]:
        """Return what holds while the screen is open."""
        return nullcontext()

    @abstractmethod
    def look(self) -> str:
        """Return what the screen shows, for a model."""

    @abstractmethod
    def objection(self, step: Step) -> str:
        """Return the word for which `step` may not be done ("" where it may)."""

    def step(self, name: str, arguments: Arguments) -> Step:
        """Return a call of a tool as a step. Raises LecternError, in words for an agent, if it is none."""
        return step_of(self.request.kind, name, arguments, self._context.episode)

    def text(self) -> str:
        """Return all that can be read on the screen."""
        return self.screen.text()

    def do(self, index: int, step: Step) -> Step:
        """Do a step, and return it as it can be done again.

        Raises StepFault where it fails, LecternError where it leads to where it may not go.
        """
        return self.perform(index, step)

    def perform(self, index: int, step: Step) -> Step:
        """Do a step with the recorder's own hands. Raises StepFault where it fails."""
        do_unfilmed(PhaseStep("steps", index, step), self.screen, self.request, self._context)
        return step

    def visited(self) -> tuple[str, ...]:
        """Return the hosts whose pages were shown."""
        return ()


def shorten_for_agent(seen: str) -> str:
    """Return as much of a text as an agent is shown at once."""
    more = len(seen) - MAX_SEEN
    return seen if more <= 0 else f"{seen[:MAX_SEEN]}\n… ({more} characters more: scroll, or open a part)"
