"""The ear runs in a process of its own: a child that hangs, dies or finds another model than ours is told, and replaced."""

import json
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.voice import whisper_child, whisper_process
from lectern.pipeline.voice.whisper_process import RATE, WhisperProcess, cuts_at_pauses, ear_samples

SECOND = np.zeros(RATE, np.float32)
ANSWER = '{"language": "en", "sure": 1.0, "cuts": [[{"word": " Hi", "start": 0.1, "end": 0.4, "sure": 0.9}]]}'
CHILD = """
import json, os, sys, time
from pathlib import Path
starts = Path(sys.argv[1])
starts.write_text(starts.read_text() + "x" if starts.exists() else "x")
for line in sys.stdin.buffer:
    sys.stdin.buffer.read(4 * json.loads(line)["samples"])
    MISCHIEF
    print(ANSWER, flush=True)
"""


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A stand-in for the child that does some mischief, and how often it was started."""
    monkeypatch.setattr(whisper_process, "ear_installed", lambda: True)
    monkeypatch.delenv(whisper_process.EAR)
    started: list[WhisperProcess] = []

    def made(mischief: str, patience: float = 20.0) -> tuple[WhisperProcess, Path]:
        file, starts = tmp_path / "child.py", tmp_path / "starts"
        file.write_text(CHILD.replace("MISCHIEF", mischief).replace("ANSWER", repr(ANSWER)))
        started.append(WhisperProcess(patience, [sys.executable, "-I", "-S", str(file), str(starts)]))
        return started[-1], starts

    yield made
    for one in started:
        one.close()


@pytest.fixture
def others() -> set[psutil.Process]:
    """The children that other tests in this process have left, zombies too."""
    return children()


def children() -> set[psutil.Process]:
    return set(psutil.Process().children())


def test_a_child_answers_one_recording_after_the_other(child) -> None:
    ear, starts = child("pass")
    for _ in range(3):
        heard = ear.transcribe(SECOND, "en")
    assert [(word.word, word.start, word.end) for word in heard.cuts[0]] == [(" Hi", 0.1, 0.4)]
    assert starts.read_text() == "x"


def test_a_child_that_was_killed_is_replaced_once(child) -> None:
    ear, starts = child("starts.read_text() == 'x' and os._exit(9)")
    assert ear.transcribe(SECOND, "en").language == "en"
    assert starts.read_text() == "xx"


def test_a_child_that_dies_again_and_again_is_told(child) -> None:
    ear, starts = child("os._exit(9)")
    with pytest.raises(LecternError, match="own ear .* has failed.*: it ended with 9"):
        ear.transcribe(SECOND, "en")
    assert starts.read_text() == "xx"


def test_a_child_that_hangs_is_ended_and_told(child, others) -> None:
    ear, _ = child("time.sleep(600)", patience=0.4)
    with pytest.raises(LecternError, match="it hung"):
        ear.transcribe(SECOND, "en")
    assert children() <= others


def test_a_fault_of_the_model_is_told_with_the_way_out(child) -> None:
    ear, _ = child("""print(json.dumps({"error": "the package x is missing"}), flush=True); continue""")
    with pytest.raises(LecternError, match=r"the package x is missing\. Install it again with: pip install"):
        ear.transcribe(SECOND, "en")


def test_an_ear_that_nobody_asks_gives_its_memory_back(child, others, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper_process, "IDLE", 0.05)
    ear, _ = child("pass")
    ear.transcribe(SECOND, "en")
    ear._idle.join(20)
    assert not ear._idle.is_alive()
    assert children() <= others


def test_without_its_packages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(whisper_process.EAR)
    monkeypatch.setattr(whisper_process, "NEEDED", ("no_such_package",))
    with pytest.raises(LecternError, match=r'isn\'t installed. Install it with: pip install "lectern\[ear\]"'):
        WhisperProcess().transcribe(SECOND, "en")


def test_another_model_than_ours_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "some_model"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "data" / "model.bin").write_bytes(b"tampered with")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(whisper_child.EarModelFault, match="model.bin of the package some-model is not the file"):
        whisper_child.content("some_model", "model.bin", "0" * 64)
    with pytest.raises(whisper_child.EarModelFault, match="the package no-model is missing"):
        whisper_child.content("no_model", "model.bin", "0" * 64)


def test_long_recordings_are_cut_in_their_pauses() -> None:
    sound = np.ones(70 * RATE, np.float32)
    for second in (24, 47):
        sound[second * RATE : round((second + 0.4) * RATE)] = 0
    cuts = cuts_at_pauses(sound)
    assert [first for first, _ in cuts[1:]] == [last for _, last in cuts[:-1]]
    assert [round(first / RATE, 1) for first, _ in cuts] == pytest.approx([0.0, 24.2, 47.2], abs=0.2)


def test_a_sound_is_as_long_for_the_ear_as_it_was() -> None:
    time_ = np.arange(48_000) / 48_000
    heard = ear_samples(np.sin(2 * np.pi * 440 * time_).astype(np.float32))
    assert abs(len(heard) - RATE) < 40
    assert np.argmax(np.abs(np.fft.rfft(heard))) * RATE / len(heard) == pytest.approx(440, abs=2)
    assert json.dumps(float(heard[100]))
