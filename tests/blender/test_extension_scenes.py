"""Scenes, the inspector, the library, jobs and texts in Blender: every button is an operator that scripts can call."""

import os
from pathlib import Path

import bpy
import pytest
from panel_drawn import drawn, menus
from support.microphone import write_microphone
from two_scenes import SPANS

from lectern.addon import inspected, line_mark, recorder, script_undo, snapshot, take_marks, texts
from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.geometry import FULL
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.jobs.queue import Queue
from lectern.pipeline.jobs.recipe import Recipe
from lectern.pipeline.timeline.edits import read_edits
from lectern.pipeline.timeline.model import ColourStrip, Marker, Timeline, Track
from lectern.pipeline.voice.microphone import Microphone

SCRIPT = """---
title: Two scenes
length: 2m
---

# The first {#first}

Some {now}words.

```overlay
id: card
kind: callout
text: Look
```

# The second {#second}

More words.
"""


@pytest.fixture
def folder(panel, tmp_path: Path) -> Path:
    """An open episode, as if it had been built."""
    folder = tmp_path / "ep"
    (folder / "renders").mkdir(parents=True)
    (folder / "script.md").write_text(SCRIPT)
    line = read_episode(folder).scenes[0].lines[0].id
    block = {"track": "T", "scene": "first", "start": 0, "end": 30}
    strips = (
        ColourStrip(id=f"first/{line}/voice-0", name="voice", colour="#000000", box=FULL, **block),
        ColourStrip(id="first/ada/0", name="Ada", colour="#0000ff", box=FULL, **block | {"track": "N"}),
        ColourStrip(id="first/card/bar", name="card", colour="#ffffff", box=FULL, **block | {"track": "X"}),
    )
    film = Timeline(
        title="Two scenes", fps=30, size=(1920, 1080), frames=75, scenes=SPANS, strips=strips,
        tracks=tuple(Track(name=name, channel=n) for n, name in enumerate("TXN", start=1)), markers=(Marker(name="first/now", frame=10),),
    )  # fmt: skip
    (folder / "renders" / "timeline.json").write_text(film.model_dump_json())
    EpisodePaths(folder=folder).scripted.write_text(film.model_dump_json())
    assert bpy.ops.lectern.open_episode(directory=str(folder)) == {"FINISHED"}
    return folder


def _text(folder: Path) -> str:
    return (folder / "script.md").read_text()


def _activate(owner: str) -> None:
    editor = bpy.context.scene.sequence_editor
    editor.active_strip = next(s for s in editor.strips_all if owner in s["lectern_id"])


def test_scenes_are_moved_left_out_copied_renamed_and_deleted(panel, folder):
    bpy.ops.lectern.move_scene(scene="second", direction="UP")
    assert [row.name for row in panel.scenes] == ["second", "first"] and panel.scene_id == "second"
    bpy.ops.lectern.duplicate_scene()
    assert panel.scenes[panel.active_scene].name == "second-2"
    bpy.ops.lectern.rename_scene(title="Another")
    bpy.ops.lectern.enable_scene()
    assert [(row.title, row.state, row.number) for row in panel.scenes][1] == ("Another", "off", 0)
    bpy.ops.lectern.delete_scene(scene="first")
    bpy.ops.lectern.add_scene(title="New one", text="Something new.")
    assert [row.name for row in panel.scenes] == ["second", "second-2", "new-one"]
    for _ in range(6):
        bpy.ops.lectern.undo_script()
    assert _text(folder) == SCRIPT
    bpy.ops.lectern.undo_script(again=True)
    assert [row.name for row in panel.scenes] == ["second", "first"]


def test_an_overlay_appears_at_the_last_mark_before_the_playhead(panel, folder):
    bpy.context.scene.frame_current = 20
    bpy.ops.lectern.add_overlay(scene="first", kind="lower-third", text="Ada")
    bpy.context.scene.frame_current = 5
    bpy.ops.lectern.add_clip(scene="first", clip="title", text="Hello")
    scene = read_episode(folder).scenes[0]
    assert [(o.kind, o.at) for o in scene.overlays] == [("callout", None), ("lower-third", "now")]
    assert [(c.name, c.at) for c in scene.clips] == [("title", None)]


def test_what_cannot_be_done_says_why(panel, folder):
    with pytest.raises(RuntimeError, match='There is no scene "third"'):
        bpy.ops.lectern.move_scene(scene="third")
    with pytest.raises(RuntimeError, match="No strip is active"):
        bpy.ops.lectern.edit_words(text="x")
    with pytest.raises(RuntimeError, match="No job is selected"):
        bpy.ops.lectern.cancel_job()
    (folder / "script.md").write_text(SCRIPT + "\n```shout\n```\n")
    snapshot.refresh(bpy.context.scene)
    assert panel.error_line == 20
    with pytest.raises(RuntimeError, match="can't be read: mend what the panel shows"):
        bpy.ops.lectern.delete_scene()


def test_the_list_shows_states_and_what_a_scene_is_made_of(panel, folder):
    assert [(row.state, row.made, row.total) for row in panel.scenes] == [("made", 2, 2), ("changed", 0, 1)]
    shown = drawn()
    assert "Some words." in shown and "2 of 2 made" not in shown
    assert any("too short (wanted: 2:00)" in text for text in shown)


def test_the_inspector_tells_what_a_strip_is_and_changes_it(panel, folder):
    _activate("voice-0")
    shown = drawn()
    assert "Some {now}words." in shown and "at “words.”" in shown and "Line 8" in shown
    bpy.ops.lectern.edit_words(text="Other {now}words.")
    bpy.ops.lectern.speak_as(character="ben")
    assert "**Ben:** Other {now}words." in _text(folder)
    _activate("card")
    assert "It appears when the scene begins, as long as usual" in " ".join(drawn())
    bpy.ops.lectern.appear_at(mark="now")
    bpy.ops.lectern.edit_words(text="Look: here")
    overlay = read_episode(folder).scenes[0].overlays[0]
    assert (overlay.text, overlay.at) == ("Look: here", "now")
    with pytest.raises(RuntimeError, match="plays no take"):
        bpy.ops.lectern.make_again()


def test_a_narrator_is_put_on_a_side_and_mirrored(panel, folder):
    _activate("ada/0")
    strip = bpy.context.scene.sequence_editor.active_strip
    strip.transform.offset_x += 300
    bpy.ops.lectern.mirror_narrator()
    bpy.ops.lectern.place_narrator(side="left")
    strip = bpy.context.scene.sequence_editor.strips_all[strip.name]
    assert [(b.character, b.side) for b in read_episode(folder).scenes[0].avatars] == [("ada", "left")]
    assert [(e.property, e.value) for e in read_edits(folder).edits] == [("flip_x", True)]
    assert {"offset_x", "scale_y"} <= {text.partition(":")[0] for text in drawn()}
    assert strip.use_flip_x and abs(strip.transform.offset_x) < 1
    _activate("card")
    with pytest.raises(RuntimeError, match="It is not a narrator"):
        bpy.ops.lectern.place_narrator(side="auto")


def test_playing_begins_at_the_scene(panel, folder):
    bpy.ops.lectern.play_scene(scene="second")
    assert bpy.context.scene.frame_current == 31
    bpy.ops.lectern.add_scene(title="New")
    with pytest.raises(RuntimeError, match="not on the timeline"):
        bpy.ops.lectern.play_scene(scene="new")


def test_own_recordings_are_for_those_whose_voice_is_a_recording(panel, folder):
    _activate("voice-0")
    with pytest.raises(RuntimeError, match='let somebody with the voice "recording" speak this line'):
        bpy.ops.lectern.add_recording(filepath="/tmp/a.wav")


def test_blenders_undo_reaches_the_script_and_no_change_from_elsewhere(panel, folder):
    scene = bpy.context.scene
    bpy.ops.lectern.move_scene(scene="second")
    moved, after = _text(folder), scene.lectern.script
    before = script_undo.hash_of(SCRIPT)
    scene.lectern.script = before  # what undo does to the scene
    assert script_undo.follow(scene, after) and _text(folder) == SCRIPT
    scene.lectern.script = after
    assert script_undo.follow(scene, before) and _text(folder) == moved
    (folder / "script.md").write_text(moved + "\nMore.\n")
    scene.lectern.script = before
    assert not script_undo.follow(scene, after) and _text(folder) == moved + "\nMore.\n"


def test_an_undo_of_something_else_leaves_the_script_alone(panel, folder):
    bpy.ops.lectern.move_scene(scene="second")
    moved, state = _text(folder), bpy.context.scene.lectern.script
    bpy.ops.lectern.undo_script()
    assert not script_undo.follow(bpy.context.scene, bpy.context.scene.lectern.script)
    bpy.context.scene.lectern.script = state
    assert not script_undo.follow(bpy.context.scene, state) and _text(folder) != moved


def test_the_library_puts_files_clips_and_characters_on_the_timeline(panel, folder):
    image = bpy.data.images.new("a", 4, 4)
    image.filepath_raw, image.file_format = str(folder / "logo.png"), "PNG"
    image.save()
    snapshot.forget()
    snapshot.refresh(bpy.context.scene)
    assert {row.kind for row in panel.library} == {"character", "image", "clip"}
    bpy.context.scene.frame_current = 10
    panel.active_item = [row.name for row in panel.library].index("logo.png")
    assert bpy.ops.lectern.add_from_library() == {"FINISHED"}
    strip = bpy.context.scene.sequence_editor.active_strip
    assert (strip.name, strip.left_handle, strip.duration, strip.channel) == (
        "logo",
        10,
        5 * bpy.context.scene.render.fps,
        4,
    )
    bpy.ops.lectern.add_from_library(item=[row.name for row in panel.library].index("quote"))
    assert [clip.name for clip in read_episode(folder).scenes[0].clips] == ["quote"]
    bpy.ops.lectern.add_from_library(item=[row.name for row in panel.library].index("Ben"))
    assert read_episode(folder).scenes[0].lines[0].speaker == "ben"
    (folder / "logo.png").unlink()
    with pytest.raises(RuntimeError, match="not there any more"):
        bpy.ops.lectern.add_from_library()


def test_jobs_are_shown_put_first_and_cancelled(panel, folder):
    recipe = Recipe(kind="voice", version=1, request=Track, result=Track, make=lambda request, place, context: request)
    with Queue(EpisodePaths(folder=folder).database) as queue:
        for number, name in enumerate(("one", "two")):
            queue.add(recipe, Track(name=name, channel=number), label=f"Ada says {name}")
        snapshot.refresh_jobs(folder)
        assert [row.text for row in panel.jobs] == ["Ada says one", "Ada says two"] and "Ada says two" in drawn()
        bpy.ops.lectern.first_job(job=2)
        assert [row.text for row in panel.jobs] == ["Ada says two", "Ada says one"]
        bpy.ops.lectern.cancel_job()
        assert [(row.state, row.error) for row in panel.jobs][1] == ("cancelled", "a person cancelled it")
        panel.active_job = 1
        with pytest.raises(RuntimeError, match="nothing to cancel"):
            bpy.ops.lectern.cancel_job()


def test_scenes_show_in_place_what_is_made_for_them(panel, folder):
    (folder / "script.md").write_text(SCRIPT + "\n# The third {#third}\n\nAnd a few more words.\n")
    snapshot.refresh(bpy.context.scene)
    made = [
        ("first", "running", 0.5, ""),
        ("first", "waiting", 0, ""),
        ("third", "failed", 0, "no voice"),
        ("", "running", 0, ""),
    ]
    for scene, state, progress, error in made:
        row = panel.jobs.add()
        row.text, row.scene, row.state, row.progress, row.error = f'scene "{scene}": Ada', scene, state, progress, error
    assert [mark.state for mark in take_marks.scene_marks(panel, 30)] == ["failed"]  # nothing is being built
    panel.build_state = "RUNNING"
    first, third = take_marks.scene_marks(panel, 30)
    assert first == (1, 31, "running", 0.5, "Ada 50% and 1 more")
    assert third[:2] == (76, 76 + round(panel.scenes[2].expected * 30)) and third.text == "Ada: no voice"


def test_the_line_that_can_not_be_read_is_marked_in_the_script_alone(panel, folder):
    (folder / "script.md").write_text(SCRIPT + "\n```shout\n```\n")
    snapshot.refresh(bpy.context.scene)
    bpy.ops.lectern.go_to_fault()
    (text,) = bpy.data.texts
    assert line_mark.faulty_line(text) == 19 == text.current_line_index
    assert line_mark.faulty_line(None) == line_mark.faulty_line(bpy.data.texts.new("other")) == -1


def test_a_finding_leads_to_its_moment_or_its_line(panel, folder):
    (folder / "renders" / "report.json").write_text(
        '{"noticed": [{"message": "a", "line": 8}, {"message": "b", "at": 1.5}, {"message": "c"}]}'
    )
    snapshot.refresh(bpy.context.scene)
    assert [(row.line, row.frame) for row in panel.findings] == [(8, 0), (0, 46), (0, 0)]
    bpy.ops.lectern.show_finding(finding=1)
    assert bpy.context.scene.frame_current == 46
    bpy.ops.lectern.show_finding(finding=0)
    (text,) = bpy.data.texts
    assert text.current_line_index == 7
    with pytest.raises(RuntimeError, match="no such finding"):
        bpy.ops.lectern.show_finding(finding=9)


def test_texts_are_opened_and_a_link_is_not(panel, folder, tmp_path):
    bpy.ops.lectern.open_text(file="script.md")
    with pytest.raises(RuntimeError, match="Nothing was changed by hand"):
        bpy.ops.lectern.open_text(file="edits.json")
    (folder / "pronunciation.toml").symlink_to(tmp_path / "profile")
    (tmp_path / "profile").mkdir(exist_ok=True)
    with pytest.raises(RuntimeError, match="is a link"):
        bpy.ops.lectern.open_text(file="pronunciation.toml")
    os.mkfifo(folder / "edits.json")
    with pytest.raises(RuntimeError, match="is no file"):
        bpy.ops.lectern.open_text(file="edits.json")
    assert [Path(text.filepath).name for text in bpy.data.texts] == ["script.md"]


def test_a_text_that_was_changed_here_and_elsewhere_is_left_alone_and_told(panel, folder):
    bpy.ops.lectern.open_text(file="script.md")
    (text,) = bpy.data.texts
    text.write("mine")
    (folder / "script.md").write_text(SCRIPT + "\ntheirs, which is longer\n")
    os.utime(folder / "script.md", (2e9, 2e9))
    assert texts.take_in_changes(folder) == ["script.md"] and "mine" in text.as_string()


def test_a_changed_script_is_new_once(panel, folder):
    assert not snapshot.has_new_script()
    bpy.ops.lectern.move_scene(scene="second")
    panel.outdated = True
    assert snapshot.has_new_script() and not snapshot.has_new_script()


def test_an_episode_is_renamed_duplicated_deleted_and_taken_back(panel, folder):
    assert bpy.ops.lectern.rename_episode(name="film") == {"FINISHED"}
    renamed = folder.with_name("film")
    assert panel.folder == str(renamed) and [row.folder for row in panel.recent] == [str(renamed)]
    assert bpy.ops.lectern.duplicate_episode(name="copy") == {"FINISHED"}
    assert (folder.with_name("copy") / "script.md").is_file()
    bpy.ops.lectern.delete_episode()
    deleted = folder.with_name(".deleted") / "film"
    assert snapshot.panel().deleted_episode == str(deleted) and not renamed.exists()
    bpy.ops.lectern.restore_episode(directory=str(deleted))
    assert snapshot.panel().folder == str(renamed)


def test_a_new_episode_is_written_and_opened(panel, tmp_path):
    assert bpy.ops.lectern.new_episode(directory=str(tmp_path), name="fresh") == {"FINISHED"}
    assert panel.folder == str(tmp_path / "fresh") and len(panel.scenes) > 0
    with pytest.raises(RuntimeError, match="not empty"):
        bpy.ops.lectern.new_episode(directory=str(tmp_path), name="fresh")


def test_every_menu_is_drawn_and_every_entry_is_an_operator(panel, folder):
    found = menus()
    assert found["LECTERN_MT_recent"] == ["Two scenes"] and "Bars" in found["LECTERN_MT_add_clip"]
    assert all(found.values())


def test_an_episode_is_read_beside_the_window(panel, folder):
    (folder / "script.md").write_text(SCRIPT.replace("The second", "The last"))
    assert snapshot.refresh_beside(bpy.context.scene)
    snapshot._under_way[0].join()
    assert not snapshot.refresh_beside(bpy.context.scene) and panel.scenes[1].title == "The last"
    inspected.forget()


def test_a_line_is_recorded_from_the_microphone(panel, folder, tmp_path, monkeypatch):
    characters = folder / "characters"
    characters.mkdir()
    (characters / "me.json").write_text('{"portrait": "lectern:ben", "provider": "recording"}')
    (folder / "script.md").write_text(SCRIPT.replace("length: 2m", "length: 2m\nnarrator: me"))
    monkeypatch.setenv("LECTERN_MICROPHONE", str(write_microphone(tmp_path / "bin", 16000)))
    snapshot.forget()
    snapshot.refresh(bpy.context.scene)
    _activate("voice-0")
    line = read_episode(folder).scenes[0].lines[0].id
    with pytest.raises(RuntimeError, match="nobody can press Keep here"):
        bpy.ops.lectern.record_line()
    assert not bpy.ops.lectern.keep_recording.poll()
    assert bpy.ops.lectern.record_line(seconds=0.2) == {"FINISHED"}
    assert (folder / "recordings" / f"{line}.wav").stat().st_size > 0.2 * 96000
    recorder._running.append(recorder.RunningRecording(folder, line, 0.0, Microphone()))  # as with a window
    assert not bpy.ops.lectern.record_line.poll() and bpy.ops.lectern.keep_recording.poll()
    assert {"Keep", "Drop"} <= set(drawn()) and any(text.endswith(" 0:00") for text in drawn())
    assert bpy.ops.lectern.drop_recording() == {"FINISHED"} and recorder.running() is None
    assert [file.name for file in (folder / "recordings").iterdir()] == [f"{line}.wav"]
