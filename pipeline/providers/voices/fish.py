"""Fish: a fish-speech server of one's own, and Fish Audio's service.

fish-speech (tools/server/views.py): ``POST /v1/references/add`` (multipart `id`, `audio`, `text`; 409 if there is one),
``DELETE /v1/references/delete`` (`reference_id`), ``POST /v1/tts`` with a `reference_id`. It answers in MessagePack unless it is
asked for JSON (`format=json`).

Fish Audio (docs.fish.audio, fish-audio-python): ``POST /model`` (multipart `title`, `type`, `train_mode`, `visibility`, `voices`, `texts`)
answers with an `_id`; ``DELETE /model/{id}``; ``POST /v1/tts`` with a `reference_id`, and the model in a header of its own.
"""

from typing import Any
from urllib.parse import quote

from pydantic import Field

from ...services.cloning import Cloning, VoiceSample, deleted, name_given, name_taken, sent_once
from ...services.connection_test import probe_connection
from ...services.http import HttpClient, HttpResponse, HttpStatusError, Service
from ...services.registry import Registry
from ...services.usage import ConnectionTest
from ...services.voice import VoiceServiceSettings
from ...voice.parts import Part
from ...voice.service_voice import ServiceCall, ServiceVoice, SynthesizedPart, naming_voice
from ...voice.sound import decoded

JSON = {"format": "json"}


class FishSpeechSettings(VoiceServiceSettings):
    """A fish-speech server."""

    base_url: str = "http://localhost:8080"
    temperature: float | None = Field(None, ge=0.1, le=1, description="How freely it speaks")
    top_p: float | None = Field(None, ge=0.1, le=1, description="How many ways of going on it considers")
    repetition_penalty: float | None = Field(None, ge=0.9, le=2, description="How much it avoids saying things twice")
    seed: int | None = Field(None, ge=0, description="The same seed makes much the same recording")
    price: float | None = Field(0.0, ge=0, description="What 1000 characters cost")


class FishAudioSettings(VoiceServiceSettings):
    """Fish Audio."""

    base_url: str = "https://api.fish.audio"
    model: str = Field("s1", description="The model that speaks")
    temperature: float | None = Field(None, ge=0, le=1, description="How freely it speaks")
    top_p: float | None = Field(None, ge=0, le=1, description="How many ways of going on it considers")


class FishSpeech(ServiceVoice[FishSpeechSettings], Cloning[FishSpeechSettings]):
    """A fish-speech server."""

    name, label, settings = "fish-speech", "Fish Speech", FishSpeechSettings
    most = 1000
    needs_text = True
    sample_seconds = (10.0, 30.0)

    def ask(self, call: ServiceCall[FishSpeechSettings], part: Part) -> bytes:
        """Ask for the sound of a part."""
        names = ("temperature", "top_p", "repetition_penalty", "seed")
        return _said(call, part, {name: getattr(call.settings, name) for name in names}, {})

    def heard(self, service: Service, part: Part, kept: bytes) -> SynthesizedPart:
        """Return the sound; its times are found by other means."""
        return SynthesizedPart(decoded(HttpResponse(body=kept), service.name, len(part.text)))

    def test(self, settings: FishSpeechSettings, http: HttpClient) -> ConnectionTest:
        """Ask whether it is there, and for its references, which is free."""
        return probe_connection(http, self.service(settings), "/v1/health", "/v1/references/list?format=json")

    def enrol(self, http: HttpClient, settings: FishSpeechSettings, sample: VoiceSample) -> str:
        """Add the recording as a reference, and return its id."""
        service = sent_once(self.service(settings))
        form, files = (
            {"id": sample.name, "text": sample.text},
            {"audio": (f"{sample.name}.wav", sample.wav, "audio/wav")},
        )
        try:
            http.submit(service, "/v1/references/add", query=JSON, form=form, files=files)
        except HttpStatusError as error:
            raise name_taken(error, service, sample.name) from error
        return sample.name

    def withdraw(self, http: HttpClient, settings: FishSpeechSettings, voice: str) -> bool:
        """Delete the reference."""
        service, what = self.service(settings), {"reference_id": voice}
        return deleted(http, service, "/v1/references/delete", query=JSON, json=what)


class FishAudio(ServiceVoice[FishAudioSettings], Cloning[FishAudioSettings]):
    """Fish Audio's service."""

    name, label, settings = "fish-audio", "Fish Audio", FishAudioSettings
    keys = {"api.fish.audio": ("FISH_API_KEY", "FISH_AUDIO_API_KEY")}
    most = 2000

    def ask(self, call: ServiceCall[FishAudioSettings], part: Part) -> bytes:
        """Ask for the sound of a part."""
        tuning = {"temperature": call.settings.temperature, "top_p": call.settings.top_p}
        return _said(call, part, tuning, {"model": call.settings.model})

    def heard(self, service: Service, part: Part, kept: bytes) -> SynthesizedPart:
        """Return the sound; its times are found by other means."""
        return SynthesizedPart(decoded(HttpResponse(body=kept), service.name, len(part.text)))

    def test(self, settings: FishAudioSettings, http: HttpClient) -> ConnectionTest:
        """Ask for one's own voices, which is free."""
        return probe_connection(http, self.service(settings), "/model?self=true", "/model?self=true")

    def enrol(self, http: HttpClient, settings: FishAudioSettings, sample: VoiceSample) -> str:
        """Make a voice that only the account sees, and return its id."""
        service = sent_once(self.service(settings))
        form = {"title": sample.name, "type": "tts", "train_mode": "fast", "visibility": "private"}
        form |= {"texts": sample.text} if sample.text else {}
        files = {"voices": (f"{sample.name}.wav", sample.wav, "audio/wav")}
        answer = http.submit(service, "/model", form=form, files=files).json(service)
        return name_given(service, answer.get("_id") if isinstance(answer, dict) else None, "_id")

    def withdraw(self, http: HttpClient, settings: FishAudioSettings, voice: str) -> bool:
        """Delete the voice."""
        return deleted(http, self.service(settings), f"/model/{quote(voice, safe='')}")


def _said(call: ServiceCall[Any], part: Part, tuning: dict[str, Any], headers: dict[str, str]) -> bytes:
    """Return the sound of a part, in the voice of a reference, or the model's own."""
    body = {"text": part.text, "reference_id": call.request.voice or None, "format": "wav", **tuning}
    given = {name: value for name, value in body.items() if value is not None}
    try:
        return call.http.submit(call.service, "/v1/tts", json=given, headers=headers).body
    except HttpStatusError as error:
        raise naming_voice(error, call.service, call.request.voice, headers.get("model", "its own")) from error


def providers(registry: Registry) -> None:
    """Add the voices."""
    registry.add(FishSpeech())
    registry.add(FishAudio())
