"""Any program as a voice: text in, sound out. Presets for the voices that macOS and Windows carry, and for Piper."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ..errors import LecternError
from ..services.http import Answer
from ..services.usage import Tested, Usage
from ..services.voice import VoiceBench, VoiceRequest, VoiceTake
from ..services.voice_settings import CommandSettings
from .parts import Part, parts_of
from .sound import decoded
from .speaking import Said, Speaker, take_of

MOST = 4000
"""Characters that a program is given at once."""

WRITES = "write the sound to {audio}, or to its output, and nothing else there"
"""What a program has to do."""

_SAPI = (
    "$ErrorActionPreference = 'Stop'; Add-Type -AssemblyName System.Speech; "
    "$s = New-Object System.Speech.Synthesis.SpeechSynthesizer; "
    "if ($env:LECTERN_VOICE) { $s.SelectVoice($env:LECTERN_VOICE) }; $s.SetOutputToWaveFile($env:LECTERN_AUDIO); "
    "$s.Speak([IO.File]::ReadAllText($env:LECTERN_TEXT_FILE, [Text.Encoding]::UTF8)); $s.Dispose()"
)
"""The text and the voice come through the environment: in a script's text they would be code."""

PRESETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "macos": tuple("say -v {voice} --file-format=WAVE --data-format=LEI16@22050 -o {audio} -f {text_file}".split()),
        "windows": ("powershell", "-NoProfile", "-NonInteractive", "-Command", _SAPI),
        "piper-command": ("piper", "-m", "{voice}", "-f", "{audio}"),
    }
)
"""What is run by providers that have a program of their own."""


class Command(Speaker[CommandSettings]):
    """The provider. The program gets the text by {text}, by {text_file}, or on its standard input.

    It writes to {audio}, or its standard output is the sound. What is filled in is also in its environment:
    LECTERN_TEXT_FILE, LECTERN_AUDIO, LECTERN_VOICE and LECTERN_LANGUAGE.
    """

    def speak_at(self, bench: VoiceBench, request: VoiceRequest, folder: Path) -> VoiceTake:
        settings = self.settings_of(request)
        command = self._command(settings)

        def say(part: Part) -> Said:
            answer = _run(command, settings, request, part.text, bench.episode)
            return Said(decoded(answer, command[0], len(part.text), f"it has to {WRITES}"))

        parts, listener = parts_of(request, MOST), self.listener(bench, request)
        return take_of(request, folder, parts, say, self.at_once(settings), bench.report, listener)

    def test(self, settings: CommandSettings) -> Tested:
        try:
            program = self._command(settings)[0]
        except LecternError as error:
            return Tested(ok=False, what=str(error))
        found = shutil.which(os.path.expanduser(program))
        return Tested(ok=True, what=f"{program} is {found}") if found else Tested(ok=False, what=_missing(program))

    def cost(self, request: VoiceRequest) -> Usage | None:
        """Nothing that Lectern knows of."""
        return None

    def _command(self, settings: CommandSettings) -> tuple[str, ...]:
        """What is run, with its placeholders; LecternError where there is nothing."""
        if not settings.command:
            raise LecternError(
                f'the voice {self.name} has no command; write one to [voice.{self.name}] of lectern.toml, '
                'such as command = ["my-tts", "--out", "{audio}"] (the text comes on its input)'
            )
        return settings.command


def arguments(command: tuple[str, ...], values: Mapping[str, str]) -> list[str]:
    """The command with its placeholders filled in; one that is empty goes, with the option (-v) before it."""
    found: list[str] = []
    for argument in command:
        filled = argument
        for name, value in values.items():
            filled = filled.replace(f"{{{name}}}", value) if f"{{{name}}}" in argument else filled
        if filled or not argument:
            found.append(filled)
        elif found and found[-1].startswith("-"):
            found.pop()
    return found


def _run(
    command: tuple[str, ...], settings: CommandSettings, request: VoiceRequest, text: str, episode: Path
) -> Answer:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "text.txt").write_text(text, encoding="utf-8")
        values = {
            "text_file": str(folder / "text.txt"),
            "audio": str(folder / f"audio.{settings.format}"),
            "voice": request.voice,
            "language": request.language,
            "text": text,
        }
        out = _output(arguments(command, values), command, settings, values, episode)
        written = Path(values["audio"])
        sound = written.read_bytes() if written.is_file() else out
    if not sound:
        raise LecternError(f"{command[0]} ended well, but without a sound: it has to {WRITES}")
    return Answer(body=sound, kind="something")


def _output(
    argv: list[str], command: tuple[str, ...], settings: CommandSettings, values: Mapping[str, str], episode: Path
) -> bytes:
    told = any(name in argument for argument in command for name in ("{text}", "{text_file}", "LECTERN_TEXT_FILE"))
    named = {f"LECTERN_{name.upper()}": value for name, value in values.items() if name != "text"}
    try:
        ended = subprocess.run(
            [os.path.expanduser(argv[0]), *argv[1:]],
            input=b"" if told else values["text"].encode(),
            capture_output=True,
            timeout=settings.timeout,
            cwd=episode,
            env={**os.environ, **named},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except FileNotFoundError:
        raise LecternError(_missing(argv[0])) from None
    except OSError as error:
        raise LecternError(f"{argv[0]} can't be run ({error.strerror}); is it a program?") from error
    except subprocess.TimeoutExpired:
        raise LecternError(f"{argv[0]} did not finish within {settings.timeout:g} s; set a longer timeout") from None
    if ended.returncode:
        last = ended.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise LecternError(f"{argv[0]} failed ({ended.returncode}): {last or 'it said nothing'}")
    return ended.stdout


def _missing(program: str) -> str:
    return f"there is no program {program} here; install it, or write the command's full path to lectern.toml"
