"""A conversation about the episode in the panel: a wish goes to a model, and its answer comes as a proposed change."""

import json
import sys
import time
from pathlib import Path

import bpy
import pytest
from panel_drawn import drawn, menus
from two_scenes import SCRIPT, episode

from lectern.addon import assistant, background, child
from lectern.pipeline.base.profile import profile_folder
from lectern.pipeline.changes.store import ChangesetStore

CHANGED = SCRIPT.replace("Some words.", "A few good words.")
MODEL = f"""
import json, sys, time
asked = sys.stdin.read()
open(sys.argv[1], "w").write(asked)
if "slowly" in asked:
    time.sleep(60)
if "how many" in asked.rpartition("The wish:")[2][:60]:
    print(json.dumps({{"script": "", "files": [], "note": "There are two scenes."}}))
else:
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
    assert "It is about the scene second" in (tmp_path / "asked.txt").read_text()
    assert (folder / "script.md").read_text() == SCRIPT and panel.wish == ""
    bpy.ops.lectern.open_episode(directory=str(folder))
    assert {"better words (second)", "I made the words better.", "proposed"} <= set(drawn())
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


def test_a_wish_goes_on_from_the_conversation_that_is_shown_or_begins_a_new_one(folder: Path, tmp_path: Path) -> None:
    panel, asked = bpy.context.window_manager.lectern, tmp_path / "asked.txt"
    wishes = ("better words", "how many scenes are there?")
    for wish in wishes:
        panel.wish = wish
        assert bpy.ops.lectern.ask_model() == {"FINISHED"}, panel.asking_error
        bpy.ops.lectern.open_episode(directory=str(folder))
    assert "They wished: better words\nYou answered: I made the words better." in asked.read_text()
    assert {"There are two scenes.", *wishes} <= set(drawn()) and len({turn.thread for turn in panel.turns}) == 1
    assert bpy.ops.lectern.choose_thread() == {"FINISHED"}
    assert not set(wishes) & set(drawn())
    panel.wish = "how many words?"
    assert bpy.ops.lectern.ask_model() == {"FINISHED"}, panel.asking_error
    assert "They wished" not in asked.read_text()
    bpy.ops.lectern.open_episode(directory=str(folder))
    assert "how many words?" in drawn() and not set(wishes) & set(drawn())
    assert menus()["LECTERN_MT_threads"] == ["how many words?", "better words"]
    bpy.ops.lectern.choose_thread(thread=panel.turns[0].thread)
    assert set(wishes) <= set(drawn())


def test_model_thinking_and_prompt_are_chosen_in_the_panel(folder: Path) -> None:
    panel = bpy.context.window_manager.lectern
    (folder / "prompts").mkdir()
    prompt = {"id": "revise.formal", "system": "Be formal.", "user": "{wish}"}
    (folder / "prompts" / "revise.formal.json").write_text(json.dumps(prompt))
    bpy.ops.lectern.open_episode(directory=str(folder))
    shown = panel.assistant
    assert shown.chosen("revise") == ()
    shown.model, shown.thinking, shown.prompt = "large", "high", "revise.formal"
    assert shown.chosen("revise") == ("--model", "large", "--prompt", "revise.formal", "--thinking", "high")
    assert "--prompt" not in shown.chosen("brief", "script")
    panel.wish = "better words"
    with pytest.raises(
        RuntimeError, match="command has an option of its own"
    ):  # a program, which is not told how to think
        bpy.ops.lectern.ask_model()


def test_ideas_for_a_project_are_listed_and_one_is_planned(folder: Path, tmp_path: Path, monkeypatch) -> None:
    panel, project = bpy.context.window_manager.lectern, tmp_path / "counter"
    project.mkdir()
    (project / "README.md").write_text("# Counter\n\nCounts lines.\n\n```sh\ncounter .\n```\n")
    (profile_folder() / "lectern.toml").unlink()
    panel.assistant.project = str(project)
    assert bpy.ops.lectern.get_ideas() == {"FINISHED"}, panel.assistant.failed
    found = panel.assistant.ideas[0]
    assert "README.md" in found.files and {found.name, "Plan…"} <= set(drawn())
    with pytest.raises(RuntimeError, match="no language model is set"):
        bpy.ops.lectern.plan_idea(idea=found.idea, name="new", directory=str(tmp_path))
    started: list[tuple[str, ...]] = []
    code = "import pathlib, sys; pathlib.Path(sys.argv[2]).mkdir()"

    def command(*arguments: str) -> list[str]:
        started.append(arguments)
        return [sys.executable, "-c", code, *arguments]

    monkeypatch.setattr(child, "child_command", command)
    assert bpy.ops.lectern.plan_idea(idea="Count", name="new", directory=str(tmp_path)) == {"FINISHED"}
    assert started[0][:6] == ("plan", str(tmp_path / "new"), "--idea", "Count", "--from", str(project))
    assert panel.assistant.planned == str(tmp_path / "new") and "Open" in drawn()


def test_what_an_agents_settings_need_is_shown_to_be_copied(folder: Path) -> None:
    shown = bpy.context.window_manager.lectern.assistant
    assert json.loads(shown.settings)["mcpServers"]["lectern"]["args"] == ["mcp", str(folder)]
    assert shown.command.startswith("claude mcp add lectern -- ")
    assert "Copy for Claude Code" in drawn() and bpy.ops.lectern.copy_agent_settings() == {"FINISHED"}
