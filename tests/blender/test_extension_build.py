"""The panel's build: a process of its own that can be watched and stopped, and whose timeline is compiled."""

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import bpy
import pytest
from two_scenes import episode, film

import lectern
from lectern.addon import background, child, snapshot
from lectern.addon.build import save_edits, start_build
from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.build.build import only_writer
from lectern.pipeline.timeline.edits import Edit, edits_of, read_edits, write_edits

BUILDS = "import pathlib, sys; pathlib.Path(sys.argv[2], 'renders/timeline.json').write_text('''{timeline}''')"
FAILS = "import sys; print('Reading'); print('script.md:3: no such mark'); sys.exit(2)"
SLEEPS = "import time; time.sleep(60)"


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """An episode of two scenes, opened in an empty file, and a function that sets the code its builds run."""
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    lectern.register()
    bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep")))

    def builds(code: str) -> None:
        monkeypatch.setattr(child, "child_command", lambda *arguments: [sys.executable, "-c", code, *arguments])

    yield tmp_path / "ep", builds
    lectern.unregister()


def _poll_until(state: str) -> None:
    _poll_while(lambda: snapshot.panel().build_state != state)


def _poll_while(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while condition():
        background.poll_commands()
        assert time.monotonic() < until, snapshot.panel().build_state
        time.sleep(0.01)


def test_a_build_puts_its_timeline_on_the_open_scene(opened):
    _, builds = opened
    longer = film().model_copy(update={"strips": film().strips[:1]})
    builds(BUILDS.format(timeline=longer.model_dump_json()))
    assert bpy.ops.lectern.build_episode() == {"FINISHED"}
    assert [s["lectern_id"] for s in bpy.context.scene.sequence_editor.strips_all] == ["plate:first"]
    assert snapshot.panel().build_state == "DONE"


def test_one_scene_alone_is_rebuilt_and_the_whole_timeline_laid(opened):
    folder, builds = opened
    shorter = film().model_copy(update={"strips": film().strips[:1]})
    asked = "pathlib.Path(sys.argv[2], 'asked.txt').write_text(' '.join(sys.argv[1:]))"
    builds(f"{BUILDS.format(timeline=shorter.model_dump_json())}; {asked}")
    assert bpy.ops.lectern.rebuild_scene(scene="second") == {"FINISHED"}
    assert (folder / "asked.txt").read_text() == f"render {folder} --json --no-wait --scene second"
    assert len(bpy.context.scene.sequence_editor.strips_all) == 1
    (folder / "script.md").write_text(
        (folder / "script.md").read_text().replace("{#second}", "{#second}\n\n```scene\nenabled: false\n```")
    )
    snapshot.refresh(bpy.context.scene)
    snapshot.panel().active_scene = 1
    with pytest.raises(RuntimeError, match="left out of the film"):
        bpy.ops.lectern.rebuild_scene()


def test_a_scene_that_is_removed_while_its_timeline_is_compiled_fails_the_build(opened):
    folder, builds = opened
    builds(BUILDS.format(timeline=film().model_dump_json()))
    former = bpy.context.scene
    build = start_build(folder, former, "build")
    build.process.process.wait()
    while not build.compiling:
        background.poll_commands()
    bpy.context.window.scene = bpy.data.scenes.new("Another")
    bpy.data.scenes.remove(former)
    _poll_until("FAILED")
    assert "Build again" in snapshot.panel().build_error


def test_a_build_that_fails_says_why_and_leaves_the_timeline_alone(opened):
    _, builds = opened
    builds(FAILS)
    with pytest.raises(RuntimeError, match=r"script.md:3: no such mark"):
        bpy.ops.lectern.build_episode()
    assert snapshot.panel().build_state == "FAILED" and len(bpy.context.scene.sequence_editor.strips_all) == 2


def test_a_build_in_the_background_can_be_cancelled(opened):
    folder, builds = opened
    builds(SLEEPS)
    build = start_build(folder, bpy.context.scene)
    assert background.poll_commands() and snapshot.panel().is_building
    assert bpy.ops.lectern.cancel_build() == {"FINISHED"}
    _poll_until("CANCELLED")
    assert build.process.process.returncode < 0


def test_only_one_build_runs_at_a_time(opened):
    folder, builds = opened
    builds(SLEEPS)
    start_build(folder, bpy.context.scene)
    with pytest.raises(RuntimeError, match="A build is running"):
        bpy.ops.lectern.build_episode()
    background.stop_all()


def test_the_panel_shows_what_the_build_tells_and_at_once_what_failed(opened):
    folder, builds = opened
    events = [
        {"event": "progress", "fraction": 0.3, "doing": ["Voice two"], "seconds_left": 130},
        {"event": "fault", "message": "script.md:9: steps[1] (click Save): there is no Save"},
    ]
    builds(f"import sys, time; print({chr(10).join(map(json.dumps, events))!r}, flush=True); time.sleep(60)")
    start_build(folder, bpy.context.scene)
    _poll_while(lambda: not snapshot.panel().build_faults)
    assert snapshot.panel().build_progress == pytest.approx(0.3)
    assert snapshot.panel().build_activity == "Voice two (about 2 min left)"
    assert [row.text for row in snapshot.panel().build_faults] == [events[1]["message"]]
    assert snapshot.panel().is_building
    background.stop_all()


def test_an_event_that_is_half_written_is_taken_in_when_it_is_whole(tmp_path):
    log = tmp_path / "log"
    process = child.ChildProcess((), log, None)
    log.write_text('{"event": "note", "message": "a"}\nReading\n{"event": "no')
    assert process.new_events() == [{"event": "note", "message": "a"}]
    log.write_text(log.read_text() + 'te", "message": "b"}\n')
    assert process.new_events() == [{"event": "note", "message": "b"}] and process.new_events() == []
    assert process.messages() == ["Reading"]


def test_disabling_the_extension_ends_the_build(opened):
    folder, builds = opened
    builds(SLEEPS)
    build = start_build(folder, bpy.context.scene)
    background.stop_all()
    assert build.process.process.wait(10) < 0


def test_what_a_person_changed_is_saved_before_a_build(opened):
    folder, builds = opened
    bpy.context.scene.sequence_editor.strips_all["second"].mute = True
    builds(BUILDS.format(timeline=film().model_dump_json()))
    bpy.ops.lectern.build_episode()
    assert [(e.strip, e.property) for e in read_edits(folder).edits] == [("plate:second", "muted")]


def test_what_a_person_changes_during_a_build_is_on_the_timeline_when_it_is_laid(opened):
    folder, builds = opened
    EpisodePaths(folder=folder).scripted.parent.mkdir(parents=True, exist_ok=True)
    EpisodePaths(folder=folder).scripted.write_text(film().model_dump_json())
    builds(BUILDS.format(timeline=film().model_dump_json()))
    strips = bpy.context.scene.sequence_editor.strips_all
    build = start_build(folder, bpy.context.scene)
    build.process.process.wait()
    strips["second"].blend_alpha = 0.5
    strips["first"].mute = True
    _poll_until("DONE")
    assert (strips["second"].blend_alpha, strips["first"].mute) == (0.5, True)
    assert [(e.strip, e.property) for e in read_edits(folder).edits] == [
        ("plate:first", "muted"),
        ("plate:second", "opacity"),
    ]


def test_an_edit_that_is_undone_is_no_longer_in_the_file(opened):
    """Undo restores the strips and what Lectern wrote to the scene, but no file."""
    folder, _ = opened
    scene = bpy.context.scene
    before = {key: scene[key] for key in scene.keys() if key.startswith("lectern_")}
    scene.sequence_editor.strips_all["second"].blend_alpha = 0.5
    save_edits(folder, scene)
    assert [e.property for e in read_edits(folder).edits] == ["opacity"]
    scene.sequence_editor.strips_all["second"].blend_alpha = 1.0
    for key, value in before.items():
        scene[key] = value
    save_edits(folder, scene)
    assert read_edits(folder).edits == ()


def test_edits_that_came_from_elsewhere_are_not_undone(opened):
    folder, _ = opened
    scene = bpy.context.scene
    save_edits(folder, scene)
    theirs = edits_of([Edit(strip="plate:first", property="x", value=0.25)])
    write_edits(folder, theirs)
    save_edits(folder, scene)
    assert read_edits(folder) == theirs


def test_nothing_is_saved_or_built_while_another_process_builds_and_it_is_named(opened):
    folder, builds = opened
    builds(SLEEPS)
    bpy.context.scene.sequence_editor.strips_all["second"].mute = True
    with only_writer(EpisodePaths(folder=folder)):
        held_by = rf"ep is being built: a build \(process {os.getpid()} on .+, since \d.+\) has it"
        with pytest.raises(RuntimeError, match=held_by):
            bpy.ops.lectern.build_episode()
    assert read_edits(folder).edits == () and not snapshot.panel().is_building
    save_edits(folder, bpy.context.scene)
    assert [(e.strip, e.property) for e in read_edits(folder).edits] == [("plate:second", "muted")]


@pytest.mark.parametrize("name", ["ep.blend", "ep.blend@"])
@pytest.mark.parametrize("target", ["precious", "nothing"])
def test_the_blend_is_not_saved_through_a_link(opened, tmp_path, name, target):
    folder, builds = opened
    builds(SLEEPS)
    (tmp_path / "precious").write_text("precious")
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "ep.blend"))
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(tmp_path / target)
    for command in (bpy.ops.lectern.build_episode, partial(bpy.ops.lectern.open_episode, directory=str(folder))):
        with pytest.raises(RuntimeError, match=rf"{name} is a link to .*{target}.*Delete the link"):
            command()
    assert (tmp_path / "precious").read_text() == "precious" and not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("how", ["link", "link to nothing", "hard link", "pipe"])
def test_a_persons_own_save_goes_through_nothing_that_lies_in_the_folder(opened, tmp_path, how):
    folder, _ = opened
    draft, precious = folder / "ep.blend@", tmp_path / "precious"
    precious.write_text("precious")
    match how:
        case "hard link":
            draft.hardlink_to(precious)
        case "pipe":
            os.mkfifo(draft)
        case _:
            draft.symlink_to(precious if how == "link" else tmp_path / "nothing")
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "ep.blend"))
    assert precious.read_text() == "precious" and not (tmp_path / "nothing").exists()
    assert (folder / "ep.blend").stat().st_size > 10_000 and not os.path.lexists(draft)


def test_the_real_command_line_runs_in_the_child(opened, tmp_path):
    started = child.start(["build", "--help"], tmp_path / "log")
    started.process.wait(30)
    assert started.code == 0 and any("DIR" in line for line in started.lines())


def test_of_a_progress_bar_only_the_last_state_counts(tmp_path):
    log = Path(tmp_path / "log")
    log.write_text("10%\r50%\r100%\n\nDone\n")
    assert child.ChildProcess((), log, None).lines() == ["100%", "Done"]


def test_the_timeline_is_exported_with_what_was_moved_by_hand(opened):
    folder, _ = opened
    scripted = EpisodePaths(folder=folder).scripted
    scripted.parent.mkdir(parents=True, exist_ok=True)
    scripted.write_text(film().model_dump_json())
    strip = bpy.context.scene.sequence_editor.strips_all[0]
    strip.mute = True
    assert bpy.ops.lectern.export_timeline() == {"FINISHED"}
    told = [note.text for note in snapshot.panel().export_outcome]
    assert told[0] == "renders/film.otio" and "not carried: one strip muted by hand: left out" in told
    assert strip["lectern_id"] not in (folder / "renders" / "film.otio").read_text()
