"""Reading a text file as the author saved it, and naming it as the author knows it."""

import os
from pathlib import Path

from ..base.errors import CONTROL, LecternError, SourceError, escape_invisible
from ..base.files import read_bounded

LARGEST = 8_000_000
"""Bytes that a text file has at most: a thousand pages have three million."""
MOST_LINES = 50_000
"""Lines that a script has at most."""
SCRIPT = "script.md"
"""The file of an episode that its author writes."""
BLOCKS = ("scene", "capture", "overlay", "avatar", "shot", "clip", "music", "note")
"""What a fence in it may be called."""


def plural_of(block: str) -> str:
    """Return the name of a scene's list of such blocks: `captures`, `music`."""
    return block if block == "music" else f"{block}s"


def exact_text(path: Path, shown: str | None = None) -> str:
    """Return the file's text with its own line ends and byte order mark, for editing; SourceError if it is not UTF-8."""
    try:
        data = read_bounded(path, LARGEST)
    except LecternError as error:
        raise SourceError(shown or path.name, 1, f"{error}; Lectern reads text files here") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02X} is not UTF-8; save the file as UTF-8"
        raise SourceError(shown or path.name, line, message) from error


def plain_text(text: str) -> str:
    """Return `text` without its byte order mark, every line end a newline; the lines keep their numbers."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def read_text(path: Path, shown: str | None = None) -> str:
    """Return the file's text for parsing. Raises SourceError for a control character: it would end up in titles and messages."""
    text = plain_text(exact_text(path, shown))
    if found := CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        message = f"there is a control character here ({escape_invisible(found[0])}); remove it"
        raise SourceError(shown or path.name, line, message)
    return text


def shown_path(path: Path, folder: Path) -> str:
    """Return `path` as messages name it: relative to the episode's folder where it can be."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive on Windows
        return path.as_posix()
