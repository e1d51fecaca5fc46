"""F5-TTS behind ValyrianTech/F5-TTS_server: ``POST /upload_audio/`` takes a recording, ``GET /synthesize_speech/`` speaks like it.

Read in programs that use the server (multipart `audio_file_label` and `file`; query `text` and `voice`), not in its own source. It
transcribes the recording itself, uses its first 15 seconds, and has no way to delete it.
"""

from pydantic import Field

from ...services.cloning import Cloning, VoiceSample, sent_once
from ...services.http import HttpClient, HttpResponse, HttpStatusError, Service
from ...services.registry import Registry
from ...services.usage import ConnectionTest
from ...services.voice import VoiceServiceSettings
from ...voice.parts import Part
from ...voice.service_voice import ServiceCall, ServiceVoice, SynthesizedPart, naming_voice
from ...voice.sound import decoded


class F5Settings(VoiceServiceSettings):
    """An F5-TTS server."""

    base_url: str = "http://localhost:7860"
    price: float | None = Field(0.0, ge=0, description="What 1000 characters cost")


class F5(ServiceVoice[F5Settings], Cloning[F5Settings]):
    """``GET /synthesize_speech/``."""

    name, label, settings = "f5-tts", "F5-TTS", F5Settings
    most = 200
    sample_seconds = (5.0, 15.0)

    def ask(self, call: ServiceCall[F5Settings], part: Part) -> bytes:
        """Ask for the sound of a part."""
        query = {"text": part.text, "voice": call.request.voice}
        try:
            return call.http.get(call.service, "/synthesize_speech/", query).body
        except HttpStatusError as error:
            raise naming_voice(error, call.service, call.request.voice, "F5-TTS") from error

    def heard(self, service: Service, part: Part, kept: bytes) -> SynthesizedPart:
        """Return the sound; its times are found by other means."""
        return SynthesizedPart(decoded(HttpResponse(body=kept), service.name, len(part.text)))

    def test(self, settings: F5Settings, http: HttpClient) -> ConnectionTest:
        """Ask for the description of the server, which is free."""
        service = self.service(settings)
        http.get(service, "/openapi.json")
        return ConnectionTest(ok=True, what=f"{service.name} answers at {service.base}")

    def enrol(self, http: HttpClient, settings: F5Settings, sample: VoiceSample) -> str:
        """Upload the recording, and return its label."""
        files = {"file": (f"{sample.name}.wav", sample.wav, "audio/wav")}
        http.submit(
            sent_once(self.service(settings)), "/upload_audio/", form={"audio_file_label": sample.name}, files=files
        )
        return sample.name


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(F5())
