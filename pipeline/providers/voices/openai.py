"""OpenAI's speech, and the servers that speak like it: LocalAI, openai-edge-tts. None of them tells times."""

from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field

from ...services.cloning import Cloning, VoiceSample, deleted, name_given, sent_once
from ...services.connection_test import probe_connection
from ...services.http import HttpClient, HttpResponse, HttpStatusError, Service
from ...services.registry import Registry
from ...services.usage import ConnectionTest
from ...services.voice import VoiceServiceSettings
from ...voice.parts import Part
from ...voice.service_voice import ServiceCall, ServiceVoice, SynthesizedPart, naming_voice
from ...voice.sound import decoded

NO_KEYS: dict[str, tuple[str, ...]] = {}
"""Servers of one's own have no variable that other programs know, too."""


PROFILES = "localai://voice-profiles/"
"""What the names of LocalAI's voice profiles begin with."""


class OpenAISettings(VoiceServiceSettings):
    """OpenAI's speech, and servers that speak like it."""

    base_url: str = "https://api.openai.com/v1"
    model: str = Field("gpt-4o-mini-tts", description="The model that speaks")
    format: Literal["wav", "mp3", "flac", "opus", "aac"] = Field("wav", description="How the sound is sent")
    speed: float = Field(1.0, ge=0.25, le=4, description="How fast it speaks")
    instructions: str = Field("", max_length=4096, description="How it should speak, in words (not for tts-1)")


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


class OpenAISpeech(ServiceVoice[OpenAISettings]):
    """``POST /audio/speech`` (openai-openapi 2.3.0)."""

    name, label, settings = "openai", "OpenAI", OpenAISettings
    keys = {"api.openai.com": ("OPENAI_API_KEY",)}
    most = 4000
    default_voice = "alloy"

    def ask(self, call: ServiceCall[OpenAISettings], part: Part) -> bytes:
        """Ask for the sound of a part."""
        voice, settings = call.request.voice, call.settings
        try:
            return call.http.submit(call.service, "/audio/speech", json=_body(settings, voice, part.text)).body
        except HttpStatusError as error:
            raise naming_voice(error, call.service, voice, settings.model) from error

    def heard(self, service: Service, part: Part, kept: bytes) -> SynthesizedPart:
        """Return the sound; its times are found by other means."""
        return SynthesizedPart(decoded(HttpResponse(body=kept), service.name, len(part.text)))

    def test(self, settings: OpenAISettings, http: HttpClient) -> ConnectionTest:
        """Ask for the models, which is free; and for the voices, where the server lists them."""
        return probe_connection(http, self.service(settings), "/models", "/audio/voices")


class LocalAI(OpenAISpeech, Cloning[OpenAISettings]):
    """A LocalAI server: its model often is the voice.

    A recording becomes a voice profile: ``POST /api/voice-profiles`` (multipart: `name`, `language`, `transcript`,
    `consent_confirmed`, `audio`) answers with an `id`, and the voice is ``localai://voice-profiles/{id}``
    (mudler/LocalAI, core/http/endpoints/localai/voice_profiles.go). The model has to be one that clones.
    """

    name, label, settings, keys = "localai", "LocalAI", LocalAISettings, NO_KEYS
    default_voice = ""
    needs_text = True

    def enrol(self, http: HttpClient, settings: OpenAISettings, sample: VoiceSample) -> str:
        """Make a voice profile, and return its address."""
        service = sent_once(_root(self.service(settings)))
        form = {
            "name": sample.name,
            "description": "Made with Lectern.",
            "language": sample.language,
            "transcript": sample.text,
            "consent_confirmed": "true",
        }
        files = {"audio": (f"{sample.name}.wav", sample.wav, "audio/wav")}
        answer = http.submit(service, "/api/voice-profiles", form=form, files=files).json(service)
        return PROFILES + name_given(service, answer.get("id") if isinstance(answer, dict) else None, "id")

    def withdraw(self, http: HttpClient, settings: OpenAISettings, voice: str) -> bool:
        """Delete the voice profile."""
        path = f"/api/voice-profiles/{quote(voice.removeprefix(PROFILES), safe='')}"
        return deleted(http, _root(self.service(settings)), path)


class EdgeSpeech(OpenAISpeech):
    """An openai-edge-tts server."""

    name, label, settings, keys = "edge-tts", "openai-edge-tts", EdgeSettings, NO_KEYS
    default_voice = "en-US-AvaNeural"


def _root(service: Service) -> Service:
    """Return the server's address without the /v1 of what is like OpenAI's."""
    return service.model_copy(update={"base": service.base.rstrip("/").removesuffix("/v1")})


def _body(settings: OpenAISettings, voice: str, text: str) -> dict[str, Any]:
    """Return what is sent, without what has its default: not every server knows every field.

    OpenAI's own custom voices are named by objects (openai-openapi 2.3.0: ``{"id": "voice_1234"}``).
    """
    named = {"id": voice} if voice.startswith("voice_") else voice
    body: dict[str, Any] = {
        "model": settings.model,
        "input": text,
        "voice": named,
        "response_format": settings.format,
    }
    more = {"instructions": settings.instructions, "backend": getattr(settings, "backend", "")}
    speed = {"speed": settings.speed} if settings.speed != 1 else {}
    return {**{key: value for key, value in {**body, **more}.items() if value}, **speed}


def providers(registry: Registry) -> None:
    """Add the voices."""
    for provider in (OpenAISpeech(), LocalAI(), EdgeSpeech()):
        registry.add(provider)
