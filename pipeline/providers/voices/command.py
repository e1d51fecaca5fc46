"""Any program as a voice: text in, sound out. Presets for the voices that macOS and Windows carry, and for Piper."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from ...base.errors import LecternError
from ...base.program_files import in_copy
from ...services.cloned_voices import reference_sample
from ...services.cloning import Cloning, VoiceSample
from ...services.http import HttpClient, HttpResponse
from ...services.policy import ProviderPolicy
from ...services.provider import Lane, Reach
from ...services.registry import Registry
from ...services.setting_types import Argv
from ...services.usage import ConnectionTest
from ...services.voice import Need, VoiceContext, VoiceProvider, VoiceRequest, VoiceTake
from ...voice.parts import Part, split_into_parts
from ...voice.service_voice import SynthesizedPart, speak_parts
from ...voice.sound import decoded

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


_CHATTERBOX = (
    "import os, sys, soundfile, torch; from chatterbox.tts import ChatterboxTTS; "
    "device = 'cuda' if torch.cuda.is_available() else 'mps' if torch.backends.mps.is_available() else 'cpu'; "
    "model = ChatterboxTTS.from_pretrained(device=device); torch.manual_seed(0); "
    "text = open(os.environ['LECTERN_TEXT_FILE'], encoding='utf-8').read(); "
    "sound = model.generate(text, audio_prompt_path=os.environ.get('LECTERN_REFERENCE') or None); "
    "soundfile.write(os.environ['LECTERN_AUDIO'], sound.squeeze(0).cpu().numpy(), model.sr)"
)
"""resemble-ai/chatterbox has no program of its own: README.md, `from_pretrained` and `generate(text, audio_prompt_path=…)`."""


class VoiceCommandSettings(ProviderPolicy):
    """Any program: text in, sound out.

    {text}, {text_file}, {audio}, {voice} and {language} are filled in; for a cloned voice {reference}, the file of its recording,
    and {reference_text}, what is said in it.
    """

    command: Argv = Field(
        (), description="The program and its arguments; text goes to its input unless {text} or {text_file} is there"
    )
    format: str = Field("wav", pattern=r"^\w+$", description="The kind of file that {audio} names")


class MacOSSettings(VoiceCommandSettings):
    """The voices of macOS."""

    command: Argv = tuple(
        "say -v {voice} --file-format=WAVE --data-format=LEI16@22050 -o {audio} -f {text_file}".split()
    )


class WindowsSettings(VoiceCommandSettings):
    """The voices of Windows."""

    command: Argv = ("powershell", "-NoProfile", "-NonInteractive", "-Command", _SAPI)


class PiperCommandSettings(VoiceCommandSettings):
    """Piper as a program."""

    command: Argv = ("piper", "-m", "{voice}", "-f", "{audio}")


class PocketSettings(VoiceCommandSettings):
    """Kyutai's Pocket TTS as a program (kyutai-labs/pocket-tts, docs/CLI Commands/generate.md)."""

    command: Argv = tuple(
        "pocket-tts generate --quiet --text {text} --voice {reference}{voice} --output-path {audio}".split()
    )
    parallel: int = Field(1, ge=1, le=16, description="How many requests run at once")


class ChatterboxCommandSettings(VoiceCommandSettings):
    """Resemble AI's Chatterbox, in the Python that has it."""

    command: Argv = ("python3", "-c", _CHATTERBOX)
    parallel: int = Field(1, ge=1, le=16, description="How many requests run at once")
    timeout: float = Field(600.0, gt=0, le=3600, description="Seconds to wait for an answer")


class CommandVoice(VoiceProvider[VoiceCommandSettings], Cloning[VoiceCommandSettings]):
    """The provider. The program gets the text by {text}, by {text_file}, or on its standard input.

    It writes to {audio}, or its standard output is the sound. What is filled in is also in its environment:
    LECTERN_TEXT_FILE, LECTERN_AUDIO, LECTERN_VOICE, LECTERN_LANGUAGE, LECTERN_REFERENCE and LECTERN_REFERENCE_TEXT.
    """

    needs: frozenset[Need] = frozenset({"language", "transcription"})
    keeps = False
    sample_seconds = (5.0, 30.0)

    def __init__(self, name: str, settings: type[VoiceCommandSettings]) -> None:
        self.name, self.settings = name, settings

    def cloning_fault(self, settings: VoiceCommandSettings) -> str:
        """Return that the program has no use for a recording, if its command names none."""
        if any(
            name in argument for argument in self._command(settings) for name in ("{reference}", "LECTERN_REFERENCE")
        ):
            return ""
        return (
            f"the command of {self.name} takes no recording: write {{reference}} where it wants its file, and {{reference_text}} "
            "where it wants to know what is said in it"
        )

    def text_needed(self, settings: VoiceCommandSettings) -> bool:
        """Return whether the program wants to know what is said in the recording."""
        return any(
            name in a for a in self._command(settings) for name in ("{reference_text}", "LECTERN_REFERENCE_TEXT")
        )

    def reach(self, settings: VoiceCommandSettings) -> Reach:
        """Return the program. Raises LecternError if there is none."""
        return Reach(command=self._command(settings))

    def lane(self, settings: VoiceCommandSettings) -> Lane | None:
        """Return the lane of the program, whatever it is."""
        return Lane(name=f"{self.family} {self.name}", most=settings.parallel)

    def speak(
        self, context: VoiceContext, settings: VoiceCommandSettings, request: VoiceRequest, folder: Path
    ) -> VoiceTake:
        """Run the program for every part of the line, and return the take of what it says."""
        command, sample = self._command(settings), reference_sample(request)

        def say(part: Part) -> SynthesizedPart:
            answer = _run(command, settings, request, part.text, context, sample)
            return SynthesizedPart(decoded(answer, command[0], len(part.text), f"it has to {WRITES}"))

        return speak_parts(context, request, folder, split_into_parts(request, MOST), say, context.at_once(settings))

    def test(self, settings: VoiceCommandSettings, http: HttpClient) -> ConnectionTest:
        """Look whether the program is there; it isn't run."""
        try:
            program = self._command(settings)[0]
        except LecternError as error:
            return ConnectionTest(ok=False, what=str(error))
        found = shutil.which(os.path.expanduser(program))
        what = f"{program} is {found}" if found else _missing(program)
        return ConnectionTest(ok=bool(found), what=what)

    def _command(self, settings: VoiceCommandSettings) -> tuple[str, ...]:
        """Return what is run, with its placeholders. Raises LecternError if there is nothing."""
        if not settings.command:
            raise LecternError(
                f"the voice {self.name} has no command; write one to [voice.{self.name}] of lectern.toml, "
                'such as command = ["my-tts", "--out", "{audio}"] (the text comes on its input)'
            )
        return settings.command


def arguments(command: tuple[str, ...], values: Mapping[str, str]) -> list[str]:
    """Return the command with its placeholders filled in; one that is empty goes, with the option (-v) before it."""
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
    command: tuple[str, ...], settings: VoiceCommandSettings, request: VoiceRequest, text: str, context: VoiceContext,
    sample: VoiceSample | None,
) -> HttpResponse:  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "text.txt").write_text(text, encoding="utf-8")
        values = {
            "text_file": str(folder / "text.txt"),
            "audio": str(folder / f"audio.{settings.format}"),
            "voice": request.voice,
            "language": request.language,
            "reference": str(sample.file) if sample else "",
            "reference_text": sample.text if sample else "",
            "text": text,
        }
        here = context.programs or context.episode
        placed = tuple(in_copy(argument, context.episode, here) for argument in command)
        out = _output(arguments(placed, values), command, settings, values, here)
        written = Path(values["audio"])
        sound = written.read_bytes() if written.is_file() else out
    if not sound:
        raise LecternError(f"{command[0]} ended well, but without a sound: it has to {WRITES}")
    return HttpResponse(body=sound, kind="something")


def _output(
    argv: list[str], command: tuple[str, ...], settings: VoiceCommandSettings, values: Mapping[str, str], here: Path
) -> bytes:
    is_passed = any(name in argument for argument in command for name in ("{text}", "{text_file}", "LECTERN_TEXT_FILE"))
    named = {f"LECTERN_{name.upper()}": value for name, value in values.items() if name != "text"}
    try:
        ended = subprocess.run(
            [os.path.expanduser(argv[0]), *argv[1:]],
            input=b"" if is_passed else values["text"].encode(),
            capture_output=True,
            timeout=settings.timeout,
            cwd=here,
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


def providers(registry: Registry) -> None:
    """Add the voices."""
    registry.add(CommandVoice("command", VoiceCommandSettings))
    registry.add(CommandVoice("macos", MacOSSettings))
    registry.add(CommandVoice("windows", WindowsSettings))
    registry.add(CommandVoice("piper-command", PiperCommandSettings))
    registry.add(CommandVoice("pocket-tts", PocketSettings))
    registry.add(CommandVoice("chatterbox-command", ChatterboxCommandSettings))
