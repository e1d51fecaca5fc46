"""Changesets: seen before they are made, made only in the file they were made for, and never forgotten."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.lock import LockHeld
from lectern.pipeline.changes import store
from lectern.pipeline.changes.diff import applied, unified_diff
from lectern.pipeline.changes.store import ChangesetStore, StaleChangeset, hash_of

OLD = "# A\n\none\ntwo\nthree\n" + "".join(f"line {n}\n" for n in range(20)) + "end"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD, OLD.replace("two", "2")),
        (OLD, OLD + "\n"),
        (OLD, OLD.replace("one\n", "").replace("line 15\n", "line 15\nmore\n")),
        (OLD.replace("\n", "\r\n"), OLD.replace("two", "2").replace("\n", "\r\n")),
        ("", "new\n"),
        ("gone\n", ""),
        ("a\rb\n@@ x\n", "a\rb\n@@ y\n"),
        ("--- x\n+++ y\n", "--- x\n+++ z\n"),
    ],
)
def test_a_diff_leads_from_the_old_to_the_new_whatever_ends_the_lines(old: str, new: str) -> None:
    assert applied(old, unified_diff(old, new, "script.md")) == new


def test_patch_reads_our_diffs(tmp_path: Path) -> None:
    (tmp_path / "script.md").write_text(OLD)
    diff = unified_diff(OLD, OLD.replace("two", "2") + "\nlast", "script.md")
    subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=tmp_path, check=True)
    assert (tmp_path / "script.md").read_text() == OLD.replace("two", "2") + "\nlast"


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ChangesetStore:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    (tmp_path / "script.md").write_text(OLD)
    times = iter(range(100, 200))
    return ChangesetStore(tmp_path, clock=lambda: float(next(times)))


def test_a_change_is_proposed_seen_accepted_and_kept_with_its_trail(book: ChangesetStore, tmp_path: Path) -> None:
    change = book.propose("script.md", OLD.replace("two", "2"), "a model", "because")
    assert (tmp_path / "script.md").read_text() == OLD
    assert "-two\n+2\n" in change.diff
    assert change.base == hash_of(OLD)
    book.accept(change.id[:4], "Mia")
    assert (tmp_path / "script.md").read_text() == OLD.replace("two", "2")
    (kept,) = book.all()
    assert kept.state == "accepted"
    assert [(e.what, e.who, e.when, e.note) for e in kept.history] == [
        ("proposed", "a model", 100.0, "because"), ("accepted", "Mia", 101.0, ""),
    ]  # fmt: skip


def test_a_file_that_has_changed_meanwhile_is_left_alone(book: ChangesetStore, tmp_path: Path) -> None:
    change = book.propose("script.md", OLD.replace("two", "2"), "a model", "because")
    (tmp_path / "script.md").write_text(OLD + " of mine")
    with pytest.raises(StaleChangeset, match="script.md has changed since"):
        book.accept(change.id, "Mia")
    assert (tmp_path / "script.md").read_text() == OLD + " of mine"
    kept = book.get(change.id)
    assert (kept.state, [e.what for e in kept.history]) == ("proposed", ["proposed", "refused"])


def test_two_processes_do_not_decide_about_changes_at_the_same_time(
    book: ChangesetStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = book.propose("script.md", OLD.replace("two", "2"), "a model", "because")
    second = book.propose("script.md", OLD.replace("three", "3"), "a model", "because")
    told = rf"Nothing is changed in .+: deciding about a change \(process {os.getpid()} on .+, since \d.+\) has it"
    write, other = store.write_atomic, ChangesetStore(tmp_path)

    def interrupted(file: Path, *content: Any, **more: Any) -> None:
        for decide in (other.accept, other.reject):
            with pytest.raises(LockHeld, match=told):
                decide(second.id, "Ben")
        write(file, *content, **more)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(store, "write_atomic", interrupted)
        book.accept(first.id, "Mia")
    assert (tmp_path / "script.md").read_text() == OLD.replace("two", "2")
    with pytest.raises(StaleChangeset):
        other.accept(second.id, "Ben")


def test_a_change_is_decided_once(book: ChangesetStore) -> None:
    change = book.propose("script.md", "x", "a model", "because")
    book.reject(change.id, "Mia", "no")
    with pytest.raises(LecternError, match="has been rejected already"):
        book.accept(change.id, "Mia")
    with pytest.raises(LecternError, match='there is no change "zzz"; there are: ' + change.id):
        book.get("zzz")
    with pytest.raises(LecternError, match="no change"):
        book.get("../../x")


def test_a_changeset_that_was_tampered_with_changes_nothing(book: ChangesetStore, tmp_path: Path) -> None:
    change = book.propose("script.md", OLD.replace("two", "2"), "a model", "because")
    file = tmp_path / ".lectern/changes" / f"{change.id}.json"
    file.write_text(file.read_text().replace("+2\\n", "+3\\n"))
    with pytest.raises(LecternError, match="is damaged"):
        book.accept(change.id, "Mia")
    assert (tmp_path / "script.md").read_text() == OLD


def test_proposing_the_same_twice_is_one_change_and_nothing_is_none(book: ChangesetStore) -> None:
    first, second = (book.propose("script.md", "x", "a model", "because") for _ in range(2))
    assert first == second
    assert len(book.all()) == 1
    with pytest.raises(LecternError, match="nothing to propose"):
        book.propose("script.md", OLD, "a model", "because")


def harmed(text: str, **changes: object) -> str:
    return json.dumps({**json.loads(text), **changes})


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: "",
        lambda text: text[:50],
        lambda text: "[]",
        lambda text: harmed(text, history=[]),
        lambda text: harmed(text, id="../../x"),
        lambda text: harmed(text, id="0123abcd"),
        lambda text: harmed(text, file="../x"),
        lambda text: harmed(text, file="/etc/passwd"),
        lambda text: harmed(text, history=[{"what": "proposed", "who": "x", "when": 1e300}]),
    ],
)
def test_a_damaged_changeset_is_told_and_the_others_are_listed(book: ChangesetStore, tmp_path: Path, harm: Any) -> None:
    good, bad = (book.propose("script.md", new, "a model", "because") for new in ("x", "y"))
    file = tmp_path / ".lectern/changes" / f"{bad.id}.json"
    file.write_text(harm(file.read_text()))
    assert [change.id for change in book.all()] == [good.id]
    assert book.damaged() == (f"{file} is damaged; delete it, and have the change proposed again",)
    with pytest.raises(LecternError, match="is damaged"):
        book.accept(bad.id, "Mia")
    assert book.propose("script.md", "y", "a model", "because").id == bad.id and book.damaged() == ()


def test_a_change_of_a_file_that_is_no_text_any_more_is_outdated(book: ChangesetStore, tmp_path: Path) -> None:
    change = book.propose("script.md", "x", "a model", "because")
    (tmp_path / "script.md").write_bytes(b"\xff\xfe")
    assert book.outdated(change)
