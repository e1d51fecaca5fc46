"""The faults of one reading, all at once, so that an author mends them in one go."""

from collections.abc import Iterable
from difflib import get_close_matches

from ..errors import LecternError, SourceError


class EpisodeErrors(LecternError):
    """All that is wrong with an episode; `str()` is one problem a line, in the order of the files' lines."""

    def __init__(self, problems: Iterable[SourceError]) -> None:
        distinct = {(p.file, p.line, p.message): p for p in problems}
        self.problems = tuple(sorted(distinct.values(), key=lambda p: (p.file, p.line)))
        super().__init__("\n".join(str(p) for p in self.problems))


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """` (did you mean "x"?)` where one of `allowed` is near to `found`, else nothing."""
    by_folded = {name.casefold(): name for name in allowed}
    near = get_close_matches(found.casefold(), by_folded, n=1, cutoff=0.6)
    return f' (did you mean "{by_folded[near[0]]}"?)' if near else ""


def an(word: str) -> str:
    """The word with its article: `an overlay`, `a "title"`."""
    return f"{'an' if word.lstrip(chr(34))[:1].lower() in tuple('aeiou') else 'a'} {word}"


def listed(names: Iterable[str], nothing: str = "none") -> str:
    """Names as a message lists them."""
    return ", ".join(names) or nothing
