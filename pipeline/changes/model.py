"""A changeset: what somebody proposes to change in a file of the episode, and whether a person accepted it."""

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Field, field_validator

from ..base.frozen import Frozen

ChangeState = Literal["proposed", "accepted", "rejected"]


class ChangeEvent(Frozen):
    """Something that happened to a changeset: `what`, by `who`, at epoch second `when` (before the year 3000), and why (`note`)."""

    what: Literal["proposed", "accepted", "rejected", "refused"]
    who: str
    when: Annotated[float, Field(ge=0, le=32_503_680_000)]
    note: str = ""


class Changeset(Frozen):
    """A change of `file` (relative to the episode) from the content with hash `base` to that with hash `result`.

    `diff` is unified; `who` proposes it and `why`. `history` is its audit trail, oldest first. `id` is made of the
    change itself, so that proposing it twice is one changeset.
    """

    id: Annotated[str, Field(pattern="^[0-9a-f]{8}$")]
    file: Annotated[str, Field(min_length=1, max_length=1000)]
    base: str
    result: str
    diff: str
    who: str
    why: str
    state: ChangeState = "proposed"
    history: tuple[ChangeEvent, ...] = ()

    @field_validator("file")
    @classmethod
    def _inside(cls, file: str) -> str:
        parts = PurePosixPath(file).parts
        if "\\" in file or PurePosixPath(file).is_absolute() or ".." in parts:
            raise ValueError("it is not in the episode")
        return file
