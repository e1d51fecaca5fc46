"""What files of the episode held before and after changes, by hash: nothing that a change replaces is lost."""

from pathlib import Path

from ..base.errors import LecternError
from ..base.files import LARGEST_OWN_FILE, digest, read_own, write_atomic

FOLDER = Path(".lectern") / "changes"
CONTENTS = FOLDER / "contents"


class Contents:
    """The contents that changesets of the episode in `folder` speak of, a file each, named by its SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes | None) -> str | None:
        """Keep a file's bytes; return their hash. None, for no file, has none."""
        if content is None:
            return None
        name = digest(content)
        file = self._folder / CONTENTS / name
        if read_own(file, inside=self._folder) != content:
            write_atomic(file, content, inside=self._folder)
        return name

    def get(self, name: str | None) -> bytes | None:
        """Return the bytes with the hash `name`. Raises LecternError if they are gone or damaged."""
        if name is None:
            return None
        file = self._folder / CONTENTS / name
        content = read_own(file, inside=self._folder)
        if content is None or digest(content) != name:
            raise LecternError(
                f"{file} is {'gone' if content is None else 'damaged'}: what a change has replaced was in it"
            )
        return content


def content_of(folder: Path, file: str) -> bytes | None:
    """Return the bytes of a file of the episode in `folder`, None if there is none. Raises LecternError for a link or a pipe."""
    return read_own(folder / file, inside=folder, most=LARGEST_OWN_FILE)


def hash_of(content: str | bytes | None) -> str | None:
    """Return the SHA-256 of a file's content; None for no file."""
    return None if content is None else digest(content)


def is_text(content: bytes | None) -> bool:
    """Return whether a file's content is text in UTF-8; no file is."""
    try:
        (content or b"").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def shown_text(content: bytes | None) -> str:
    """Return a file's content as it is shown to people: its text, or how many bytes it has; "" for no file."""
    known = content or b""
    return known.decode("utf-8") if is_text(known) else f"({len(known)} bytes, no text: {digest(known, 12)})\n"


def text_of(content: bytes | None, file: str) -> str:
    """Return a file's text with its own line ends, "" for no file. Raises LecternError for what is no text in UTF-8."""
    try:
        return (content or b"").decode("utf-8")
    except UnicodeDecodeError as error:
        raise LecternError(f"{file} is no text in UTF-8: it can't be changed like this") from error
