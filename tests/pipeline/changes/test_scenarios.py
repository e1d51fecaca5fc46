"""Scenarios are branches of the script: begun, compared, switched to and merged, and nothing of any is ever lost."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.changes.scenarios import Scenarios
from lectern.pipeline.changes.store import ChangesetStore
from lectern.pipeline.cli.main import main

SCRIPT = "# A\n\nFirst.\n\nSecond.\n\n# B\n\nThird.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    (tmp_path / "ep").mkdir()
    (tmp_path / "ep" / "script.md").write_text(SCRIPT)
    return tmp_path / "ep"


@pytest.fixture
def store(folder: Path) -> ChangesetStore:
    times = iter(range(100, 1000))
    return ChangesetStore(folder, clock=lambda: float(next(times)))


@pytest.fixture
def known(folder: Path, store: ChangesetStore) -> Scenarios:
    return Scenarios(folder, store)


@pytest.fixture
def mend(folder: Path) -> Callable[[str, str], str]:
    """Writes a text in place of another into script.md; returns what it says then."""

    def mended(old: str, new: str) -> str:
        text = (folder / "script.md").read_text()
        assert old in text
        (folder / "script.md").write_text(text.replace(old, new))
        return (folder / "script.md").read_text()

    return mended


def test_each_scenario_has_its_own_script_and_edits(
    folder: Path, known: Scenarios, mend: Callable[[str, str], str]
) -> None:
    known.switch("short", "me", new=True)
    short = mend("Second.\n\n", "")
    (folder / "edits.json").write_text('[{"version": 2}\n]\n')
    known.switch("main", "me")
    assert (folder / "script.md").read_text() == SCRIPT and not (folder / "edits.json").exists()
    known.switch("short", "me")
    assert (folder / "script.md").read_text() == short and (folder / "edits.json").exists()
    assert [(s.name, s.parent, s.current, s.differs) for s in known.all()] == [
        ("main", "", False, ("script.md", "edits.json")),
        ("short", "main", True, ()),
    ]


def test_two_scenarios_are_compared_wherever_one_is(known: Scenarios, mend: Callable[[str, str], str]) -> None:
    known.switch("short", "me", new=True)
    mend("Second.\n\n", "")
    assert "-Second." in known.compare("short", "main") and "+Second." in known.compare("main")
    known.switch("main", "me")
    assert "-Second." in known.compare("short") and known.compare("main") == ""


def test_what_was_changed_in_both_is_merged_and_can_be_taken_back(
    folder: Path, known: Scenarios, store: ChangesetStore, mend: Callable[[str, str], str]
) -> None:
    known.switch("short", "me", new=True)
    mend("Second.\n\n", "")
    known.switch("main", "me")
    before = mend("Third.", "The third.")
    merge = store.apply(known.propose_merge("short", "me").id, "me")
    assert (folder / "script.md").read_text() == "# A\n\nFirst.\n\n# B\n\nThe third.\n"
    store.revert(merge.id, "me")
    assert (folder / "script.md").read_text() == before


def test_only_what_is_new_since_the_last_merge_is_merged(
    folder: Path, known: Scenarios, store: ChangesetStore, mend: Callable[[str, str], str]
) -> None:
    known.switch("short", "me", new=True)
    mend("First.", "The first.")
    known.switch("main", "me")
    store.apply(known.propose_merge("short", "me").id, "me")
    mine = mend("The first.", "The very first.")
    with pytest.raises(LecternError, match="nothing to propose"):
        known.propose_merge("short", "me")
    known.switch("short", "me")
    mend("Third.", "Last.")
    known.switch("main", "me")
    store.apply(known.propose_merge("short", "me").id, "me")
    assert (folder / "script.md").read_text() == mine.replace("Third.", "Last.")


def test_the_same_place_changed_in_both_is_shown_and_a_person_says_which_is_taken(
    folder: Path, known: Scenarios, mend: Callable[[str, str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    known.switch("short", "me", new=True)
    mend("First.", "One.")
    known.switch("main", "me")
    mine = mend("First.", "At first.")
    with pytest.raises(LecternError, match=r"(?s)proposed: One\..*is now:   At first\."):
        known.propose_merge("short", "me")
    assert main(["scenario", str(folder), "merge", "short", "--take", "some"]) != 0
    assert (folder / "script.md").read_text() == mine
    assert main(["scenario", str(folder), "merge", "short", "--take", "0"]) == 0
    assert (folder / "script.md").read_text() == SCRIPT.replace("First.", "One.")


def test_siblings_are_merged_by_what_they_began_with(
    folder: Path, known: Scenarios, store: ChangesetStore, mend: Callable[[str, str], str]
) -> None:
    known.switch("one", "me", new=True)
    mend("First.", "One.")
    known.switch("main", "me")
    known.switch("two", "me", new=True)
    mend("Third.", "Three.")
    store.apply(known.propose_merge("one", "me").id, "me")
    assert (folder / "script.md").read_text() == SCRIPT.replace("First.", "One.").replace("Third.", "Three.")


@pytest.mark.parametrize("name", ["", "Main", "../x", "a b", "x" * 61, "main"])
def test_a_name_that_is_taken_or_none_is_refused(known: Scenarios, name: str) -> None:
    with pytest.raises(LecternError, match="can't begin"):
        known.switch(name, "me", new=True)


def test_a_scenario_that_is_not_there_is_told_with_those_that_are(known: Scenarios) -> None:
    known.switch("short", "me", new=True)
    with pytest.raises(LecternError, match="there are: main, short"):
        known.switch("long", "me")
    with pytest.raises(LecternError, match="the current one already"):
        known.switch("short", "me")


def test_a_switch_that_was_planned_before_the_scenario_changed_is_refused(
    folder: Path, known: Scenarios, store: ChangesetStore, mend: Callable[[str, str], str]
) -> None:
    known.switch("short", "me", new=True)
    known.switch("main", "me")
    planned = known.propose_switch("short", "an agent")
    mend("Third.", "Kept in main.")
    store.apply(planned.id, "an agent")
    assert (folder / "script.md").read_text() == SCRIPT
    mend("First.", "Short.")
    known.switch("main", "me")
    again = known.propose_switch("short", "an agent")
    known.switch("short", "me")
    mend("Short.", "Shorter.")
    known.switch("main", "me")
    with pytest.raises(LecternError, match="plan it anew|was applied"):
        store.apply(again.id, "an agent")
    assert "Kept in main." in (folder / "script.md").read_text()


def test_history_is_replayed_backward_and_forward_and_not_beyond_a_switch(
    folder: Path, known: Scenarios, store: ChangesetStore
) -> None:
    script, texts, ids = folder / "script.md", [SCRIPT], list[str]()
    known.switch("work", "me", new=True)
    for old, new in (("First.", "One."), ("Second.", "Two."), ("Third.", "Three.")):
        texts.append(texts[-1].replace(old, new))
        ids.append(store.apply(store.propose({"script.md": texts[-1]}, "me", "why").id, "me").id)
    assert [c.id for c in store.replay(ids[0], "me")] == [ids[2], ids[1]] and script.read_text() == texts[1]
    assert [c.state for c in store.replay(ids[2], "me")] == ["applied"] * 2 and script.read_text() == texts[3]
    store.replay("start", "me")
    assert script.read_text() == SCRIPT and known.current() == "work"
    assert main(["changes", str(folder), "replay", ids[1]]) == 0 and script.read_text() == texts[2]
    switch = next(change for change in store.all() if change.scenario)
    with pytest.raises(LecternError, match="not among what was applied in this scenario"):
        store.replay(switch.id, "me")
    with pytest.raises(LecternError, match="switch back instead"):
        store.revert(switch.id, "me")
