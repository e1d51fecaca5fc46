"""When each word and each phoneme of a recording is heard: by the service's times."""

import tempfile
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

from ..services.voice import Phoneme, VoiceRequest
from .espeak import Espeak
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


def spans_of_tokens(words: Sequence[str], tokens: Sequence[tuple[str, float, float]]) -> tuple[Span | None, ...] | None:
    """Word times from those of a service's own words (Kokoro), matched by their letters; None where they don't fit.

    A word of which no letter is found has no time.
    """
    ours = [(letter, index) for index, word in enumerate(words) for letter in _letters(word)]
    theirs = [timed for token in tokens for timed in _timed_letters(*token)]
    matcher = SequenceMatcher(None, [letter for letter, _ in ours], [letter for letter, *_ in theirs], autojunk=False)
    matches = [(a + i, b + i) for a, b, size in matcher.get_matching_blocks() for i in range(size)]
    if len(matches) < ENOUGH * max(len(ours), len(theirs), 1):
        return None
    heard: dict[int, list[tuple[float, float]]] = {}
    for mine, its in matches:
        heard.setdefault(ours[mine][1], []).append(theirs[its][1:])
    return tuple((heard[i][0][0], heard[i][-1][1]) if i in heard else None for i in range(len(words)))


def in_order(spans: Sequence[Span | None], duration: float) -> Spans:
    """Times that rise and lie within the recording; a word without one gets a sliver after the word before it."""
    found: list[Span] = []
    for span in spans:
        earliest = found[-1][1] if found else 0.0
        start, end = span or (earliest, earliest + SLIVER)
        start = min(max(start, earliest), duration)
        found.append((start, min(max(end, start), duration)))
    return tuple(found)


def phonemes_within(words: Sequence[str], spans: Spans, language: str) -> tuple[Phoneme, ...]:
    """The phonemes of `words` as eSpeak NG says them, each word's stretched to the time in which it is heard."""
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


def _letters(word: str) -> str:
    return "".join(filter(str.isalnum, word.casefold()))


def _timed_letters(word: str, start: float, end: float) -> list[tuple[str, float, float]]:
    letters = _letters(word)
    step = (end - start) / max(1, len(letters))
    return [(letter, start + i * step, start + (i + 1) * step) for i, letter in enumerate(letters)]
