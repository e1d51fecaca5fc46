"""OpenAI's speech, and the servers that speak like it: LocalAI, openai-edge-tts. None of them tells times."""

from typing import Any

from ..services.http import Answer, Refused, Service
from ..services.listing import tested
from ..services.usage import Tested
from ..services.voice import VoiceRequest
from ..services.voice_settings import OpenAISettings
from .parts import Part
from .sound import decoded
from .speaking import Said, ServiceVoice, with_voice


class OpenAISpeech(ServiceVoice[OpenAISettings]):
    """``POST /audio/speech`` (openai-openapi 2.3.0)."""

    most = 4000
    default_voice = "alloy"

    def ask(self, service: Service, settings: OpenAISettings, request: VoiceRequest, part: Part) -> bytes:
        try:
            return self.http.submit(service, "/audio/speech", json=_body(settings, request.voice, part.text)).body
        except Refused as error:
            raise with_voice(error, service, request.voice, settings.model) from error

    def heard(self, service: Service, part: Part, kept: bytes) -> Said:
        return Said(decoded(Answer(body=kept), service.name, len(part.text)))

    def test(self, settings: OpenAISettings) -> Tested:
        """Asks for the models, which is free; and for the voices, where the server lists them."""
        service = self.service(settings)
        return tested(self.http, service, "/models", "/audio/voices")


class LocalAI(OpenAISpeech):
    """A LocalAI server: its model often is the voice."""

    default_voice = ""


class EdgeSpeech(OpenAISpeech):
    """An openai-edge-tts server."""

    default_voice = "en-US-AvaNeural"


def _body(settings: OpenAISettings, voice: str, text: str) -> dict[str, Any]:
    """What is sent; what stands at its default is left out, because not every server knows every field."""
    said = {"model": settings.model, "input": text, "voice": voice, "response_format": settings.format}
    more = {"instructions": settings.instructions, "backend": getattr(settings, "backend", "")}
    speed = {"speed": settings.speed} if settings.speed != 1 else {}
    return {**{key: value for key, value in {**said, **more}.items() if value}, **speed}
