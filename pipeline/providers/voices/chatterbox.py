"""Chatterbox behind HTTP: the two servers that people run. Both speak like OpenAI's, and differ in how they take a recording.

travisvn/chatterbox-tts-api (port 4123) keeps a library of voices: ``POST /voices`` (multipart `voice_name`, `voice_file`, `language`;
201, or 409 if the name is taken), ``DELETE /voices/{name}`` (app/api/endpoints/voices.py).

devnen/Chatterbox-TTS-Server (port 8004) keeps files: ``POST /upload_reference`` (multipart `files`; answers with
`uploaded_files` and `errors`), and the voice is the file's name (server.py). It has no way to delete one.
"""

from typing import Any
from urllib.parse import quote

from pydantic import Field

from ...base.files import digest
from ...services.cloning import Cloning, VoiceSample, deleted, name_given, name_taken, sent_once
from ...services.connection_test import probe_connection
from ...services.http import HttpClient, HttpResponse, HttpStatusError, Service
from ...services.registry import Registry
from ...services.usage import ConnectionTest
from ...services.voice import VoiceServiceSettings
from ...voice.espeak import primary_language
from ...voice.parts import Part
from ...voice.service_voice import ServiceCall, ServiceVoice, SynthesizedPart, naming_voice
from ...voice.sound import decoded

FILES = "/get_reference_files"
"""What only devnen's server has: the list of its files."""


class ChatterboxSettings(VoiceServiceSettings):
    """A Chatterbox server."""

    base_url: str = "http://localhost:4123"
    exaggeration: float | None = Field(
        None, ge=0.25, le=2, description="How much it exaggerates the voice's expression"
    )
    cfg_weight: float | None = Field(None, ge=0, le=1, description="How closely it keeps to the pace of the recording")
    temperature: float | None = Field(None, ge=0.05, le=5, description="How freely it speaks")
    seed: int | None = Field(None, ge=0, description="The same seed makes much the same recording")
    price: float | None = Field(0.0, ge=0, description="What 1000 characters cost")


class Chatterbox(ServiceVoice[ChatterboxSettings], Cloning[ChatterboxSettings]):
    """``POST /v1/audio/speech``, with a voice of the server's library or one of its files."""

    name, label, settings = "chatterbox", "Chatterbox", ChatterboxSettings
    most = 1000
    sample_seconds = (5.0, 30.0)

    def service(self, settings: ChatterboxSettings) -> Service:
        """Return the address without the /v1 that people copy with it."""
        service = super().service(settings)
        return service.model_copy(update={"base": service.base.rstrip("/").removesuffix("/v1")})

    def ask(self, call: ServiceCall[ChatterboxSettings], part: Part) -> bytes:
        """Ask for the sound of a part."""
        body: dict[str, Any] = {"input": part.text, "voice": call.request.voice, "response_format": "wav"}
        tuning = {name: getattr(call.settings, name) for name in ("exaggeration", "cfg_weight", "temperature", "seed")}
        body |= {name: value for name, value in tuning.items() if value is not None}
        try:
            return call.http.submit(call.service, "/v1/audio/speech", json=body).body
        except HttpStatusError as error:
            raise naming_voice(error, call.service, call.request.voice, "chatterbox") from error

    def heard(self, service: Service, part: Part, kept: bytes) -> SynthesizedPart:
        """Return the sound; its times are found by other means."""
        return SynthesizedPart(decoded(HttpResponse(body=kept), service.name, len(part.text)))

    def test(self, settings: ChatterboxSettings, http: HttpClient) -> ConnectionTest:
        """Ask for the voices, which is free."""
        service = self.service(settings)
        path = FILES if _keeps_files(http, service) else "/v1/audio/voices"
        return probe_connection(http, service, path, path)

    def enrol(self, http: HttpClient, settings: ChatterboxSettings, sample: VoiceSample) -> str:
        """Upload the recording, and return the voice's name, or that of its file."""
        service = sent_once(self.service(settings))
        if _keeps_files(http, service):
            return _uploaded(http, service, sample)
        form = {"voice_name": sample.name, "language": primary_language(sample.language)}
        files = {"voice_file": (f"{sample.name}.wav", sample.wav, "audio/wav")}
        try:
            answer = http.submit(service, "/voices", form=form, files=files).json(service)
        except HttpStatusError as error:
            raise name_taken(error, service, sample.name) from error
        made = answer.get("voice") if isinstance(answer, dict) else None
        return name_given(service, made.get("name") if isinstance(made, dict) else None, "voice.name")

    def withdraw(self, http: HttpClient, settings: ChatterboxSettings, voice: str) -> bool:
        """Delete the voice from the server's library; a file can't be deleted."""
        service = self.service(settings)
        return not _keeps_files(http, service) and deleted(http, service, f"/voices/{quote(voice, safe='')}")


def _keeps_files(http: HttpClient, service: Service) -> bool:
    """Return whether it is devnen's server. Raises LecternError if there is none."""
    try:
        http.get(service, FILES)
    except HttpStatusError as error:
        if error.status in (404, 405):
            return False
        raise
    return True


def _uploaded(http: HttpClient, service: Service, sample: VoiceSample) -> str:
    """Upload a file, and return its name. It is skipped where there is one of that name, so that it is named after its content, too."""
    file = f"{sample.name}-{digest(sample.wav, 8)}.wav"
    files = {"files": (file, sample.wav, "audio/wav")}
    answer = http.submit(service, "/upload_reference", files=files).json(service)
    uploaded = answer.get("uploaded_files") if isinstance(answer, dict) else None
    return name_given(service, uploaded[0] if isinstance(uploaded, list) and uploaded else None, "uploaded_files")


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(Chatterbox())
