"""Lectern's own ear as a transcription: Whisper base, in a process of its own, without a server."""

import io
import wave

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ..services.http import HttpClient
from ..services.registry import Registry
from ..services.transcription import (
    TranscribedWord,
    Transcript,
    TranscriptionContext,
    TranscriptionProvider,
    TranscriptionRequest,
)
from ..services.usage import ConnectionTest
from ..voice.listener import OWN_EAR
from ..voice.whisper_process import INSTALL, MODEL, cuts_at_pauses, ear_installed, ear_samples, whisper_process


class WhisperSettings(BaseModel):
    """Lectern's own ear."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    beam: int = Field(5, ge=1, le=10, description="How many readings are weighed against each other; 1 is the quickest")


class WhisperTranscription(TranscriptionProvider[WhisperSettings]):
    """Whisper base by faster-whisper, on this computer; free, and no one is contacted."""

    name, label, settings, local = OWN_EAR, "Lectern's own ear", WhisperSettings, True

    def transcribe(
        self, context: TranscriptionContext, settings: WhisperSettings, request: TranscriptionRequest
    ) -> Transcript:
        """Listen to the recording. What is expected to be said is not told: a listener who knows it hears it."""
        with wave.open(io.BytesIO(request.wav)) as file:
            pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        sound = ear_samples((pcm / np.float32(32768)).astype(np.float32))
        language = request.language.replace("_", "-").partition("-")[0].lower()
        cuts = cuts_at_pauses(sound)
        heard = whisper_process().transcribe(sound, language, beam=settings.beam, cuts=cuts).words(cuts)
        words = tuple(TranscribedWord(word=one.word.strip(), start=one.start, end=one.end) for one in heard)
        return Transcript(text="".join(one.word for one in heard).strip(), words=words)

    def identity(self, settings: WhisperSettings) -> str:
        """Return what a transcript depends on: the model, and how it is asked."""
        return f"{MODEL} {settings.beam}"

    def test(self, settings: WhisperSettings, http: HttpClient) -> ConnectionTest:
        """Return whether it is installed."""
        if ear_installed():
            return ConnectionTest(ok=True, what=f"{MODEL} is installed; nothing is contacted")
        return ConnectionTest(ok=False, what=f"it isn't installed; install it with: {INSTALL}")


def providers(registry: Registry) -> None:
    """Add the transcription."""
    registry.add(WhisperTranscription())
