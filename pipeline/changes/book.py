"""The book of an episode's changesets: proposed by whomever, accepted or rejected by a person, never forgotten."""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from ..errors import LecternError
from .diff import applied, unified_diff
from .model import Changeset, Event, State

FOLDER = Path(".lectern") / "changes"


class Stale(LecternError):
    """The file is no longer what it was when the change was proposed."""


class Book:
    """The changesets of the episode in `folder`, a file each below ``.lectern/changes``. `clock`: epoch seconds."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder, self._clock = folder, clock

    def propose(self, file: str, new: str, who: str, why: str) -> Changeset:
        """Notes that `file` (relative to the episode) shall read `new`. Nothing of the file changes."""
        old = _text(self._folder / file)
        if old == new:
            raise LecternError(f"{file} would stay as it is: nothing to propose")
        diff, base = unified_diff(old, new, file), hash_of(old)
        id = hashlib.sha256(f"{file}\0{base}\0{diff}".encode()).hexdigest()[:8]
        if self._path(id).exists() and self.get(id).state == "proposed":
            return self.get(id)
        change = Changeset(id=id, file=file, base=base, result=hash_of(new), diff=diff, who=who, why=why)
        return self._noted(change, "proposed", who, why)

    def all(self) -> tuple[Changeset, ...]:
        """All changesets, the oldest first."""
        found = [self.get(path.stem) for path in (self._folder / FOLDER).glob("*.json")]
        return tuple(sorted(found, key=lambda change: (change.history[0].when, change.id)))

    def get(self, id: str) -> Changeset:
        """The changeset `id` (its beginning will do); LecternError where there is none, or more than one."""
        found = sorted((self._folder / FOLDER).glob(f"{_sound(id)}*.json"))
        if len(found) != 1:
            there = ", ".join(path.stem for path in sorted((self._folder / FOLDER).glob("*.json"))) or "none"
            raise LecternError(f'there {"is no change" if not found else "are several changes"} "{id}"; there are: {there}')
        try:
            return Changeset.model_validate_json(found[0].read_bytes())
        except ValueError as error:
            raise LecternError(f"{found[0]} is damaged; delete it, and have the change proposed again") from error

    def outdated(self, change: Changeset) -> bool:
        """Whether its file is another than when it was proposed."""
        file = (self._folder / change.file).resolve()
        inside = file.is_relative_to(self._folder.resolve())
        return not inside or not file.is_file() or hash_of(_text(file)) != change.base

    def accept(self, id: str, who: str) -> Changeset:
        """Changes the file; `Stale` if it has changed meanwhile, LecternError if the changeset is no longer proposed."""
        change = self._open(id)
        if self.outdated(change):
            self._noted(change, "refused", who, f"{change.file} has changed since")
            raise Stale(
                f"{change.file} has changed since {change.id} was proposed, so it is not applied. Reject it, and have it "
                f"worked out anew: lectern changes {self._folder} reject {change.id}"
            )
        new = applied(_text(self._folder / change.file), change.diff)
        if hash_of(new) != change.result:
            raise LecternError(f"{change.id} is damaged: it does not lead to what was proposed; reject it")
        _write(self._folder / change.file, new)
        return self._noted(change, "accepted", who)

    def reject(self, id: str, who: str, why: str = "") -> Changeset:
        """Puts a change away; the file stays as it is."""
        return self._noted(self._open(id), "rejected", who, why)

    def _open(self, id: str) -> Changeset:
        change = self.get(id)
        if change.state != "proposed":
            raise LecternError(f"{change.id} has been {change.state} already")
        return change

    def _noted(self, change: Changeset, what: str, who: str, note: str = "") -> Changeset:
        event = Event.model_validate({"what": what, "who": who, "when": self._clock(), "note": note})
        state: State = change.state if what == "refused" else event.what  # type: ignore[assignment]
        noted = change.model_copy(update={"state": state, "history": (*change.history, event)})
        self._path(change.id).parent.mkdir(parents=True, exist_ok=True)
        _write(self._path(change.id), noted.model_dump_json(indent=1))
        return noted

    def _path(self, id: str) -> Path:
        return self._folder / FOLDER / f"{id}.json"


def hash_of(text: str) -> str:
    """The SHA-256 of a file that holds `text`."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _sound(id: str) -> str:
    """An id that can't name other files."""
    return id if id.isalnum() else "-"


def _text(file: Path) -> str:
    """A file's text with its own line ends."""
    return file.read_bytes().decode("utf-8")


def _write(file: Path, text: str) -> None:
    sibling = file.with_name(f".{file.name}.{os.getpid()}.new")
    sibling.write_bytes(text.encode("utf-8"))
    os.replace(sibling, file)
