"""The commands about captures: what they ask for, what they print, and the code they end with."""

import json
from pathlib import Path

import pytest

from lectern.pipeline.changes.store import ChangesetStore
from lectern.pipeline.cli.main import main

GOAL = "# A\n\n```capture\nkind: terminal\nid: c\ngoal: count\n```\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    (tmp_path / "ep").mkdir()
    (tmp_path / "ep/script.md").write_text(GOAL)
    return tmp_path / "ep"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["capture", "--step", "1"], "a preview needs both: --step N and --png FILE"),
        (["capture", "--capture", "c"], "goes with --step N and --png FILE"),
        (["capture"], 'script.md:3: not yet: the steps to the goal "count" are not worked out; run: lectern rehearse'),
        (["rehearse"], "no language model is set"),
        (["rehearse", "--capture", "x"], 'there is no goal to work out in capture "x"; captures with a goal are: c'),
    ],
)
def test_what_is_wrong_is_said(folder: Path, capsys: pytest.CaptureFixture, argv: list[str], said: str) -> None:
    assert main([argv[0], str(folder), *argv[1:]]) == 2
    assert said in capsys.readouterr().err


def test_changes_are_listed_shown_applied_and_taken_back(folder: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["changes", str(folder)]) == 0
    assert capsys.readouterr().out == "There are no changes.\n"
    new = GOAL.replace("count\n", "count\nsteps:\n  - run: ls\n")
    id = ChangesetStore(folder).propose({"script.md": new}, "a model", "count").id
    assert main(["changes", str(folder), "--json"]) == 0
    assert [(c["id"], c["state"]) for c in json.loads(capsys.readouterr().out)] == [(id, "proposed")]
    assert main(["changes", str(folder), "show", id[:3]]) == 0
    assert "+  - run: ls\n" in capsys.readouterr().out
    assert main(["changes", str(folder), "apply"]) == 2
    assert main(["changes", str(folder), "apply", id]) == 0
    assert (folder / "script.md").read_text() == new
    assert main(["changes", str(folder), "refuse", id]) == 2
    assert "was applied, so that can't be done with it" in capsys.readouterr().err
    assert main(["changes", str(folder), "undo"]) == 0
    assert (folder / "script.md").read_text() == GOAL
    assert main(["changes", str(folder), "redo"]) == 0
    assert (folder / "script.md").read_text() == new
    assert main(["changes", str(folder), "redo"]) == 2
    assert "nothing was taken back" in capsys.readouterr().err
