"""How often a language model is asked at most, so that a person can be told beforehand."""

from ...episode.capture_block import Limits

ATTEMPTS = 2
"""Times that steps are worked out if they fail from a fresh start."""


def most_turns(limits: Limits) -> int:
    """Return the answers of one attempt at most: a model looks and errs between its steps."""
    return 3 * limits.steps + 9


def most_requests(limits: Limits) -> int:
    """Return the answers of all attempts together at most."""
    return ATTEMPTS * most_turns(limits)
