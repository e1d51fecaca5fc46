"""Changesets: seen before they are made, made only in the file they were made for, and never forgotten."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.lock import LockHeld
from lectern.pipeline.build.pipeline import open_build
from lectern.pipeline.changes import transaction
from lectern.pipeline.changes.contents import hash_of
from lectern.pipeline.changes.diff import applied, unified_diff
from lectern.pipeline.changes.model import Changeset
from lectern.pipeline.changes.store import ChangesetStore, StaleChangeset

OLD = "# A\n\none\ntwo\nthree\n" + "".join(f"line {n}\n" for n in range(20)) + "end"
SCRIPT = "# A\n\nFirst.\n\nSecond.\n\n# B\n\nThird.\n"


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
    (tmp_path / "script.md").write_text(SCRIPT)
    times = iter(range(100, 200))
    return ChangesetStore(tmp_path, clock=lambda: float(next(times)))


def propose(book: ChangesetStore, new: str | None, file: str = "script.md", **more: Any) -> Changeset:
    return book.propose({file: new}, "a model", "because", **more)


def test_a_change_is_proposed_seen_applied_and_kept_with_its_trail(book: ChangesetStore, tmp_path: Path) -> None:
    change = propose(book, SCRIPT.replace("First.", "1."))
    assert (tmp_path / "script.md").read_text() == SCRIPT
    assert "-First.\n+1.\n" in change.diff
    assert [(one.file, one.before) for one in change.files] == [("script.md", hash_of(SCRIPT))]
    book.apply(change.id[:4], "Mia")
    assert (tmp_path / "script.md").read_text() == SCRIPT.replace("First.", "1.")
    (kept,) = book.all()
    assert kept.state == "applied"
    assert [(e.what, e.who, e.when, e.note) for e in kept.history] == [
        ("proposed", "a model", 100.0, "because"), ("applied", "Mia", 101.0, ""),
    ]  # fmt: skip


def test_several_files_change_as_one_and_are_taken_back_to_the_byte(book: ChangesetStore, tmp_path: Path) -> None:
    (tmp_path / "edits.json").write_bytes(b"[\r\n]\r\n")
    (tmp_path / "old.txt").write_text("old")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    files = {"script.md": "new", "edits.json": "[]", "old.txt": None, "pages/a.html": "<p>"}
    change = book.propose(files, "a model", "because", run="r1")
    book.apply(change.id, "Mia")
    assert (tmp_path / "pages/a.html").read_text() == "<p>" and not (tmp_path / "old.txt").exists()
    book.revert(change.id, "Mia")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()} == before
    assert not (tmp_path / "pages/a.html").exists()
    book.apply(change.id, "Mia")
    assert (tmp_path / "script.md").read_text() == "new" and book.get(change.id).run == "r1"


def test_what_has_changed_elsewhere_stays_and_the_change_is_merged(book: ChangesetStore, tmp_path: Path) -> None:
    change = propose(book, SCRIPT.replace("Third.", "Third, and last."))
    mine = SCRIPT.replace("First.", "First of all.")
    (tmp_path / "script.md").write_text(mine)
    assert not book.outdated(change)
    book.apply(change.id, "Mia")
    both = mine.replace("Third.", "Third, and last.")
    assert (tmp_path / "script.md").read_text() == both
    (tmp_path / "script.md").write_text(both.replace("Second.", "Then."))
    book.revert(change.id, "Mia")
    assert (tmp_path / "script.md").read_text() == mine.replace("Second.", "Then.")


def test_where_both_have_changed_the_same_place_nothing_is_written_and_both_are_shown(
    book: ChangesetStore, tmp_path: Path
) -> None:
    change = book.propose({"script.md": SCRIPT.replace("First.", "1."), "new.txt": "new"}, "a model", "because")
    mine = SCRIPT.replace("First.", "First of mine.")
    (tmp_path / "script.md").write_text(mine)
    assert book.outdated(change)
    with pytest.raises(StaleChangeset, match=r"script\.md: expected [0-9a-f]{12}, found [0-9a-f]{12}") as caught:
        book.apply(change.id, "Mia")
    assert all(text in str(caught.value) for text in ("was:      First.", "proposed: 1.", "is now:   First of mine."))
    assert [(o.before.strip(), o.proposed.strip(), o.current.strip()) for o in caught.value.overlaps] == [
        ("First.", "1.", "First of mine.")
    ]
    assert (tmp_path / "script.md").read_text() == mine and not (tmp_path / "new.txt").exists()
    kept = book.get(change.id)
    assert (kept.state, [e.what for e in kept.history]) == ("proposed", ["proposed", "outdated"])


def test_force_writes_it_all_the_same_is_noted_and_loses_nothing(book: ChangesetStore, tmp_path: Path) -> None:
    change = propose(book, SCRIPT.replace("First.", "1."))
    (tmp_path / "script.md").write_text("mine alone")
    done = book.apply(change.id, "Mia", force=True)
    assert (tmp_path / "script.md").read_text() == SCRIPT.replace("First.", "1.")
    assert done.history[-1].forced
    book.revert(change.id, "Mia")
    assert (tmp_path / "script.md").read_text() == "mine alone"


def test_edits_of_other_strips_and_properties_merge_and_of_the_same_do_not(
    book: ChangesetStore, tmp_path: Path
) -> None:
    def edits(**values: float) -> str:
        lines = [
            f',{{"strip": "a", "property": "{name}", "value": {value}}}\n' for name, value in sorted(values.items())
        ]
        return "".join(['[{"format": 2}\n', *lines, "]\n"])

    (tmp_path / "edits.json").write_text(edits(x=0.1, y=0.2))
    change = propose(book, edits(x=0.5, y=0.2), "edits.json")
    (tmp_path / "edits.json").write_text(edits(x=0.1, y=0.3, opacity=0.4))
    book.apply(change.id, "Mia")
    assert (tmp_path / "edits.json").read_text() == edits(x=0.5, y=0.3, opacity=0.4)
    other = propose(book, edits(x=0.6, y=0.3, opacity=0.4), "edits.json")
    (tmp_path / "edits.json").write_text(edits(x=0.7, y=0.3, opacity=0.4))
    with pytest.raises(StaleChangeset, match='proposed: .*"value": 0.6'):
        book.apply(other.id, "Mia")


def test_changes_are_taken_back_out_of_order_where_they_do_not_touch(book: ChangesetStore, tmp_path: Path) -> None:
    first = book.apply(propose(book, SCRIPT.replace("First.", "1.")).id, "Mia")
    second = book.apply(propose(book, (tmp_path / "script.md").read_text().replace("Third.", "3.")).id, "Mia")
    book.revert(first.id, "Mia")
    assert (tmp_path / "script.md").read_text() == SCRIPT.replace("Third.", "3.")
    touching = book.apply(propose(book, SCRIPT.replace("Third.", "3, and more.")).id, "Mia")
    with pytest.raises(StaleChangeset):
        book.revert(second.id, "Mia")
    book.revert(touching.id, "Mia")
    book.revert(second.id, "Mia")
    assert (tmp_path / "script.md").read_text() == SCRIPT


def test_undo_and_redo_step_through_what_was_applied(book: ChangesetStore, tmp_path: Path) -> None:
    texts = [SCRIPT, *(SCRIPT.replace("First.", word) for word in ("One.", "Two.", "Three."))]
    for text in texts[1:]:
        book.apply(propose(book, text).id, "Mia")
    for text in reversed(texts[:-1]):
        book.revert(book.last_applied().id, "Mia")
        assert (tmp_path / "script.md").read_text() == text
    for text in texts[1:3]:
        book.apply(book.last_reverted().id, "Mia")
        assert (tmp_path / "script.md").read_text() == text
    book.apply(propose(book, "else").id, "Mia")
    with pytest.raises(LecternError, match="nothing was taken back since"):
        book.last_reverted()
    book.revert(book.last_applied().id, "Mia")
    book.apply(book.last_reverted().id, "Mia")
    with pytest.raises(LecternError, match="nothing was taken back since"):
        book.last_reverted()


def test_undo_of_a_file_leaves_changes_of_others_alone(book: ChangesetStore, tmp_path: Path) -> None:
    book.change("script.md", SCRIPT, SCRIPT + "More.\n", "Mia", "more")
    book.apply(propose(book, "For beginners.", "brief.md").id, "Mia")
    assert book.last_applied("script.md").why == "more" and book.last_applied().names == "brief.md"
    with pytest.raises(LecternError, match=r"no change of edits\.json that could be taken back"):
        book.last_applied("edits.json")
    with pytest.raises(LecternError, match="was changed by another program just now"):
        book.change("script.md", SCRIPT, "else", "Mia", "late")
    assert (tmp_path / "script.md").read_text() == SCRIPT + "More.\n" and len(book.all()) == 2


def test_a_file_is_brought_to_a_content_that_it_had_and_no_further(book: ChangesetStore, tmp_path: Path) -> None:
    texts = [SCRIPT, *(SCRIPT.replace("First.", word) for word in ("One.", "Two.", "Three."))]
    for before, after in zip(texts, texts[1:]):
        book.change("script.md", before, after, "Mia", "")
    for at in (1, 3, 0, 2):
        assert (
            book.restore("script.md", hash_of(texts[at]), "Mia") and (tmp_path / "script.md").read_text() == texts[at]
        )
    assert not book.restore("script.md", hash_of(texts[2]), "Mia") and not book.restore(
        "script.md", hash_of("never"), "Mia"
    )
    (tmp_path / "script.md").write_text("else")
    assert not book.restore("script.md", hash_of(texts[1]), "Mia") and (tmp_path / "script.md").read_text() == "else"


@pytest.mark.parametrize(
    "file", [".lectern/x", "media/x", "renders/film.mp4", "../x", "/etc/x", "a/../../x", "a\\b", "a//b"]
)
def test_a_change_of_what_no_person_writes_is_not_even_proposed(book: ChangesetStore, file: str) -> None:
    with pytest.raises(LecternError):
        propose(book, "x", file)
    assert book.all() == ()


def test_a_newer_proposal_puts_an_older_one_away(book: ChangesetStore) -> None:
    old = propose(book, "x")
    new = propose(book, "y", supersedes=[old.id])
    assert (book.get(old.id).state, book.get(old.id).history[-1].note) == ("superseded", f"by {new.id}")
    with pytest.raises(LecternError, match="was superseded"):
        book.apply(old.id, "Mia")


def test_two_processes_do_not_decide_about_changes_at_the_same_time(
    book: ChangesetStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = propose(book, SCRIPT.replace("First.", "1.")), propose(book, SCRIPT.replace("Third.", "3."))
    told = rf"Nothing is changed in .+: deciding about a change \(process {os.getpid()} on .+, since \d.+\) has it"
    write, other = transaction.write_atomic, ChangesetStore(tmp_path)

    def interrupted(file: Path, *content: Any, **more: Any) -> None:
        for decide in (other.apply, other.refuse):
            with pytest.raises(LockHeld, match=told):
                decide(second.id, "Ben")
        write(file, *content, **more)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(transaction, "write_atomic", interrupted)
        book.apply(first.id, "Mia")
    assert (tmp_path / "script.md").read_text() == SCRIPT.replace("First.", "1.")


def test_a_change_is_decided_once(book: ChangesetStore) -> None:
    change = propose(book, "x")
    book.refuse(change.id, "Mia", "no")
    with pytest.raises(LecternError, match="was refused"):
        book.apply(change.id, "Mia")
    with pytest.raises(LecternError, match='there is no change "zzz"; there are: ' + change.id):
        book.get("zzz")
    with pytest.raises(LecternError, match="no change"):
        book.get("../../x")


def test_a_content_that_was_tampered_with_changes_nothing(book: ChangesetStore, tmp_path: Path) -> None:
    change = propose(book, "x")
    (tmp_path / ".lectern/changes/contents" / str(change.files[0].after)).write_text("y")
    with pytest.raises(LecternError, match="is damaged"):
        book.apply(change.id, "Mia")
    assert (tmp_path / "script.md").read_text() == SCRIPT


def test_proposing_the_same_twice_is_one_change_and_nothing_is_none(book: ChangesetStore) -> None:
    first, second = (propose(book, "x") for _ in range(2))
    assert first == second
    assert len(book.all()) == 1
    with pytest.raises(LecternError, match="nothing to propose"):
        propose(book, SCRIPT)
    book.refuse(first.id, "Mia")
    assert propose(book, "x").id != first.id and book.get(first.id).state == "refused"


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
        lambda text: text.replace("script.md", "../x"),
        lambda text: text.replace("script.md", "/etc/passwd"),
        lambda text: text.replace("script.md", "media/voice/x/take.json"),
        lambda text: harmed(text, history=[{"what": "proposed", "who": "x", "when": 1e300}]),
    ],
)
def test_a_damaged_changeset_is_told_and_the_others_are_listed(book: ChangesetStore, tmp_path: Path, harm: Any) -> None:
    good, bad = (propose(book, new) for new in ("x", "y"))
    file = tmp_path / ".lectern/changes" / f"{bad.id}.json"
    file.write_text(harm(file.read_text()))
    assert [change.id for change in book.all()] == [good.id]
    assert book.damaged() == (f"{file} is damaged; delete it, and have the change proposed again",)
    with pytest.raises(LecternError, match="is damaged"):
        book.apply(bad.id, "Mia")
    assert propose(book, "y").id == bad.id and book.damaged() == ()


def test_a_change_of_a_file_that_is_no_text_any_more_is_outdated(book: ChangesetStore, tmp_path: Path) -> None:
    change = propose(book, "x")
    (tmp_path / "script.md").write_bytes(b"\xff\xfe")
    assert book.outdated(change)


def test_a_build_finishes_a_change_whose_process_was_killed_before_it_reads_the_episode(
    book: ChangesetStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = book.propose({"script.md": "# A\n\nNew.\n", "lectern.toml": "[film]\nfps = 24\n"}, "a model", "because")
    write = transaction.write_atomic

    def killed(file: Path, *content: Any, **more: Any) -> None:
        if file.name == "lectern.toml":
            raise KeyboardInterrupt
        write(file, *content, **more)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(transaction, "write_atomic", killed)
        with pytest.raises(KeyboardInterrupt):
            book.apply(change.id, "Mia")
    assert not (tmp_path / "lectern.toml").exists()
    with open_build(tmp_path, trust=True) as opened:
        assert (opened.fps, opened.episode.scenes[0].title) == (24, "A")
    assert book.get(change.id).state == "applied"
