"""A file is found by its name, however the accents of its letters are written."""

import unicodedata
from pathlib import Path

import pytest

from lectern.pipeline.base.files import as_on_disk
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.voice.recording_files import chosen_take

NAMES = ["café.gif", "für/schöne Tür.mp4", "ぎご.png", "tiếng Việt.wav"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("written", ["NFC", "NFD"])
def test_one_sign_or_two_are_the_same_file(tmp_path: Path, name: str, stored: str, written: str):
    there = unicodedata.normalize(stored, name)
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("x")
    assert (tmp_path / as_on_disk(tmp_path, unicodedata.normalize(written, name))).read_text() == "x"


@pytest.mark.parametrize("name", ["cafe.gif", "café.png", "../café.gif", "é/café.gif", "café.gif/é"])
def test_another_name_stays_another_name(tmp_path: Path, name: str):
    (tmp_path / unicodedata.normalize("NFD", "café.gif")).write_text("x")
    assert as_on_disk(tmp_path, name) == name


def test_an_episode_that_came_from_another_system_is_whole(tmp_path: Path):
    (tmp_path / "characters").mkdir()
    portrait = '{"portrait": "zoé.svg", "provider": "recording"}'
    (tmp_path / "characters" / unicodedata.normalize("NFD", "zoé.json")).write_text(portrait)
    (tmp_path / "characters" / unicodedata.normalize("NFD", "zoé.svg")).write_text("<svg/>")
    (tmp_path / unicodedata.normalize("NFD", "été.mp4")).write_text("x")
    script = "# Été {#été}\n\n**Zoé:** Hello.\n\n```capture\nkind: footage\nfile: été.mp4\n```\n"
    (tmp_path / "script.md").write_text(script)
    (scene,) = (episode := read_episode(tmp_path)).scenes
    assert (tmp_path / scene.captures[0].file).is_file() and scene.lines[0].speaker == "zoé"
    assert (tmp_path / "characters" / episode.character("zoé").portrait).is_file()
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / unicodedata.normalize("NFD", "été.2.wav")).write_text("x")
    assert chosen_take(tmp_path / "recordings", scene.id)
