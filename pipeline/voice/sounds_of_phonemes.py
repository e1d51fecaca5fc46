"""The sounds of a text of phonemes: which are heard, when, and how eSpeak NG would write them.

Everything behind the voices (mouths, marks, the report) knows IPA as eSpeak NG writes it, so the alphabet of the neural voices
is rewritten here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .phonemes import MARKS, PUNCTUATION

IPA = {
    "A": "eɪ", "I": "aɪ", "O": "oʊ", "Q": "əʊ", "S": "ʃ", "T": "ɾ", "W": "aʊ", "Y": "ɔɪ",
    "ᵊ": "ə", "ʣ": "dz", "ʤ": "dʒ", "ʥ": "dʑ", "ʦ": "ts", "ʧ": "tʃ", "ʨ": "tɕ", "ꭧ": "tʂ", "ɜ": "ɜː",
}  # fmt: skip
"""What eSpeak NG writes otherwise; all else is the same."""

JOINED = {("ə", "ɹ"): "ɚ", ("ɜ", "ɹ"): "ɜː", ("ɜ", "ː"): "ɜː"}
"""Two symbols that eSpeak NG writes as one."""

LENGTH = "ː"


@dataclass(frozen=True)
class Sound:
    """A sound as eSpeak NG writes it: characters `first` to `end` of the text of phonemes."""

    symbol: str
    first: int
    end: int


def sounds_of(text: str) -> Iterator[Sound]:
    """Yield the sounds in a text of phonemes, in order. A stress mark belongs to the sound behind it."""
    at, first = 0, None
    while at < len(text):
        symbol = text[at]
        if symbol.isspace() or symbol in PUNCTUATION:
            at, first = at + 1, None
            continue
        first = at if first is None else first
        if symbol in MARKS:
            at += 1
            continue
        size, written = _symbol_at(text, at)
        yield Sound(written, first, at + size)
        at, first = at + size, None


def clauses_of(text: str, sounds: Sequence[Sound]) -> list[list[Sound]]:
    """Return the sounds in groups between which the voice may rest: wherever there is punctuation."""
    groups: list[list[Sound]] = []
    for sound in sounds:
        apart = not groups or any(symbol in PUNCTUATION for symbol in text[groups[-1][-1].end : sound.first])
        groups.append([sound]) if apart else groups[-1].append(sound)
    return groups


def _symbol_at(text: str, at: int) -> tuple[int, str]:
    """Return how many characters a sound has, and how it is written."""
    if joined := JOINED.get((text[at], text[at + 1 : at + 2])):
        return 2, joined
    symbol, size = IPA.get(text[at], text[at]), 1
    while text[at + size : at + size + 1] == LENGTH:
        symbol, size = symbol.removesuffix(LENGTH) + LENGTH, size + 1
    return size, symbol
