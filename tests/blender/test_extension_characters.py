"""The characters in the sidebar: which are listed, and what each button does."""

import sys
from pathlib import Path

import bpy
import numpy as np
import pytest
from panel_drawn import drawn
from two_scenes import SCRIPT, episode

import lectern
from lectern.addon import background, character_list, child, snapshot
from lectern.pipeline.base import audio
from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.episode.folder import read_episode

SERVICE = '{"portrait": "lectern:kai", "provider": "openai", "voice": "alloy"}'


@pytest.fixture
def opened(panel, tmp_path) -> Path:
    folder = episode(tmp_path / "ep", SCRIPT + "\n**Kai:** Really?\n")
    bpy.ops.lectern.open_episode(directory=str(folder))
    return folder


def select(id: str) -> None:
    snapshot.panel().active_character = snapshot.panel().characters.find(id)


def narrators(folder: Path) -> list[str]:
    return [scene.lines[0].speaker for scene in read_episode(folder).scenes]


def test_the_characters_are_listed_with_what_they_say_and_the_narrator_is_selected(opened):
    found = snapshot.panel()
    assert [(c.name, c.is_narrator, c.line_count) for c in found.characters] == [
        ("ada", True, 2), ("ben", False, 0), ("kai", False, 1), ("ruth", False, 0),
    ]  # fmt: skip
    assert found.active_character == 0
    shown = drawn()
    assert [shown[shown.index(n) + 1] for n in ("Ada", "Ben", "Kai")] == ["2 lines", "", "1 line"]
    assert "Ada, the narrator" in shown and "From Lectern, espeak en-us+f3" in shown


def test_thumbnails_are_drawn_by_a_process_of_their_own_once(opened):
    found = snapshot.panel()
    assert not any(row.has_thumbnail for row in found.characters)
    assert character_list.needs_thumbnails(found) and not character_list.needs_thumbnails(found)
    background.wait(background.draw_thumbnails(opened))
    snapshot.refresh(bpy.context.scene)
    assert all(
        row.has_thumbnail and Path(row.thumbnail).parent == EpisodePaths(folder=opened).state / "thumbnails"
        for row in found.characters
    )
    assert {character_list._previews[0][row.thumbnail].image_size[:] for row in found.characters} == {(128, 128)}
    assert not character_list.needs_thumbnails(found)


def test_disabling_lectern_frees_the_thumbnails(opened):
    (held,) = character_list._previews
    lectern.unregister()
    assert character_list._previews == []
    with pytest.raises((RuntimeError, ReferenceError, KeyError, AttributeError)):
        held["nobody"]
    lectern.register()


def test_a_copy_is_made_listed_and_selected(opened):
    select("ruth")
    assert bpy.ops.lectern.new_character(id="cleo") == {"FINISHED"}
    row = snapshot.panel().characters[snapshot.panel().active_character]
    assert (row.name, row.home, Path(row.file)) == ("cleo", "episode", opened / "characters" / "cleo.json")
    with pytest.raises(RuntimeError, match="is not overwritten"):
        bpy.ops.lectern.new_character(id="cleo")


def test_the_file_of_the_episodes_own_character_opens_in_the_text_editor(opened):
    with pytest.raises(RuntimeError, match="copy it with New Character"):
        bpy.ops.lectern.edit_character()
    bpy.ops.lectern.new_character(id="cleo")
    for _ in range(2):
        assert bpy.ops.lectern.edit_character() == {"FINISHED"}
    assert [(t.name, t.lines[1].body) for t in bpy.data.texts] == [("cleo.json", '  "name": "Cleo",')]


def test_the_scene_under_the_playhead_gets_another_narrator_and_back(opened):
    bpy.context.scene.frame_set(40)
    select("ruth")
    bpy.ops.lectern.narrate_scene()
    assert narrators(opened) == ["ada", "ruth"]
    assert [c.line_count for c in snapshot.panel().characters] == [1, 0, 1, 1]
    select("ada")
    bpy.ops.lectern.narrate_scene()
    assert narrators(opened) == ["ada", "ada"]


def test_the_whole_episode_gets_another_narrator(opened):
    with pytest.raises(RuntimeError, match="Ada is already the narrator"):
        bpy.ops.lectern.narrate_episode()
    select("ruth")
    bpy.ops.lectern.narrate_episode()
    assert narrators(opened) == ["ruth", "ruth"] and snapshot.panel().characters["ruth"].is_narrator


def test_two_who_both_speak_can_change_places(opened):
    select("kai")
    with pytest.raises(RuntimeError, match="speaks in this episode already"):
        bpy.ops.lectern.narrate_episode()
    bpy.ops.lectern.narrate_episode(swap=True)
    speakers = [line.speaker for scene in read_episode(opened).scenes for line in scene.lines]
    assert speakers == ["kai", "kai", "ada"]


def test_without_a_timeline_no_scene_is_under_the_playhead(panel, tmp_path):
    bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep", timeline=False)))
    select("ruth")
    with pytest.raises(RuntimeError, match="No scene is under the playhead"):
        bpy.ops.lectern.narrate_scene()


def test_a_sample_is_spoken_by_a_process_of_its_own_and_played(opened, monkeypatch):
    played = []
    monkeypatch.setattr(character_list, "play", played.append)
    select("kai")
    assert bpy.ops.lectern.hear_character(text="One two three.") == {"FINISHED"}
    assert 0.5 < len(audio.read(played[0])) / audio.RATE < 4


def test_a_sample_that_fails_says_why_in_the_panel(opened, monkeypatch):
    monkeypatch.setattr(child, "child_command", lambda *_: [sys.executable, "-c", "print('no such voice'); exit(2)"])
    with pytest.raises(RuntimeError, match="no such voice"):
        bpy.ops.lectern.hear_character()
    assert "no such voice" in drawn()


def test_a_sound_is_played_and_the_next_one_takes_its_place(opened, tmp_path):
    audio.write(tmp_path / "a.wav", np.zeros((audio.RATE, 1), np.float32))
    for _ in range(2):
        character_list.play(tmp_path / "a.wav")
    assert len(character_list._playing) == 1
    character_list.stop_sample()
    assert character_list._playing == []


def test_a_voice_that_leaves_the_computer_is_heard_only_with_trust_and_online_access(opened):
    (opened / "characters").mkdir()
    (opened / "characters" / "mia.json").write_text(SERVICE)
    snapshot.refresh(bpy.context.scene)
    select("mia")
    assert snapshot.panel().characters["mia"].reaches_out
    with pytest.raises(RuntimeError, match="You have not allowed"):
        bpy.ops.lectern.hear_character()
    snapshot.panel().trusted = True
    with pytest.raises(RuntimeError, match="online access is off"):
        bpy.ops.lectern.hear_character()
    select("ada")
    assert bpy.ops.lectern.hear_character.poll()


def test_a_character_is_deleted_only_while_nobody_speaks_with_it(opened):
    bpy.ops.lectern.new_character(id="cleo")
    bpy.ops.lectern.narrate_episode()
    with pytest.raises(RuntimeError, match="The script uses Cleo"):
        bpy.ops.lectern.remove_character()
    select("ada")
    with pytest.raises(RuntimeError, match="Ada belongs to Lectern, not to this episode"):
        bpy.ops.lectern.remove_character()
    bpy.ops.lectern.narrate_episode()
    select("cleo")
    assert bpy.ops.lectern.remove_character() == {"FINISHED"}
    assert "cleo" not in snapshot.panel().characters and not list((opened / "characters").iterdir())


def test_a_character_that_became_unreadable_stays_listed_so_that_it_can_be_corrected(opened):
    bpy.ops.lectern.new_character(id="cleo")
    (opened / "characters" / "cleo.json").write_text("{")
    snapshot.refresh(bpy.context.scene)
    assert "cleo.json" in snapshot.panel().script_error and "cleo" in snapshot.panel().characters
    assert bpy.ops.lectern.edit_character() == {"FINISHED"}
