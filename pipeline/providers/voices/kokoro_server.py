"""Kokoro-FastAPI, a server, through its captioned endpoint, which tells when each word is heard. `kokoro` is the model itself."""

import json
from typing import Any

from pydantic import Field

from ...services.connection_test import probe_connection
from ...services.http import HttpClient, HttpStatusError, Service
from ...services.registry import Registry
from ...services.usage import ConnectionTest
from ...services.voice import VoiceServiceSettings
from ...voice.espeak import primary_language
from ...voice.parts import Part
from ...voice.service_voice import ServiceCall, ServiceVoice, SynthesizedPart, naming_voice
from ...voice.sound import audio_in, decoded
from ...voice.timing import spans_of_tokens

LANGUAGES = {"a": "en", "b": "en", "e": "es", "f": "fr", "h": "hi", "i": "it", "j": "ja", "p": "pt", "z": "zh"}
"""The languages of Kokoro's voices by the first letter of their names: ``af_heart``, ``ef_dora``."""


class KokoroServerSettings(VoiceServiceSettings):
    """A Kokoro-FastAPI server."""

    base_url: str = "http://localhost:8880"
    model: str = "kokoro"
    speed: float = Field(1.0, ge=0.25, le=4, description="How fast it speaks")
    lang_code: str = Field("", description="The language, where the voice's name doesn't tell it")
    price: float | None = Field(0.0, ge=0, description="What 1000 characters cost")


class KokoroServer(ServiceVoice[KokoroServerSettings]):
    """``POST /dev/captioned_speech`` (remsky/Kokoro-FastAPI).

    Its times drift in long texts, because it does not count the silence between its own chunks; hence short parts. Old
    images send no times, or words twice: then the part is aligned.
    """

    name, label, settings = "kokoro-server", "Kokoro-FastAPI", KokoroServerSettings
    most = 300
    default_voice = "af_heart"

    def language_fault(self, settings: KokoroServerSettings, voice: str, language: str, text: str) -> str:
        """Return what language the voice speaks, as the first letter of its name says, if it is another one."""
        spoken = LANGUAGES.get(voice[:1], "") if not settings.lang_code and voice[2:3] == "_" else ""
        wanted = primary_language(language)
        if not spoken or spoken == wanted:
            return ""
        begins = [letter for letter, code in LANGUAGES.items() if code == wanted]
        advice = f"its names for {wanted} begin with {' or '.join(begins)}" if begins else "Kokoro has none for it"
        return f'the voice "{voice}" speaks {spoken}, and the film\'s language is {language}: choose another; {advice}'

    def service(self, settings: KokoroServerSettings) -> Service:
        """Return the address without the /v1 that people copy with it: the captioned endpoint is not below it."""
        service = super().service(settings)
        return service.model_copy(update={"base": service.base.rstrip("/").removesuffix("/v1")})

    def ask(self, call: ServiceCall[KokoroServerSettings], part: Part) -> bytes:
        """Ask for the sound of a part, and its times."""
        settings, voice = call.settings, call.request.voice
        body = {
            "model": settings.model,
            "input": part.text,
            "voice": voice,
            "response_format": "wav",
            "speed": settings.speed,
            "stream": False,
            "return_timestamps": True,
            **({"lang_code": settings.lang_code} if settings.lang_code else {}),
        }
        try:
            answer = call.http.submit(call.service, "/dev/captioned_speech", json=body)
        except HttpStatusError as error:
            raise naming_voice(error, call.service, voice, settings.model) from error
        return json.dumps(answer.json(call.service)).encode()

    def heard(self, service: Service, part: Part, kept: bytes) -> SynthesizedPart:
        """Return the sound with the service's times, where they fit the words."""
        answer = json.loads(kept)
        sound = decoded(audio_in(answer, "audio", service.name), service.name, len(part.text))
        return SynthesizedPart(sound, spans_of_tokens(part.words, _tokens(answer.get("timestamps"))))

    def test(self, settings: KokoroServerSettings, http: HttpClient) -> ConnectionTest:
        """Ask for the voices, which is free."""
        return probe_connection(http, self.service(settings), "/v1/audio/voices", "/v1/audio/voices")


def _tokens(timestamps: Any) -> list[tuple[str, float, float]]:
    try:
        return [(str(t["word"]), float(t["start_time"]), float(t["end_time"])) for t in timestamps or ()]
    except (KeyError, TypeError, ValueError):
        return []


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(KokoroServer())
