"""Kokoro-FastAPI through its captioned endpoint, which tells when each word is heard."""

import json
from typing import Any

from ..services.http import Refused, Service
from ..services.listing import tested
from ..services.usage import Tested
from ..services.voice import VoiceRequest
from ..services.voice_settings import KokoroSettings
from .parts import Part
from .sound import audio_in, decoded
from .speaking import Said, ServiceVoice, with_voice
from .timing import spans_of_tokens


class Kokoro(ServiceVoice[KokoroSettings]):
    """``POST /dev/captioned_speech`` (remsky/Kokoro-FastAPI).

    Its times drift in long texts, because it does not count the silence between its own chunks; hence short parts. Old
    images send no times, or words twice: then the part is aligned.
    """

    most = 300
    default_voice = "af_heart"

    def service(self, settings: KokoroSettings) -> Service:
        """The address without the /v1 that people copy with it: the captioned endpoint is not below it."""
        service = super().service(settings)
        return service.model_copy(update={"base": service.base.rstrip("/").removesuffix("/v1")})

    def ask(self, service: Service, settings: KokoroSettings, request: VoiceRequest, part: Part) -> bytes:
        body = {
            "model": settings.model,
            "input": part.text,
            "voice": request.voice,
            "response_format": "wav",
            "speed": settings.speed,
            "stream": False,
            "return_timestamps": True,
            **({"lang_code": settings.lang_code} if settings.lang_code else {}),
        }
        try:
            answer = self.http.submit(service, "/dev/captioned_speech", json=body)
        except Refused as error:
            raise with_voice(error, service, request.voice, settings.model) from error
        return json.dumps(answer.json(service)).encode()

    def heard(self, service: Service, part: Part, kept: bytes) -> Said:
        answer = json.loads(kept)
        sound = decoded(audio_in(answer, "audio", service.name), service.name, len(part.text))
        return Said(sound, spans_of_tokens(part.words, _tokens(answer.get("timestamps"))))

    def test(self, settings: KokoroSettings) -> Tested:
        return tested(self.http, self.service(settings), "/v1/audio/voices", "/v1/audio/voices")


def _tokens(timestamps: Any) -> list[tuple[str, float, float]]:
    try:
        return [(str(t["word"]), float(t["start_time"]), float(t["end_time"])) for t in timestamps or ()]
    except (KeyError, TypeError, ValueError):
        return []
