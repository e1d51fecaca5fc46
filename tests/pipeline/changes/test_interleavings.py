"""People and agents change the same files in any order, and processes are killed at any write: no byte is lost, and what is there is known."""

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lectern.pipeline.base import files
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.changes import contents, store, transaction
from lectern.pipeline.changes.contents import CONTENTS, hash_of
from lectern.pipeline.changes.store import ChangesetStore

SITTINGS = int(os.environ.get("LECTERN_TEST_INTERLEAVINGS", "25"))
FILES = ("script.md", "edits.json", "notes.txt")
PLACES = (contents, store, transaction)
"""The modules that write."""


class Killed(BaseException):
    """A process that is gone in the middle of a write."""


class Sitting:
    """One episode, changed by a person and by agents in a random order."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.dice, self.time = folder, random.Random(seed), 0.0
        self.store = ChangesetStore(folder, clock=self.tick)
        self.fresh = 0
        self.seen: set[str] = set()
        for file in FILES[:2]:
            (folder / file).write_bytes(self.text(file).encode())
        self.look()

    def tick(self) -> float:
        self.time += 1.0
        return self.time

    def words(self) -> str:
        self.fresh += 1
        return f"word {self.fresh}"

    def text(self, file: str) -> str:
        if file == "edits.json":
            return "".join(['[{"format": 2}\n', *(self.edit("a", name) for name in "xyz"), "]\n"])
        return "".join(f"# Scene {n}\n\n{self.words()}\n\n{self.words()}\n\n" for n in range(3))

    def edit(self, strip: str, name: str) -> str:
        self.fresh += 1
        return f',{{"strip": "{strip}", "property": "{name}", "value": {self.fresh}}}\n'

    def changed(self, file: str) -> str | None:
        """What somebody makes of a file: one line of it is another, is gone, or is new; or the file is."""
        path = self.folder / file
        if not path.exists():
            return self.text(file)
        if self.dice.random() < 0.05:
            return None
        lines = path.read_text().splitlines(keepends=True)
        inner = [n for n, line in enumerate(lines) if line.strip() and not line.startswith(("#", "[", "]"))]
        if not inner:
            return self.text(file)
        at = self.dice.choice(inner)
        new = self.edit("a", "xyz"[at % 3]) if file == "edits.json" else f"{self.words()}\n"
        if file == "edits.json":
            return "".join([*lines[:at], *([self._same_key(lines[at])]), *lines[at + 1 :]])
        return "".join([*lines[:at], *self.dice.choice(([new], [new], [], [lines[at], "\n", new])), *lines[at + 1 :]])

    def _same_key(self, line: str) -> str:
        self.fresh += 1
        return f"{line.rpartition(':')[0]}: {self.fresh}}}\n"

    def person(self) -> None:
        file = self.dice.choice(FILES)
        new = self.changed(file)
        path = self.folder / file
        path.unlink(missing_ok=True) if new is None else path.write_text(new)

    def propose(self) -> None:
        changed = {file: self.changed(file) for file in self.dice.sample(FILES, self.dice.randint(1, 3))}
        self.store.propose(changed, "an agent", "because")

    def decide(self) -> None:
        known = self.store.all()
        if known:
            change = self.dice.choice(known[-6:])
            act = self.dice.choice((self.store.apply, self.store.apply, self.store.revert, self.store.refuse))
            force = {"force": True} if act != self.store.refuse and self.dice.random() < 0.1 else {}
            act(change.id, "Mia", **force)

    def look(self) -> None:
        """Keep what is in the files now: none of it may ever be gone that Lectern has replaced."""
        self.now = {file: self.read(file) for file in FILES}

    def read(self, file: str) -> bytes | None:
        path = self.folder / file
        return path.read_bytes() if path.exists() else None

    def kept(self, content: bytes | None) -> bool:
        return content is None or (self.folder / CONTENTS / str(hash_of(content))).is_file()

    def act(self, step: Callable[[], None]) -> None:
        before = {file: self.read(file) for file in FILES}
        try:
            step()
        except LecternError:
            assert {file: self.read(file) for file in FILES} == before, "an error has changed a file"
        after = {file: self.read(file) for file in FILES}
        assert all(after[file] == before[file] or self.kept(before[file]) for file in FILES), (
            "what was replaced is lost"
        )


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(SITTINGS))
def test_no_byte_is_lost_and_hashes_agree_with_the_files(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LECTERN_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(
        files, "_flush", lambda folder, name: None
    )  # a killed process loses nothing that is not on the disk yet
    (tmp_path / "episode").mkdir()
    sitting = Sitting(tmp_path / "episode", seed)
    for _ in range(14):
        match sitting.dice.choice(("person", "propose", "decide", "decide", "kill", "identity")):
            case "person":
                sitting.person()
            case "propose":
                sitting.act(sitting.propose)
            case "decide":
                sitting.act(sitting.decide)
            case "kill":
                _killed(sitting, monkeypatch)
            case _:
                _there_and_back(sitting)
    _check_history(sitting)


def _killed(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill a process at one of its writes; whoever comes next finds all files changed, or none."""
    proposed = [change for change in sitting.store.all() if change.state in ("proposed", "applied")]
    if not proposed:
        return
    change, left = sitting.dice.choice(proposed), sitting.dice.randint(0, 9)
    before = {file: sitting.read(file) for file in FILES}

    def dying(real: Callable[..., None]) -> Callable[..., None]:
        def write(*args: Any, **more: Any) -> None:
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1
            real(*args, **more)

        return write

    with monkeypatch.context() as meanwhile:
        for module in PLACES:
            for name in ("write_atomic", "remove_file"):
                if hasattr(module, name):
                    meanwhile.setattr(module, name, dying(getattr(module, name)))
        try:
            (sitting.store.apply if change.state == "proposed" else sitting.store.revert)(change.id, "Mia")
        except (LecternError, Killed):
            pass
    if sitting.dice.random() < 0.3:
        sitting.person()
        ChangesetStore(sitting.folder, clock=sitting.tick).recover()
        return
    ChangesetStore(sitting.folder, clock=sitting.tick).recover()
    after = {file: sitting.read(file) for file in FILES}
    now = sitting.store.get(change.id)
    moved = now.history[-1] != change.history[-1] and now.history[-1].what in ("applied", "reverted")
    if moved:
        assert {one.file: one.after for one in now.history[-1].written} == {
            one.file: hash_of(after[one.file]) for one in now.history[-1].written
        }
    else:
        assert after == before, "half of a change was written"
    assert all(after[file] == before[file] or sitting.kept(before[file]) for file in FILES)


def _there_and_back(sitting: Sitting) -> None:
    """Taking back what was just applied leads to the same bytes."""
    before = {file: sitting.read(file) for file in FILES}
    try:
        changed = {file: sitting.changed(file) for file in sitting.dice.sample(FILES, 2)}
        change = sitting.store.propose(changed, "an agent", "because")
        sitting.store.apply(change.id, "Mia")
    except LecternError:
        return
    sitting.store.revert(change.id, "Mia")
    assert {file: sitting.read(file) for file in FILES} == before


def _check_history(sitting: Sitting) -> None:
    assert sitting.store.damaged() == ()
    for change in sitting.store.all():
        for event in change.history:
            assert all(
                one.before is None or (sitting.folder / CONTENTS / one.before).is_file() for one in event.written
            )
