"""Names in English: Roman numerals, acronyms that nobody can say as a word, titles."""

import re

from .numerals import cardinal, ordinal
from .rules import NeighbourWords, SpeechRule
from .vocabulary import NUMBERED, SHOUTED

_ROMAN = re.compile(r"(?=[IVXLC])(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_VALUES = (("XC", 90), ("L", 50), ("XL", 40), ("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1))

RULERS = frozenset(
    "alexander benedict catherine charles christian clement edward elizabeth felipe francis frederick friedrich george "
    "gregory gustav henry innocent ivan james john juan karl leo leopold louis ludwig margaret mary napoleon nicholas otto "
    "paul peter philip pius pope ramesses ramses richard robert rudolf sixtus thutmose urban victor wilhelm william".split()
)
"""First names before the number of a ruler: Henry VIII is "Henry the eighth"."""

_ONSETS = frozenset(
    "b bl br c ch chr cl cr d dr dw f fl fr g gh gl gn gr h j k kl kn kr l m n p ph pl pr ps qu r rh s sc sch scr sh sk sl sm "
    "sn sp sph spl spr squ st str sw t th thr tr tw v w wh wr y z".split()
)
_ENDS = frozenset(
    "b ch ck ct d dd dge f ff ft g gh ght k l lb lc ld lf lk ll lm ln lp lt lth m mb mp n nc nch nd ng nk nt nth p ph pt r rb rc "
    "c rch rd rf rg rk rl rm rn rp rs rt rth s sh sk sp ss st t tch th tt w wl wn ws x xt gn y z zz".split()
)

TITLES = {
    "Dr.": "doctor", "Prof.": "professor", "Mr.": "mister", "Mrs.": "missus", "Ms.": "miz", "St.": "saint",
    "Jr.": "junior", "Sr.": "senior", "Ph.D.": "P-H-D", "PhD": "P-H-D", "U.S.": "U-S", "U.K.": "U-K", "E.U.": "E-U",
    "U.S.A.": "U-S-A", "Inc.": "incorporated", "Ltd.": "limited",
}  # fmt: skip
"""Titles and other abbreviations whose full stop is no end of a sentence."""


def roman(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return a Roman numeral as a number, where the word before it takes one; None for other capitals (an IV drip)."""
    before = around.before.rstrip(".")
    value = _value(found[1])
    if not value:
        return None
    if before.lower() in RULERS and before[:1].isupper():
        return f"the {ordinal(value)}{found[2] or ''}"
    is_named = len(found[1]) > 1 and before[:1].isupper() and not before.isupper() and len(before) > 2
    takes_any = before.lower() in NUMBERED
    return f"{cardinal(value)}{found[2] or ''}" if takes_any or (is_named and before not in ("The", "This")) else None


def _value(numeral: str) -> int:
    """Return the value of a Roman numeral up to 99 in capitals; 0 for what is none."""
    match = _ROMAN.fullmatch(numeral)
    rest, total = numeral if match else "", 0
    for sign, worth in _VALUES:
        while rest.startswith(sign):
            rest, total = rest[len(sign) :], total + worth
    return total


def is_sayable(word: str) -> bool:
    """Return whether English can say `word` as a word: its consonants begin and end syllables that exist."""
    letters = re.sub(r"(?<!^)y(?![aeiou])", "i", word.lower().replace("qu", "k"))
    parts = re.split(r"[aeiou]+", letters)
    if len(parts) < 2:
        return False
    first, *middle, last = parts
    return (
        (not first or first in _ONSETS) and (not last or last in _ENDS) and all(len(cluster) <= 3 for cluster in middle)
    )


def acronym(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return capitals that make no word letter by letter: TDAE is "T-D-A-E". Voices guess at them, and lose some."""
    letters = found[1]
    return None if letters in SHOUTED or is_sayable(letters) else "-".join(letters) + (found[2] or "")


def _behind_name(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return what St. and Dr. are behind the name of a street: Main St. is "Main Street"."""
    is_behind = around.before[:1].isupper() and around.before not in _BEFORE_TITLES and not around.after[:1].isupper()
    return {"St.": "street", "Dr.": "drive"}[found[0]] if is_behind else None


_BEFORE_TITLES = frozenset("And As At But By For From In Near Of On The This To Visit With".split())

_CAPITALS_OF_WORDS = ("IT", "US", "WHO")
_TEAMS = frozenset(
    "admin administrator budget company consultant crowd department desk equipment guy helpdesk help industry "
    "infrastructure job jobs manager people person pro professional professionals security services staff support system "
    "systems team teams".split()
)


def _no_pronoun(found: re.Match[str], around: NeighbourWords) -> str | None:
    """Return the letters of IT, US and WHO; None where somebody shouts a pronoun."""
    word, before = found[1], around.before
    if any(len(other) > 1 and other.isupper() for other in (before, around.after)):
        return None
    is_name = before.lower() in ("the", "in", "an", "our") or (word == "IT" and around.after.lower() in _TEAMS)
    return "-".join(word) + (found[2] or "") if is_name or word == "US" else None


NAMES: tuple[SpeechRule, ...] = (
    (re.compile(r"(?<![\w.])(?:St|Dr)\.(?!\w)"), _behind_name),
    (re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, TITLES))})(?!\w)"), lambda found, around: TITLES[found[0]]),
    (re.compile(rf"(?<![\w.-])({'|'.join(_CAPITALS_OF_WORDS)})('s)?(?![\w-])"), _no_pronoun),
    (re.compile(r"(?<![\w.])No\.(?=$)"), lambda found, around: "number" if around.after[:1].isdigit() else None),
    (re.compile(r"(?<![\w.])([IVXLC]+)('s)?(?![\w'.-]\w|\w)"), roman),
    (re.compile(r"(?<![\w.-])([A-Z]{4,6})('s)?(?![\w-])"), acronym),
)
