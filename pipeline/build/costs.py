"""What a build would request of paid services, found out before it does: how much, at what price, for how long."""

import math
from collections.abc import Callable, Iterable

from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..episode.voices import TranscriptionChoice
from ..services.registry import Registry
from ..services.transcription import TranscriptionProvider
from ..services.usage import Usage, total
from ..services.voice import PACE, VoiceProvider, VoiceRequest

ADVICE = "set price in lectern.toml or the character's file to know"

CostApproval = Callable[["Costs"], bool]
"""Asks the person whether a build may cost so much."""


class CostDeclined(LecternError):
    """Something would cost money, and nobody has said yes to it."""

    def __init__(self, costs: "Costs") -> None:
        self.costs = costs
        super().__init__(
            f"{cost_question(costs)}\n\nNothing was asked for. If you want it, give the command again with --yes."
        )


def decline_costs(costs: "Costs") -> bool:
    """Say no, for callers that can't ask anybody."""
    return False


class Costs(Frozen):
    """What would be asked, a service and model each; nothing where a build costs nothing."""

    asked: tuple[Usage, ...] = ()

    @property
    def free(self) -> bool:
        """Whether nothing would be paid."""
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
        return tuple((c, sum(usage.price or 0.0 for usage in known if usage.currency == c)) for c in currencies)

    @property
    def unknown(self) -> bool:
        """Whether some price is not known, so that the sum is a least one."""
        return any(usage.price is None for usage in self.asked)


def require_agreement(costs: Costs, agree: CostApproval) -> None:
    """Raise `CostDeclined` unless nothing would be paid or the person, asked with `agree`, says yes."""
    if not costs.free and not agree(costs):
        raise CostDeclined(costs)


def estimate(wanted: Iterable[Usage | None]) -> Costs:
    """Return the costs of requests that are not made yet, each by what it would use (None or a price of 0 is free)."""
    charged = [usage for usage in wanted if usage and usage.price != 0]
    groups = dict.fromkeys((usage.service, usage.model, usage.currency) for usage in charged)
    return Costs(asked=tuple(total(_of_group(charged, group)) for group in groups))


def voice_costs(
    registry: Registry, requests: Iterable[VoiceRequest], transcription: TranscriptionChoice | None = None
) -> Costs:
    """Return the costs of lines that are not spoken yet. Raises LecternError if a voice's settings are wrong.

    Whether a line's times are sure without transcription is known only once it is spoken, so all may have to be written
    down.
    """
    wanted = tuple(requests)
    spoken = [_voice_usage(registry, request) for request in wanted]
    heard = [
        _transcription_usage(registry, transcription, request)
        for request in wanted
        if transcription and request.transcription
    ]
    return estimate([*spoken, *heard])


def _voice_usage(registry: Registry, request: VoiceRequest) -> Usage | None:
    provider = registry.find(VoiceProvider, request.provider)
    return provider.cost(provider.settings_of(request), request)


def _transcription_usage(registry: Registry, choice: TranscriptionChoice, request: VoiceRequest) -> Usage | None:
    provider = registry.find(TranscriptionProvider, choice.provider)
    seconds = len(" ".join(request.words)) / PACE
    usage = provider.cost(provider.settings_from(dict(choice.settings)), seconds)
    return usage and usage.model_copy(update={"at_most": True, "wait": 1 + usage.seconds / 4})


def cost_question(costs: Costs) -> str:
    """Return the costs as a person reads them before they say yes."""
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
    """Return a price rounded up to what is shown, so that it is never more than that."""
    return f"{math.ceil(round(price * 100, 6)) / 100:.2f} {currency}"


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"


def _duration(seconds: float) -> str:
    return f"about {max(1, round(seconds))} s" if seconds < 90 else f"about {round(seconds / 60)} min"
