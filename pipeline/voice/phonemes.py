"""Turns spoken words into the phonemes that the neural voices read, word by word.

The alphabet is misaki's, which Kokoro was trained with: IPA with capitals for diphthongs (`A` as in "day") and stress marks
before vowels. hibari's G2P reads the words in their sentence, since "the" and "read" depend on what is around them; a word
whose phonemes are given is not read at all.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hibari.g2p import G2P
    from hibari.g2p.token import Tok

STOPS = ".!?…"
"""What ends a sentence."""

CLAUSES = ",;:—"
"""What ends a clause."""

PUNCTUATION = frozenset(STOPS + CLAUSES + '"()“”')
"""What the models know besides sounds: it makes pauses and melody."""

MARKS = frozenset("ˈˌː̃")
"""What modifies a sound, and is none."""

_AROUND = re.compile(r"^([^\w]*)(.*?)([^\w]*)$", re.DOTALL)


def phonemes_of_words(
    words: Sequence[str], *, british: bool = False, given: Mapping[int, str] | None = None
) -> tuple[str, ...]:
    """Return the phonemes of each of the spoken `words` of a sentence, with the punctuation that belongs to it.

    `given` has the phonemes of words, by their index, which replace what the G2P says. A word that nobody speaks (an
    emoji) has none (""), and one that is several words ("use State") has spaces in its phonemes.
    """
    from hibari.g2p.normalize import normalize

    g2p, given = _g2p(british), given or {}
    pieces = [word if index in given else normalize(word) for index, word in enumerate(words)]
    tokens = [list(_tokens(g2p, piece, given.get(index))) for index, piece in enumerate(pieces)]
    flat = [token for each in tokens for token in each]
    for token, tag in zip(flat, g2p.tagger([token.text for token in flat]) if flat else (), strict=True):
        token.tag = tag
    spoken = _by_chunk(g2p.phonemize_tokens(flat)) if flat else []
    counts = [sum(1 for token in each if token.whitespace) for each in tokens]
    places = [sum(counts[:index]) for index in range(len(counts) + 1)]
    return tuple(_cleaned(" ".join(spoken[start:end])) for start, end in zip(places, places[1:], strict=False))


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
def _alphabet() -> frozenset[str]:
    import json
    from importlib.resources import files

    return frozenset(json.loads((files("hibari") / "assets" / "vocab.json").read_text(encoding="utf-8")))


def _tokens(g2p: "G2P", text: str, phonemes: str | None) -> "Iterator[Tok]":
    """Yield the tokens of one word, untagged; each end of what is between blanks has a `whitespace`."""
    from hibari.g2p.token import Tok

    if phonemes is None:
        pairs = g2p.tokenizer(text)
        for place, (token, space) in enumerate(pairs):
            yield Tok(token, whitespace=" " if place == len(pairs) - 1 else space)
        return
    before, core, after = _AROUND.match(" ".join(text.split())).groups()  # type: ignore[union-attr]
    marks = [Tok(mark, phonemes=mark if mark in PUNCTUATION else "", rating=4) for mark in before]
    marks.append(Tok(core or text, phonemes=phonemes, rating=5))
    marks += [Tok(mark, phonemes=mark if mark in PUNCTUATION else "", rating=4) for mark in after]
    marks[-1].whitespace = " "
    yield from marks


def _by_chunk(tokens: "Sequence[Tok]") -> list[str]:
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
