"""The library lists what can be put on a timeline, and finds it."""

import os
from pathlib import Path

import pytest

from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.gallery import gallery
from lectern.pipeline.studio.library import library, matching
from lectern.pipeline.timeline.model import SceneSpan, SoundStrip, Timeline, Track


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    studio = tmp_path / "studio"
    for name in (
        "ep/photos/cat.PNG",
        "ep/song.mp3",
        "brand/logo.png",
        "other/script.md",
        "other/secret.png",
        "ep/media/x/y.wav",
    ):
        (studio / name).parent.mkdir(parents=True, exist_ok=True)
        (studio / name).write_bytes(b"")
    (studio / "lectern.toml").write_text("")
    (studio / "ep" / "link.png").symlink_to(tmp_path / "elsewhere.png")
    os.mkfifo(studio / "ep" / "pipe.png")
    (studio / "ep" / "script.md").write_text("# One {#one}\n\nHello there.\n")
    return studio / "ep"


def _film(folder: Path) -> Timeline:
    line = read_episode(folder).scenes[0].lines[0].id
    voice = SoundStrip(
        id=f"one/{line}/voice-0", scene="one", name="v", track="V", start=0, end=9, source="media/voice/k/v.wav"
    )
    span = SceneSpan(id="one", title="One", start=0, end=9)
    tracks = (Track(name="V", channel=1),)
    return Timeline(title="E", fps=30, size=(16, 16), frames=9, tracks=tracks, scenes=(span,), strips=(voice,))


def test_characters_clips_files_and_takes_are_listed_by_kind(folder):
    items = library(read_episode(folder), _film(folder))
    assert {item.name for item in matching(items, "character")} >= {"Ada", "Ben"}
    assert {item.id for item in matching(items, "clip")} == set(gallery())
    assert [(i.name, i.place) for i in matching(items, "image")] == [
        ("cat.PNG", "Episode/photos"),
        ("logo.png", "Studio/brand"),
    ]
    assert [i.name for i in matching(items, "sound")] == ["song.mp3"]
    (take,) = matching(items, "take")
    assert (take.name, take.place, take.file) == (
        "voice: Hello there.",
        "Takes/One",
        str(folder / "media/voice/k/v.wav"),
    )


def test_the_search_finds_words_in_any_order_in_names_and_folders(folder):
    items = library(read_episode(folder), None)
    assert [item.name for item in matching(items, text="brand LOGO")] == ["logo.png"]
    assert [item.name for item in matching(items, text="song", place="Episode")] == ["song.mp3"]
    assert matching(items, "image", "song") == ()
