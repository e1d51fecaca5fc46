"""Gemini's speech: not yet, and it says so rather than send something that was never seen to work."""

from pathlib import Path

from ...base.errors import LecternError
from ...services.http import HttpClient
from ...services.provider import Lane
from ...services.registry import Registry
from ...services.usage import ConnectionTest, Usage
from ...services.voice import VoiceContext, VoiceProvider, VoiceRequest, VoiceServiceSettings, VoiceTake

NOT_YET = (
    "Gemini's speech is not built in yet: how its models name a voice and in what form they send the sound could not be "
    "made sure of, and nothing that costs is sent on a guess. Use openai, elevenlabs, kokoro-server or piper, or a program that "
    "speaks to it, as a command"
)


class GeminiSettings(VoiceServiceSettings):
    """Gemini's speech."""

    base_url: str = "https://generativelanguage.googleapis.com"
    model: str = ""


class Gemini(VoiceProvider[GeminiSettings]):
    """The provider, which refuses."""

    name, label, settings = "gemini", "Gemini", GeminiSettings
    keys = {"generativelanguage.googleapis.com": ("GOOGLE_API_KEY", "GEMINI_API_KEY")}

    def speak(self, context: VoiceContext, settings: GeminiSettings, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Refuse."""
        raise LecternError(NOT_YET)

    def lane(self, settings: GeminiSettings) -> Lane | None:
        """Return none: nothing is asked of it."""
        return None

    def test(self, settings: GeminiSettings, http: HttpClient) -> ConnectionTest:
        """Say why it doesn't work."""
        return ConnectionTest(ok=False, what=NOT_YET)

    def cost(self, settings: GeminiSettings, request: VoiceRequest) -> Usage | None:
        """Refuse, before anything is spent on the other lines."""
        raise LecternError(NOT_YET)


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(Gemini())
