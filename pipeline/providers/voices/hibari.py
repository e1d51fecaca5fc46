"""hibari as a provider: the neural voice out of the box. The engine is in `pipeline/voice`."""

from pathlib import Path

from ...base.errors import LecternError
from ...services.registry import Registry
from ...services.voice import VoiceContext, VoiceProvider, VoiceRequest, VoiceTake
from ...voice.neural_line import NeuralSettings, NeuralVoice, speak_neural_line

VOICES = ("heart",)
"""What is in hibari's package. It has more, and downloads them; Lectern downloads nothing behind anybody's back."""


class Hibari(VoiceProvider[NeuralSettings]):
    """Speaks with hibari, which tells the times itself."""

    name, label, settings, local = "hibari", "hibari", NeuralSettings, True
    default_voice = VOICES[0]

    def speak(self, context: VoiceContext, settings: NeuralSettings, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Write the recording into `folder` and return its take."""
        if request.voice not in VOICES:
            raise LecternError(f'hibari has no voice "{request.voice}"; it has: {", ".join(VOICES)}')
        return speak_neural_line(NeuralVoice("hibari", request.voice), settings, request, folder, context.report)


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(Hibari())
