"""The one base of every value that crosses a room's door."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable, hashable value; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
