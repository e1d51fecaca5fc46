"""What may be paid."""

from pydantic import Field

from ..base.frozen import Frozen


class Budget(Frozen):
    """What services may be paid for an episode in all."""

    limit: float = Field(ge=0, description="The most that all requests of an episode may cost together")
    currency: str = Field("USD", description="The currency of the limit; all prices have to be in it")
