"""Pronunciations that an author gives as phonemes: ``uv = "/jˈu vˈi/"``, or ``uv{say: /juː viː/}``.

They are IPA, or misaki's alphabet, which writes each diphthong as one capital. In a spoken word they stand between `OPEN` and
`CLOSE`. Voices that read phonemes get them as they are, eSpeak NG in its own letters, and all others as a respelling.
"""

import re

OPEN, CLOSE = "\u27e6", "\u27e7"
"""What stands around phonemes in a spoken word; `without_signs` removes these signs from what an author writes."""

_FROM_IPA = (
    ("d\u0361ʒ", "ʤ"), ("t\u0361ʃ", "ʧ"), ("dʒ", "ʤ"), ("tʃ", "ʧ"), ("eɪ", "A"), ("aɪ", "I"), ("oʊ", "O"), ("əʊ", "Q"), ("aʊ", "W"),
    ("ɔɪ", "Y"), ("e", "ɛ"), ("ɚ", "əɹ"), ("ɝ", "ɜɹ"), ("r", "ɹ"), ("g", "ɡ"), ("ɫ", "l"), ("ɾ", "T"), ("ʔ", "t"), ("'", "ˈ"),
    (".", ""), ("\u2019", "ˈ"), (",", "ˌ"),
)  # fmt: skip
"""IPA that misaki writes otherwise, the longer first."""

_LETTERS = {
    "A": ("ay", "eI"), "I": ("eye", "aI"), "O": ("oh", "oU"), "Q": ("oh", "oU"), "W": ("ow", "aU"), "Y": ("oy", "OI"),
    "i": ("ee", "i:"), "u": ("oo", "u:"), "ɪ": ("ih", "I"), "ᵻ": ("ih", "I"), "ɛ": ("eh", "E"), "æ": ("a", "a"), "a": ("a", "a"),
    "ɑ": ("ah", "A:"), "ɒ": ("o", "0"), "ɔ": ("aw", "O:"), "ə": ("uh", "@"), "ɐ": ("uh", "@"), "ᵊ": ("", "@"), "ʌ": ("uh", "V"),
    "ʊ": ("uu", "U"), "ɜ": ("ur", "3:"), "ʤ": ("j", "dZ"), "ʧ": ("ch", "tS"), "ʃ": ("sh", "S"), "ʒ": ("zh", "Z"), "θ": ("th", "T"),
    "ð": ("th", "D"), "ŋ": ("ng", "N"), "ɡ": ("g", "g"), "ɹ": ("r", "r"), "T": ("t", "t"), "j": ("y", "j"), "ː": ("", ""),
    "ˈ": ("", "'"), "ˌ": ("", ","), " ": (" ", " "), **{same: (same, same) for same in "bdfhklmnpstvwz"},
}  # fmt: skip
"""The phonemes of English: as letters that everybody reads so, and in eSpeak NG's own alphabet."""

_MARKED = re.compile(rf"{OPEN}([^{CLOSE}]*){CLOSE}")


def is_phonetic(said: str) -> bool:
    """Return whether a pronunciation is phonemes: something between two slashes."""
    return len(said) > 2 and said[0] == said[-1] == "/"


def phonetic_fault(said: str) -> str:
    """Return what is wrong with phonemes between slashes ("": nothing)."""
    unknown = "".join(dict.fromkeys(sign for sign in _plain(said) if sign not in _LETTERS))
    if unknown:
        return f'"{said}": no voice knows the phoneme "{unknown[0]}"; write IPA, like /juː viː/, or letters without slashes: you vee'
    return "" if _plain(said).strip("ˈˌː ") else f'"{said}" has no phonemes between its slashes'


def marked(said: str) -> str:
    """Return a pronunciation as it stands in a spoken word: phonemes in misaki's alphabet and marked, others as they are."""
    return " ".join(f"{OPEN}{word}{CLOSE}" for word in _plain(said).split()) if is_phonetic(said) else said


def without_signs(text: str) -> str:
    """Return a text without the signs that mark phonemes."""
    return text.replace(OPEN, " ").replace(CLOSE, " ")


def shown(said: str) -> str:
    """Return a spoken word as a person reads it: phonemes bare, and what is written around them right beside them."""
    return _MARKED.sub(r"\1", said)


def respelled(word: str) -> str:
    """Return a spoken word for voices that read letters alone: its phonemes respelled, syllables as letters."""
    return _MARKED.sub(lambda found: "".join(_LETTERS[sign][0] for sign in found[1]), word)


def in_espeak_letters(word: str) -> str:
    """Return a spoken word with its phonemes as eSpeak NG reads them: ``[[j'u:]]``."""
    bare = word.replace("[[", "[ [")
    return _MARKED.sub(lambda found: f"[[{''.join(_LETTERS[sign][1] for sign in found[1])}]]", bare)


def _plain(said: str) -> str:
    text = " ".join(said[1:-1].split())
    for ipa, ours in _FROM_IPA:
        text = text.replace(ipa, ours)
    return text
