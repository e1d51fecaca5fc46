"""What a build would ask of paid services, before it does: what, how much, how dear and how long."""

import math
from collections.abc import Callable, Iterable

from ..errors import LecternError
from ..model import Frozen
from ..services.http import Http
from ..services.registry import Registry
from ..services.transcription import OpenAITranscription, TranscriptionSettings
from ..services.usage import Usage, total
from ..services.voice import VoiceRequest, VoiceService
from ..voice.speaking import PACE

ADVICE = "set price in lectern.toml or the character's file to know"

Agree = Callable[["Costs"], bool]
"""Asks the person whether a build may cost so much."""


class NotAgreed(LecternError):
    """The build would cost something, and nobody has said yes to it."""

    def __init__(self, costs: "Costs") -> None:
        self.costs = costs
        super().__init__(f"{question(costs)}\n\nNothing was asked for. If you want it, give the command again with --yes.")


def refuse(costs: "Costs") -> bool:
    """For callers that can't ask anybody."""
    return False


class Costs(Frozen):
    """What would be asked, a service and model each; nothing where a build costs nothing."""

    asked: tuple[Usage, ...] = ()

    @property
    def free(self) -> bool:
        return not self.asked

    @property
    def wait(self) -> float:
        """About how many seconds the longest-working service needs; they work beside each other."""
        return max((usage.wait for usage in self.asked), default=0.0)

    @property
    def prices(self) -> tuple[tuple[str, float], ...]:
        """What is known of the price, by currency."""
        known = [usage for usage in self.asked if usage.price is not None]
        currencies = dict.fromkeys(usage.currency for usage in known)
        return tuple((c, sum(usage.price for usage in known if usage.currency == c)) for c in currencies)

    @property
    def unknown(self) -> bool:
        """Whether some price is not known, so that the sum is a least one."""
        return any(usage.price is None for usage in self.asked)


def estimate(wanted: Iterable[Usage | None]) -> Costs:
    """The costs of requests that are not made yet, each by what it would use (None, or a price of 0: it is free)."""
    charged = [usage for usage in wanted if usage and usage.price != 0]
    groups = dict.fromkeys((usage.service, usage.model, usage.currency) for usage in charged)
    return Costs(asked=tuple(total(_of_group(charged, group)) for group in groups))


def voice_costs(
    registry: Registry, requests: Iterable[VoiceRequest], transcription: TranscriptionSettings | None = None
) -> Costs:
    """The costs of lines that are not spoken yet; LecternError where a voice's settings are wrong.

    Whether a line's times are sure without transcription is known only once it is spoken, so all may have to be written
    down.
    """
    wanted = tuple(requests)
    providers = ((registry.find("voice", request.provider), request) for request in wanted)
    spoken = [provider.cost(request) for provider, request in providers if isinstance(provider, VoiceService)]
    heard = [_heard(transcription, request) for request in wanted if request.transcription] if transcription else []
    return estimate([*spoken, *heard])


def _heard(transcription: TranscriptionSettings, request: VoiceRequest) -> Usage | None:
    usage = OpenAITranscription(Http(), transcription).cost(len(" ".join(request.words)) / PACE)
    return usage and usage.model_copy(update={"at_most": True, "wait": 1 + usage.seconds / 4})


def question(costs: Costs) -> str:
    """The costs as a person reads them before they say yes."""
    lines = [f"  {_row(usage)}" for usage in costs.asked]
    total_line = f"{_sum(costs)}, {_duration(costs.wait)}."
    return "\n".join(["This would ask paid services for:", "", *lines, "", total_line])


def _of_group(charged: list[Usage], group: tuple[str, str, str]) -> tuple[Usage, ...]:
    return tuple(usage for usage in charged if (usage.service, usage.model, usage.currency) == group)


def _row(usage: Usage) -> str:
    model = f" ({usage.model})" if usage.model else ""
    requests = f"{usage.requests} request{'s' if usage.requests != 1 else ''}"
    amount = f", {usage.characters:,} characters" if usage.characters else ""
    price = "price unknown" if usage.price is None else _money(usage.price, usage.currency)
    requests = f"at most {requests}" if usage.at_most else requests
    length = f", {_clock(usage.seconds)} min" if usage.seconds else ""
    return f"{usage.service}{model}: {requests}{amount}{length}: {price}"


def _sum(costs: Costs) -> str:
    known = " + ".join(_money(price, currency) for currency, price in costs.prices)
    if not costs.unknown:
        return f"About {known} in all"
    return f"At least {known}; not every price is known ({ADVICE})" if known else f"The price is not known ({ADVICE})"


def _money(price: float, currency: str) -> str:
    """Never less than it is: a price is rounded up to what is shown."""
    return f"{math.ceil(round(price * 100, 6)) / 100:.2f} {currency}"


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"


def _duration(seconds: float) -> str:
    return f"about {max(1, round(seconds))} s" if seconds < 90 else f"about {round(seconds / 60)} min"
