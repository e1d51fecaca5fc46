"""A changeset: what somebody proposes to change in a file of the episode, and what became of it."""

from typing import Literal

from ..model import Frozen

State = Literal["proposed", "accepted", "rejected"]


class Event(Frozen):
    """Something that happened to a changeset: `what`, by `who`, at epoch second `when`, and why (`note`)."""

    what: Literal["proposed", "accepted", "rejected", "refused"]
    who: str
    when: float
    note: str = ""


class Changeset(Frozen):
    """A change of `file` (relative to the episode) from the content with hash `base` to that with hash `result`.

    `diff` is unified; `who` proposes it and `why`. `history` is its audit trail, oldest first. `id` is made of the
    change itself, so that proposing it twice is one changeset.
    """

    id: str
    file: str
    base: str
    result: str
    diff: str
    who: str
    why: str
    state: State = "proposed"
    history: tuple[Event, ...] = ()
