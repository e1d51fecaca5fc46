"""Gemini's speech: not yet, and it says so rather than send something that was never seen to work."""

from pathlib import Path

from ..errors import LecternError
from ..services.usage import Tested, Usage
from ..services.voice import Lane, VoiceBench, VoiceRequest, VoiceTake
from ..services.voice_settings import GeminiSettings
from .speaking import Speaker

NOT_YET = (
    "Gemini's speech is not built in yet: how its models name a voice and in what form they send the sound could not be "
    "made sure of, and nothing that costs is sent on a guess. Use openai, elevenlabs, kokoro or piper, or a program that "
    "speaks to it, as a command"
)


class Gemini(Speaker[GeminiSettings]):
    """The provider, which refuses."""

    def speak_at(self, bench: VoiceBench, request: VoiceRequest, folder: Path) -> VoiceTake:
        raise LecternError(NOT_YET)

    def lane(self, request: VoiceRequest) -> Lane | None:
        return None

    def test(self, settings: GeminiSettings) -> Tested:
        return Tested(ok=False, what=NOT_YET)

    def cost(self, request: VoiceRequest) -> Usage | None:
        raise LecternError(NOT_YET)
