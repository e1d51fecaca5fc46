"""Keep an episode's changesets: anybody may propose one, a person accepts or rejects it, and its history stays."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.files import LARGEST_OWN_FILE, digest, read_bounded, read_own, write_atomic
from ..base.lock import locked
from .diff import applied, unified_diff
from .model import ChangeEvent, Changeset, ChangeState

FOLDER = Path(".lectern") / "changes"


class StaleChangeset(LecternError):
    """The file is no longer what it was when the change was proposed."""


class ChangesetStore:
    """The changesets of the episode in `folder`, a file each below ``.lectern/changes``. `clock`: epoch seconds."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder, self._clock = folder, clock

    def propose(self, file: str, new: str, who: str, why: str) -> Changeset:
        """Propose that `file` (relative to the episode) shall read `new`. Nothing of the file changes."""
        old = _text(self._folder / file)
        if old == new:
            raise LecternError(f"{file} would stay as it is: nothing to propose")
        diff, base = unified_diff(old, new, file), hash_of(old)
        id = digest(f"{file}\0{base}\0{diff}", 8)
        there = self._read(self._path(id))
        if there and there.state == "proposed":
            return there
        change = Changeset(id=id, file=file, base=base, result=hash_of(new), diff=diff, who=who, why=why)
        return self._noted(change, "proposed", who, why)

    def all(self) -> tuple[Changeset, ...]:
        """Return all changesets, the oldest first; those that are `damaged` are left out."""
        found = [change for path in self._files() if (change := self._read(path))]
        return tuple(sorted(found, key=lambda change: (change.history[0].when, change.id)))

    def damaged(self) -> tuple[str, ...]:
        """Return a sentence for every file that can't be read as a changeset."""
        return tuple(_damage(path) for path in self._files() if not self._read(path))

    def get(self, id: str) -> Changeset:
        """Return the changeset whose id begins with `id`. Raises LecternError where there is none, or more than one."""
        found = [path for path in self._files() if path.stem.startswith(_require_plain_id(id))]
        if len(found) != 1:
            there = ", ".join(path.stem for path in self._files()) or "none"
            raise LecternError(
                f'there {"is no change" if not found else "are several changes"} "{id}"; there are: {there}'
            )
        change = self._read(found[0])
        if change is None:
            raise LecternError(_damage(found[0]))
        return change

    def outdated(self, change: Changeset) -> bool:
        """Return whether its file has changed since it was proposed."""
        file = (self._folder / change.file).resolve()
        if not file.is_relative_to(self._folder.resolve()) or not file.is_file():
            return True
        try:
            return hash_of(_text(file)) != change.base
        except UnicodeDecodeError:
            return True

    def accept(self, id: str, who: str) -> Changeset:
        """Change the file.

        Raises StaleChangeset if it has changed since, LecternError if the changeset is no longer proposed, or while another
        process decides about one.
        """
        with self._alone():
            return self._accept(id, who)

    def reject(self, id: str, who: str, why: str = "") -> Changeset:
        """Put a change away; the file stays as it is. Raises LecternError as `accept` does."""
        with self._alone():
            return self._noted(self._open(id), "rejected", who, why)

    def _alone(self) -> AbstractContextManager[None]:
        """Keep other processes from deciding meanwhile: of two changes of one file, the second has to see the first."""
        lock = EpisodePaths(folder=self._folder).state / "changes.lock"
        return locked(lock, "deciding about a change", f"Nothing is changed in {self._folder.name}", wait=False)

    def _accept(self, id: str, who: str) -> Changeset:
        change = self._open(id)
        if self.outdated(change):
            self._noted(change, "refused", who, f"{change.file} has changed since")
            raise StaleChangeset(
                f"{change.file} has changed since {change.id} was proposed, so it is not applied. Reject it, and have it "
                f"worked out again: lectern changes {self._folder} reject {change.id}"
            )
        new = applied(_text(self._folder / change.file), change.diff)
        if hash_of(new) != change.result:
            raise LecternError(f"{change.id} is damaged: it does not lead to what was proposed; reject it")
        write_atomic(self._folder / change.file, new, inside=self._folder)
        return self._noted(change, "accepted", who)

    def _open(self, id: str) -> Changeset:
        change = self.get(id)
        if change.state != "proposed":
            raise LecternError(f"{change.id} has been {change.state} already")
        return change

    def _noted(self, change: Changeset, what: str, who: str, note: str = "") -> Changeset:
        event = ChangeEvent.model_validate({"what": what, "who": who, "when": self._clock(), "note": note})
        state: ChangeState = change.state if what == "refused" else event.what  # type: ignore[assignment]
        noted = change.model_copy(update={"state": state, "history": (*change.history, event)})
        write_atomic(self._path(change.id), noted.model_dump_json(indent=1), inside=self._folder)
        return noted

    def _files(self) -> list[Path]:
        return sorted((self._folder / FOLDER).glob("*.json"))

    def _read(self, file: Path) -> Changeset | None:
        """Return the changeset in a file, None if it is damaged: it has to be called as it says, and has a history."""
        try:
            change = Changeset.model_validate_json(read_own(file, inside=self._folder) or b"")
        except (ValueError, LecternError):
            return None
        return change if change.history and change.id == file.stem else None

    def _path(self, id: str) -> Path:
        return self._folder / FOLDER / f"{id}.json"


def _damage(file: Path) -> str:
    return f"{file} is damaged; delete it, and have the change proposed again"


def hash_of(text: str) -> str:
    """Return the SHA-256 of a file that holds `text`."""
    return digest(text)


def _require_plain_id(id: str) -> str:
    """Return an id that can't name other files."""
    return id if id.isalnum() else "-"


def _text(file: Path) -> str:
    """Return a file's text with its own line ends."""
    return read_bounded(file, LARGEST_OWN_FILE).decode("utf-8")
