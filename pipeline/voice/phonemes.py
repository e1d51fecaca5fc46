"""Turns spoken words into the phonemes that the neural voices read, word by word.

The alphabet is misaki's, which Kokoro was trained with: IPA with capitals for diphthongs (`A` as in "day") and stress marks
before vowels. hibari's G2P reads the words in their sentence, since "the" and "read" depend on what is around them. What it
reads wrongly is in the lexicon, `assets/pronunciation/programming.toml`; letters that are spelt are named here; and an
author's own phonemes stand in a word between `OPEN` and `CLOSE`. `heteronyms` settles words with two sounds.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ..episode.spoken.phonetic import CLOSE, OPEN
from .heteronyms import RULES, said_in_place

if TYPE_CHECKING:
    from hibari.g2p import G2P
    from hibari.g2p.token import Tok

LEXICON = Path(__file__).resolve().parents[2] / "assets" / "pronunciation" / "programming.toml"

DELIVERY = 2
"""Goes up when `delivery.py` delivers lines otherwise."""

LETTERS = {
    "A": "ˈA", "B": "bˈi", "C": "sˈi", "D": "dˈi", "E": "ˈi", "F": "ˈɛf", "G": "ʤˈi", "H": "ˈAʧ", "I": "ˈI", "J": "ʤˈA",
    "K": "kˈA", "L": "ˈɛl", "M": "ˈɛm", "N": "ˈɛn", "O": "ˈO", "P": "pˈi", "Q": "kjˈu", "R": "ˈɑɹ", "S": "ˈɛs", "T": "tˈi",
    "U": "jˈu", "V": "vˈi", "W": "dˈʌbᵊlju", "X": "ˈɛks", "Y": "wˈI", "Z": "zˈi",
}  # fmt: skip
"""The names of the letters in American English."""

STOPS = ".!?…"
"""What ends a sentence."""

CLAUSES = ",;:—"
"""What ends a clause."""

PUNCTUATION = frozenset(STOPS + CLAUSES + '"()“”')
"""What the models know besides sounds: it makes pauses and melody."""

MARKS = frozenset("ˈˌː̃")
"""What modifies a sound, and is none."""

_PIECES = re.compile(rf"{OPEN}([^{CLOSE}]*){CLOSE}|([^{OPEN}\s]+)|\s+")
_PUNCTUATED = re.compile(r"([(\"\u201c'\u2018\[]*)(.*?)([.,;:!?\u2026)\]\"\u201d'\u2019]*)", re.DOTALL)
_SPELT = re.compile(r"([A-Z](?:-[A-Z])*)('s)?")
_AS_PUNCTUATION = {"[": "(", "]": ")"}


@dataclass(frozen=True)
class _Chunk:
    """What is between blanks, as text or as given phonemes: a part of word `word`, `joined` with what is before it."""

    word: int
    text: str
    phonemes: str | None = None
    joined: bool = False


def phonemes_of_words(words: Sequence[str], *, british: bool = False) -> tuple[str, ...]:
    """Return the phonemes of each of the spoken `words` of a sentence, with the punctuation that belongs to it.

    A word that nobody speaks (an emoji) has none (""), and one that is several words ("use State") has spaces in its phonemes.
    """
    g2p = _g2p(british)
    chunks = [chunk for index, word in enumerate(words) for chunk in _chunks(index, word)]
    settled = said_in_place(words, british=british)
    tokens = [_tokens(chunk, british, settled.get(chunk.word)) for chunk in chunks]
    flat = [token for each in tokens for token in each]
    for token, tag in zip(flat, g2p.tagger([token.text for token in flat]) if flat else (), strict=True):
        token.tag = token.tag or tag
    said = [""] * len(words)
    ends = [sum(1 for token in each if token.whitespace) for each in tokens]
    spoken = iter(_between_blanks(g2p.phonemize_tokens(flat)) if flat else ())
    for chunk, count in zip(chunks, ends, strict=True):
        said[chunk.word] += ("" if chunk.joined else " ") + " ".join(islice(spoken, count))
    return tuple(map(_cleaned, said))


@cache
def lexicon_digest() -> str:
    """Return what changes whenever the lexicon does, or how lines are delivered, so that they are spoken again."""
    return hashlib.sha256(LEXICON.read_bytes() + RULES.read_bytes() + bytes([DELIVERY])).hexdigest()[:16]


def joined_phonemes(words: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    """Return the phonemes of words as one text for a model, and for each of its characters the word that it belongs to.

    Punctuation that is alone belongs to what is before it, without a space between.
    """
    text, owners = "", list[int]()
    for index, phonemes in enumerate(words):
        if not phonemes:
            continue
        space = " " if text and not PUNCTUATION.issuperset(phonemes) else ""
        text += space + phonemes
        owners += [index] * (len(space) + len(phonemes))
    return text, tuple(owners)


def unknown_symbols(phonemes: str) -> str:
    """Return the characters of `phonemes` that no neural voice knows ("": all is well)."""
    known = _alphabet()
    return "".join(dict.fromkeys(symbol for symbol in phonemes if symbol not in known))


def has_sounds(phonemes: str) -> bool:
    """Return whether anything is heard of `phonemes`."""
    return any(symbol not in PUNCTUATION and symbol not in MARKS and not symbol.isspace() for symbol in phonemes)


@cache
def _g2p(british: bool) -> "G2P":
    from hibari.g2p import G2P

    return G2P(british=british)


@cache
def lexicon(british: bool) -> Mapping[str, str]:
    """Return the phonemes of the lexicon's words: of one in small letters in any case, of others as they are written."""
    with LEXICON.open("rb") as file:
        entries = tomllib.load(file)["words"]
    return {word: said if isinstance(said, str) else said[british] for word, said in entries.items()}


@cache
def _alphabet() -> frozenset[str]:
    import json
    from importlib.resources import files

    return frozenset(json.loads((files("hibari") / "assets" / "vocab.json").read_text(encoding="utf-8")))


def _chunks(index: int, word: str) -> Iterator[_Chunk]:
    """Yield what is between the blanks of a word, and the phonemes that its author gives in it."""
    joined = False
    for found in _PIECES.finditer(_plain(word)):
        if found[1] is not None or found[2]:
            yield _Chunk(index, found[2] or "", found[1], joined)
        joined = not found[0].isspace()


def _plain(word: str) -> str:
    """Return a word in characters that the G2P knows: it stops at digits of other kinds, like a raised 2."""
    text = unicodedata.normalize("NFKC", word.replace("\u2019", "'"))
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)


def _tokens(chunk: _Chunk, british: bool, settled: str | None) -> "list[Tok]":
    """Return the tokens of a chunk, the last of which ends with a blank; those without a tag are tagged in their sentence.

    `settled` is how its word is said where it stands.
    """
    from hibari.g2p.token import Tok

    def signs(text: str) -> "list[Tok]":
        marks = (_AS_PUNCTUATION.get(sign, sign) for sign in text)
        return [Tok(mark, mark, phonemes=mark if mark in PUNCTUATION else "", rating=4) for mark in marks]

    before, core, after = _PUNCTUATED.fullmatch(chunk.text).groups()  # type: ignore[union-attr]
    known = (
        settled or _known(core, british)
        if chunk.phonemes is None
        else chunk.phonemes
        if british
        else chunk.phonemes.replace("ː", "")
    )
    if known is not None:
        inner = [Tok(core or "term", "NN", phonemes=known, rating=5)]
    else:
        inner = [Tok(text, whitespace=blank) for text, blank in _g2p(british).tokenizer(_normalized(core))]
    tokens = [*signs(before), *inner, *signs(after)] or [Tok("-", ":", phonemes="", rating=4)]
    tokens[-1].whitespace = " "
    return tokens


def _normalized(core: str) -> str:
    from hibari.g2p.normalize import normalize

    return str(normalize(core))


def _known(core: str, british: bool) -> str | None:
    """Return the phonemes of a term or of letters that are spelt; None where the G2P reads."""
    if (spelt := _SPELT.fullmatch(core)) and core not in ("A", "I"):
        names = _spelt(spelt[1], british)
        return names + _plural(names, british) if spelt[2] else names
    known = lexicon(british)
    if said := known.get(core) or known.get(core.lower()):
        return said
    stem = core.removesuffix("'s")
    said = known.get(stem) or known.get(stem.lower())
    return said + _plural(said, british) if said and stem != core else None


def _spelt(letters: str, british: bool) -> str:
    """Return the names of letters ("A-P-I"), the last one the strongest."""
    names = [LETTERS[letter] for letter in letters.split("-")]
    said = "".join([*(name.replace("ˈ", "ˌ") for name in names[:-1]), *names[-1:]])
    if not british:
        return said
    return re.sub("[iu]", r"\g<0>ː", re.sub("z([ˈˌ])i", r"z\1ɛd", said)).replace("O", "Q").replace("ɑɹ", "ɑː")


def _plural(said: str, british: bool) -> str:
    """Return how the s of a plural or a possessive sounds behind phonemes."""
    last = said.rstrip("ː")[-1]
    hissing = "ɪz" if british else "ᵻz"
    return hissing if last in "szʃʒʧʤ" else "s" if last in "ptkfθ" else "z"


def _between_blanks(tokens: "Sequence[Tok]") -> list[str]:
    """Return the phonemes between blanks: of tokens up to one with a `whitespace`."""
    chunks, current = [], ""
    for token in tokens:
        current += token.phonemes or ""
        if token.whitespace:
            chunks.append(current)
            current = ""
    return chunks


def _cleaned(phonemes: str) -> str:
    known = _alphabet()
    return " ".join("".join(symbol for symbol in phonemes if symbol in known).split())
