"""What can be set for each voice provider, in `[voice.NAME]` of lectern.toml and in a character's `settings`."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from ..errors import LecternError
from .argv import Argv
from .dealings import Dealings, ServiceDealings


class VoiceSettings(Dealings):
    """What all voices have; lines, and parts of long ones, are asked for at once."""


class ServiceSettings(ServiceDealings, VoiceSettings):
    """What all services have."""

    price: float | None = Field(None, ge=0, description="What 1000 characters cost; unset: unknown")


class OpenAISettings(ServiceSettings):
    """OpenAI's speech, and servers that speak like it."""

    base_url: str = "https://api.openai.com/v1"
    model: str = Field("gpt-4o-mini-tts", description="The model that speaks")
    format: Literal["wav", "mp3", "flac", "opus", "aac"] = Field("wav", description="How the sound is sent")
    speed: float = Field(1.0, ge=0.25, le=4, description="How fast it speaks")
    instructions: str = Field("", max_length=4096, description="How it shall speak, in words (not for tts-1)")


class LocalAISettings(OpenAISettings):
    """A LocalAI server."""

    base_url: str = "http://localhost:8080/v1"
    model: str = Field("", description="The model that speaks")
    backend: str = Field("", description="The engine that runs the model")
    price: float | None = Field(0.0, ge=0, description="What 1000 characters cost")


class EdgeSettings(OpenAISettings):
    """An openai-edge-tts server (which sends the text to Microsoft)."""

    base_url: str = "http://localhost:5050/v1"
    model: str = Field("tts-1", description="Any name; the server has one")
    format: Literal["wav", "mp3", "flac", "opus", "aac"] = Field("mp3", description="All but mp3 need ffmpeg there")
    price: float | None = Field(0.0, ge=0, description="What 1000 characters cost")


class KokoroSettings(ServiceSettings):
    """A Kokoro-FastAPI server."""

    base_url: str = "http://localhost:8880"
    model: str = "kokoro"
    speed: float = Field(1.0, ge=0.25, le=4, description="How fast it speaks")
    lang_code: str = Field("", description="The language, where the voice's name doesn't tell it")
    price: float | None = Field(0.0, ge=0, description="What 1000 characters cost")


class ElevenLabsSettings(ServiceSettings):
    """ElevenLabs."""

    base_url: str = "https://api.elevenlabs.io"
    model: str = Field("eleven_multilingual_v2", description="The model that speaks")
    format: str = Field("mp3_44100_128", pattern=r"^(mp3|wav|opus)_\d+(_\d+)?$", description="How the sound is sent")
    stability: float = Field(0.5, ge=0, le=1, description="How even it speaks")
    similarity_boost: float = Field(0.75, ge=0, le=1, description="How near it stays to the voice")
    style: float = Field(0.0, ge=0, le=1, description="How much it exaggerates the voice's style")
    use_speaker_boost: bool = True
    speed: float = Field(1.0, ge=0.7, le=1.2, description="How fast it speaks")
    seed: int | None = Field(None, ge=0, le=4294967295, description="The same seed makes much the same recording")
    normalise: Literal["auto", "on", "off"] = Field("auto", description="Whether it reads numbers as words")
    send_language: bool = Field(False, description="Tell it the language (eleven_multilingual_v2 doesn't take it)")
    continuity: bool = Field(
        True, description="Tell it what is said before and after; a line is made anew when those change"
    )


class ConversionSettings(ServiceSettings):
    """ElevenLabs' voice changer: a person's recording in another voice."""

    base_url: str = "https://api.elevenlabs.io"
    model: str = Field("eleven_multilingual_sts_v2", description="The model that converts")
    format: str = ElevenLabsSettings.model_fields["format"].default
    stability: float = Field(0.5, ge=0, le=1, description="How even it speaks")
    similarity_boost: float = Field(0.75, ge=0, le=1, description="How near it stays to the voice")
    seed: int | None = Field(None, ge=0, le=4294967295, description="The same seed makes much the same recording")
    remove_background_noise: bool = False
    price: float | None = Field(None, ge=0, description="What a minute costs")


class PiperSettings(ServiceSettings):
    """A Piper server."""

    base_url: str = "http://localhost:5000"
    speaker: str = Field("", description="A speaker of a voice that has several, by name")
    speaker_id: int | None = Field(None, ge=0, description="The same, by number")
    length_scale: float | None = Field(None, gt=0, le=10, description="How slow it speaks (1: as it was trained)")
    noise_scale: float | None = Field(None, ge=0, le=2, description="How lively it speaks")
    noise_w_scale: float | None = Field(None, ge=0, le=2, description="How much the lengths of sounds vary")
    price: float | None = Field(0.0, ge=0, description="What 1000 characters cost")


class GeminiSettings(ServiceSettings):
    """Gemini's speech."""

    base_url: str = "https://generativelanguage.googleapis.com"
    model: str = ""


class CommandSettings(VoiceSettings):
    """Any program: text in, sound out. {text}, {text_file}, {audio}, {voice} and {language} are filled in."""

    command: Argv = Field(
        (), description="The program and its arguments; text goes to its input unless {text} or {text_file} is there"
    )
    format: str = Field("wav", pattern=r"^\w+$", description="The kind of file that {audio} names")


class RecordingSettings(VoiceSettings):
    """A person's own recordings."""

    folder: str = Field("recordings", min_length=1, description="The folder of the episode with the recordings")


BUILT_IN: Mapping[str, type[VoiceSettings]] = MappingProxyType(
    {
        "openai": OpenAISettings,
        "localai": LocalAISettings,
        "edge-tts": EdgeSettings,
        "kokoro": KokoroSettings,
        "elevenlabs": ElevenLabsSettings,
        "elevenlabs-convert": ConversionSettings,
        "piper": PiperSettings,
        "gemini": GeminiSettings,
        "command": CommandSettings,
        "macos": CommandSettings,
        "windows": CommandSettings,
        "piper-command": CommandSettings,
        "recording": RecordingSettings,
    }
)
"""The settings of the voices that Lectern carries besides eSpeak, by the provider's name."""


def validated[S: BaseModel](kind: type[S], values: Mapping[str, object], voice: str) -> S:
    """The settings of a voice; LecternError with every wrong one."""
    try:
        return kind.model_validate(dict(values))
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        known = ", ".join(kind.model_fields)
        raise LecternError(f"settings of the voice {voice}: {told}; there are: {known}") from None


def as_text(value: object) -> str:
    """A value of TOML as settings hold it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
