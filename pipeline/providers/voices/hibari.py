"""hibari as a provider: a small neural voice. The engine is in `pipeline/voice`."""

from ...services.registry import Registry
from ...voice.neural_line import NeuralSettings
from ...voice.neural_provider import NeuralProvider


class Hibari(NeuralProvider[NeuralSettings]):
    """Speaks with hibari. Its package has one voice and downloads others; Lectern downloads nothing behind anybody's back."""

    name, label, settings = "hibari", "hibari", NeuralSettings
    voices = ("heart",)
    default_voice = voices[0]
    elsewhere = "other voices, women's and men's, have the provider kokoro; those of languages espeak"


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(Hibari())
