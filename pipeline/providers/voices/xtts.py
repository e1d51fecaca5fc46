"""XTTS as daswer123/xtts-api-server has it: ``POST /tts_to_audio/`` with a voice from its folder, or the path of a file.

It takes no uploads. On this computer it reads the recording where Lectern keeps it: `speaker_wav` may be an absolute path
(xtts_api_server/server.py, tts_funcs.py `get_speaker_wav`). Elsewhere a person puts the file into its folder `speakers`.
"""

from pydantic import Field

from ...services.cloned_voices import reference_sample
from ...services.cloning import Cloning
from ...services.connection_test import probe_connection
from ...services.http import HttpClient, HttpResponse, HttpStatusError, Service
from ...services.keys import is_local
from ...services.registry import Registry
from ...services.usage import ConnectionTest
from ...services.voice import VoiceServiceSettings
from ...voice.espeak import primary_language
from ...voice.parts import Part
from ...voice.service_voice import ServiceCall, ServiceVoice, SynthesizedPart, naming_voice
from ...voice.sound import decoded

LANGUAGES = {"zh": "zh-cn"}
"""What XTTS calls languages otherwise than films do."""


class XTTSSettings(VoiceServiceSettings):
    """An xtts-api-server."""

    base_url: str = "http://localhost:8020"
    price: float | None = Field(0.0, ge=0, description="What 1000 characters cost")


class XTTS(ServiceVoice[XTTSSettings], Cloning[XTTSSettings]):
    """``POST /tts_to_audio/``."""

    name, label, settings = "xtts", "XTTS", XTTSSettings
    most = 230  # characters after which XTTS begins to leave words out
    keeps = False
    sample_seconds = (6.0, 30.0)

    def cloning_fault(self, settings: XTTSSettings) -> str:
        """Return that a server elsewhere takes no recordings."""
        if is_local(settings.base_url):
            return ""
        return (
            "an xtts-api-server takes no uploads: copy the recording into the folder `speakers` on its computer, as "
            "my-voice.wav, and give the command again with --voice my-voice"
        )

    def ask(self, call: ServiceCall[XTTSSettings], part: Part) -> bytes:
        """Ask for the sound of a part."""
        sample, code = reference_sample(call.request), primary_language(call.request.language or "en")
        speaker = str(sample.file) if sample else call.request.voice
        body = {"text": part.text, "speaker_wav": speaker, "language": LANGUAGES.get(code, code)}
        try:
            return call.http.submit(call.service, "/tts_to_audio/", json=body).body
        except HttpStatusError as error:
            raise naming_voice(error, call.service, speaker, "xtts") from error

    def heard(self, service: Service, part: Part, kept: bytes) -> SynthesizedPart:
        """Return the sound; its times are found by other means."""
        return SynthesizedPart(decoded(HttpResponse(body=kept), service.name, len(part.text)))

    def test(self, settings: XTTSSettings, http: HttpClient) -> ConnectionTest:
        """Ask for the voices, which is free."""
        return probe_connection(http, self.service(settings), "/speakers_list", "/speakers_list")


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(XTTS())
