"""What a request to a service used, and what that costs."""

from pydantic import Field

from ..model import Frozen


class Usage(Frozen):
    """What was asked of `service`. `price` is None where nobody told Lectern what it costs, 0 where it is free.

    `seconds` is the sound or picture that is made; `wait` is about how long it takes to be made. `at_most`: it may well
    be less, because it is not known beforehand what has to be asked.
    """

    service: str
    model: str = ""
    requests: int = 1
    characters: int = 0
    seconds: float = 0.0
    wait: float = 0.0
    price: float | None = None
    currency: str = "USD"
    at_most: bool = Field(False, exclude_if=lambda limit: not limit)


class Tested(Frozen):
    """What a test of a connection found: `what` for a person, with the way out where not `ok`, and the `voices`."""

    ok: bool
    what: str
    voices: tuple[str, ...] = ()


def total(usages: tuple[Usage, ...]) -> Usage:
    """Several requests to one service as one; a price that is not known makes the sum unknown."""
    prices = [usage.price for usage in usages]
    return usages[0].model_copy(
        update={
            "requests": sum(usage.requests for usage in usages),
            "characters": sum(usage.characters for usage in usages),
            "seconds": sum(usage.seconds for usage in usages),
            "wait": sum(usage.wait for usage in usages),
            "price": None if None in prices else sum(prices),
        }
    )
