"""A recording without a script becomes words with times, or an episode that check accepts and the recording speaks."""

from pathlib import Path

import numpy as np
import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.cli.main import main
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.studio import transcribe as studio
from lectern.pipeline.studio.check import check
from lectern.pipeline.voice import whisper_process
from lectern.pipeline.voice.whisper_process import HeardCuts, HeardWord

PACE = 0.3
HOSTILE = "Run *it* with `rm -rf` {pause: 9} [here] now #1 <b>"
SAID = (
    ("First we look at the total.", 0.5),
    ("It is wrong. Very wrong!", 4.0),
    (HOSTILE, 9.0),
    ("1. Then it works.", 18.0),
)


class Ear:
    """Hears SAID in German."""

    def transcribe(self, sound, language, *, prompt="", beam=5, cuts=None):
        words = tuple(
            HeardWord(word=f" {word}", start=start + i * PACE, end=start + (i + 1) * PACE, sure=0.9)
            for text, start in SAID
            for i, word in enumerate(text.split())
        )
        return HeardCuts(language or "de", 0.8, (words,))


@pytest.fixture(autouse=True)
def ear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio, "require_ear", lambda: None)
    monkeypatch.setattr(studio, "whisper_process", Ear)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "my-first_talk.wav"
    time = np.arange(22 * audio.RATE) / audio.RATE
    audio.write(file, (0.1 * np.sin(2 * np.pi * 200 * time)).astype(np.float32)[:, None])
    return file


def test_the_words_come_with_their_times_and_the_language_that_is_heard(recording: Path) -> None:
    found = studio.transcribe(recording)
    assert (found.language, found.seconds, found.script) == ("de", 22.0, None)
    assert [(word.word, word.start) for word in found.words[:3]] == [("First", 0.5), ("we", 0.8), ("look", 1.1)]
    assert found.lines[0].text == "First we look at the total."


def test_paragraphs_end_at_pauses_and_scenes_at_long_ones(recording: Path) -> None:
    assert [line.scene for line in studio.transcribe(recording).lines] == [1, 1, 2, 3]


def test_the_episode_is_one_that_check_accepts(recording: Path, tmp_path: Path) -> None:
    studio.transcribe(recording, output=tmp_path / "film", language="en")
    result = check(tmp_path / "film")
    assert (result.problems, result.findings, result.notes) == ((), (), ())
    episode = read_episode(tmp_path / "film")
    assert (episode.title, episode.language) == ("my first talk", "en")
    lines = [" ".join(word.written for word in line.words) for scene in episode.scenes for line in scene.lines]
    assert lines == [text.replace("[here]", "here") for text, _ in SAID]
    assert [mark.name for scene in episode.scenes for line in scene.lines for mark in line.marks] == ["said1"]
    assert episode.character("speaker").provider == "recording"


def test_each_scene_has_its_part_of_the_recording(recording: Path, tmp_path: Path) -> None:
    studio.transcribe(recording, output=tmp_path / "film", language="en")
    parts = sorted((tmp_path / "film" / "recordings").iterdir())
    assert [part.name for part in parts] == ["part-1.wav", "part-2.wav", "part-3.wav"]
    lengths = [len(audio.read(part)) / audio.RATE for part in parts]
    words = [len(text.split()) for text, _ in SAID]
    assert lengths == pytest.approx(
        [4.0 + words[1] * PACE - 0.5 + 0.6, words[2] * PACE + 0.6, words[3] * PACE + 0.6], abs=0.01
    )


def test_nothing_is_overwritten(recording: Path, tmp_path: Path) -> None:
    (tmp_path / "film").mkdir()
    (tmp_path / "film" / "mine.txt").touch()
    with pytest.raises(LecternError, match="is not empty"):
        studio.transcribe(recording, output=tmp_path / "film")
    assert [file.name for file in (tmp_path / "film").iterdir()] == ["mine.txt"]


def test_what_is_no_sound_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("nothing to hear")
    with pytest.raises(LecternError, match="can't be read as sound"):
        studio.transcribe(tmp_path / "notes.wav")


def test_the_command_prints_paragraphs(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transcribe", str(recording)]) == 0
    assert capsys.readouterr().out.startswith("First we look at the total.\n\nIt is wrong. Very wrong!\n\n")


def test_without_an_ear_the_command_says_what_to_install(
    recording: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(studio, "require_ear", whisper_process.require_ear)
    monkeypatch.setattr(whisper_process, "NEEDED", ("no_such_package",))
    monkeypatch.delenv(whisper_process.EAR)
    assert main(["transcribe", str(recording)]) == 2
    assert 'pip install "lectern[ear]"' in capsys.readouterr().err
