"""The base class of every value that one room hands to another."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable, hashable value. Unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
