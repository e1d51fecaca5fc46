"""Lectern is enabled and disabled in Blender."""

import tomllib
from pathlib import Path

import bpy
import pytest

import lectern
from lectern import addon, operators, panels
from lectern.addon import commands, wheels
from lectern.pipeline.base.errors import LecternError

ROOT = Path(lectern.__file__).parent
OPERATORS = set(
    "open_episode show_scene build_episode cancel_build render_film trust_episode open_film doctor test_services keep_key".split()
)
OPERATORS |= {"apply_change", "clone_voice", "contact_sheet", "preview_step", "rehearse_goals", "refuse_change"}
OPERATORS |= {
    "ask_model",
    "stop_asking",
    "choose_thread",
    "get_ideas",
    "plan_idea",
    "stop_planning",
    "copy_agent_settings",
}
OPERATORS |= {"skip_playback", "take_back", "revert_change", "replay_change", "apply_all_changes", "show_change"}
OPERATORS |= {f"{verb}_scenario" for verb in ("begin", "switch", "merge", "compare")}
OPERATORS |= {"verify_film", "export_timeline"}
OPERATORS |= {"list_voices", "hear_voice", "give_voice", "apply_edits", "drop_edits", "reset_edits"}
OPERATORS |= {f"{verb}_scene" for verb in ("move", "enable", "duplicate", "delete", "rename", "add", "rebuild")}
OPERATORS |= {f"{verb}_episode" for verb in ("new", "rename", "duplicate", "delete", "restore")} | {
    "cancel_job",
    "first_job",
}
OPERATORS |= {"add_overlay", "add_clip", "undo_script", "add_from_library", "open_text", "go_to_fault", "show_finding"}
OPERATORS |= {"move_element", "show_in_preview", "go_to_word", "take_marks", "make_proxies"}
OPERATORS |= {"edit_words", "appear_at", "speak_as", "make_again", "add_recording", "choose_recording", "replace_file"}
OPERATORS |= {"record_line", "keep_recording", "drop_recording"}
OPERATORS |= (
    {"show_in_script", "reset_strip", "place_narrator", "mirror_narrator", "play_scene", "use_workspace"}
    | {f"{verb}_character" for verb in ("new", "edit", "hear", "remove")}
    | {"narrate_scene", "narrate_episode"}
    | {"reset_property", "take_edits", "reset_scene_edits", "reset_all_edits"}
)


@pytest.fixture
def enabled():
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    lectern.register()
    yield
    lectern.unregister()


def _traces() -> dict[str, object]:
    """Everything in Blender that Lectern has registered."""
    return {
        "types": {n for n in dir(bpy.types) if "lectern" in n.lower()},
        "operators": set(dir(bpy.ops.lectern)),
        "properties": {t for t in ("Scene", "WindowManager") if hasattr(getattr(bpy.types, t), "lectern")},
        "handlers": len(bpy.app.handlers.load_post),
        "handlers of saving": len(bpy.app.handlers.save_pre),
    }


def test_enabling_and_disabling_leaves_nothing_behind():
    before = _traces()
    lectern.register()
    during = _traces()
    lectern.unregister()
    assert _traces() == before
    assert during["properties"] == {"Scene", "WindowManager"} and during["handlers"] == before["handlers"] + 1


def test_it_can_be_enabled_twice_in_one_session():
    for _ in range(2):
        lectern.register()
        assert set(dir(bpy.ops.lectern)) == OPERATORS
        lectern.unregister()


def test_a_failure_while_enabling_undoes_what_was_done():
    before = _traces()
    classes = (*operators.classes(), *panels.classes())
    with pytest.raises(ValueError, match="already registered"):
        addon.register((*classes, classes[0]))
    assert _traces() == before


def test_packages_for_another_python_are_named_as_the_cause(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pydantic", None)
    with pytest.raises(LecternError, match="built for another Python"):
        addon.register(())


def test_a_program_that_blender_unpacked_can_be_run_again(tmp_path, monkeypatch):
    program = tmp_path / "playwright" / "driver" / "node"
    program.parent.mkdir(parents=True)
    (tmp_path / "playwright" / "__init__.py").touch()
    program.touch(0o644)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(__import__("sys").modules, "playwright", raising=False)
    wheels.restore_exec_bits()
    assert program.stat().st_mode & 0o777 == 0o755


def test_every_operator_says_what_it_does(enabled):
    for name in OPERATORS:
        assert getattr(bpy.ops.lectern, name).get_rna_type().description


def test_a_button_that_can_not_run_says_why(enabled):
    bpy.context.scene.lectern.folder = ""
    with pytest.raises(RuntimeError, match="No episode is open"):
        bpy.ops.lectern.build_episode()
    with pytest.raises(RuntimeError, match="No build is running"):
        bpy.ops.lectern.cancel_build()


def test_the_command_passes_its_arguments_and_exit_code_on(monkeypatch):
    from lectern.pipeline.cli import main as cli

    monkeypatch.setattr(cli, "main", lambda argv, program: len(argv))
    assert commands.run(["build", "folder"]) == 2


def test_manifest_and_project_agree():
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert manifest["version"] == project["version"]
    assert manifest["license"] == [f"SPDX:{project['license']}"]
    assert manifest["blender_version_min"] == "5.2.0"
    assert all(len(reason) <= 64 and not reason.endswith(".") for reason in manifest["permissions"].values())
