"""A conversation about the episode in the panel: a wish goes to a model, and its answer comes as a proposed change."""

import json
import sys
import time
from pathlib import Path

import bpy
import pytest
from panel_drawn import drawn
from two_scenes import SCRIPT, episode

from lectern.addon import assistant, background
from lectern.pipeline.base.profile import profile_folder
from lectern.pipeline.changes.store import ChangesetStore

CHANGED = SCRIPT.replace("Some words.", "A few good words.")
MODEL = f"""
import json, sys, time
asked = sys.stdin.read()
open(sys.argv[1], "w").write(asked)
if "slowly" in asked:
    time.sleep(60)
print(json.dumps({{"script": {CHANGED!r}, "files": [], "note": "I made the words better."}}))
"""


@pytest.fixture
def folder(panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An episode that is open, and a person whose language model is a small program."""
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    program = tmp_path / "model.py"
    program.write_text(MODEL)
    command = [sys.executable, str(program), str(tmp_path / "asked.txt")]
    profile_folder().mkdir(parents=True, exist_ok=True)
    (profile_folder() / "lectern.toml").write_text(f'[model]\nprovider = "command"\ncommand = {json.dumps(command)}\n')
    folder = episode(tmp_path / "ep")
    bpy.ops.lectern.open_episode(directory=str(folder))
    return folder


def test_a_wish_is_answered_by_a_proposed_change_and_stays_in_the_conversation(folder: Path, tmp_path: Path) -> None:
    panel = bpy.context.window_manager.lectern
    panel.wish, panel.wish_about = "better words", "SCENE"
    bpy.context.scene.frame_set(40)
    assert bpy.ops.lectern.ask_model() == {"FINISHED"}, panel.asking_error
    assert "In the scene second: better words" in (tmp_path / "asked.txt").read_text()
    assert (folder / "script.md").read_text() == SCRIPT and panel.wish == ""
    bpy.ops.lectern.open_episode(directory=str(folder))
    assert {"In the scene second: better words", "I made the words better.", "proposed"} <= set(drawn())
    (change,) = ChangesetStore(folder).all()
    assert bpy.ops.lectern.apply_change(change=panel.turns[0].change) == {"FINISHED"}
    assert (
        ChangesetStore(folder).get(change.id).state == "applied"
        and "few good words" in (folder / "script.md").read_text()
    )


def test_a_model_that_is_stopped_changes_nothing(folder: Path) -> None:
    asking = assistant.ask(folder, "slowly")
    until = time.monotonic() + 60
    while not asking.run and time.monotonic() < until:
        background.poll_commands()
        time.sleep(0.1)
    assert bpy.ops.lectern.stop_asking() == {"FINISHED"}
    background.wait(asking)
    assert ChangesetStore(folder).all() == ()
    bpy.ops.lectern.open_episode(directory=str(folder))
    assert [turn.state for turn in bpy.context.window_manager.lectern.turns] == ["cancelled"]


def test_a_wish_about_a_strip_needs_one(folder: Path) -> None:
    panel = bpy.context.window_manager.lectern
    panel.wish, panel.wish_about = "better words", "STRIP"
    with pytest.raises(RuntimeError, match="nothing of Lectern's there"):
        bpy.ops.lectern.ask_model()
    assert panel.wish == "better words"
