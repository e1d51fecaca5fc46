"""hibari as a provider: the neural voice out of the box. The engine is in `pipeline/voice`."""

from pathlib import Path

from ...base.errors import LecternError
from ...services.registry import Registry
from ...services.voice import Need, VoiceContext, VoiceProvider, VoiceRequest, VoiceTake
from ...voice.neural_line import NeuralSettings, NeuralVoice, english_fault, speak_neural_line
from ...voice.phonemes import phonemes_of_words

VOICES = ("heart",)
"""What is in hibari's package. It has more, and downloads them; Lectern downloads nothing behind anybody's back."""


class Hibari(VoiceProvider[NeuralSettings]):
    """Speaks with hibari, which tells the times itself."""

    name, label, settings, local = "hibari", "hibari", NeuralSettings, True
    needs: frozenset[Need] = frozenset({"phonemes", "lexicon"})
    default_voice = VOICES[0]

    def language_fault(self, settings: NeuralSettings, voice: str, language: str, text: str) -> str:
        """Return why the voice can't speak the language, or what of the text it can't read."""
        return unknown_voice(voice) or english_fault(voice, language, text)

    def phonemes(self, settings: NeuralSettings, request: VoiceRequest) -> tuple[str, ...]:
        """Return the phonemes of each word, as the model is told them."""
        return phonemes_of_words(request.words)

    def speak(self, context: VoiceContext, settings: NeuralSettings, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Write the recording into `folder` and return its take."""
        if fault := unknown_voice(request.voice):
            raise LecternError(fault)
        return speak_neural_line(NeuralVoice(self.name, request.voice), settings, request, folder, context.report)


def unknown_voice(voice: str) -> str:
    """Return that there is no such voice, and which ones there are; "" if there is."""
    if voice in VOICES:
        return ""
    more = "other voices, women's and men's, have the provider kokoro; those of languages espeak"
    return f'hibari has no voice "{voice}"; it has: {", ".join(VOICES)} ({more})'


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(Hibari())
