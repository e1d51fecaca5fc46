"""Settings of a service that don't affect what it makes (waiting, limits, prices): changing them makes no take again."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from .http import ANSWER_MEGABYTES, ANSWER_SECONDS, MEGABYTE, Service
from .keys import is_local

SettingPairs = tuple[tuple[str, str], ...]

BOOKKEEPING = frozenset({"timeout", "parallel", "price", "currency", "answer_seconds", "answer_megabytes"})
"""The names of these settings."""


class ProviderPolicy(BaseModel):
    """Policy for anything that takes its time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    timeout: float = Field(120.0, gt=0, le=3600, description="Seconds to wait for an answer")
    parallel: int = Field(2, ge=1, le=16, description="How many requests run at once, at most")


class RemotePolicy(BaseModel):
    """Policy for anything that has an address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = Field(description="Where the service is")
    timeout: float = Field(120.0, gt=0, le=3600, description="Seconds to wait for an answer")
    answer_seconds: float = Field(
        ANSWER_SECONDS, gt=0, le=86400, description="Seconds after which an answer has to be complete"
    )
    answer_megabytes: float = Field(ANSWER_MEGABYTES, gt=0, le=4096, description="The largest answer, in MB")

    def service(self, name: str, *, paid: bool = True) -> Service:
        """Return the service at this address, called `name`, as `HttpClient` has to know it."""
        return Service(
            name=name,
            base=self.base_url,
            paid=paid,
            timeout=self.timeout,
            answer_seconds=self.answer_seconds,
            answer_bytes=round(self.answer_megabytes * MEGABYTE),
        )


class ServicePolicy(RemotePolicy, ProviderPolicy):
    """Policy for a service that may charge."""

    price: float | None = Field(None, ge=0, description="What it costs; unset: unknown")
    currency: str = Field("USD", description="The currency of the price")


def default_address(settings: Any) -> str:
    """Return the address that a service with settings of this type has where nobody gives it another ("": it has none)."""
    field = getattr(settings, "model_fields", {}).get("base_url")
    return field.default if field and isinstance(field.default, str) else ""


def is_charged(price: float | None, base_url: str) -> bool:
    """Return whether a request may be charged: it is, unless its price is 0, or unknown and it stays on this computer."""
    return not (price == 0 or (price is None and is_local(base_url)))


def split_settings(settings: Iterable[tuple[str, str]]) -> tuple[SettingPairs, SettingPairs]:
    """Return the settings that matter for what is made, and the bookkeeping; both sorted."""
    ordered = sorted(settings)
    return tuple(p for p in ordered if p[0] not in BOOKKEEPING), tuple(p for p in ordered if p[0] in BOOKKEEPING)
