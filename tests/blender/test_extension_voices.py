"""The voices in the sidebar: which are listed, heard, and given to a character."""

import json
from pathlib import Path

import bpy
import pytest
from panel_drawn import drawn
from two_scenes import SCRIPT, episode

from lectern.addon import character_list, snapshot
from lectern.pipeline.base import audio


@pytest.fixture
def opened(panel, tmp_path) -> Path:
    folder = episode(tmp_path / "ep", SCRIPT)
    bpy.ops.lectern.open_episode(directory=str(folder))
    return folder


def test_voices_are_listed_heard_and_given_to_the_selected_character(opened, monkeypatch):
    found = snapshot.panel()
    with pytest.raises(RuntimeError, match="No voice is selected: list them first"):
        bpy.ops.lectern.hear_voice()
    assert bpy.ops.lectern.list_voices() == {"FINISHED"}
    by_name = {row.name: (row.provider, row.about) for row in found.voices}
    assert by_name["heart"] == ("hibari", "en-US, woman, hibari") and by_name["bm_george"] == (
        "kokoro",
        "en-GB, man, kokoro",
    )
    assert "heart" in drawn() and "Give to Ada" in drawn()

    played = []
    monkeypatch.setattr(character_list, "play", played.append)
    found.active_voice = found.voices.find("en-gb")
    assert bpy.ops.lectern.hear_voice() == {"FINISHED"}
    assert 2 < len(audio.read(played[0])) / audio.RATE < 15

    assert bpy.ops.lectern.give_voice() == {"FINISHED"}
    assert json.loads((opened / "characters" / "ada.json").read_text("utf-8"))["voice"] == "en-gb"
    assert "From this episode, espeak en-gb" in drawn()


def test_all_languages_are_listed_and_a_voice_is_given_by_name(opened):
    assert bpy.ops.lectern.list_voices(every=True) == {"FINISHED"}
    assert {"de", "fr", "ja"} <= {row.name for row in snapshot.panel().voices}
    assert bpy.ops.lectern.give_voice(character="ben", voice="af_bella") == {"FINISHED"}
    assert json.loads((opened / "characters" / "ben.json").read_text("utf-8"))["voice"] == "af_bella"
    with pytest.raises(RuntimeError, match='has no voice "af_belle"'):
        bpy.ops.lectern.give_voice(character="ben", voice="af_belle")


def test_a_voice_that_is_not_installed_says_what_it_needs(opened):
    snapshot.fill_voices([
        {"voice": "af_heart", "provider": "kokoro", "language": "en-US", "sex": "woman", "cloned": False, "missing": "run pip"},
    ])  # fmt: skip
    with pytest.raises(RuntimeError, match="run pip"):
        bpy.ops.lectern.hear_voice()
    assert "run pip" in drawn()
