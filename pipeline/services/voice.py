"""The seam where voices plug in: a line of narration goes in; a recording with its times comes out."""

from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel

from ..model import Frozen

Tier = Literal["service", "alignment", "transcription", "loudness"]
"""Where the times come from, best first."""


class SpokenWord(Frozen):
    """When word `index` of the line is heard, in seconds from the start of the recording."""

    index: int
    start: float
    end: float


class Phoneme(Frozen):
    """One IPA phoneme as heard, in seconds from the start of the recording."""

    symbol: str
    start: float
    end: float


class VoiceRequest(Frozen):
    """All that a recording of one line depends on.

    `words` are as they are spoken (respelled where the author says so); `pauses` are (index of the word before which
    the voice rests, seconds), index `len(words)` meaning after the last; `voice` names the provider's voice and
    `settings` are the provider's own, validated by it.
    """

    provider: str
    voice: str
    settings: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...]
    pauses: tuple[tuple[int, float], ...] = ()


class VoiceTake(Frozen):
    """A recording: `audio` is the file's name in the take's folder (WAV, mono, 48 kHz, 16 bit)."""

    audio: str
    duration: float
    words: tuple[SpokenWord, ...]
    phonemes: tuple[Phoneme, ...]
    tier: Tier
    confidence: float = 1.0


class VoiceProvider(Protocol):
    """Speaks a line.

    `settings` is the type of the provider's own settings, declared once; forms and help are generated from it.
    """

    name: str
    settings: type[BaseModel]

    def speak(self, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Writes the recording into `folder` and returns its take; raises LecternError with the way out."""
        ...
