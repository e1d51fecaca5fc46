"""Keep an episode's changesets: anybody may propose one, applying it changes all its files or none, and it can be taken back."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.files import digest, read_own, write_atomic
from ..base.lock import locked
from .contents import FOLDER, Contents, content_of, hash_of, is_text, shown_text, text_of
from .diff import unified_diff
from .merge import EDITS, merge_texts, side_by_side
from .model import ChangeEvent, Changeset, ChangeState, Event, FileChange, Overlap, Written, is_changeable
from .scenario_log import replayed, require_fresh
from .transaction import begin, carry_out, end, finish, interrupted, journal_file


class StaleChangeset(LecternError):
    """Files have changed where a changeset changes them: nothing was written. `overlaps` are those places."""

    def __init__(self, message: str, overlaps: Sequence[Overlap]) -> None:
        super().__init__(message)
        self.overlaps = tuple(overlaps)


class _Plan(NamedTuple):
    """What would be written: hashes, contents by file, and where the current files stand in the way."""

    written: tuple[Written, ...]
    contents: Mapping[str, bytes | None]
    overlaps: tuple[Overlap, ...]


class ChangesetStore:
    """The changesets of the episode in `folder`, a file each below ``.lectern/changes``. `clock`: epoch seconds."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder, self._clock, self._contents = folder, clock, Contents(folder)

    def propose(
        self, files: Mapping[str, str | bytes | None], who: str, why: str, run: str = "", supersedes: Sequence[str] = (), *,
        scenario: str = "", merges: str = "", absent: Sequence[str] = (),
    ) -> Changeset:  # fmt: skip
        """Propose what `files` (relative to the episode) shall read; None: that there shall be no such file. Nothing changes yet.

        What is `supersedes`ed is put away. `scenario`: the one whose files these all are, also those that stay as they are;
        `merges`: the one that they come from. It is not applied once there is one of the files that are `absent`. Raises
        LecternError if nothing would change, or a text shall replace what is none.
        """
        proposed = (self._file_change(file, new) for file, new in files.items())
        parts = tuple(part for part in proposed if scenario or part.before != part.after)
        parts += tuple(FileChange(file=file, before=None, after=None, diff="") for file in absent) if parts else ()
        if not parts:
            raise LecternError(
                f"{', '.join(files)} would stay as {'it is' if len(files) == 1 else 'they are'}: nothing to propose"
            )
        with self._alone():
            change = self._proposed(parts, who, why, run, scenario, merges)
            for id in supersedes:
                old = self.get(id)
                if old.state == "proposed" and old.id != change.id:
                    self._noted(old, "superseded", who, f"by {change.id}")
            return change

    def change(self, file: str, before: str, after: str, who: str, why: str) -> Changeset:
        """Change a file, which reads `before`, at once: what is proposed is applied.

        Raises LecternError if it reads something else by now, or while another process decides about a change.
        """
        with self._alone():
            if content_of(self._folder, file) != before.encode("utf-8"):
                raise LecternError(f"{file} was changed by another program just now: nothing was done; try again")
            change = self._proposed((self._file_change(file, after),), who, why)
            return self._write(change, "applied", self._planned(change), who, force=False)

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

    def last_applied(self, file: str = "") -> Changeset:
        """Return the changeset (of `file`, if one is named) that was applied last and not taken back.

        Raises LecternError if there is none.
        """
        if found := _by_time(self.all(), "applied", file):
            return found[-1]
        raise LecternError(f"there is no change{file and f' of {file}'} that could be taken back")

    def last_reverted(self, file: str = "") -> Changeset:
        """Return the changeset (of `file`, if one is named) that was taken back last, if nothing new was applied since.

        Raises LecternError if there is none.
        """
        changes = self.all()
        if not (found := _by_time(changes, "reverted", file)):
            raise LecternError(f"nothing was taken back{file and f' in {file}'} that could be applied again")
        since = _last(found[-1], "reverted").when
        if newer := [each for each in _by_time(changes, "applied", file) if _first_applied(each).when > since]:
            raise LecternError(f"nothing was taken back since {newer[-1].id} was applied")
        return found[-1]

    def restore(self, file: str, hash: str, who: str) -> bool:
        """Bring `file` to the content with this hash: take back, one by one, what was applied since, or apply it again.

        Returns whether that was done. Nothing is, if something else has changed the file meanwhile.
        """
        changes = replayed(self.all())
        if back := self._chain(file, hash, _by_time(changes, "applied", file)):
            return all([self.revert(id, who) for id in back])
        if again := self._chain(file, hash, _by_time(changes, "reverted", file)):
            return all([self.apply(id, who) for id in again])
        return False

    def _chain(self, file: str, wanted: str, done: Sequence[Changeset]) -> list[str]:
        """Return the ids of what has last led the file from the `wanted` content to what it holds, the newest first; none: nothing has."""
        at, found = hash_of(content_of(self._folder, file)), list[str]()
        for change in reversed(done):
            written = next(one for one in _last(change, change.state).written if one.file == file)
            if written.after != at or at == wanted:
                break
            at, found = written.before, [*found, change.id]
        return found if at == wanted else []

    def outdated(self, change: Changeset) -> bool:
        """Return whether its files have changed in the same places since it was proposed."""
        try:
            return bool(self.overlaps(change))
        except LecternError:
            return True

    def overlaps(self, change: Changeset) -> tuple[Overlap, ...]:
        """Return the places that have changed since it was proposed, and that it changes, too. Nothing is noted."""
        return self._planned(change).overlaps

    def reads(self, file: str, text: str | None) -> bool:
        """Return whether a file of the episode reads `text` now (None: there is none)."""
        return hash_of(content_of(self._folder, file)) == hash_of(text)

    def apply(self, id: str, who: str, *, force: bool = False) -> Changeset:
        """Change the files: exactly as proposed, or merged with what has changed elsewhere in them since.

        With `force`, places that have changed are replaced, too; what was there is kept. Raises StaleChangeset if there are such
        places, LecternError if the changeset was refused, or while another process decides about one.
        """
        with self._alone():
            change = self._open(id, "proposed", "reverted")
            if change.scenario:
                require_fresh(change, self.all())
            return self._write(change, "applied", self._planned(change, force), who, force)

    def revert(self, id: str, who: str, *, force: bool = False) -> Changeset:
        """Take an applied changeset back: to the exact bytes of before, or out of what has become of the files since.

        Raises as `apply` does.
        """
        with self._alone():
            change = self._open(id, "applied")
            if change.scenario:
                raise LecternError(f"{change.id} has switched to the scenario {change.scenario}: switch back instead")
            back = [(one.file, one.after, one.before) for one in _last_written(change)]
            return self._write(change, "reverted", self._plan(back, force), who, force)

    def refuse(self, id: str, who: str, why: str = "") -> Changeset:
        """Put a changeset away; the files stay as they are. Raises LecternError as `apply` does."""
        with self._alone():
            return self._noted(self._open(id, "proposed", "reverted"), "refused", who, why)

    def overrule(self, id: str, who: str, what: str) -> Changeset:
        """Note for whoever has proposed an applied changeset that a person has set the same otherwise, who wins."""
        with self._alone(wait=True):
            return self._noted(self._open(id, "applied"), "overruled", who, what)

    def replay(self, id: str, who: str) -> tuple[Changeset, ...]:
        """Go back or forward to the state after the changeset `id` ("start": before the first): one step after the other.

        Returns what was taken back, newest first, or applied again, oldest first. Stops, as `apply` does, at a step that does
        not fit. What was before a switch to another scenario is out of reach.
        """
        steps = replayed(self.all())
        ids = [change.id for change in steps]
        wanted = "" if id == "start" else self.get(id).id
        if wanted and wanted not in ids:
            raise LecternError(
                f"{wanted} is not among what was applied in this scenario: {', '.join(ids) or 'nothing'}"
            )
        there = ids.index(wanted) + 1 if wanted else 0
        back = [self.revert(each.id, who) for each in reversed(steps[there:]) if each.state == "applied"]
        again = [self.apply(each.id, who) for each in steps[:there] if each.state == "reverted"]
        return (*back, *again)

    def recover(self) -> None:
        """Finish, or take back, what a process was writing when it was killed; wait for one that is writing now."""
        if journal_file(self._folder).exists():
            with self._alone(wait=True):
                pass

    # Writing

    @contextmanager
    def _alone(self, wait: bool = False) -> Iterator[None]:
        """Keep other processes from deciding meanwhile: of two changes of one file, the second has to see the first."""
        lock = EpisodePaths(folder=self._folder).state / "changes.lock"
        busy = f"Nothing is changed in {self._folder.name}"
        with locked(lock, "deciding about a change", busy, wait=wait):
            if journal := interrupted(self._folder):
                self._finish(journal.change, journal.event, finish(self._folder, journal, self._contents))
            yield

    def _finish(self, id: str, event: ChangeEvent, whole: bool) -> None:
        if change := self._read(self._path(id)):
            note = "a process was killed meanwhile, and somebody has changed a file since"
            done = event if whole else ChangeEvent(what="outdated", who=event.who, when=event.when, note=note)
            if change.history[-1] != done:
                self._keep(change, done)
        end(self._folder)

    def _planned(self, change: Changeset, force: bool = False) -> _Plan:
        """Return what applying a changeset would write: of a scenario its files as they are in it, whatever is there now."""
        if not change.scenario:
            return self._plan(_forward(change), force)
        now = {one.file: hash_of(content_of(self._folder, one.file)) for one in change.files}
        written = tuple(Written(file=one.file, before=now[one.file], after=one.after) for one in change.files)
        return _Plan(written, {one.file: self._contents.get(one.after) for one in change.files}, ())

    def _plan(self, steps: Sequence[tuple[str, str | None, str | None]], force: bool = False) -> _Plan:
        """Return how each file gets from the content with one hash to that with another, wherever it is now."""
        written, contents, overlaps = list[Written](), dict[str, bytes | None](), list[Overlap]()
        for file, before, after in steps:
            current = content_of(self._folder, file)
            new, found = self._merged(file, before, after, current)
            if found and force:
                new = self._contents.get(after)
            overlaps += () if force else found
            contents[file] = new
            written.append(Written(file=file, before=hash_of(current), after=hash_of(new)))
        return _Plan(tuple(written), contents, tuple(overlaps))

    def _merged(
        self, file: str, before: str | None, after: str | None, current: bytes | None
    ) -> tuple[bytes | None, tuple[Overlap, ...]]:
        """Return what a file shall hold, and where what it holds now stands in the way."""
        if hash_of(current) in (before, after):
            return self._contents.get(after), ()
        contents = (self._contents.get(before), self._contents.get(after), current)
        shown = [shown_text(content) for content in contents]
        is_whole = file != EDITS and None in contents  # no edits and no file are the same
        if is_whole or not all(is_text(content) for content in contents):
            return current, (Overlap(file=file, before=shown[0], proposed=shown[1], current=shown[2]),)
        merged = merge_texts(file, shown[0], shown[1], shown[2])
        return merged.text.encode("utf-8"), merged.overlaps

    def _write(self, change: Changeset, what: Event, plan: _Plan, who: str, force: bool) -> Changeset:
        if plan.overlaps:
            stale = StaleChangeset(self._staleness(change, what, plan), plan.overlaps)
            self._noted(
                change, "outdated", who, f"not {what}: {', '.join(sorted({o.file for o in plan.overlaps}))} has changed"
            )
            raise stale
        for one in plan.written:
            self._contents.keep(content_of(self._folder, one.file))
            self._contents.keep(plan.contents[one.file])
        event = ChangeEvent(what=what, who=who, when=self._clock(), written=plan.written, forced=force)
        begin(self._folder, change.id, event)
        carry_out(self._folder, plan.written, plan.contents)
        done = self._keep(change, event)
        end(self._folder)
        return done

    def _staleness(self, change: Changeset, what: Event, plan: _Plan) -> str:
        steps = change.files if what == "applied" else _last_written(change)
        expected = {one.file: one.before if what == "applied" else one.after for one in steps}
        names = sorted({one.file for one in plan.overlaps})
        hashes = "; ".join(
            f"{one.file}: expected {_short(expected[one.file])}, found {_short(one.before)}"
            for one in plan.written
            if one.file in names
        )
        return (
            f"{', '.join(names)} has changed in the same places, so {change.id} is not {what} and nothing was written "
            f"({hashes}):\n{side_by_side(plan.overlaps)}"
        )

    # Files

    def _file_change(self, file: str, new: str | bytes | None) -> FileChange:
        if not is_changeable(file):
            raise LecternError(f"{file} can't be changed: it is not a file of the episode that a person writes")
        current = content_of(self._folder, file)
        wanted = new.encode("utf-8") if isinstance(new, str) else new
        diff = unified_diff(
            text_of(current, file) if isinstance(new, str) else shown_text(current), shown_text(wanted), file
        )
        return FileChange(file=file, before=self._contents.keep(current), after=self._contents.keep(wanted), diff=diff)

    def _proposed(
        self, parts: tuple[FileChange, ...], who: str, why: str, run: str = "", scenario: str = "", merges: str = ""
    ) -> Changeset:
        draft = Changeset(id="0" * 8, files=parts, who=who, why=why, run=run, scenario=scenario, merges=merges)
        change = self._new(draft)
        return change if change.history else self._noted(change, "proposed", who, why)

    def _new(self, draft: Changeset) -> Changeset:
        """Return the changeset, which is there already if it was proposed before and is not decided."""
        about = "".join(f"{one.file}\0{one.before}\0{one.after}\0" for one in draft.files)
        about += "".join(f"{name}\0" for name in (draft.scenario, draft.merges) if name)
        for number in range(1000):
            id = digest(f"{about}{number or ''}", 8)
            there = self._read(self._path(id))
            if there is None or there.state == "proposed":
                return there or draft.model_copy(update={"id": id})
        raise LecternError("this was proposed a thousand times")

    def _open(self, id: str, *states: ChangeState) -> Changeset:
        change = self.get(id)
        if change.state not in states:
            raise LecternError(f"{change.id} {_said(change.state)}, so that can't be done with it")
        return change

    def _noted(self, change: Changeset, what: Event, who: str, note: str = "") -> Changeset:
        return self._keep(change, ChangeEvent(what=what, who=who, when=self._clock(), note=note))

    def _keep(self, change: Changeset, event: ChangeEvent) -> Changeset:
        state = change.state if event.what in ("outdated", "overruled") else event.what
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


def _forward(change: Changeset) -> list[tuple[str, str | None, str | None]]:
    return [(one.file, one.before, one.after) for one in change.files]


def _last_written(change: Changeset) -> tuple[Written, ...]:
    return _last(change, "applied").written


def _last(change: Changeset, what: str) -> ChangeEvent:
    return next(event for event in reversed(change.history) if event.what == what)


def _first_applied(change: Changeset) -> ChangeEvent:
    return next(event for event in change.history if event.what == "applied")


def _by_time(changes: Iterable[Changeset], state: ChangeState, file: str = "") -> list[Changeset]:
    """Return those in a state (of a file, if one is named) in the order in which they got there."""
    found = [c for c in changes if c.state == state and (not file or file in {one.file for one in c.files})]
    return sorted(found, key=lambda change: _last(change, state).when)


def _said(state: ChangeState) -> str:
    return "is proposed and not applied" if state == "proposed" else f"was {state}"


def _short(hash: str | None) -> str:
    return hash[:12] if hash else "no file"


def _damage(file: Path) -> str:
    return f"{file} is damaged; delete it, and have the change proposed again"


def _require_plain_id(id: str) -> str:
    """Return an id that can't name other files."""
    return id if id.isalnum() else "-"
