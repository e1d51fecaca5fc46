"""How a service is dealt with: settings that nothing it makes depends on, so that changing them makes nothing anew."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from .keys import is_local

Pairs = tuple[tuple[str, str], ...]

BOOKKEEPING = frozenset({"timeout", "parallel", "price", "currency"})
"""The names of these settings."""


class Dealings(BaseModel):
    """Of anything that takes its time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    timeout: float = Field(120.0, gt=0, le=3600, description="Seconds to wait for an answer")
    parallel: int = Field(2, ge=1, le=16, description="What is asked for at once, at most")


class ServiceDealings(Dealings):
    """Of a service, which may be charged."""

    base_url: str = Field(description="Where the service is")
    price: float | None = Field(None, ge=0, description="What it costs; unset: unknown")
    currency: str = Field("USD", description="The currency of the price")


def usual_address(settings: Any) -> str:
    """The address that a service with settings of this type has where nobody gives it another ("": it has none)."""
    field = getattr(settings, "model_fields", {}).get("base_url")
    return field.default if field and isinstance(field.default, str) else ""


def is_charged(price: float | None, base_url: str) -> bool:
    """Whether a request may be charged: it is, unless its price is 0, or unknown and it stays on this computer."""
    return not (price == 0 or (price is None and is_local(base_url)))


def told_apart(settings: Iterable[tuple[str, str]]) -> tuple[Pairs, Pairs]:
    """The settings that matter for what is made, and the bookkeeping; both sorted."""
    ordered = sorted(settings)
    return tuple(p for p in ordered if p[0] not in BOOKKEEPING), tuple(p for p in ordered if p[0] in BOOKKEEPING)
