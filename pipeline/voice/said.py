"""Compare what is heard with what is written: by sounds, so that a spelling is no fault ("Git Bisekt", "404").

Both sides are read by eSpeak NG, and their phonemes are aligned. Where eSpeak NG doesn't know the language, letters are.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..base.errors import LecternError
from .reference import speak_reference
from .timing import espeak_voice
from .transcript_match import letters_of

KIN = ("pb", "tdɾʔθð", "kɡgxç", "fv", "szʃʒ", "mnŋɲ", "lɫɹrʁɻ", "wʊu", "jiɪ", "hɦ")
"""Sounds that are taken for each other."""
VOWELS = frozenset("iɪeɛæaɑɒɔoʊuʌəɐɜɚɝyøœɨʉɤ")
RELATED, VOWEL_FOR_VOWEL = 0.35, 0.4
"""What it costs to hear one sound as a related one, or one vowel as another; any other costs 1."""
WEAK_GAP = 0.5
"""What it costs not to hear a weak vowel (ə, ɐ, ɪ), or to hear one more; any other sound costs 1."""
WEAK = frozenset("əɐɪᵻ")
HEARD = 0.5
"""The share of a word's sounds from which on it counts as heard."""

type Sounds = tuple[str, ...]
"""Phonemes, one character each."""
type CostTable = NDArray[np.float32]


@dataclass(frozen=True)
class Sounding:
    """Words as sounds: `sounds`, and for each of them the index of its word (`owners`)."""

    sounds: Sounds
    owners: tuple[int, ...]

    def count(self, word: int) -> int:
        """Return how many sounds a word has."""
        return self.owners.count(word)


@dataclass(frozen=True)
class Comparison:
    """How written words were heard.

    `shares` is for each written word how much of it was heard (0..1), `partners` which heard words its sounds are in;
    `extra` are the heard words in whose place nothing is written.
    """

    shares: tuple[float, ...]
    partners: tuple[tuple[int, ...], ...]
    extra: tuple[int, ...]


def compare(written: Sequence[str], heard: Sequence[str], language: str) -> Comparison:
    """Compare words as they are spoken with words as they were heard."""
    ours, theirs = sounding(tuple(written), language), sounding(tuple(heard), language)
    pairs = _aligned(ours.sounds, theirs.sounds)
    lost = np.zeros(len(written))
    partners: list[set[int]] = [set() for _ in written]
    alone = np.zeros(len(heard))
    for i, j, cost in pairs:
        if i is not None:
            lost[ours.owners[i]] += cost
        if i is not None and j is not None and cost < 1:
            partners[ours.owners[i]].add(theirs.owners[j])
        if i is None and j is not None:
            alone[theirs.owners[j]] += 1
    whole = np.zeros(len(written))
    np.add.at(whole, list(ours.owners), _gaps(ours.sounds))
    shares = [float(max(0.0, 1 - one / most)) if most else 1.0 for one, most in zip(lost, whole, strict=True)]
    spelled = [
        _spelled_alike(word, [heard[j] for j in sorted(known)]) for word, known in zip(written, partners, strict=True)
    ]
    return Comparison(
        shares=tuple(round(max(one, alike), 3) for one, alike in zip(shares, spelled, strict=True)),
        partners=tuple(tuple(sorted(known)) for known in partners),
        extra=tuple(j for j in range(len(heard)) if theirs.count(j) and alone[j] > HEARD * theirs.count(j)),
    )


def likeness(written: Sequence[str], heard: Sequence[str], language: str) -> float:
    """Return how much of the sounds of `written` is in `heard` (0..1), one after the other."""
    found = compare(written, heard, language)
    weights = [max(1, len(letters_of(word))) for word in written]
    return float(np.average(found.shares, weights=weights)) if written else 0.0


@lru_cache(maxsize=256)
def sounding(words: tuple[str, ...], language: str) -> Sounding:
    """Return words as sounds."""
    said = [word if any(map(str.isalnum, word)) else "" for word in words]
    spoken = [word for word in said if word]
    index = [i for i, word in enumerate(said) if word]
    if not spoken:
        return Sounding((), ())
    try:
        found = speak_reference(spoken, espeak_voice(language)).sounds
    except LecternError:
        letters = [(letter, index[i]) for i, word in enumerate(spoken) for letter in letters_of(word)]
        return Sounding(tuple(letter for letter, _ in letters), tuple(owner for _, owner in letters))
    single = [(c, index[min(s.word, len(index) - 1)]) for s in found for c in _characters(s.symbol)]
    return Sounding(tuple(c for c, _ in single), tuple(owner for _, owner in single))


def _characters(symbol: str) -> str:
    plain = unicodedata.normalize("NFD", symbol)
    return "".join(c for c in plain if c.isalpha() and not unicodedata.combining(c) and c not in "ʰʲˠˑː")


def _spelled_alike(written: str, heard: Sequence[str]) -> float:
    """Return 1.0 where a word is spelled the same in what was heard for it (also with its neighbours), else 0.0."""
    wanted = letters_of(written)
    return float(bool(wanted) and (wanted in map(letters_of, heard) or wanted == letters_of("".join(heard))))


def _aligned(ours: Sounds, theirs: Sounds) -> list[tuple[int | None, int | None, float]]:
    """Return the cheapest alignment: pairs of places with what they cost; None where nothing stands opposite."""
    drop, add = _gaps(ours), _gaps(theirs)
    swap = _swap_costs(ours, theirs)
    offsets = np.concatenate([[0.0], np.cumsum(add)]).astype(np.float32)
    best = np.empty((len(ours) + 1, len(theirs) + 1), np.float32)
    best[0] = offsets
    for i in range(len(ours)):
        reached = best[i] + drop[i]
        reached[1:] = np.minimum(reached[1:], best[i, :-1] + swap[i])
        best[i + 1] = np.minimum.accumulate(reached - offsets) + offsets
    return _traced(best, swap, drop)


def _traced(best: CostTable, swap: CostTable, drop: CostTable) -> list[tuple[int | None, int | None, float]]:
    i, j = best.shape[0] - 1, best.shape[1] - 1
    pairs: list[tuple[int | None, int | None, float]] = []
    while i or j:
        if i and j and best[i, j] >= best[i - 1, j - 1] + swap[i - 1, j - 1] - 1e-4:
            i, j = i - 1, j - 1
            pairs.append((i, j, float(swap[i, j])))
        elif i and best[i, j] >= best[i - 1, j] + drop[i - 1] - 1e-4:
            i -= 1
            pairs.append((i, None, float(drop[i])))
        else:
            j -= 1
            pairs.append((None, j, 1.0))
    return pairs[::-1]


def _gaps(sounds: Sounds) -> CostTable:
    return np.array([WEAK_GAP if sound in WEAK else 1.0 for sound in sounds], np.float32)


def _swap_costs(ours: Sounds, theirs: Sounds) -> CostTable:
    known = sorted({*ours, *theirs})
    number = {sound: i for i, sound in enumerate(known)}
    table = np.array([[_swap_cost(a, b) for b in known] for a in known], np.float32).reshape(len(known), len(known))
    return table[np.ix_([number[a] for a in ours], [number[b] for b in theirs])]


def _swap_cost(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if any(one in kin and other in kin for kin in KIN):
        return RELATED
    return VOWEL_FOR_VOWEL if one in VOWELS and other in VOWELS else 1.6
