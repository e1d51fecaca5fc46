"""What the built-in neural voices have in common as providers: they read English, and tell the times themselves."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from ..base.errors import LecternError
from ..services.voice import Need, VoiceContext, VoiceProvider, VoiceRequest, VoiceTake
from .delivery import with_stresses
from .neural_line import FASTEST, HIGHEST, SLOWEST, NeuralSettings, NeuralVoice, english_fault, speak_neural_line
from .neural_models import MODELS
from .phonemes import phonemes_of_words

BRITISH = "b"
"""What the names of British voices begin with, like ``bf_emma``: the names are Kokoro's."""


MANNERS: dict[str, tuple[float, float]] = {
    "cheerful": (1.06, 1.2), "serious": (0.93, -1.0), "surprised": (1.04, 2.0), "worried": (0.95, 0.6),
}  # fmt: skip
"""How many times as fast as usual, and how many semitones higher, a voice speaks in a mood."""


class NeuralProvider[S: NeuralSettings](VoiceProvider[S]):
    """Speaks with the model that it is named after.

    `elsewhere` says in a clause where there are other voices than `voices`.
    """

    local = levelled = True
    needs: frozenset[Need] = frozenset({"emphasis", "phonemes", "lexicon"})
    elsewhere: ClassVar[str]

    def language_fault(self, settings: S, voice: str, language: str, text: str) -> str:
        """Return why the voice can't speak the language, or what of the text it can't read."""
        return self._unknown(voice) or english_fault(voice, language, text)

    def missing(self) -> str:
        """Return which packages are missing."""
        return MODELS[self.name].missing()

    def in_mood(self, settings: Mapping[str, str], mood: str) -> Mapping[str, str]:
        """Return the settings with the speed and the pitch of a mood."""
        faster, higher = MANNERS.get(mood, (1.0, 0.0))
        usual = self.settings_from(settings)
        speed, pitch = (
            min(max(usual.speed * faster, SLOWEST), FASTEST),
            min(max(usual.pitch + higher, -HIGHEST), HIGHEST),
        )
        return {**settings, "speed": f"{speed:.4g}", "pitch": f"{pitch:.4g}"}

    def phonemes(self, settings: S, request: VoiceRequest) -> tuple[str, ...]:
        """Return the phonemes of each word, as the model is told them."""
        words = phonemes_of_words(request.words, british=request.voice.startswith(BRITISH))
        return with_stresses(words, request.emphasis)

    def speak(self, context: VoiceContext, settings: S, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Write the recording into `folder` and return its take."""
        if fault := self._unknown(request.voice):
            raise LecternError(fault)
        who = NeuralVoice(self.name, request.voice, british=request.voice.startswith(BRITISH))
        return speak_neural_line(who, settings, request, folder, context.report)

    def _unknown(self, voice: str) -> str:
        """Return that there is no such voice, and which ones there are; "" if there is."""
        if voice in self.voices:
            return ""
        return f'{self.label} has no voice "{voice}" here; it has: {", ".join(self.voices)}; {self.elsewhere}'
