"""eSpeak NG: a voice out of the box, from its wheel, with exact word and phoneme times."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from .. import audio
from ..errors import LecternError
from ..services.registry import Registry
from ..services.voice import Need, Phoneme, SpokenWord, VoiceRequest, VoiceTake
from ..services.voice_settings import validated
from .espeak_process import espeak_process
from .stretches import Heard, Recording, Stretch, joined, stressed, stretches
from .words import spoken_words

RECORDING = "voice.wav"
IN_BLENDER = "in Blender: install the extension again"

TREATMENT: tuple[audio.Filter, ...] = (
    ("aresample", str(audio.RATE)),
    ("highpass", "f=85"),
    ("equalizer", "f=180:t=q:w=1:g=2.5"),
    ("equalizer", "f=3200:t=q:w=1.2:g=-2"),
    ("deesser", "i=0.3"),
    ("acompressor", "threshold=-22dB:ratio=3:attack=6:release=120:makeup=4dB"),
    ("aecho", "0.9:0.5:11|19|27:0.10|0.07|0.05"),
)
"""Takes the edge off the synthesis and gives it a small room. It delays nothing, so times stay valid."""


class EspeakSettings(BaseModel):
    """How eSpeak NG speaks."""

    model_config = ConfigDict(extra="forbid")

    rate: int = Field(160, ge=80, le=450, description="Words per minute")
    pitch: int = Field(48, ge=0, le=99, description="How high the voice is")
    range: int = Field(60, ge=0, le=99, description="How lively the melody is")
    word_gap: int = Field(1, ge=0, le=50, description="Rest between words, in 10 ms")


PRESETS: dict[str, dict[str, int]] = {"m3": {"rate": 158, "pitch": 42, "range": 62}}
"""What suits a variant of the voice (after the +) better than the defaults."""

ALIASES = {"en-gb": "en"}
"""Names of languages that `espeak_SetVoiceByName` refuses."""


class Espeak:
    """The provider."""

    name = "espeak"
    settings = EspeakSettings
    needs: frozenset[Need] = frozenset({"emphasis"})

    def __init__(self, library: Path | None = None) -> None:
        self._library = library

    def speak(self, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Writes the recording into `folder` and returns its take."""
        recording = recorded(request, self._library)
        sound = _treated(recording)
        audio.write(folder / RECORDING, sound)
        return _take(request, recording, len(sound) / audio.RATE)


def recorded(request: VoiceRequest, library: Path | None = None) -> Recording:
    """What eSpeak NG says, untreated, with the times of its phonemes."""
    library = library or _installed()
    parts = stretches(request.words, request.pauses)
    if request.emphasis:
        parts = tuple(stressed(part, frozenset(request.emphasis)) for part in parts)
    return joined(parts, _heard(library, _question(request, parts, library)))


def providers(registry: Registry) -> None:
    """Makes eSpeak NG known."""
    registry.add("voice", Espeak())


def _installed() -> Path:
    if find_spec("espeakng_loader") is None:
        raise LecternError(f"the voice eSpeak NG is not installed; run: pip install espeakng-loader ({IN_BLENDER})")
    import espeakng_loader

    return Path(espeakng_loader.get_library_path())


def _question(request: VoiceRequest, parts: tuple[Stretch, ...], library: Path) -> dict[str, object]:
    language, _, variant = request.voice.partition("+")
    _check_variant(variant, library)
    settings = validated(EspeakSettings, {**PRESETS.get(variant, {}), **dict(request.settings)}, request.voice)
    parameters = [(1, settings.rate), (3, settings.pitch), (4, settings.range), (7, settings.word_gap)]
    voice = ALIASES.get(language.lower(), language) + (f"+{variant}" if variant else "")
    texts = [part.text for part in parts]
    return {"voice": voice, "parameters": parameters, "texts": texts, "markup": bool(request.emphasis)}


def _check_variant(variant: str, library: Path) -> None:
    """eSpeak NG itself takes a variant it does not have for none, without a word."""
    folder = library.parent / "espeak-ng-data" / "voices" / "!v"
    known = sorted(os.listdir(folder)) if folder.is_dir() else [variant]
    if variant and variant not in known:
        raise LecternError(f'eSpeak NG has no variant "+{variant}"; there are: {", ".join(known)}')


def _heard(library: Path, question: dict[str, object]) -> tuple[Heard, ...]:
    reply, pcm = _reply(library, question)
    if "error" in reply:
        raise LecternError(_sentence(reply["error"], question))
    samples = np.frombuffer(pcm, np.int16)
    ends = np.cumsum([part["samples"] for part in reply["stretches"]])
    return tuple(
        Heard(pcm=block, rate=reply["rate"], phonemes=tuple(map(tuple, part["phonemes"])))
        for block, part in zip(np.split(samples, ends[:-1]), reply["stretches"], strict=True)
    )


def _reply(library: Path, question: dict[str, object]) -> tuple[dict[str, Any], bytes]:
    try:
        return espeak_process(library).ask(question)
    except OSError as error:
        raise LecternError(f"eSpeak NG stopped ({error}); run: lectern doctor") from error


def _sentence(error: str, question: dict[str, object]) -> str:
    if error == "voice":
        return f'eSpeak NG has no voice "{question["voice"]}"; use a language (en-us, en-gb, de), perhaps with +f3 or +m3'
    if error == "slow":
        return "eSpeak NG did not finish in time; make the paragraph shorter"
    return f"eSpeak NG does not work: {error}; run: pip install --force-reinstall espeakng-loader ({IN_BLENDER})"


def _treated(recording: Recording) -> np.ndarray:
    """The recording at 48 kHz, treated, with headroom."""
    sound = audio.filtered(recording.pcm[:, None] / np.float32(32768), TREATMENT, recording.rate)
    wanted = round(len(recording.pcm) * audio.RATE / recording.rate)
    sound = np.pad(sound, ((0, max(0, wanted - len(sound))), (0, 0)))[:wanted]
    return sound * np.float32(0.7 / max(0.7, np.abs(sound).max()))


def _take(request: VoiceRequest, recording: Recording, duration: float) -> VoiceTake:
    times = spoken_words(request.words, recording.sounds, duration)
    return VoiceTake(
        audio=RECORDING,
        duration=duration,
        words=tuple(SpokenWord(index=i, start=start, end=end) for i, (start, end) in enumerate(times)),
        phonemes=tuple(Phoneme(symbol=s.symbol, start=s.start, end=s.end) for s in recording.sounds),
        tier="service",
    )
