"""Kokoro as a provider: neural voices of women and men, American and British. The engine is in `pipeline/voice`.

A server with Kokoro is another provider: `kokoro-server`.
"""

from pydantic import Field, field_validator

from ...services.registry import Registry
from ...services.voice import OfferedVoice
from ...voice.neural_line import NeuralSettings
from ...voice.neural_provider import BRITISH, NeuralProvider


class KokoroSettings(NeuralSettings):
    """How Kokoro speaks."""

    base_url: str = Field("", description="Not here: a server is the provider `kokoro-server`")

    @field_validator("base_url")
    @classmethod
    def _of_a_server(cls, given: str) -> str:
        if given:
            raise ValueError(
                "kokoro is built in, and has no address; a Kokoro-FastAPI server is called kokoro-server now"
            )
        return given


class Kokoro(NeuralProvider[KokoroSettings]):
    """Speaks with Kokoro. Of its voices, a and b are American and British, f and m women and men."""

    name, label, settings = "kokoro", "Kokoro", KokoroSettings
    voices = ("af_heart", "af_bella", "am_michael", "am_puck", "bf_emma", "bf_isabella", "bm_fable", "bm_george")
    default_voice = voices[0]
    licence, speed = "Apache-2.0", 1.0
    elsewhere = "a Kokoro-FastAPI server has more, with the provider kokoro-server"

    def offered(self) -> tuple[OfferedVoice, ...]:
        """Return the voices that Lectern carries; their names say what they are."""
        return tuple(
            OfferedVoice(
                voice=voice,
                language="en-GB" if voice.startswith(BRITISH) else "en-US",
                sex="woman" if voice[1] == "f" else "man",
            )
            for voice in self.voices
        )


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(Kokoro())
