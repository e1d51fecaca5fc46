"""Qwen3-TTS, CosyVoice 3, Fish Speech S2 and others on a vLLM-Omni server, which speaks like OpenAI's with fields of its own.

For cloning it is given `ref_audio` (a data URL), `ref_text` and, for Qwen3-TTS, ``"task_type": "Base"`` with every line
(vllm-project/vllm-omni, docs/serving/speech_api.md). It can keep uploads, too, but loses them when it starts again.
"""

import base64
from typing import Any, Literal

from pydantic import Field

from ...services.cloned_voices import reference_sample
from ...services.cloning import Cloning, VoiceSample
from ...services.connection_test import probe_connection
from ...services.http import HttpClient, HttpResponse, HttpStatusError, Service
from ...services.registry import Registry
from ...services.usage import ConnectionTest
from ...services.voice import VoiceServiceSettings
from ...voice.espeak import primary_language
from ...voice.parts import Part
from ...voice.service_voice import ServiceCall, ServiceVoice, SynthesizedPart, naming_voice
from ...voice.sound import decoded

LANGUAGES = {
    "de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "pt": "Portuguese", "ru": "Russian", "zh": "Chinese",
}  # fmt: skip
"""The languages that it has names for; for others it finds out itself."""


class VLLMOmniSettings(VoiceServiceSettings):
    """A vLLM-Omni server."""

    base_url: str = "http://localhost:8091/v1"
    model: str = Field("", description="The model that speaks; a server has one")
    task_type: Literal["Base", "CustomVoice", "VoiceDesign", ""] = Field(
        "", description="What Qwen3-TTS does; for a cloned voice it is Base, unless set"
    )
    instructions: str = Field("", max_length=4096, description="How it should speak, in words")
    speed: float = Field(1.0, ge=0.25, le=4, description="How fast it speaks")
    price: float | None = Field(0.0, ge=0, description="What 1000 characters cost")


class VLLMOmni(ServiceVoice[VLLMOmniSettings], Cloning[VLLMOmniSettings]):
    """``POST /audio/speech``."""

    name, label, settings = "vllm-omni", "vLLM-Omni", VLLMOmniSettings
    most = 600
    keeps = False
    needs_text = True
    sample_seconds = (5.0, 15.0)

    def ask(self, call: ServiceCall[VLLMOmniSettings], part: Part) -> bytes:
        """Ask for the sound of a part."""
        settings, sample = call.settings, reference_sample(call.request)
        voice = call.request.voice
        body: dict[str, Any] = {
            "model": settings.model,
            "input": part.text,
            "voice": voice,
            "response_format": "wav",
            "task_type": settings.task_type,
            "language": LANGUAGES.get(primary_language(call.request.language or "en"), ""),
            "instructions": settings.instructions,
            **(_reference(sample, settings) if sample else {}),
            **({"speed": settings.speed} if settings.speed != 1 else {}),
        }
        given = {name: value for name, value in body.items() if value}
        try:
            return call.http.submit(call.service, "/audio/speech", json=given).body
        except HttpStatusError as error:
            raise naming_voice(error, call.service, voice or "the recording", settings.model or "its own") from error

    def heard(self, service: Service, part: Part, kept: bytes) -> SynthesizedPart:
        """Return the sound; its times are found by other means."""
        return SynthesizedPart(decoded(HttpResponse(body=kept), service.name, len(part.text)))

    def test(self, settings: VLLMOmniSettings, http: HttpClient) -> ConnectionTest:
        """Ask for the models and the voices, which is free."""
        return probe_connection(http, self.service(settings), "/models", "/audio/voices")


def _reference(sample: VoiceSample, settings: VLLMOmniSettings) -> dict[str, str]:
    """Return what is sent of a cloned voice with a line."""
    return {
        "task_type": settings.task_type or "Base",
        "ref_audio": f"data:audio/wav;base64,{base64.b64encode(sample.wav).decode()}",
        "ref_text": sample.text,
    }


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(VLLMOmni())
