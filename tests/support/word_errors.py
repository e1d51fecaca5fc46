"""How many words of a sentence a listener gets wrong: the word errors of speech recognition, counted fairly.

What is expected are the words that the voice is told ("cube control get pods"); what is heard is what a transcriber writes ("kubectl
get pods"). A transcriber may write a term in any spelling that is read as what was said, so each word that it writes has several
*sayings*, and matches the expected words if one of them has the same letters:

* its own letters, without case, signs and blanks ("web socket" is "websocket", "H T T P" is "HTTP");
* what Lectern's own reading of it says ("404" after HTTP is "four oh four", "JSON" is "jay-son", ".md" is "dot MD");
* where it is a number, the other ways in which a number is read: by digits, by pairs, in full; and in a word of letters and digits, the
  digits one by one ("ff8800");
* where it has a hyphen, "dash" for that ("LS-LA");
* what the table `ACCEPTED` lists: spellings of a correctly spoken term. It is explicit, and a term is there only after listening.

A word with several seams in it ("rebase-i-head", "500PipeWC-L") is several words, since nobody says how a transcriber writes a command. A hyphen there
may be a "dash", and may be nothing; a full stop is a "dot".

Up to `MOST` heard words match up to `MOST_TOLD` expected ones, so that blanks don't count. Everything else is an error: a word that is
missing, a word too many, or one for another; each costs one, as in every word error rate. The rate is errors by expected words.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product

from lectern.pipeline.episode.spoken.numerals import cardinal, digits, ordinal, pairs
from lectern.pipeline.episode.spoken.speech import ENGLISH, WrittenWord, spoken_forms

MOST, MOST_TOLD = 6, 14
"""How many heard words may stand for how many expected ones."""

SAYINGS = 8
"""How many sayings a word has at most; more are not compared."""

ACCEPTED: dict[str, tuple[str, ...]] = {
    "a": ("ay",),  # the name of the letter, as voices are told it
    "alamda": ("alambda",),  # "a lambda": its b is silent
    "cuda": ("kooda",),  # CUDA; told as it sounds
    "demon": ("daemon",),  # the same sound
    "enum": ("eenum",),  # enum; told as it sounds
    "epic": ("epoch",),  # the American "epoch" has the same vowels, and no other consonants
    "etsy": ("etsee",),  # /etc: the shop has the same sound
    "flag02": ("flagdashotwo",),  # -O2, whose letter is written as the digit that is called so
    "latetech": ("laytek",),  # LaTeX; between the words is one t, as between any two
    "light": ("lite",),  # the same sound
    "malok": ("malloc",),  # the same sound
    "ngenex": ("engineex",),  # nginx, "engine X"
    "printef": ("printf",),  # printf, "print F"
    "pseudo": ("sudo",),  # the same sound
    "pseudochange": ("sudochange",),
    "postgressql": ("postgressequel",),
    "use": ("yooz",),  # the verb; told as it sounds
    "veet": ("vite",),  # Vite is French, and sounds so
    "view": ("vue",),  # the same sound
    "vtest": ("vitest",),  # Vitest begins as Vite does
}
"""Sayings of heard words, by their letters: how a transcriber spells what was said. Each is another spelling of the same sounds; a word
that sounds otherwise is an error, however near it is ("get" for "git", "quarantine" for "coroutine").
"""


_SEAMS = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=\d)(?=[A-Za-z])|(?<=[A-Za-z])(?=\d)|(?<=[A-Za-z])([-.])(?=\w)|(?<=\w)([-.])(?=[A-Za-z])"
)


def word_errors(expected: str, heard: str) -> tuple[int, int]:
    """The number of errors, and of expected words."""
    told = [letters(word) for word in expected.split()]
    told = [word for word in told if word]
    written = _sayings_of(heard)
    return _distance(told, written), len(told)


def letters(text: str) -> str:
    """The letters and digits of a text in lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isascii() and c.isalnum())


def _sayings_of(heard: str) -> list[tuple[str, ...]]:
    """For each heard word all that it may be, as letters; words that are nothing but signs are left out."""
    words = [part for word in heard.replace("\u2014", " ").replace("\u2026", " ").split() for part in _unglued(word)]
    read = spoken_forms([WrittenWord(((word, False),)) for word in words], ENGLISH)
    sayings = [
        ("dash", "") if word == "-" else tuple(dict.fromkeys(_sayings(word, said)))[:SAYINGS]
        for word, said in zip(words, read, strict=True)
    ]
    return [each for each in sayings if each]


def _unglued(word: str) -> list[str]:
    """A heard word; one with several seams in it (signs, capitals, digits beside letters) as the words between these."""
    parts = [part for part in _SEAMS.split(word) if part]
    if sum(part not in "-." for part in parts) < 3:
        return [word]
    return ["dot" if part == "." else part for part in parts]


def _sayings(word: str, said: str) -> Iterator[str]:
    dashes = (said.replace("-", " dash "), word.replace("-", " dash ")) if re.search(r"\w-\w", word) else ()
    for text in (word, said, *_numbers(word), *dashes):
        if plain := letters(text):
            yield plain
            yield from ACCEPTED.get(plain, ())


@cache
def _numbers(word: str) -> tuple[str, ...]:
    """The ways in which a written number is read."""
    plain = word.strip(".,;:!?()").replace(",", "")
    if found := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)", plain):
        return (ordinal(int(found[1])),)
    if found := re.fullmatch(r"(\d{1,9})(\D{0,3})", plain):
        number, rest = int(found[1]), found[2]
        said = [cardinal(number), digits(found[1]), digits(found[1]).replace("zero", "oh")]
        said += [pairs(number)] if 100 <= number <= 9999 else []
        return tuple(f"{each} {rest}" for each in said)
    if re.fullmatch(r"(?=.*\d)(?=.*[A-Za-z])\w+", plain):
        return (re.sub(r"\d+", lambda run: f" {digits(run[0])} ", plain),)
    if re.fullmatch(r"\d+(?:[.:]\d+)+", plain):
        parts = re.split(r"[.:]", plain)
        return tuple(
            f" {sign} ".join(how(part) for part in parts)
            for sign in ("point", "dot", "")
            for how in (lambda part: cardinal(int(part)), digits, lambda part: pairs(int(part)))
        )
    return ()


def _distance(told: Sequence[str], heard: Sequence[tuple[str, ...]]) -> int:
    """The fewest errors with which the heard words are what was told."""
    best = [[i + j if not i or not j else 10**6 for j in range(len(heard) + 1)] for i in range(len(told) + 1)]
    for i in range(len(told) + 1):
        for j in range(len(heard) + 1):
            if i and j:
                best[i][j] = min(best[i][j], best[i - 1][j - 1] + 1)
            if i:
                best[i][j] = min(best[i][j], best[i - 1][j] + 1)
            if j:
                best[i][j] = min(best[i][j], best[i][j - 1] + ("" not in heard[j - 1]))
            for a, b in _matches(told, heard, i, j):
                best[i + a][j + b] = min(best[i + a][j + b], best[i][j])
    return best[-1][-1]


def _matches(told: Sequence[str], heard: Sequence[tuple[str, ...]], i: int, j: int) -> Iterator[tuple[int, int]]:
    """How many words on both sides, from `i` and `j` on, have the same letters."""
    runs = {"".join(told[i : i + a]): a for a in range(1, min(MOST_TOLD, len(told) - i) + 1)}
    longest = max(map(len, runs), default=0)
    for b in range(1, min(MOST, len(heard) - j) + 1):
        if min(map(len, heard[j])) > longest:
            return
        sayings = heard[j : j + b] if b < 4 else [each[:2] for each in heard[j : j + b]]
        for parts in product(*sayings):
            if (a := runs.get("".join(parts))) is not None:
                yield a, b
