"""How a sentence is delivered: rests, emphasis, and the end of a question, as the tempo, pitch and loudness of each phoneme.

The models speak every sentence alike: they know no emphasis; a question falls as a statement does (measured: the end of nine
questions is 0.2 semitones above that of the same statements in the median, with hibari and with Kokoro); they hardly rest at a
semicolon, and not at all at a dash. A sign that lasts longer is silence of the model's own.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .phonemes import MARKS, PUNCTUATION

type Curve = NDArray[np.float32]
"""A value for each character of a text of phonemes, and one before and after it for the silence there."""

VOWELS = frozenset("AIOQWYaeiouæɑɐɒɔəɛɜɪʊʌᵊᵻ")
"""The symbols of vowels and diphthongs."""

PRIMARY, SECONDARY = "ˈˌ"

STRONG = {
    "ðə": "ðˈi",
    "ði": "ðˈi",
    "ɐ": "ˈA",
    "ə": "ˈA",
    "tə": "tˈu",
    "ənd": "ˈænd",
    "ən": "ˈæn",
    "əv": "ˈʌv",
    "fɚ": "fˈɔɹ",
    "fəɹ": "fˈɔɹ",
}
"""How words sound that are weak in a sentence, where they are emphasised."""

STRESSED_TEMPO, EMPHASISED_TEMPO = 0.68, 0.85
"""How many times as fast the vowel with the stress of an emphasised word is spoken, and its other sounds."""

STRESSED_PITCH, EMPHASISED_PITCH = 2.6, 1.3
"""Semitones by which they are higher."""

EMPHASISED_GAIN = 3.0
"""dB by which an emphasised word is louder."""

RESTS = {",": 2.0, ";": 3.0, ":": 4.0, "—": 8.0, "(": 3.0, ")": 3.0}
"""How many times as long as in the models the signs within a sentence last: 0.1 to 0.2 s at a comma, 0.2 to 0.4 at others."""

REVEAL, REVEALED = 1.5, 4
"""How many times as long as otherwise the rest is before what is revealed: the last words of a sentence, so many at most, or an
emphasised word, after a colon or a dash."""

RISE, OPEN_RISE = 6.0, 2.5
"""Semitones by which the end of a question is higher than that of a statement: of one that is answered with yes or no, and of others,
which fall in English, though less."""

_OPEN = re.compile(
    r"(?:(?:so|and|but|then|now|well|okay|or)\b\W*)*(?:at|by|for|from|in|of|on|to|with)?\s*\b"
    r"(?:what|why|how|when|where|who|whom|whose|which)(?:'\w+)?\b"
)


@dataclass(frozen=True, eq=False)
class Delivery:
    """How many times as fast and as high each phoneme is spoken as the model would by itself, and how many dB louder."""

    tempo: Curve
    pitch: Curve
    gain: Curve


def delivery_of(
    text: str,
    owners: Sequence[int],
    *,
    emphasised: Collection[int] = (),
    rise: float = 0.0,
    speed: float = 1.0,
    pitch: float = 0.0,
) -> Delivery:
    """Return how a text of phonemes is spoken whose characters belong to the words `owners`.

    `emphasised` are words, `rise` the semitones by which it ends higher, and the whole is `speed` times as fast, and `pitch`
    semitones higher.
    """
    tempo, high, gain = (np.zeros(len(text) + 2, np.float32) for _ in range(3))
    tempo += np.float32(speed)
    for at, longer in _rests(text, owners, emphasised):
        tempo[at + 1] /= np.float32(longer)
    for word in emphasised:
        places = np.flatnonzero(np.asarray(owners) == word) + 1
        stressed = [at for at in places if at - 1 in _stressed(text, places - 1)]
        tempo[places] *= EMPHASISED_TEMPO
        tempo[stressed] *= STRESSED_TEMPO / EMPHASISED_TEMPO
        high[places], gain[places] = EMPHASISED_PITCH, EMPHASISED_GAIN
        high[stressed] = STRESSED_PITCH
    if rise:
        first, last = _ends_of_rise(text)
        high[first + 1 : last + 2] += np.linspace(rise / 2, rise, last + 1 - first, dtype=np.float32)
        high[last + 2 :] += np.float32(rise)
    return Delivery(tempo, np.exp2((high + np.float32(pitch)) / 12).astype(np.float32), gain)


def rise_of(words: Sequence[str]) -> float:
    """Return the semitones by which a sentence ends higher than a statement: 0 where it asks nothing."""
    said = " ".join(words)
    if not said.rstrip("\"')]»”’ ").endswith(("?", "?!", "!?")):
        return 0.0
    return OPEN_RISE if _OPEN.match(said.lower().replace("’", "'").lstrip("\"'([«“‘ ")) else RISE


def with_stresses(words: Sequence[str], emphasised: Collection[int]) -> tuple[str, ...]:
    """Return the phonemes of words, of which those that are `emphasised` (indices) have the main stress."""
    return tuple(stressed_phonemes(word) if index in emphasised else word for index, word in enumerate(words))


def stressed_phonemes(phonemes: str) -> str:
    """Return the phonemes of an emphasised word, of which one sound at least has the main stress."""
    if PRIMARY in phonemes:
        return phonemes
    core = phonemes.strip("".join(PUNCTUATION))
    if core in STRONG:
        return phonemes.replace(core, STRONG[core])
    if SECONDARY in phonemes:
        return phonemes.replace(SECONDARY, PRIMARY, 1)
    at = next((at for at, symbol in enumerate(phonemes) if symbol in VOWELS), len(phonemes))
    return phonemes[:at] + PRIMARY + phonemes[at:] if at < len(phonemes) else phonemes


def with_gain(
    sound: NDArray[np.float32], durations: Sequence[int], gain: Curve, unit: int, early: int
) -> NDArray[np.float32]:
    """Return a sound whose phonemes, of so many units each, are louder by `gain`; it changes from unit to unit, without a step.

    The phonemes are heard so many samples `early`.
    """
    if not gain.any():
        return sound
    of_units = np.repeat(gain, durations)
    middles = (np.arange(len(of_units)) + 0.5) * unit - early
    curve = np.interp(np.arange(len(sound), dtype=np.float32), middles, np.convolve(of_units, np.ones(3) / 3, "same"))
    louder: NDArray[np.float32] = (sound * np.power(10, curve / 20)).astype(np.float32)
    return louder


def _rests(text: str, owners: Sequence[int], emphasised: Collection[int]) -> Iterator[tuple[int, float]]:
    """Yield the signs at which the voice rests, and how many times as long as in the model."""
    for at, symbol in enumerate(text):
        following = list(dict.fromkeys(owners[at + 1 :]))
        following = following[following[:1] == [owners[at]] :]
        if symbol not in RESTS or not following:
            continue
        reveals = symbol in ":—" and (following[0] in emphasised or len(following) <= REVEALED)
        yield at, RESTS[symbol] * (REVEAL if reveals else 1)


def _stressed(text: str, places: Sequence[int] | NDArray[np.int64]) -> set[int]:
    """Return the characters of the vowels that have the main stress, of those at `places`."""
    return {at for first in places if text[first] == PRIMARY for at in _vowel_behind(text, first)}


def _vowel_behind(text: str, mark: int) -> Iterator[int]:
    """Yield the characters from a mark of stress to the end of the vowel behind it."""
    at = mark
    while at < len(text) and (at == mark or text[at] in VOWELS or text[at] in MARKS):
        if at > mark and text[at] in (PRIMARY, SECONDARY):
            return
        yield at
        at += 1


def _ends_of_rise(text: str) -> tuple[int, int]:
    """Return the characters at which the end of a question begins to rise, and is as high as it gets: vowels where there are some.

    It begins with the last main stress.
    """
    last = max((at for at, symbol in enumerate(text) if symbol in VOWELS), default=max(0, len(text) - 1))
    return (text.rindex(PRIMARY), last) if PRIMARY in text[: last + 1] else (last, last)
