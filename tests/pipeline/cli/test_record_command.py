"""`lectern record` makes a person's own voice the newest take of a line: from a microphone, or from a file."""

import json
from pathlib import Path

import numpy as np
import pytest
from support.microphone import write_microphone

from lectern.pipeline.base import audio
from lectern.pipeline.cli.main import main
from lectern.pipeline.episode.folder import read_episode

SCRIPT = """---
title: Mine
narrator: me
---

# One

Hello, this is my own voice.

**Ada:** And this is hers.
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An episode whose first line a person records; no other program than a test's own is on the path."""
    characters = tmp_path / "ep" / "characters"
    characters.mkdir(parents=True)
    (characters / "me.json").write_text('{"portrait": "lectern:ben", "provider": "recording"}')
    (tmp_path / "ep" / "script.md").write_text(SCRIPT)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("LECTERN_MICROPHONE", raising=False)
    return tmp_path / "ep"


def _line(folder: Path, number: int = 0) -> str:
    return read_episode(folder).scenes[0].lines[number].id


def test_what_the_microphone_hears_is_the_newest_take_of_the_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_microphone(folder.parent / "bin", 16000)
    for take in ("", ".2"):
        assert main(["record", "8", str(folder), "--seconds", "0.3", "--json"]) == 0
        said = capsys.readouterr()
        file = f"recordings/{_line(folder)}{take}.wav"
        assert json.loads(said.out) == {"line": _line(folder), "file": file}
        assert "Hello, this is my own voice." in said.err
    sound = audio.read(folder / file)
    assert sound.shape[1] == 1 and 0.3 <= len(sound) / audio.RATE < 3
    assert float(np.abs(sound).max()) == pytest.approx(16000 / 32768, abs=0.001)


def test_another_command_may_record(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = write_microphone(folder.parent / "elsewhere", 9000)
    monkeypatch.setenv("LECTERN_MICROPHONE", str(program))
    assert main(["record", _line(folder), str(folder), "--seconds", "0.1"]) == 0
    assert (folder / "recordings" / f"{_line(folder)}.wav").exists()


def test_a_recording_that_is_there_is_copied(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.flac").write_bytes(b"sound")
    assert main(["record", "8", str(folder), "--file", str(tmp_path / "mine.flac")]) == 0
    assert (folder / "recordings" / f"{_line(folder)}.flac").read_bytes() == b"sound"


@pytest.mark.parametrize(
    ("amplitude", "message"),
    [
        (None, "there is no program that records from a microphone: install pulseaudio-utils"),
        (-1, "arecord gave no sound arecord: main:852: audio open error: No such file or directory"),
        (0, "nothing but silence was recorded, and nothing is kept: is the microphone muted"),
    ],
)
def test_where_nothing_is_heard_it_is_said_and_nothing_is_kept(
    folder: Path, capsys: pytest.CaptureFixture[str], amplitude: int | None, message: str
) -> None:
    if amplitude is not None:
        write_microphone(folder.parent / "bin", amplitude)
    assert main(["record", "8", str(folder), "--seconds", "0.2"]) == 2
    assert message in capsys.readouterr().err
    assert not (folder / "recordings").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["10", "--seconds", "1"], '": let somebody whose "provider" is "recording" speak this line first'),
        (["7", "--seconds", "1"], 'there is no line "7" to record; it is given by its id, or by its number in script.md (8: "Hello,'),
        (["8"], "say how long to record, with --seconds"),
        (["8", "--file", "nowhere.wav"], "there is no file nowhere.wav"),
    ],
)  # fmt: skip
def test_what_can_not_be_recorded_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    write_microphone(folder.parent / "bin", 16000)
    assert main(["record", arguments[0], str(folder), *arguments[1:]]) == 2
    assert message in capsys.readouterr().err
