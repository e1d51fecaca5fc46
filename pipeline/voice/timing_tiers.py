"""Times the words of a recording: by alignment, else by a transcript, else by loudness."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..base import audio
from ..base.arrays import MonoSamples
from ..base.errors import LecternError
from ..services.transcription import Transcriber, TranscriptionRequest
from ..services.voice import CONFIDENT, Tier
from .loudness import spans_by_loudness
from .parts import TimedPart
from .sound import wav
from .timing import Spans, order_spans, phonemes_of
from .transcript_match import TranscriptMatch, match_transcript

if TYPE_CHECKING:
    from .align import Alignment

GUESS_CONFIDENCE = 0.2
"""The confidence of times by loudness."""


def time_words(
    sound: MonoSamples, words: Sequence[str], language: str = "en", transcriber: Transcriber | None = None
) -> TimedPart:
    """Return `sound` with the times of `words` in it, found by the best means that is sure of them.

    If the transcription fails, the part's note says why, and its times are guessed from loudness.
    """
    aligned = _align_or_none(sound, words, language)
    if aligned and aligned.confidence >= CONFIDENT:
        spans = order_spans([(word.start, word.end) for word in aligned.words], len(sound) / audio.RATE)
        return TimedPart(sound, spans, aligned.phonemes, "alignment", aligned.confidence)
    guessed = _timed(sound, words, spans_by_loudness(sound, words), language, "loudness", GUESS_CONFIDENCE)
    return _by_transcript(guessed, words, language, transcriber) if transcriber else guessed


def _by_transcript(guessed: TimedPart, words: Sequence[str], language: str, transcriber: Transcriber) -> TimedPart:
    """Return the times by a transcript, or the guessed ones if it fails or has another text."""
    try:
        found = _match_transcript(guessed.sound, words, language, transcriber)
    except LecternError as error:
        return replace(guessed, note=str(error))
    used = transcriber.cost(len(guessed.sound) / audio.RATE)
    if found is None or found.share < CONFIDENT:
        return replace(guessed, listening=used)
    sure = _timed(guessed.sound, words, found.spans, language, "transcription", round(found.share, 3))
    return replace(sure, listening=used)


def _align_or_none(sound: MonoSamples, words: Sequence[str], language: str) -> "Alignment | None":
    """Return the alignment, or None if eSpeak NG does not know the language."""
    from .align import align  # needed only for voices without times, and takes a while to load

    try:
        return align(sound, words, language)
    except LecternError:
        return None


def _match_transcript(
    sound: MonoSamples, words: Sequence[str], language: str, transcriber: Transcriber
) -> TranscriptMatch | None:
    request = TranscriptionRequest(wav=wav(sound), language=language, prompt=" ".join(words))
    heard = transcriber.transcribe(request).words
    return match_transcript(words, heard, len(sound) / audio.RATE) if heard else None


def _timed(
    sound: MonoSamples, words: Sequence[str], spans: Spans, language: str, tier: Tier, confidence: float
) -> TimedPart:
    phonemes = phonemes_of(words, spans, language)
    return TimedPart(sound, order_spans(spans, len(sound) / audio.RATE), phonemes, tier, confidence)
