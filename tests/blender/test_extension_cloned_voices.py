"""The button that makes a voice from a recording: only with consent, in a process of its own, and into the profile."""

import json

import bpy
import pytest
from panel_drawn import drawn
from support.recordings import person, record
from two_scenes import SCRIPT, episode

from lectern.addon import background


@pytest.fixture
def talk(tmp_path):
    return record(tmp_path / "talk.wav", person())


def test_a_voice_is_cloned_only_with_consent_and_what_came_of_it_is_shown(panel, talk, tmp_path):
    with pytest.raises(RuntimeError, match="only if its owner agrees"):
        bpy.ops.lectern.clone_voice(file=str(talk), provider="pocket-tts")
    assert not (tmp_path / "profile" / "voices").exists()
    assert bpy.ops.lectern.clone_voice(
        file=str(talk), voice="jane", provider="pocket-tts", whose="Jane Doe", consent=True
    ) == {"FINISHED"}
    kept = json.loads((tmp_path / "profile" / "voices" / "jane" / "voice.json").read_text())
    (made,) = kept["enrolments"]
    assert made["consent"]["whose"] == "Jane Doe" and made["consent"]["statement"].startswith("Jane Doe has agreed")
    assert 'The voice "jane" is kept in your profile' in panel.clone_outcome and not panel.is_cloning
    assert panel.clone_error == ""


def test_what_is_wrong_with_a_recording_is_said_in_the_panel(panel, tmp_path):
    short = record(tmp_path / "short.wav", person(6))
    with pytest.raises(RuntimeError, match="s of speech, and 10 s are needed"):
        bpy.ops.lectern.clone_voice(file=str(short), provider="pocket-tts", consent=True)
    assert "short.wav" in panel.clone_error and panel.clone_outcome == ""
    with pytest.raises(RuntimeError, match="Choose the recording"):
        bpy.ops.lectern.clone_voice(consent=True)


def test_the_button_waits_while_a_voice_is_being_cloned(panel, tmp_path):
    bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep", SCRIPT)))
    assert "Clone a Voice" in drawn()
    panel.is_cloning = True
    assert not bpy.ops.lectern.clone_voice.poll() and "Cloning the voice…" in drawn()
    panel.is_cloning, panel.clone_outcome = False, "It is kept."
    assert (
        bpy.ops.lectern.clone_voice.poll() and "It is kept." in drawn() and background.running_command("clone") is None
    )
