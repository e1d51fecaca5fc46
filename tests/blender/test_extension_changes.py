"""Changes in the panel: seen with their diffs, applied, refused and taken back; scenarios are begun, switched to and merged."""

from collections.abc import Callable
from pathlib import Path

import bpy
import pytest
from panel_drawn import drawn
from two_scenes import SCRIPT, episode

from lectern.pipeline.changes.store import ChangesetStore


@pytest.fixture
def folder(panel, tmp_path: Path) -> Path:
    folder = episode(tmp_path / "ep", timeline=False)
    bpy.ops.lectern.open_episode(directory=str(folder))
    return folder


@pytest.fixture
def proposed(folder: Path) -> Callable[[str, str], str]:
    """Has somebody propose to write a text in place of another; returns the change's id."""

    def propose(old: str, new: str) -> str:
        text = (folder / "script.md").read_text().replace(old, new)
        id = ChangesetStore(folder).propose({"script.md": text}, "a model", f"say {new}").id
        bpy.ops.lectern.open_episode(directory=str(folder))
        return id

    return propose


def _state(folder: Path, id: str) -> str:
    return ChangesetStore(folder).get(id).state


def test_a_change_is_shown_with_its_diff_and_can_be_applied(folder: Path, proposed: Callable[[str, str], str]) -> None:
    id = proposed("Some words.", "Other words.")
    shown = drawn()
    assert {"say Other words.", "Some words.", "Other words.", "Apply", "Refuse"} <= set(shown)
    assert bpy.ops.lectern.apply_change(change=id) == {"FINISHED"}
    assert "Other words." in (folder / "script.md").read_text()
    assert [(e.what, e.who) for e in ChangesetStore(folder).get(id).history][-1] == ("applied", "a person in Blender")
    assert {"Revert", "Go to This State"} <= set(drawn()) and "Refuse" not in drawn()
    assert bpy.ops.lectern.revert_change() == {"FINISHED"}
    assert (folder / "script.md").read_text() == SCRIPT


def test_a_refused_change_leaves_the_script_as_it_is(folder: Path, proposed: Callable[[str, str], str]) -> None:
    id = proposed("Some words.", "Other words.")
    assert bpy.ops.lectern.refuse_change(change=id) == {"FINISHED"}
    assert (folder / "script.md").read_text() == SCRIPT and _state(folder, id) == "refused"


def test_a_change_of_a_place_that_has_changed_is_not_made(folder: Path, proposed: Callable[[str, str], str]) -> None:
    id = proposed("Some words.", "Other words.")
    now = SCRIPT.replace("Some words.", "No words.")
    (folder / "script.md").write_text(now)
    with pytest.raises(RuntimeError, match=r"script\.md has changed in the same places"):
        bpy.ops.lectern.apply_change(change=id)
    assert (folder / "script.md").read_text() == now


def test_all_proposed_changes_are_applied_and_history_is_gone_through(
    folder: Path, proposed: Callable[[str, str], str]
) -> None:
    ids = proposed("Some words.", "Other words."), proposed("More words.", "Last words.")
    assert bpy.ops.lectern.apply_all_changes() == {"FINISHED"}
    both = SCRIPT.replace("Some words.", "Other words.").replace("More words.", "Last words.")
    assert (folder / "script.md").read_text() == both
    assert bpy.ops.lectern.replay_change(change=ids[0]) == {"FINISHED"}
    assert [_state(folder, id) for id in ids] == ["applied", "reverted"]
    assert bpy.ops.lectern.replay_change(change=ids[1]) == {"FINISHED"}
    assert (folder / "script.md").read_text() == both


def test_a_diff_is_shown_whole_in_the_text_editor(folder: Path, proposed: Callable[[str, str], str]) -> None:
    id = proposed("Some words.", "Other words.")
    assert bpy.ops.lectern.show_change() == {"FINISHED"}
    assert "+Other words." in bpy.data.texts[f"{id}.diff"].as_string()


def test_scenarios_are_begun_switched_to_compared_and_merged(folder: Path) -> None:
    assert bpy.ops.lectern.begin_scenario(name="short") == {"FINISHED"}
    (folder / "script.md").write_text(SCRIPT.replace("Some words.", "Few words."))
    bpy.ops.lectern.open_episode(directory=str(folder))
    assert {"main", "short", "other script.md"} <= set(drawn())
    assert bpy.ops.lectern.switch_scenario(name="main") == {"FINISHED"}
    assert (folder / "script.md").read_text() == SCRIPT
    assert bpy.ops.lectern.compare_scenario(name="short") == {"FINISHED"}
    assert "+Few words." in bpy.data.texts["short.diff"].as_string()
    assert bpy.ops.lectern.merge_scenario(name="short") == {"FINISHED"}
    assert "Few words." in (folder / "script.md").read_text()
