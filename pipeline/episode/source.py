"""Reading a text file as the author saved it, and naming it as the author knows it."""

import os
from pathlib import Path

from ..errors import SourceError


def exact_text(path: Path, shown: str | None = None) -> str:
    """The file's text with its own line ends and byte order mark kept, for editing; SourceError if it is not UTF-8."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02X} is not UTF-8; save the file as UTF-8"
        raise SourceError(shown or path.name, line, message) from error


def plain_text(text: str) -> str:
    """`text` without its byte order mark, every line end a newline; the lines keep their numbers."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def read_text(path: Path, shown: str | None = None) -> str:
    """The file's text for parsing."""
    return plain_text(exact_text(path, shown))


def shown_path(path: Path, folder: Path) -> str:
    """`path` as messages name it: relative to the episode's folder where it can be."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive on Windows
        return path.as_posix()
