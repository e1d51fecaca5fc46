"""ElevenLabs: speech with the times of its characters, and a person's recording in another voice."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..errors import LecternError
from ..services.http import Answer, Refused, Service
from ..services.listing import tested
from ..services.usage import Tested, Usage
from ..services.voice import Need, VoiceBench, VoiceRequest, VoiceTake
from ..services.voice_settings import ConversionSettings, ElevenLabsSettings
from .parts import Part
from .recording import recorded_part, rested, whole_line
from .sound import audio_in, decoded, wav
from .speaking import PaidVoice, Said, ServiceVoice, sure_of, written
from .timing import spans_of_characters

HEADER, SCHEME = "xi-api-key", ""


class ElevenLabs(ServiceVoice[ElevenLabsSettings]):
    """``POST /v1/text-to-speech/{voice}/with-timestamps`` (elevenlabs-python 2.59.0)."""

    needs: frozenset[Need] = frozenset({"language", "context", "transcription"})
    most = 2500

    def service(self, settings: ElevenLabsSettings) -> Service:
        return _keyed(super().service(settings))

    def ask(self, service: Service, settings: ElevenLabsSettings, request: VoiceRequest, part: Part) -> bytes:
        path = f"/v1/text-to-speech/{_id(request.voice)}/with-timestamps"
        body = _body(settings, request, part)
        try:
            answer = self.http.submit(service, path, query={"output_format": settings.format}, json=body)
        except Refused as error:
            raise _named(error, request.voice) from error
        return json.dumps(answer.json(service)).encode()

    def heard(self, service: Service, part: Part, kept: bytes) -> Said:
        answer = json.loads(kept)
        sound = decoded(audio_in(answer, "audio_base64", service.name), service.name, len(part.text))
        times = answer.get("alignment")
        return Said(sound, _spans(part, times) if isinstance(times, dict) else None)

    def test(self, settings: ElevenLabsSettings) -> Tested:
        return tested(self.http, self.service(settings), "/v1/voices", "/v1/voices")


class Conversion(PaidVoice[ConversionSettings]):
    """``POST /v1/speech-to-speech/{voice}`` (elevenlabs-python 2.59.0): a person's melody in another voice."""

    needs: frozenset[Need] = frozenset({"language", "recording", "transcription"})

    def service(self, settings: ConversionSettings) -> Service:
        return _keyed(super().service(settings))

    def speak_at(self, bench: VoiceBench, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Sends the line's part of the recording, and makes the take of what comes back."""
        settings = self.settings_of(request)
        service = self.service(settings)
        listener = self.listener(bench, request)
        source = wav(recorded_part(bench.episode, request, listener).timed.sound)

        def converted() -> bytes:
            answer = self._converted(service, settings, request.voice, source)
            decoded(answer, service.name)
            return answer.body

        what = f"{service.name} to convert {request.recording.file}"
        body = bench.ledger.once(f"{bench.request}-0", what, converted) if service.paid else converted()
        sure = sure_of(request.words, Said(decoded(Answer(body=body), service.name)), request.language, listener)
        take = written(folder, (whole_line(request),), [replace(sure, timed=rested(sure.timed, request.pauses))])
        return take.model_copy(update={"usage": self.used(settings, request, take.duration)})

    def test(self, settings: ConversionSettings) -> Tested:
        return tested(self.http, self.service(settings), "/v1/voices", "/v1/voices")

    def _converted(self, service: Service, settings: ConversionSettings, voice: str, source: bytes) -> Answer:
        path = f"/v1/speech-to-speech/{_id(voice)}"
        tuning = {"stability": settings.stability, "similarity_boost": settings.similarity_boost}
        form = {
            "model_id": settings.model,
            "voice_settings": json.dumps(tuning),
            "remove_background_noise": str(settings.remove_background_noise).lower(),
            **({"seed": str(settings.seed)} if settings.seed is not None else {}),
        }
        files = {"audio": ("recording.wav", source, "audio/wav")}
        try:
            return self.http.submit(service, path, query={"output_format": settings.format}, form=form, files=files)
        except Refused as error:
            raise _named(error, voice) from error

    def used(self, settings: ConversionSettings, request: VoiceRequest, seconds: float) -> Usage:
        """A conversion is charged by the minute."""
        used = super().used(settings, request, seconds)
        price = used.price and settings.price * seconds / 60
        return used.model_copy(update={"requests": 1, "price": price})


def _id(voice: str) -> str:
    if not voice:
        raise LecternError('ElevenLabs has no voice of its own choice; write the id of one to the character\'s "voice"')
    return quote(voice, safe="")


def _keyed(service: Service) -> Service:
    return service.model_copy(update={"header": HEADER, "scheme": SCHEME})


def _body(settings: ElevenLabsSettings, request: VoiceRequest, part: Part) -> dict[str, Any]:
    around = {"previous_text": part.previous, "next_text": part.next} if settings.continuity else {}
    language = {"language_code": request.language.partition("-")[0]} if settings.send_language else {}
    tuning = ("stability", "similarity_boost", "style", "use_speaker_boost", "speed")
    return {
        "text": part.text,
        "model_id": settings.model,
        "voice_settings": {name: getattr(settings, name) for name in tuning},
        "apply_text_normalization": settings.normalise,
        **({"seed": settings.seed} if settings.seed is not None else {}),
        **{key: text for key, text in {**around, **language}.items() if text},
    }


def _spans(part: Part, times: dict[str, Any]) -> tuple[tuple[float, float], ...] | None:
    names = ("characters", "character_start_times_seconds", "character_end_times_seconds")
    try:
        return spans_of_characters(part.words, *(times.get(name) or [] for name in names))
    except (TypeError, ValueError):
        return None  # times that are no times are as good as none


def _named(error: Refused, voice: str) -> Refused:
    if error.status not in (400, 404, 422):
        return error
    told = f'the voice is "{voice}": a character\'s "voice" is the id that ElevenLabs gives it'
    return Refused(f"{error} ({told})", error.status)
