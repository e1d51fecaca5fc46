"""How what is written is said: one spoken form a written word, though what stands around it matters."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .dictionary import Dictionary, entries, shared
from .english import code, prose_rules
from .figures import unit_after
from .reading import Around, Rule, always, read

_OPENING = re.compile(r"[(\[\"'\u2018\u201c\u00ab\u201e]*")
_CLOSING = re.compile(r"[.,;:!?\u2026)\]\"'\u2019\u201d\u00bb]*(?:\s+[^\w\s]+)*$")
"""Punctuation around a word, and what stands alone behind it; what else is there ("C++") is part of it."""

_POSSESSIVE = re.compile(r"(.*?)(['\u2019]s)?", re.DOTALL)

_PROSODY: tuple[Rule, ...] = (
    (re.compile(r"[\u2018\u2019]"), always("'")),
    (re.compile(r"[\"\u201c\u201d\u201e\u00ab\u00bb]"), always("")),
    (re.compile(r"\s*(?:\u2014|(?<!\d)\u2013|\u2013(?!\d)|--+|(?<!\S)-(?!\S))\s*"), always(", ")),
)
"""A dash is a breath, and voices know the comma best; quotation marks are not heard."""

_SETTLED = (
    (re.compile(r"\s+"), " "),
    (re.compile(r" (?=[,;:.!?\u2026)])"), ""),
    (re.compile(r"([,;:.!?]),"), r"\1"),
    (re.compile(r"^[\s,]+|\s+$"), ""),
)


@dataclass(frozen=True)
class Written:
    """A word as it is written: pieces of text, each with whether it is code; `say` is how the author has it said."""

    pieces: tuple[tuple[str, bool], ...]
    say: str | None = None

    @property
    def text(self) -> str:
        return "".join(piece for piece, _ in self.pieces)

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
class Speech:
    """What decides how words are said: the narration's language, and the author's dictionary."""

    language: str = "en"
    dictionary: Dictionary = Dictionary()

    @property
    def is_english(self) -> bool:
        return self.language.lower().split("-")[0] == "en"


def said(words: Sequence[Written], speech: Speech) -> list[str]:
    """How the words of a paragraph are said, one text each: what the author says, the dictionary, then the rules.

    Rules there are for English; elsewhere a voice reads what is written.
    """
    phrases = dict(_phrases(words, speech.dictionary))
    return [_said(words, index, phrases.get(index), speech) for index in range(len(words))]


def is_silent(text: str) -> bool:
    """Whether `text` is nothing but punctuation (a dash that stands alone), so that no voice says it."""
    return not any(c.isalnum() or c in "%&@#*/\\" or unicodedata.category(c)[0] not in "PZC" for c in text)


def _phrases(words: Sequence[Written], dictionary: Dictionary) -> Iterator[tuple[int, str]]:
    """(word, its part of the respelling) for words of the dictionary's phrases; of two the longer."""
    index = 0
    while index < len(words):
        count = _phrase_at(words, index, dictionary)
        if count:
            yield from enumerate(shared(_phrase(words[index : index + count], dictionary) or "", count), index)
        index += count or 1


def _phrase_at(words: Sequence[Written], index: int, dictionary: Dictionary) -> int:
    """How many words of a phrase stand here (0: none); punctuation between them parts it."""
    for count in range(min(dictionary.longest, len(words) - index), 1, -1):
        phrase = words[index : index + count]
        parted = any(a.around[1] or b.around[0] for a, b in zip(phrase, phrase[1:], strict=False))
        if not parted and all(word.say is None for word in phrase) and _phrase(phrase, dictionary):
            return count
    return 0


def _phrase(words: Sequence[Written], dictionary: Dictionary) -> str | None:
    """How the dictionary says these words together, with the s that may stand behind them."""
    written, possessive = _POSSESSIVE.fullmatch(" ".join(word.core for word in words)).groups()  # type: ignore[union-attr]
    said = dictionary.get(written)
    return said and said + ("'s" if possessive else "")


def _said(words: Sequence[Written], index: int, phrase: str | None, speech: Speech) -> str:
    word = words[index]
    around = Around(*(words[at].core if 0 <= at < len(words) else "" for at in (index - 1, index + 1)))
    fixed = word.say or phrase or speech.dictionary.get(word.core) or (
        unit_after(word.core, around.before, words[index - 2].core if index > 1 else "") if speech.is_english else None
    )
    if fixed:
        before, after = (read(part, _PROSODY, around) for part in word.around)
        return _settled(f"{before}{fixed}{after}")
    return _settled("".join(_piece(*piece, around, speech) for piece in _merged(word))) or word.text.strip()


def _merged(word: Written) -> list[tuple[str, bool]]:
    """The pieces, neighbours of a kind as one."""
    merged: list[tuple[str, bool]] = []
    for text, is_code in word.pieces:
        if merged and merged[-1][1] == is_code:
            text = merged.pop()[0] + text
        merged.append((text, is_code))
    return merged


def _piece(text: str, is_code: bool, around: Around, speech: Speech) -> str:
    if not speech.is_english:
        return read(text, (entries(speech.dictionary), *(() if is_code else _PROSODY)), around)
    if is_code:
        return code(text, speech.dictionary, around)
    return read(text, (*prose_rules(speech.dictionary), *_PROSODY), around)


def _settled(text: str) -> str:
    for pattern, replacement in _SETTLED:
        text = pattern.sub(replacement, text)
    return text
