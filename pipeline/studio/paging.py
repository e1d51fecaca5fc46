"""Long lists and texts in pieces of a few thousand words: what an agent reads at once has to fit into what it can keep in mind."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..base.errors import LecternError

MOST = 24_000
"""Characters of a piece: well below 10,000 tokens of three and a half."""


class Page[T](NamedTuple):
    """Some of the items, and the `cursor` with which the next ones are asked for ("": there are none)."""

    items: tuple[T, ...]
    cursor: str


def piece_of[T](items: Iterable[T], cursor: str, sizes: Sequence[int] | None = None) -> Page[T]:
    """Return the items from `cursor` on ("": the first), as many as fit. Raises LecternError for a cursor that is none."""
    every = tuple(items)
    if cursor and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 9 and int(cursor) <= len(every)):
        raise LecternError(
            "there is no such page: give the cursor of the last answer, or leave it out for the first page"
        )
    first = last = int(cursor or 0)
    room = MOST
    while last < len(every) and (last == first or room > 0):
        room -= sizes[last] if sizes else len(str(every[last]))
        last += last == first or room > 0
    return Page(every[first:last], str(last) if last < len(every) else "")
