"""When the words of a voice without times are heard: by alignment, else by a transcript, else by loudness."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .. import audio
from ..errors import LecternError
from ..services.transcription import Transcriber, TranscriptionRequest
from ..services.usage import Usage
from ..services.voice import SURE, Phoneme, SpokenWord, Tier, Times
from .loudness import by_loudness
from .sound import wav
from .timing import phonemes_of
from .transcribed import Matched, matched
from .words import Span

GUESS = 0.2
"""The confidence of times by loudness."""


@dataclass(frozen=True)
class Timing:
    """The times of all words and of the phonemes, in seconds; where they are from, and how sure they are (0..1).

    `listening` is what the transcription used, `note` why there is none.
    """

    words: tuple[SpokenWord, ...]
    phonemes: tuple[Phoneme, ...]
    tier: Tier
    confidence: float
    listening: Usage | None = None
    note: str = ""


def timed(
    sound: np.ndarray, words: Sequence[str], language: str = "en", transcriber: Transcriber | None = None
) -> Timing:
    """The times of `words` in `sound` (samples,), mono, 48 kHz, by the best means that is sure of them.

    A transcription that fails is noted, and loudness has to do.
    """
    aligned = _aligned(sound, words, language)
    if aligned and aligned.confidence >= SURE:
        return Timing(tuple(aligned.words), tuple(aligned.phonemes), "alignment", aligned.confidence)
    guessed = _timing(words, by_loudness(sound, words), language, "loudness", GUESS)
    return _written_down(guessed, sound, words, language, transcriber) if transcriber else guessed


def _written_down(
    guessed: Timing, sound: np.ndarray, words: Sequence[str], language: str, transcriber: Transcriber
) -> Timing:
    """The times by a transcript; the guessed ones where it fails, or is of something else."""
    try:
        found = _transcribed(sound, words, language, transcriber)
    except LecternError as error:
        return replace(guessed, note=str(error))
    used = transcriber.cost(len(sound) / audio.RATE)
    if found is None or found.share < SURE:
        return replace(guessed, listening=used)
    sure = _timing(words, found.spans, language, "transcription", round(found.share, 3))
    return replace(sure, listening=used)


def _aligned(sound: np.ndarray, words: Sequence[str], language: str) -> Times | None:
    """None where eSpeak NG does not know the language."""
    from .align import align  # it is needed for voices without times alone, and takes a while to load

    try:
        return align(sound, words, language)
    except LecternError:
        return None


def _transcribed(sound: np.ndarray, words: Sequence[str], language: str, transcriber: Transcriber) -> Matched | None:
    request = TranscriptionRequest(wav=wav(sound), language=language, prompt=" ".join(words))
    heard = transcriber.transcribe(request).words
    return matched(words, heard, len(sound) / audio.RATE) if heard else None


def _timing(words: Sequence[str], spans: tuple[Span, ...], language: str, tier: Tier, confidence: float) -> Timing:
    spoken = tuple(SpokenWord(index=index, start=start, end=end) for index, (start, end) in enumerate(spans))
    return Timing(spoken, phonemes_of(words, spans, language), tier, confidence)
