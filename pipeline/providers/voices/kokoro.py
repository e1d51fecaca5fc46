"""Kokoro as a provider: neural voices of women and men, American and British. The engine is in `pipeline/voice`.

A server with Kokoro is another provider: `kokoro-server`.
"""

from pathlib import Path

from pydantic import Field, field_validator

from ...base.errors import LecternError
from ...services.registry import Registry
from ...services.voice import Need, VoiceContext, VoiceProvider, VoiceRequest, VoiceTake
from ...voice.neural_line import NeuralSettings, NeuralVoice, english_fault, speak_neural_line
from ...voice.phonemes import phonemes_of_words

VOICES = ("af_heart", "af_bella", "am_michael", "am_puck", "bf_emma", "bf_isabella", "bm_fable", "bm_george")
"""The voices that Lectern carries: a American, b British; f a woman, m a man."""

SERVER = "a Kokoro-FastAPI server has more, with the provider kokoro-server"


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


class Kokoro(VoiceProvider[KokoroSettings]):
    """Speaks with Kokoro, which tells the times itself."""

    name, label, settings, local = "kokoro", "Kokoro", KokoroSettings, True
    needs: frozenset[Need] = frozenset({"phonemes", "lexicon"})
    default_voice = VOICES[0]

    def language_fault(self, settings: KokoroSettings, voice: str, language: str, text: str) -> str:
        """Return why the voice can't speak the language, or what of the text it can't read."""
        return unknown_voice(voice) or english_fault(voice, language, text)

    def phonemes(self, settings: KokoroSettings, request: VoiceRequest) -> tuple[str, ...]:
        """Return the phonemes of each word, as the model is told them."""
        return phonemes_of_words(request.words, british=request.voice.startswith("b"))

    def speak(self, context: VoiceContext, settings: KokoroSettings, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Write the recording into `folder` and return its take."""
        if fault := unknown_voice(request.voice):
            raise LecternError(fault)
        who = NeuralVoice(self.name, request.voice, british=request.voice.startswith("b"))
        return speak_neural_line(who, settings, request, folder, context.report)


def unknown_voice(voice: str) -> str:
    """Return that Lectern carries no such voice, and which ones there are; "" if it does."""
    return "" if voice in VOICES else f'Kokoro has no voice "{voice}" here; it has: {", ".join(VOICES)}; {SERVER}'


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(Kokoro())
