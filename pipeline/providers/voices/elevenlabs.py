"""ElevenLabs: speech with the times of its characters, and a person's recording in another voice."""

import json
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field

from ...base.errors import LecternError
from ...services.cloning import Cloning, VoiceSample, deleted, name_given, sent_once
from ...services.connection_test import probe_connection
from ...services.http import HttpClient, HttpResponse, HttpStatusError, Service
from ...services.registry import Registry
from ...services.usage import ConnectionTest, Usage
from ...services.voice import PACE, Need, VoiceContext, VoiceRequest, VoiceServiceSettings, VoiceTake
from ...voice.espeak import primary_language
from ...voice.parts import Part
from ...voice.recorded_line import align_recorded_part, whole_line, with_rests
from ...voice.service_voice import PaidVoice, ServiceCall, ServiceVoice, SynthesizedPart, align_part, write_take
from ...voice.sound import audio_in, decoded, wav
from ...voice.timing import spans_of_characters

HEADER, SCHEME = "xi-api-key", ""
HOSTS = (
    "api.elevenlabs.io",
    "api.us.elevenlabs.io",
    "api.eu.residency.elevenlabs.io",
    "api.in.residency.elevenlabs.io",
    "api.sg.residency.elevenlabs.io",
)
KEYS = {host: ("ELEVENLABS_API_KEY",) for host in HOSTS}


ENGLISH_ONLY = frozenset({"eleven_monolingual_v1", "eleven_flash_v2", "eleven_turbo_v2"})
"""The models that speak no other language."""


class ElevenLabsSettings(VoiceServiceSettings):
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
        True, description="Tell it what is said before and after; a line is made again when those change"
    )


class ConversionSettings(VoiceServiceSettings):
    """ElevenLabs' voice changer: a person's recording in another voice."""

    base_url: str = "https://api.elevenlabs.io"
    model: str = Field("eleven_multilingual_sts_v2", description="The model that converts")
    format: str = ElevenLabsSettings.model_fields["format"].default
    stability: float = Field(0.5, ge=0, le=1, description="How even it speaks")
    similarity_boost: float = Field(0.75, ge=0, le=1, description="How near it stays to the voice")
    seed: int | None = Field(None, ge=0, le=4294967295, description="The same seed makes much the same recording")
    remove_background_noise: bool = False
    price: float | None = Field(None, ge=0, description="What a minute costs")


class ElevenLabs(ServiceVoice[ElevenLabsSettings], Cloning[ElevenLabsSettings]):
    """``POST /v1/text-to-speech/{voice}/with-timestamps`` (elevenlabs-python 2.59.0).

    An instant clone is made by ``POST /v1/voices/add`` (multipart: `name`, `files`, `description`) and has a `voice_id`;
    ``DELETE /v1/voices/{voice_id}`` deletes it.
    """

    name, label, settings, keys = "elevenlabs", "ElevenLabs", ElevenLabsSettings, KEYS
    shared_with = ("elevenlabs-convert",)
    needs: frozenset[Need] = frozenset({"language", "context", "transcription"})
    most = 2500

    def language_fault(self, settings: ElevenLabsSettings, voice: str, language: str, text: str) -> str:
        """Return that the model speaks English alone, if the film is in another language."""
        if settings.model not in ENGLISH_ONLY or primary_language(language) == "en":
            return ""
        better = ElevenLabsSettings.model_fields["model"].default
        return f'the model {settings.model} speaks English alone, and the film\'s language is {language}: write "model": "{better}"'

    def needs_with(self, settings: ElevenLabsSettings) -> frozenset[Need]:
        """Return its needs; the lines around only with `continuity`."""
        return self.needs if settings.continuity else self.needs - {"context"}

    def service(self, settings: ElevenLabsSettings) -> Service:
        """Return the service, which takes its key in a header of its own."""
        return _keyed(super().service(settings))

    def ask(self, call: ServiceCall[ElevenLabsSettings], part: Part) -> bytes:
        """Ask for the sound of a part, and the times of its characters."""
        path = f"/v1/text-to-speech/{_id(call.request.voice)}/with-timestamps"
        body, query = _body(call.settings, call.request, part), {"output_format": call.settings.format}
        try:
            answer = call.http.submit(call.service, path, query=query, json=body)
        except HttpStatusError as error:
            raise _named(error, call.request.voice) from error
        return json.dumps(answer.json(call.service)).encode()

    def heard(self, service: Service, part: Part, kept: bytes) -> SynthesizedPart:
        """Return the sound, with times made of those of its characters."""
        answer = json.loads(kept)
        sound = decoded(audio_in(answer, "audio_base64", service.name), service.name, len(part.text))
        times = answer.get("alignment")
        return SynthesizedPart(sound, _spans(part, times) if isinstance(times, dict) else None)

    def test(self, settings: ElevenLabsSettings, http: HttpClient) -> ConnectionTest:
        """Ask for the voices, which is free."""
        return probe_connection(http, self.service(settings), "/v1/voices", "/v1/voices")

    def enrol(self, http: HttpClient, settings: ElevenLabsSettings, sample: VoiceSample) -> str:
        """Make an instant clone, and return its id. Raises LecternError if ElevenLabs wants to verify the voice first."""
        service = sent_once(self.service(settings))
        form = {"name": sample.name, "remove_background_noise": "false", "description": "Made with Lectern."}
        files = {"files": (f"{sample.name}.wav", sample.wav, "audio/wav")}
        answer = http.submit(service, "/v1/voices/add", form=form, files=files).json(service)
        made = answer if isinstance(answer, dict) else {}
        voice = name_given(service, made.get("voice_id"), "voice_id")
        if made.get("requires_verification"):
            raise LecternError(
                f"ElevenLabs has made the voice {voice}, but wants it verified before it speaks: do that at elevenlabs.io, and "
                f"give the command again with --voice {voice}"
            )
        return voice

    def withdraw(self, http: HttpClient, settings: ElevenLabsSettings, voice: str) -> bool:
        """Delete the clone."""
        return deleted(http, self.service(settings), f"/v1/voices/{_id(voice)}")


class ElevenLabsConversion(PaidVoice[ConversionSettings]):
    """``POST /v1/speech-to-speech/{voice}`` (elevenlabs-python 2.59.0): a person's melody in another voice."""

    name, label, settings, keys = "elevenlabs-convert", "ElevenLabs", ConversionSettings, KEYS
    sends = "what {character} is recorded as saying"
    needs: frozenset[Need] = frozenset({"language", "recording", "transcription"})

    def service(self, settings: ConversionSettings) -> Service:
        """Return the service, which takes its key in a header of its own."""
        return _keyed(super().service(settings))

    def speak(
        self, context: VoiceContext, settings: ConversionSettings, request: VoiceRequest, folder: Path
    ) -> VoiceTake:
        """Send the line's part of the recording, and return the take of what comes back."""
        service, listener = self.service(settings), context.listener
        source = wav(align_recorded_part(context.episode, request, listener).sound)

        def converted() -> bytes:
            answer = _converted(context.http, service, settings, request.voice, source)
            decoded(answer, service.name)
            return answer.body

        what = f"{service.name} to convert {request.recording.file if request.recording else 'a recording'}"
        used = self.usage(settings, request, len(" ".join(request.words)) / PACE)
        body = context.ledger.once(f"{context.request}-0", what, converted, used) if service.paid else converted()
        sure = align_part(
            request.words, SynthesizedPart(decoded(HttpResponse(body=body), service.name)), request.language, listener
        )
        take = write_take(folder, (whole_line(request),), [with_rests(sure, request.pauses)])
        return take.model_copy(update={"usage": self.usage(settings, request, take.duration)})

    def test(self, settings: ConversionSettings, http: HttpClient) -> ConnectionTest:
        """Ask for the voices, which is free."""
        return probe_connection(http, self.service(settings), "/v1/voices", "/v1/voices")

    def usage(self, settings: ConversionSettings, request: VoiceRequest, seconds: float) -> Usage:
        """Return what a conversion uses, which is charged by the minute."""
        usage = super().usage(settings, request, seconds)
        price = usage.price and (settings.price or 0.0) * seconds / 60
        return usage.model_copy(update={"requests": 1, "price": price})


def _converted(
    http: HttpClient, service: Service, settings: ConversionSettings, voice: str, source: bytes
) -> HttpResponse:
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
        return http.submit(service, path, query={"output_format": settings.format}, form=form, files=files)
    except HttpStatusError as error:
        raise _named(error, voice) from error


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


def _named(error: HttpStatusError, voice: str) -> HttpStatusError:
    if error.status not in (400, 404, 422):
        return error
    hint = f'the voice is "{voice}": a character\'s "voice" is the id that ElevenLabs gives it'
    return HttpStatusError(f"{error} ({hint})", error.status)


def providers(registry: Registry) -> None:
    """Add the voices."""
    registry.add(ElevenLabs())
    registry.add(ElevenLabsConversion())
