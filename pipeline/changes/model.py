"""Changesets: what somebody proposes to change in files of the episode, and what has become of it."""

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Field, field_validator

from ..base.frozen import Frozen

ChangeState = Literal["proposed", "applied", "reverted", "refused", "superseded"]
Event = Literal["proposed", "applied", "reverted", "refused", "superseded", "outdated", "overruled"]
"""What happens to a changeset; `outdated`: it was to be applied or reverted, and did not fit; `overruled`: a person wants otherwise."""
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
"""The SHA-256 of a file's bytes."""
FilePath = Annotated[str, Field(min_length=1, max_length=1000)]
CLOSED = (".lectern", ".git", "media", "renders")
"""Folders of the episode whose files no changeset changes: what Lectern makes is in them."""


def is_changeable(file: str) -> bool:
    """Return whether a path is that of a file in the episode that a person writes, as a changeset names it."""
    path = PurePosixPath(file)
    is_plain = not {"\\", "\0"} & set(file) and not path.is_absolute() and ".." not in path.parts and str(path) == file
    return is_plain and bool(path.parts) and path.parts[0] not in CLOSED


def _inside(file: str) -> str:
    if not is_changeable(file):
        raise ValueError("it is not a file of the episode that a person writes")
    return file


class FileChange(Frozen):
    """A change of `file` (relative to the episode) from the bytes with hash `before` to those with hash `after`.

    None: there is no such file. `diff` is unified.
    """

    file: FilePath
    before: Hash | None
    after: Hash | None
    diff: str

    _check = field_validator("file")(_inside)


class Written(Frozen):
    """What applying or reverting has done to `file`: the hashes of what was there, and of what is there now (None: nothing)."""

    file: FilePath
    before: Hash | None
    after: Hash | None

    _check = field_validator("file")(_inside)


class ChangeEvent(Frozen):
    """Something that happened to a changeset: `what`, by `who`, at epoch second `when` (before the year 3000), and why (`note`).

    `written` is what it has done to files; `forced`: a person wanted it although it didn't fit.
    """

    what: Event
    who: str
    when: Annotated[float, Field(ge=0, le=32_503_680_000)]
    note: str = ""
    written: tuple[Written, ...] = ()
    forced: bool = False


class Changeset(Frozen):
    """A change of one or more files, as one: `who` proposes it and `why`, `run` is the model's or agent's run that it comes from.

    `history` is its audit trail, oldest first. `id` is made of the change itself, so that proposing it twice is one changeset.
    Applying one with a `scenario` switches to that; one with `merges` brings what was changed in that scenario.
    """

    id: Annotated[str, Field(pattern="^[0-9a-f]{8}$")]
    files: Annotated[tuple[FileChange, ...], Field(min_length=1)]
    who: str
    why: str
    run: str = ""
    scenario: Annotated[str, Field(max_length=60)] = ""
    merges: Annotated[str, Field(max_length=60)] = ""
    state: ChangeState = "proposed"
    history: tuple[ChangeEvent, ...] = ()

    @property
    def diff(self) -> str:
        """The unified diff of all files."""
        return "".join(change.diff for change in self.files)

    @property
    def names(self) -> str:
        """The files, for people."""
        return ", ".join(change.file for change in self.files)


class Overlap(Frozen):
    """A place of `file` that two have changed: how it was (`before`), what the changeset makes of it, and what is there now."""

    file: str
    before: str
    proposed: str
    current: str
