"""Any program as a voice, with presets for macOS, Windows and Piper."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from speech import ask, bursts, wav

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.providers.voices.command import MacOSSettings, PiperCommandSettings, WindowsSettings, arguments
from lectern.pipeline.services.voice import VoiceProvider

TEXT = "One command does it all."
PRESETS = {
    "macos": MacOSSettings().command,
    "windows": WindowsSettings().command,
    "piper-command": PiperCommandSettings().command,
}

SPEAKER = """
import os, sys
sys.path.insert(0, {tests!r})
from speech import wav
where, how = sys.argv[1:3]
text = sys.argv[3] if how == "argument" else open(sys.argv[3], encoding="utf-8").read() if how == "file" else sys.stdin.buffer.read().decode()
assert os.environ["LECTERN_LANGUAGE"] == "en"
if where == "-":
    sys.stdout.buffer.write(wav(text))
else:
    open(where, "wb").write(wav(text))
"""


@pytest.fixture
def program(studio: Any) -> str:
    """A program of the episode that speaks."""
    file = studio.episode / "tts.py"
    file.write_text(SPEAKER.format(tests=str(Path(__file__).parent)), encoding="utf-8")
    return file.name


@pytest.mark.parametrize("how", [["{audio}", "argument", "{text}"], ["{audio}", "file", "{text_file}"], ["-", "input"]])
def test_text_goes_in_and_sound_comes_out_in_every_way(
    studio: Any, aligning: Any, program: str, how: list[str]
) -> None:
    studio.sections["command"] = {"command": json.dumps([sys.executable, program, *how])}
    text = "Größer than “one” $HOME; `date`."
    take, samples = studio.speak(ask(text, "command"))
    assert aligning == [tuple(text.split())]
    assert np.allclose([(w.start, w.end) for w in take.words], bursts(samples), atol=0.02)
    assert (take.tier, take.usage, take.synthetic) == ("alignment", None, True)


def test_a_command_may_be_written_as_in_a_shell(studio: Any, aligning: Any, program: str) -> None:
    take, _ = studio.speak(
        ask(TEXT, "command", settings={"command": f'"{sys.executable}" {program} "{{audio}}" input'})
    )
    assert len(take.words) == 5


def test_an_empty_placeholder_goes_with_its_option() -> None:
    values = {"voice": "", "audio": "/x/a.wav", "text_file": "/x/t.txt", "text": "hi"}
    assert arguments(PRESETS["macos"], values) == [
        "say", "--file-format=WAVE", "--data-format=LEI16@22050", "-o", "/x/a.wav", "-f", "/x/t.txt"
    ]  # fmt: skip
    assert arguments(PRESETS["piper-command"], {**values, "voice": "en.onnx"}) == [
        "piper",
        "-m",
        "en.onnx",
        "-f",
        "/x/a.wav",
    ]


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    assert arguments(("x", "{text}"), {"voice": "v", "text": "say {voice}"}) == ["x", "say {voice}"]


@pytest.mark.parametrize("name", ["macos", "piper-command"])
def test_a_preset_runs_its_program(studio: Any, aligning: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script = studio.episode / "bin" / PRESETS[name][0]
    script.parent.mkdir()
    (script.parent / "hello.wav").write_bytes(wav(TEXT))
    script.write_text(
        f'#!/bin/sh\nfor a in "$@"; do case $a in *audio.wav) cp {script.parent}/hello.wav "$a";; esac; done\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    take, _ = studio.speak(ask(TEXT, name, voice="Samantha"))
    assert len(take.words) == 5 and studio.test(name).ok


def test_a_voice_of_ones_own_may_be_like_a_preset(studio: Any) -> None:
    studio.sections["mac"] = {"like": "macos", "timeout": "7"}
    assert studio.registry.find(VoiceProvider, "mac").settings().command == MacOSSettings().command


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ([], r"the voice command has no command; write one to \[voice.command\]"),
        (["no-such-program"], "there is no program no-such-program here"),
        ([sys.executable, "-c", "import sys; sys.exit('no voice')"], r"failed \(1\): no voice"),
        ([sys.executable, "-c", "import sys; sys.exit(3)"], r"failed \(3\): it said nothing"),
        ([sys.executable, "-c", "pass"], "without a sound: it has to write the sound to {audio}"),
        ([sys.executable, "-c", "print('done')"], '.5 bytes. instead of sound: "done"; it has to write'),
        ([sys.executable, "-c", "import time; time.sleep(5)"], "did not finish within 1 s"),
        (["."], "can't be run"),
    ],
)
def test_every_fault_is_a_sentence(studio: Any, command: list[str], told: str) -> None:
    studio.sections["command"] = {"command": json.dumps(command), "timeout": "1"}
    with pytest.raises(LecternError, match=told):
        studio.speak(ask(TEXT, "command"))


def test_it_is_tested_by_looking_for_its_program(studio: Any) -> None:
    studio.sections["command"] = {"command": sys.executable}
    assert studio.test("command").ok
    studio.sections["command"] = {"command": "no-such-program --x"}
    assert "no program no-such-program" in studio.test("command").what


def test_gemini_says_that_it_is_not_there_yet(studio: Any) -> None:
    with pytest.raises(LecternError, match="Gemini's speech is not built in yet"):
        studio.speak(ask(TEXT, "gemini"))
    assert not studio.test("gemini").ok
