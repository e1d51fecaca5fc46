"""Kokoro as a provider: neural voices of women and men, American and British. The engine is in `pipeline/voice`.

A server with Kokoro is another provider: `kokoro-server`.
"""

from pydantic import Field, field_validator

from ...services.registry import Registry
from ...voice.neural_line import NeuralSettings
from ...voice.neural_provider import NeuralProvider


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
    elsewhere = "a Kokoro-FastAPI server has more, with the provider kokoro-server"


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(Kokoro())
