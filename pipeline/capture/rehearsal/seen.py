"""What an agent is shown of a screen at which it does steps."""

from typing import Protocol

from ...episode.screen import Step

MOST_SEEN = 8000
"""Characters of a screen that an agent is shown at a time."""


class Stand(Protocol):
    """A screen at which steps are done as they will be when it is filmed."""

    def look(self) -> str:
        """What it shows, for a model."""
        ...

    def text(self) -> str:
        """All that can be read on it."""
        ...

    def objection(self, step: Step) -> str:
        """The word for which `step` may not be done ("" where it may)."""
        ...

    def do(self, index: int, step: Step) -> None:
        """Does a step; StepFault where it fails, LecternError where it leads to where it may not go."""
        ...

    def visited(self) -> tuple[str, ...]:
        """The hosts whose pages were shown."""
        ...


def shortened(seen: str) -> str:
    """As much as an agent is shown at a time."""
    more = len(seen) - MOST_SEEN
    return seen if more <= 0 else f"{seen[:MOST_SEEN]}\n… ({more} characters more: scroll, or open a part)"
