"""Errors that a person reads: what is wrong, where it is, and how to fix it."""

import json
import re
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters that steer a terminal, besides line ends and tabs."""
_HARMLESS = "\n\t\u200c\u200d"
"""Line ends, tabs, and the joiners that Persian, Indian scripts and emoji are written with."""


class LecternError(Exception):
    """Something that the author or the machine's owner has to fix. `str()` is the whole message for them."""

    @property
    def with_columns(self) -> str:
        """The message with the column behind each line that is known so well."""
        return str(self)


class RecordedError(LecternError):
    """An error that is kept as data when its process ends, so that another process gets back all that it carries."""

    def record(self) -> str:
        """Return the error as JSON, which its room can read back."""
        raise NotImplementedError


@dataclass(frozen=True)
class FaultDetails:
    """What programs want to know of a fault, besides its message.

    `column` counts from 1 (0: unknown); `path` leads to the value, such as ``scenes[2].captures[0].steps[1].wait``;
    `found` is the value as it is written; `allowed` are the names that may be there; `instead` is what to write.
    `span` is where the value starts and ends, in characters of its block.
    """

    column: int = 0
    path: str = ""
    found: Any = None
    allowed: tuple[str, ...] = ()
    instead: str = ""
    span: tuple[int, int] | None = None


NO_DETAILS = FaultDetails()


class SourceError(LecternError):
    """An error at a line of a file that the author wrote.

    Reads as ``script.md:12: there is no mark "init" in scene "new"; its marks are: tree, run``.
    """

    def __init__(self, file: Path | str, line: int, message: str, details: FaultDetails = NO_DETAILS) -> None:
        self.file, self.line, self.message, self.details = str(file), line, message, details
        super().__init__(f"{file}:{line}: {message}")

    @property
    def with_columns(self) -> str:
        """The message, which begins with ``script.md:12:5:``."""
        return f"{place_of(self.file, self.line, self.details.column)}: {self.message}"

    def reworded(self, message: str) -> "SourceError":
        """Return the same error with another message."""
        return SourceError(self.file, self.line, message, self.details)

    def detailed(self, **details: Any) -> "SourceError":
        """Return the same error with further details."""
        return SourceError(self.file, self.line, self.message, replace(self.details, **details))


@dataclass(frozen=True)
class FilmFinding:
    """What a person should know about a film: a sentence, about `line` of `file` (0: about no line of it).

    It is seen or heard `at` so many seconds of the film (None: in no one place). Reads as
    ``script.md:12: the zoom shows nothing closer``.
    """

    message: str
    line: int = 0
    file: str = "script.md"
    at: float | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{place_of(self.file, self.line)}: {self.message}" if self.line else self.message


def place_of(file: Path | str, line: int, column: int = 0) -> str:
    """Return a place as editors and terminals link it: ``script.md:12:5``, or ``script.md:12`` where the column is not known."""
    return f"{file}:{line}:{column}" if column else f"{file}:{line}"


def escape_invisible(text: str) -> str:
    """Return `text` with nothing hidden in it: line ends, escape sequences and direction marks are spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def visible(text: str) -> str:
    """Return a message as it may go to a terminal, a panel or a page: what would steer those is spelled out.

    Text of files, pages and services is in messages, and a terminal obeys escape sequences, wherever they come from.
    Lines, tabs, spaces of all widths, and private characters (icons of terminals' fonts) stay.
    """
    return "".join(c if _is_shown(c) else escape_invisible(c) for c in text)


def visible_json(text: str) -> str:
    """Return JSON that says the same, with what would steer a terminal as JSON's own escapes."""
    return "".join(c if _is_shown(c) else json.dumps(c)[1:-1] for c in text)


def _is_shown(character: str) -> bool:
    if character.isprintable() or character in _HARMLESS:
        return True
    return unicodedata.category(character) in ("Zs", "Co")
