"""What a request to a service used, and what that costs."""

from pydantic import BaseModel, Field

from ..base.frozen import Frozen
from .policy import ServicePolicy, is_charged


class TokenUsage(Frozen):
    """Tokens of a language model, each counted once.

    Those of the prompt are new, were read from the service's cache (`cached`) or `written` into it; those of the answer are what it
    has `thought` and what it has put out.
    """

    prompt: int = 0
    cached: int = 0
    written: int = 0
    thought: int = 0
    output: int = 0

    @property
    def total(self) -> int:
        """All tokens."""
        return self.prompt + self.cached + self.written + self.thought + self.output

    def __add__(self, other: "TokenUsage") -> "TokenUsage":
        """Return both together."""
        return TokenUsage(**{name: getattr(self, name) + getattr(other, name) for name in TokenUsage.model_fields})


def _is_empty(value: object) -> bool:
    return not value or value == TokenUsage()


class Usage(Frozen):
    """What was asked of `service`. `price` is None if it is not known, 0 if it is free.

    `seconds` is the sound or picture that is made; `wait` is about how long it takes to be made. `at_most`: it may well
    be less, because it is not known beforehand what has to be asked.
    """

    service: str
    model: str = ""
    requests: int = 1
    characters: int = 0
    seconds: float = 0.0
    pictures: int = Field(0, exclude_if=_is_empty)
    tokens: TokenUsage = Field(TokenUsage(), exclude_if=_is_empty)
    wait: float = 0.0
    price: float | None = None
    currency: str = "USD"
    at_most: bool = Field(False, exclude_if=lambda limit: not limit)


class ConnectionTest(Frozen):
    """What a test of a connection found: `what` for a person, with the way out where not `ok`, and the `voices`."""

    ok: bool
    what: str
    voices: tuple[str, ...] = ()


def total(usages: tuple[Usage, ...]) -> Usage:
    """Return several requests to one service as one; a price that is not known makes the sum unknown."""
    prices = [usage.price for usage in usages]
    return usages[0].model_copy(
        update={
            "requests": sum(usage.requests for usage in usages),
            "characters": sum(usage.characters for usage in usages),
            "seconds": sum(usage.seconds for usage in usages),
            "pictures": sum(usage.pictures for usage in usages),
            "tokens": sum((usage.tokens for usage in usages), TokenUsage()),
            "wait": sum(usage.wait for usage in usages),
            "price": None if None in prices else sum(prices),
        }
    )


def service_usage(
    service: str, settings: BaseModel, seconds: float = 0.0, *, wait: float = 0.0, units: float = 1.0
) -> Usage | None:
    """Return what a request with `settings` uses whose price is charged `units` times; None where it is free."""
    if not isinstance(settings, ServicePolicy) or not is_charged(settings.price, settings.base_url):
        return None
    return Usage(
        service=service,
        model=str(getattr(settings, "model", "")),
        seconds=seconds,
        wait=wait,
        price=settings.price and settings.price * units,
        currency=settings.currency,
    )
