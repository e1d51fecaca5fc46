"""eSpeak NG as a provider: the voice out of the box. The engine is in `pipeline/voice`, where alignment needs it, too."""

from collections.abc import Mapping
from pathlib import Path

from ...services.registry import Registry
from ...services.voice import Need, OfferedVoice, VoiceContext, VoiceProvider, VoiceRequest, VoiceTake
from ...voice.espeak import (
    EspeakSettings,
    known_languages,
    language_fault,
    phonemes_of_line,
    rate_of,
    speak_line,
    voice_in,
)


class Espeak(VoiceProvider[EspeakSettings]):
    """Speaks with eSpeak NG, which tells the times itself."""

    name, label, settings, local = "espeak", "eSpeak NG", EspeakSettings, True
    needs: frozenset[Need] = frozenset({"emphasis", "phonemes"})
    default_voice = "en-us+f3"
    exact = True
    licence, speed = "GPL-3.0-or-later", 700.0

    def offered(self) -> tuple[OfferedVoice, ...]:
        """Return a voice for each language; with a variant at its end, like ``+f3`` or ``+m3``, each sounds otherwise."""
        return tuple(OfferedVoice(voice=language, language=language) for language in sorted(known_languages()))

    def voice_in(self, language: str, voice: str) -> str:
        """Return eSpeak NG's own voice for the language."""
        return voice_in(language, voice)

    def language_fault(self, settings: EspeakSettings, voice: str, language: str, text: str) -> str:
        """Return why the voice can't speak the language."""
        return language_fault(voice, language, text)

    def at_speed(self, settings: Mapping[str, str], voice: str, speed: float) -> Mapping[str, str]:
        """Return the settings with another rate."""
        return {**settings, "rate": str(round(rate_of(settings, voice) * speed))}

    def phonemes(self, settings: EspeakSettings, request: VoiceRequest) -> tuple[str, ...]:
        """Return the IPA of each word."""
        return phonemes_of_line(request)

    def speak(self, context: VoiceContext, settings: EspeakSettings, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Write the recording into `folder` and return its take."""
        return speak_line(request, folder)


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(Espeak())
