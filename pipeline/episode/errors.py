"""The faults of one reading, all at once, so that an author mends them in one go."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..base.errors import LecternError, SourceError


class EpisodeErrors(LecternError):
    """All that is wrong with an episode; `str()` is one problem a line, in the order of the files' lines.

    `rest` is what could be read all the same, by the names of an episode's attributes.
    """

    def __init__(self, problems: Iterable[SourceError], rest: Mapping[str, Any] | None = None) -> None:
        self.rest = rest
        distinct = {(p.file, p.line, p.message): p for p in problems}
        self.problems = tuple(sorted(distinct.values(), key=lambda p: (p.file, p.line)))
        super().__init__("\n".join(str(p) for p in self.problems))

    @property
    def with_columns(self) -> str:
        """The problems, one a line, with their columns."""
        return "\n".join(problem.with_columns for problem in self.problems)


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """Return ` (did you mean "x"?)` where one of `allowed` is nearly `found`, otherwise ""."""
    return suggestion(nearly_same(found, allowed))


def suggestion(near: str) -> str:
    """Return what a message adds about the name that was meant; "" where there is none."""
    return f' (did you mean "{near}"?)' if near else ""


def nearly_same(found: str, allowed: Iterable[str]) -> str:
    """Return the one of `allowed` that is `found` but for a slip of the keyboard: one letter in five or so; else ""."""
    written = _bare(found)
    distances = {name: _slips(written, _bare(name)) for name in allowed if len(name) > 2}
    near = min(distances, key=lambda name: distances[name], default="")
    return near if near and distances[near] <= max(1, (len(written) + 2) // 5) and len(written) > 2 else ""


def _bare(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")


def _slips(one: str, other: str) -> int:
    """Return how many letters are wrong, missing, too many or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            swapped = i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted
            row.append(min(least, earlier[j - 2] + 1) if swapped else least)
    return row[-1]


def with_article(word: str) -> str:
    """Return the word with its article: `an overlay`, `a "title"`."""
    return f"{'an' if word.lstrip(chr(34))[:1].lower() in tuple('aeiou') else 'a'} {word}"


def list_names(names: Iterable[str], nothing: str = "none") -> str:
    """Return names as a message lists them."""
    return ", ".join(names) or nothing
