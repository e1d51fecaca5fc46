"""How what is written is said: one spoken form a written word, though what is around it matters."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .dictionary import Dictionary, entries, share_respelling
from .doubts import Doubt, doubts
from .english import code, prose_rules
from .figures import unit_after
from .phonetic import without_signs
from .phrases import figure_phrases
from .rules import NeighbourWords, SpeechRule, always_read_as, apply_rules

_OPENING = re.compile(r"[(\[\"'\u2018\u201c\u00ab\u201e]*")
_CLOSING = re.compile(r"[.,;:!?\u2026)\]\"'\u2019\u201d\u00bb]*(?:\s+[^\w\s]+)*$")
"""Punctuation around a word, and what is alone after it; what else is there ("C++") is part of it."""

_POSSESSIVE = re.compile(r"(.*?)(['\u2019]s)?", re.DOTALL)

_PROSODY: tuple[SpeechRule, ...] = (
    (re.compile(r"[\u2018\u2019]"), always_read_as("'")),
    (re.compile(r"[\"\u201c\u201d\u201e\u00ab\u00bb]"), always_read_as("")),
    (re.compile(r"\s*(?:\u2014|(?<!\d)\u2013|\u2013(?!\d)|--+|(?<!\S)-(?!\S))\s*"), always_read_as(", ")),
)
"""A dash is a breath, and voices know the comma best; quotation marks are not heard."""

_SETTLED = (
    (re.compile(r"\s+"), " "),
    (re.compile(r" (?=[,;:.!?\u2026)])"), ""),
    (re.compile(r"([,;:.!?]),"), r"\1"),
    (re.compile(r"^[\s,]+|\s+$"), ""),
)


@dataclass(frozen=True)
class WrittenWord:
    """A word as it is written: pieces of text, each with whether it is code; `say` is how the author has it said."""

    pieces: tuple[tuple[str, bool], ...]
    say: str | None = None

    @property
    def text(self) -> str:
        """The word as it is written."""
        return "".join(piece for piece, _ in self.pieces)

    @property
    def has_code(self) -> bool:
        """Whether a piece of the word is code."""
        return any(is_code for _, is_code in self.pieces)

    @property
    def core(self) -> str:
        """The text without the punctuation around it."""
        return self.text[self._start : self._end]

    @property
    def around(self) -> tuple[str, str]:
        """The punctuation before and after the core."""
        return self.text[: self._start], self.text[self._end :]

    @property
    def _start(self) -> int:
        return _OPENING.match(self.text).end()  # type: ignore[union-attr]

    @property
    def _end(self) -> int:
        return max(self._start, _CLOSING.search(self.text).start())  # type: ignore[union-attr]


@dataclass(frozen=True)
class SpeechRules:
    """What decides how words are said: the narration's language, and the author's dictionary."""

    language: str = "en"
    dictionary: Dictionary = Dictionary()

    @property
    def is_english(self) -> bool:
        """Whether the rules of English apply."""
        return self.language.lower().split("-")[0] == "en"


ENGLISH = SpeechRules()
"""English, without a dictionary."""


def spoken_forms(words: Sequence[WrittenWord], speech: SpeechRules) -> list[str]:
    """Return how a paragraph's words are said, one text each: by the author, else the dictionary, else the rules.

    Rules there are for English; elsewhere a voice reads what is written.
    """
    phrases = {**_figures(words, speech), **dict(_phrases(words, speech.dictionary))}
    return _balanced([_spoken_form(words, index, phrases.get(index), speech) for index in range(len(words))])


def _balanced(said: Sequence[str]) -> list[str]:
    """Return the words without brackets that close none: those of O(log n), which voices would take for a pause."""
    depth, balanced = 0, []
    for text in said:
        kept = ""
        for sign in text:
            depth += (sign == "(") - (sign == ")")
            kept += sign if depth >= 0 else ""
            depth = max(0, depth)
        balanced.append(kept.strip() or text)
    return balanced


def doubts_of(words: Sequence[WrittenWord], spoken: Sequence[str], speech: SpeechRules) -> dict[int, Doubt]:
    """Return what words may be besides what they are said as, by their places: where no rule of English can know."""
    if not speech.is_english:
        return {}
    phrases = dict(_phrases(words, speech.dictionary))
    settled = [
        word.say is not None or word.has_code or index in phrases or bool(speech.dictionary.pattern.search(word.core))
        for index, word in enumerate(words)
    ]
    return dict(doubts([word.text for word in words], [word.core for word in words], spoken, settled))


def _figures(words: Sequence[WrittenWord], speech: SpeechRules) -> dict[int, str]:
    """Return what several words say together: a number with spaces in it, a telephone number."""
    if not speech.is_english:
        return {}
    cores = [word.core if word.say is None and not word.has_code else "" for word in words]
    separated = [bool(a.around[1].strip(")") or b.around[0].strip("(")) for a, b in pairwise(words)]
    return dict(figure_phrases(cores, [*separated, True]))


def is_silent(text: str) -> bool:
    """Return whether `text` is nothing but punctuation (a dash on its own), so that no voice says it."""
    return not any(c.isalnum() or c in "%&@#*/\\\u00a7\u00b6" or unicodedata.category(c)[0] not in "PZC" for c in text)


def _phrases(words: Sequence[WrittenWord], dictionary: Dictionary) -> Iterator[tuple[int, str]]:
    """Yield (word, its part of the respelling) for words of the dictionary's phrases; of two the longer."""
    index = 0
    while index < len(words):
        count = _phrase_at(words, index, dictionary)
        if count:
            yield from enumerate(
                share_respelling(_phrase(words[index : index + count], dictionary) or "", count), index
            )
        index += count or 1


def _phrase_at(words: Sequence[WrittenWord], index: int, dictionary: Dictionary) -> int:
    """Return how many words of a phrase are here (0: none); punctuation between them separates them."""
    for count in range(min(dictionary.longest, len(words) - index), 1, -1):
        phrase = words[index : index + count]
        separated = any(a.around[1] or b.around[0] for a, b in zip(phrase, phrase[1:], strict=False))
        if not separated and all(word.say is None for word in phrase) and _phrase(phrase, dictionary):
            return count
    return 0


def _phrase(words: Sequence[WrittenWord], dictionary: Dictionary) -> str | None:
    """Return how the dictionary says these words together, with the s that may follow them."""
    written, possessive = _POSSESSIVE.fullmatch(" ".join(word.core for word in words)).groups()  # type: ignore[union-attr]
    said = dictionary.get(written)
    return said and said + ("'s" if possessive else "")


def _spoken_form(words: Sequence[WrittenWord], index: int, phrase: str | None, speech: SpeechRules) -> str:
    word = words[index]
    around = NeighbourWords(*(words[at].core if 0 <= at < len(words) else "" for at in (index - 1, index + 1)))
    fixed = (
        word.say
        or phrase
        or speech.dictionary.get(word.core)
        or (
            unit_after(word.core, around.before, words[index - 2].core if index > 1 else "")
            if speech.is_english
            else None
        )
    )
    if fixed:
        before, after = (apply_rules(part, _PROSODY, around) for part in word.around)
        return _settled(f"{before}{fixed}{after}")
    return _settled("".join(_piece(*piece, around, speech) for piece in _merged(word))) or word.text.strip()


def _merged(word: WrittenWord) -> list[tuple[str, bool]]:
    """Return the pieces, neighbours of a kind as one."""
    merged: list[tuple[str, bool]] = []
    for written, is_code in word.pieces:
        text = without_signs(written if is_code else _plain_characters(written))
        if merged and merged[-1][1] == is_code:
            text = merged.pop()[0] + text
        merged.append((text, is_code))
    return merged


_COMPATIBLE = re.compile("[\ufb00-\ufb06\uff01-\uff5e\u2080-\u2089]+")
_APOSTROPHE = re.compile("(?<=\\w)[\u2019\u02bc\uff07`\u00b4](?=\\w)|(?<=\\d)\u2032(?!\\w)")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")


def _plain_characters(text: str) -> str:
    """Return text whose ligatures, wide and lowered characters are the plain ones, without what nobody sees."""
    plain = _APOSTROPHE.sub("'", text)
    plain = _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), plain)
    return _INVISIBLE.sub("", plain).replace("\u2010", "-").replace("\u2011", "-")


def _piece(text: str, is_code: bool, around: NeighbourWords, speech: SpeechRules) -> str:
    if not speech.is_english:
        return apply_rules(text, (entries(speech.dictionary), *(() if is_code else _PROSODY)), around)
    if is_code:
        return code(text, speech.dictionary, around)
    return apply_rules(text, (*prose_rules(speech.dictionary), *_PROSODY), around)


def _settled(text: str) -> str:
    for pattern, replacement in _SETTLED:
        text = pattern.sub(replacement, text)
    return text
