"""hibari as a provider: a small neural voice. The engine is in `pipeline/voice`."""

from ...services.registry import Registry
from ...services.voice import OfferedVoice
from ...voice.neural_line import NeuralSettings
from ...voice.neural_provider import NeuralProvider


class Hibari(NeuralProvider[NeuralSettings]):
    """Speaks with hibari. Its package has one voice and downloads others; Lectern downloads nothing behind anybody's back."""

    name, label, settings = "hibari", "hibari", NeuralSettings
    voices = ("heart",)
    default_voice = voices[0]
    licence, speed = "Apache-2.0", 50.0
    elsewhere = "other voices, women's and men's, have the provider kokoro; those of languages espeak"

    def offered(self) -> tuple[OfferedVoice, ...]:
        """Return its one voice."""
        return (OfferedVoice(voice=self.default_voice, language="en-US", sex="woman"),)


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(Hibari())
