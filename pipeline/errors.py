"""Errors that a person reads: what is wrong, where, and the way out."""

from pathlib import Path


class LecternError(Exception):
    """Something the author or the machine has to mend. `str()` is the whole message for the person."""


class SourceError(LecternError):
    """A fault at a line of a file the author wrote.

    Reads as ``script.md:12: there is no mark "init" in scene "new"; its marks are: tree, run``.
    """

    def __init__(self, file: Path | str, line: int, message: str) -> None:
        self.file, self.line, self.message = str(file), line, message
        super().__init__(f"{file}:{line}: {message}")
