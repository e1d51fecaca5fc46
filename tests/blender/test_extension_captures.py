"""Captures in the panel: goals and proposed changes are shown."""

import subprocess
import sys
from pathlib import Path

import bpy
import pytest
from panel_drawn import drawn
from two_scenes import SCRIPT, episode

from lectern.pipeline.changes.store import ChangesetStore

GOAL = """
```capture
kind: terminal
goal: Count the files
```
"""
STEPS = GOAL.replace("files\n", "files\nsteps:\n  - run: ls\n")


WITHOUT_PLAYWRIGHT = """
import sys; sys.modules["playwright"] = None; sys.path.insert(0, sys.argv[1])
import bpy, lectern
from panel_drawn import drawn
lectern.register()
bpy.ops.lectern.open_episode(directory=sys.argv[2])
print("drawn:", "1 goal has no steps yet" in drawn())
"""


@pytest.fixture
def opened(panel, tmp_path):
    folder = episode(tmp_path / "ep", SCRIPT + GOAL, timeline=False)
    change = ChangesetStore(folder).propose({"script.md": SCRIPT + STEPS}, "a model", "Count the files (1 step)")
    bpy.ops.lectern.open_episode(directory=str(folder))
    return folder, change.id


def test_goals_and_changes_are_shown(opened):
    shown = drawn()
    assert "1 goal has no steps yet" in shown
    assert "Count the files (1 step)" in shown
    assert {"Work Out Goals", "Apply", "Refuse", "Contact Sheet"} <= set(shown)


def test_panels_are_drawn_where_playwright_is_missing(tmp_path):
    folder = episode(tmp_path / "ep", SCRIPT + GOAL, timeline=False)
    argv = [sys.executable, "-c", WITHOUT_PLAYWRIGHT, str(Path(__file__).parent), str(folder)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert "drawn: True" in done.stdout, done.stderr


def test_goals_are_not_worked_out_before_a_person_has_seen_what_that_does(opened, panel):
    folder, _ = opened
    (folder / "lectern.toml").write_text('[model]\nmodel = "m"\nbase_url = "http://127.0.0.1:9/v1"\n')
    assert bpy.ops.lectern.rehearse_goals() == {"CANCELLED"}
    assert "Nothing was run" in panel.capture_error
