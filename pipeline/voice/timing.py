"""When each word and each phoneme of a recording is heard: by the service's times."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..errors import LecternError
from ..services.voice import Phoneme, VoiceRequest
from .espeak import Espeak
from .letters import Token, spans_by_letters
from .words import Span

ENOUGH = 0.9
"""The part of the letters that a service's words and the line must share, or its times are not believed."""

SLIVER = 0.01
"""Seconds given to a word that has no time of its own (a dash)."""

VOICES = {"en": "en-us"}
"""What eSpeak NG calls a language, where a better one than its code is known."""

Spans = tuple[Span, ...]


def spans_of_characters(
    words: Sequence[str], characters: Sequence[str], starts: Sequence[float], ends: Sequence[float]
) -> Spans | None:
    """Word times from the times of the text's characters (ElevenLabs); None where they don't fit the words."""
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
    """Word times from those of a service's own words (Kokoro), matched by their letters; None where they don't fit.

    A word of which no letter is found has no time.
    """
    heard, share = spans_by_letters(words, tokens)
    return tuple(map(heard.get, range(len(words)))) if share >= ENOUGH else None


def in_order(spans: Sequence[Span | None], duration: float) -> Spans:
    """Times that rise and lie within the recording; a word without one gets a sliver after the word before it."""
    found: list[Span] = []
    for span in spans:
        earliest = found[-1][1] if found else 0.0
        start, end = span or (earliest, earliest + SLIVER)
        start = min(max(start, earliest), duration)
        found.append((start, min(max(end, start), duration)))
    return tuple(found)


def phonemes_of(words: Sequence[str], spans: Spans, language: str) -> tuple[Phoneme, ...]:
    """The phonemes of words whose times are known; those of English where eSpeak NG does not know the language: lips that
    move are better than none."""
    try:
        return phonemes_within(words, spans, language)
    except LecternError:
        return phonemes_within(words, spans, "en")


def phonemes_within(words: Sequence[str], spans: Spans, language: str) -> tuple[Phoneme, ...]:
    """The phonemes of `words` as eSpeak NG says them, each word's stretched to the time in which it is heard.

    LecternError where eSpeak NG does not know the language.
    """
    with tempfile.TemporaryDirectory() as folder:
        request = VoiceRequest(provider="espeak", voice=espeak_voice(language), words=tuple(words))
        take = Espeak().speak(request, Path(folder))
    return tuple(
        _moved(phoneme, (word.start, word.end), span)
        for word, span in zip(take.words, spans, strict=True)
        for phoneme in take.phonemes
        if word.start <= phoneme.start < word.end and span[1] > span[0]
    )


def espeak_voice(language: str) -> str:
    """eSpeak NG's voice for a language code."""
    return VOICES.get(language.lower(), language.lower()) or VOICES["en"]


def _moved(phoneme: Phoneme, there: Span, here: Span) -> Phoneme:
    scale = (here[1] - here[0]) / (there[1] - there[0])
    start = here[0] + (phoneme.start - there[0]) * scale
    end = min(here[1], here[0] + (phoneme.end - there[0]) * scale)
    return Phoneme(symbol=phoneme.symbol, start=start, end=max(start, end))
