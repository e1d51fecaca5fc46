"""Converts the times that a service sends to the times of a line's words, and adds phonemes."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..base.clock import Span
from ..base.errors import LecternError
from ..services.voice import Phoneme, VoiceRequest
from .espeak import speak_line
from .transcript_match import Token, spans_by_letters
from .words import SLIVER

ENOUGH = 0.9
"""The share of letters that a service's words must have in common with the line for its times to be used."""

VOICES = {"en": "en-us"}
"""eSpeak NG's voice for a language, if one fits better than that of the plain code."""

type Spans = tuple[Span, ...]
"""The spans of a line's words, in order."""


def spans_of_characters(
    words: Sequence[str], characters: Sequence[str], starts: Sequence[float], ends: Sequence[float]
) -> Spans | None:
    """Return the words' spans from the times of the text's characters (ElevenLabs); None if they don't fit the words."""
    if not characters or not len(characters) == len(starts) == len(ends):
        return None
    text, owner = "".join(characters), [i for i, piece in enumerate(characters) for _ in piece]
    spans, place = [], 0
    for word in words:
        found = text.find(word, place)
        if found < 0 or not word:
            return None
        place = found + len(word)
        spans.append((float(starts[owner[found]]), float(ends[owner[place - 1]])))
    return tuple(spans)


def spans_of_tokens(words: Sequence[str], tokens: Sequence[Token]) -> tuple[Span | None, ...] | None:
    """Return the words' spans from those of a service's own tokens (Kokoro), matched letter by letter; None if they don't fit.

    A word of which no letter is found has no span.
    """
    heard, share = spans_by_letters(words, tokens)
    return tuple(map(heard.get, range(len(words)))) if share >= ENOUGH else None


def order_spans(spans: Sequence[Span | None], duration: float) -> Spans:
    """Return spans that rise and lie within the recording; a word without one gets a sliver after the word before it."""
    found: list[Span] = []
    for span in spans:
        earliest = found[-1][1] if found else 0.0
        start, end = span or (earliest, earliest + SLIVER)
        start = min(max(start, earliest), duration)
        found.append((start, min(max(end, start), duration)))
    return tuple(found)


def phonemes_of(words: Sequence[str], spans: Spans, language: str) -> tuple[Phoneme, ...]:
    """Return the phonemes of words whose spans are known.

    If eSpeak NG does not know the language, they are those of English: lips that move are better than still ones.
    """
    try:
        return phonemes_within(words, spans, language)
    except LecternError:
        return phonemes_within(words, spans, "en")


def phonemes_within(words: Sequence[str], spans: Spans, language: str) -> tuple[Phoneme, ...]:
    """Return the phonemes of `words` as eSpeak NG says them, each word's scaled to its span.

    Raises LecternError if eSpeak NG does not know the language.
    """
    with tempfile.TemporaryDirectory() as folder:
        request = VoiceRequest(provider="espeak", voice=espeak_voice(language), words=tuple(words))
        take = speak_line(request, Path(folder))
    return tuple(
        _scale_phoneme(phoneme, (word.start, word.end), span)
        for word, span in zip(take.words, spans, strict=True)
        for phoneme in take.phonemes
        if word.start <= phoneme.start < word.end and span[1] > span[0]
    )


def espeak_voice(language: str) -> str:
    """Return eSpeak NG's voice for a language code."""
    return VOICES.get(language.lower(), language.lower()) or VOICES["en"]


def _scale_phoneme(phoneme: Phoneme, there: Span, here: Span) -> Phoneme:
    scale = (here[1] - here[0]) / (there[1] - there[0])
    start = here[0] + (phoneme.start - there[0]) * scale
    end = min(here[1], here[0] + (phoneme.end - there[0]) * scale)
    return Phoneme(symbol=phoneme.symbol, start=start, end=max(start, end))
