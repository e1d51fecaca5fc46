"""The preferences: testing services, storing keys that never get into a .blend, and when fallback voices speak."""

import os
import stat
from typing import get_args

import bpy
import pytest
from two_scenes import SCRIPT, episode

from lectern.addon import preferences, snapshot
from lectern.pipeline.episode.settings import FallbackPolicy
from lectern.pipeline.episode.speaking import PERSONS_FALLBACK_VOICES

KEY = "sk-a-key-that-must-not-leak"


@pytest.fixture
def profile(tmp_path, monkeypatch):
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    return tmp_path / "profile"


def test_a_key_goes_to_the_profile_and_into_no_blend_file(panel, profile, tmp_path):
    assert bpy.ops.lectern.keep_key(host="https://speech.example.org/v1", key=KEY) == {"FINISHED"}
    kept = profile / "keys.json"
    assert kept.read_text().count(KEY) == 1 and "speech.example.org" in kept.read_text()
    assert os.name != "posix" or stat.S_IMODE(kept.stat().st_mode) == 0o600
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"), compress=False)
    assert KEY.encode() not in (tmp_path / "a.blend").read_bytes()
    assert bpy.ops.lectern.keep_key(host="speech.example.org") == {"FINISHED"}
    assert KEY not in kept.read_text()


def test_a_key_that_can_be_none_is_refused(panel, profile):
    with pytest.raises(RuntimeError, match="characters that no key has"):
        bpy.ops.lectern.keep_key(host="speech.example.org", key="two words")
    assert not (profile / "keys.json").exists()


def test_what_services_say_is_shown_in_the_preferences(panel, profile, tmp_path):
    folder = episode(tmp_path / "ep", SCRIPT)
    (folder / "lectern.toml").write_text('[voice.kokoro-server]\nbase_url = "http://127.0.0.1:9"\n')
    bpy.ops.lectern.open_episode(directory=str(folder))
    bpy.ops.lectern.test_services()
    lines = [note.text for note in snapshot.panel().doctor_output]
    assert any(line.startswith("FAULT  kokoro-server, voice") and "can't be reached" in line for line in lines), lines
    assert any(line.startswith("ok     espeak") for line in lines), lines
    bpy.ops.lectern.test_services(service="espeak")
    assert len(snapshot.panel().doctor_output) == 1


def test_a_changed_dictionary_is_noticed(panel, tmp_path):
    folder = episode(tmp_path / "ep", SCRIPT)
    bpy.ops.lectern.open_episode(directory=str(folder))
    snapshot.refresh(bpy.context.scene)
    before = list(snapshot._last_read)
    (folder / "pronunciation.toml").write_text('lectern = "lectorn"\n')
    snapshot.refresh(bpy.context.scene)
    assert snapshot._last_read != before


def test_which_fallback_voices_the_person_prefers_is_told_to_all_that_blender_starts(panel, monkeypatch):
    monkeypatch.setenv(PERSONS_FALLBACK_VOICES, "")
    assert tuple(word for word, *_ in preferences.FALLBACK_POLICIES) == get_args(FallbackPolicy.__value__)
    addons = bpy.context.preferences.addons
    addon = addons.new()
    addon.module = preferences.PACKAGE
    try:
        assert addon.preferences.fallback_voices == "never"
        addon.preferences.fallback_voices = "missing"
        assert os.environ[PERSONS_FALLBACK_VOICES] == "missing"
        preferences.unregister()
        assert PERSONS_FALLBACK_VOICES not in os.environ
        preferences.register()  # as when Blender starts, with what it has saved
        assert os.environ[PERSONS_FALLBACK_VOICES] == "missing"
    finally:
        addons.remove(addon)
