"""Write several files of the episode as one: all or none, also if the process is killed half-way."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from ..base.episode_paths import EpisodePaths
from ..base.files import read_own, remove_file, write_atomic
from ..base.frozen import Frozen
from .contents import Contents, content_of, hash_of
from .model import ChangeEvent, Written


def journal_file(folder: Path) -> Path:
    """Return where it is written down what is being written: in the person's profile, so that no episode can bring one along."""
    return EpisodePaths(folder=folder).state / "changes.journal"


class Journal(Frozen):
    """What is being written: the `event` of the changeset `change`. It is there only while files are written."""

    change: str
    event: ChangeEvent


def begin(folder: Path, change: str, event: ChangeEvent) -> None:
    """Write down what will be written. All contents are kept already."""
    text = Journal(change=change, event=event).model_dump_json()
    write_atomic(journal_file(folder), text, inside=None, private=True)


def carry_out(folder: Path, written: Sequence[Written], contents: Mapping[str, bytes | None]) -> None:
    """Write the files, each whole; `contents` by file."""
    for one in written:
        if one.before == one.after:
            continue
        content = contents[one.file]
        if content is None:
            remove_file(folder / one.file, inside=folder)
        else:
            write_atomic(folder / one.file, content, inside=folder)


def end(folder: Path) -> None:
    """Forget what was written: it is noted in the changeset."""
    remove_file(journal_file(folder), inside=None)


def interrupted(folder: Path) -> Journal | None:
    """Return what a process was about to write when it was killed; None if nothing was, or nobody can read it."""
    found = read_own(journal_file(folder), inside=None)
    if found is None:
        return None
    try:
        return Journal.model_validate_json(found)
    except ValidationError:
        end(folder)
        return None


def finish(folder: Path, journal: Journal, contents: Contents) -> bool:
    """Write what is left of an interrupted transaction; or take back what was written if somebody has changed a file since.

    Returns whether it was finished. What somebody else wrote stays.
    """
    now = {one.file: hash_of(content_of(folder, one.file)) for one in journal.event.written}
    whole = all(now[one.file] in (one.before, one.after) for one in journal.event.written)
    wanted = {one.file: one.after if whole else one.before for one in journal.event.written}
    left = [
        Written(file=one.file, before=now[one.file], after=wanted[one.file])
        for one in journal.event.written
        if now[one.file] in (one.before, one.after)
    ]
    carry_out(folder, left, {one.file: contents.get(one.after) for one in left})
    return whole
