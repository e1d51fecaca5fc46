"""What was changed by hand is taken back, given to another strip or dropped by operators, without the mouse."""

from pathlib import Path

import bpy
import pytest
from two_scenes import episode, film

from lectern.addon.build import compile_last_timeline, save_edits
from lectern.addon.sequencer.owned import owned_strips
from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.timeline.edits import Edit, edits_of, read_edits, write_edits

FIRST, SECOND = "plate:first", "plate:second"


@pytest.fixture
def folder(panel, tmp_path: Path) -> Path:
    """An episode that was built, open in Blender."""
    folder = episode(tmp_path / "ep")
    scripted = EpisodePaths(folder=folder).scripted
    scripted.parent.mkdir(parents=True, exist_ok=True)
    scripted.write_text(film().model_dump_json())
    assert bpy.ops.lectern.open_episode(directory=str(folder)) == {"FINISHED"}
    return folder


def _strips() -> dict[str, bpy.types.Strip]:
    return owned_strips(bpy.context.scene)


def test_a_strip_is_given_back_to_the_script(folder: Path) -> None:
    _strips()[FIRST].blend_alpha = 0.5
    _strips()[FIRST].transform.rotation = 0.25
    assert bpy.ops.lectern.reset_edits(strip=FIRST, property="opacity") == {"FINISHED"}
    assert (_strips()[FIRST].blend_alpha, _strips()[FIRST].transform.rotation) == (1.0, 0.25)
    bpy.context.scene.sequence_editor.strips.remove(_strips()[SECOND])
    assert bpy.ops.lectern.reset_edits(strip=SECOND) == {"FINISHED"}
    assert SECOND in _strips() and [edit.property for edit in read_edits(folder).edits] == ["rotation"]


def test_edits_go_to_another_strip_or_are_dropped(folder: Path) -> None:
    gone = edits_of(Edit(strip=id, property="opacity", value=0.25, script=1.0) for id in ("plate:cut", "plate:lost"))
    write_edits(folder, gone)
    assert bpy.ops.lectern.apply_edits(strip="plate:cut", to=SECOND) == {"FINISHED"}
    assert [_strips()[id].blend_alpha for id in (FIRST, SECOND)] == [1.0, 0.25]
    assert bpy.ops.lectern.drop_edits() == {"FINISHED"}
    assert [(edit.strip, edit.property) for edit in read_edits(folder).edits] == [(SECOND, "opacity")]


def test_what_others_wrote_to_the_file_stays_however_often_it_is_saved(folder: Path) -> None:
    _strips()[FIRST].blend_alpha = 0.5
    theirs = Edit(strip=SECOND, property="rotation", value=0.25, script=0.0)
    save_edits(folder, bpy.context.scene)
    write_edits(folder, edits_of([*read_edits(folder).edits, theirs]))
    for _ in range(2):
        save_edits(folder, bpy.context.scene)
        assert [edit.strip for edit in read_edits(folder).edits] == [FIRST, SECOND]
    compile_last_timeline(folder, bpy.context.scene)
    assert (_strips()[FIRST].blend_alpha, _strips()[SECOND].transform.rotation) == (0.5, 0.25)
    write_edits(folder, read_edits(folder).without(SECOND))
    save_edits(folder, bpy.context.scene)
    compile_last_timeline(folder, bpy.context.scene)
    assert (_strips()[FIRST].blend_alpha, _strips()[SECOND].transform.rotation) == (0.5, 0.0)


def test_a_property_a_scene_and_the_film_are_given_back_by_right_click(folder: Path) -> None:
    for id in (FIRST, SECOND):
        _strips()[id].blend_alpha = 0.5
    _strips()[FIRST].transform.rotation = 0.25
    bpy.context.scene.sequence_editor.active_strip = _strips()[FIRST]
    assert bpy.ops.lectern.reset_property(property="rotation") == {"FINISHED"}
    assert [(e.strip, e.property) for e in read_edits(folder).edits] == [(FIRST, "opacity"), (SECOND, "opacity")]
    assert bpy.ops.lectern.reset_all_edits() == {"FINISHED"}
    assert read_edits(folder).edits == () and [s.blend_alpha for s in _strips().values()] == [1.0, 1.0]
    write_edits(folder, edits_of([Edit(strip="plate:cut", property="opacity", value=0.25, script=1.0)]))
    bpy.context.scene.sequence_editor.active_strip = _strips()[FIRST]
    assert bpy.ops.lectern.take_edits(strip="plate:cut") == {"FINISHED"}
    assert _strips()[FIRST].blend_alpha == 0.25
    bpy.context.scene.sequence_editor.active_strip = None
    assert not bpy.ops.lectern.reset_scene_edits.poll()


def test_what_can_not_be_done_is_said(folder: Path) -> None:
    with pytest.raises(RuntimeError, match="has no edit of plate:nobody"):
        bpy.ops.lectern.reset_edits(strip="plate:nobody")
    with pytest.raises(RuntimeError, match="nothing to drop"):
        bpy.ops.lectern.drop_edits()
