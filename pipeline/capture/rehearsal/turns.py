"""How often a language model is asked at most, so that a person can be told before."""

from ...episode.screen import Limits

ATTEMPTS = 2
"""So often steps are worked out that then don't work from a fresh start."""


def most_turns(limits: Limits) -> int:
    """The answers of one attempt: a model looks and errs between its steps."""
    return 3 * limits.steps + 9


def most_requests(limits: Limits) -> int:
    """The answers of all attempts together."""
    return ATTEMPTS * most_turns(limits)
