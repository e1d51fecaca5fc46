"""Files that are written whole or not at all, never through a link of an episode's, and short names for what is in them.

Whoever makes an episode also makes the folders and links in it. So what is written below an episode's folder goes through
the functions here, with that folder as `inside`: they go down from it folder by folder and follow no link. `inside` is
None for a place that is the person's own: a temporary folder, a take's draft, the profile, a file that they named.
"""

import hashlib
import itertools
import os
import secrets
import shutil
import stat
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import psutil

from .errors import LecternError

ABANDONED_AFTER = 3600.0
"""Seconds since its last change after which a draft counts as left behind by a process that died."""
LONGEST_NAME = 255
"""Bytes of a file's name."""
LARGEST_HASHED = 50_000_000_000
"""Bytes of a file that an episode uses: hours of footage."""
LARGEST_OWN_FILE = 256_000_000
"""Bytes: more is in no file that Lectern itself writes as text."""

_HAS_HANDLES = os.open in os.supports_dir_fd and os.rename in os.supports_dir_fd
"""Whether folders can be held open, as everywhere but on Windows."""
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class LinkRefused(LecternError):
    """Something in an episode's folder is a link, and Lectern would have written through it."""

    def __init__(self, link: Path) -> None:
        self.link = link
        try:
            target = f" to {link.readlink()}"
        except OSError:
            target = ""
        super().__init__(
            f"{link} is a link{target}. Lectern writes through no link in an episode's folder: whoever made the episode would "
            "choose what is overwritten. Delete the link. If the disk is too small, keep the whole episode on another one; "
            "a link to the episode's folder itself is fine."
        )


class HeldFolder:
    """An open folder, at `path` when it was opened. What is done in it stays in it, wherever `path` leads by then."""

    def __init__(self, path: Path, handle: int | None) -> None:
        self.path, self.handle = path, handle

    def close(self) -> None:
        """Let go of the folder."""
        if self.handle is not None:
            os.close(self.handle)

    def enter(self, name: str, *, make: bool = False, mode: int = 0o777) -> "HeldFolder":
        """Open the folder `name` in this one; with `make`, it is made if it is not there. Raises LinkRefused for a link."""
        inner = self.path / name
        if make:
            with suppress(FileExistsError):
                os.mkdir(self._at(name), mode, dir_fd=self.handle)
        kind = self.kind(name)
        if kind == stat.S_IFLNK or (os.name == "nt" and inner.is_junction()):
            raise LinkRefused(inner)
        if kind not in (0, stat.S_IFDIR):
            raise LecternError(f"{inner} is no folder, and Lectern keeps one there: rename or delete it.")
        if not _HAS_HANDLES:
            return HeldFolder(inner, None)
        try:
            return HeldFolder(inner, os.open(name, _FOLDER, dir_fd=self.handle))
        except OSError as error:
            if self.kind(name) == stat.S_IFLNK:  # since a moment ago
                raise LinkRefused(inner) from error
            raise OSError(error.errno, error.strerror, str(inner)) from error

    def open(self, name: str, flags: int, mode: int = 0o666) -> int:
        """Open the file `name` and return its handle. Raises LinkRefused for a link."""
        try:
            return os.open(self._at(name), flags | _NO_LINK, mode, dir_fd=self.handle)
        except OSError as error:
            if self.kind(name) == stat.S_IFLNK:
                raise LinkRefused(self.path / name) from error
            raise OSError(error.errno, error.strerror, str(self.path / name)) from error

    def kind(self, name: str) -> int:
        """Return what `name` is, as `stat.S_IFMT` tells it; 0 if there is no such thing."""
        try:
            return stat.S_IFMT(os.stat(self._at(name), dir_fd=self.handle, follow_symlinks=False).st_mode)
        except FileNotFoundError:
            return 0

    def age(self, name: str) -> float:
        """Return how many seconds ago `name` changed."""
        return time.time() - os.stat(self._at(name), dir_fd=self.handle, follow_symlinks=False).st_mtime

    def names(self) -> list[str]:
        """Return the names of all that is in the folder."""
        return os.listdir(self.path if self.handle is None else self.handle)

    def move(self, name: str, to: "HeldFolder", new: str) -> None:
        """Move `name` into the folder `to` as `new`. A file that is there, or an empty folder, is replaced."""
        os.replace(self._at(name), to._at(new), src_dir_fd=self.handle, dst_dir_fd=to.handle)

    def share(self, name: str) -> None:
        """Let the folder `name` in this one be entered by whoever may enter this one."""
        if self.handle is not None:
            inner = self.enter(name)
            assert inner.handle is not None
            os.fchmod(inner.handle, stat.S_IMODE(os.fstat(self.handle).st_mode))
            inner.close()

    def remove(self, name: str) -> None:
        """Delete a file, a link (not what it leads to) or a folder with all that is in it; nothing if it is not there."""
        if self.kind(name) == stat.S_IFDIR:
            shutil.rmtree(self._at(name), ignore_errors=True, dir_fd=self.handle)
        else:
            with suppress(FileNotFoundError):
                os.unlink(self._at(name), dir_fd=self.handle)

    def _at(self, name: str) -> str:
        if name in ("", ".", "..") or "/" in name or os.sep in name:
            raise ValueError(f"{name!r} is not the name of a file")
        return str(self.path / name) if self.handle is None else name


@contextmanager
def held(folder: Path, inside: Path | None, *, make: bool = False, mode: int = 0o777) -> Iterator[HeldFolder]:
    """Yield `folder`, open, reached from the folder `inside` without following a link.

    With `make`, folders that are missing are made. Raises LinkRefused where a link is in the way, OSError where a folder
    is missing or can't be made.
    """
    root = folder if inside is None else inside
    if make:
        root.mkdir(parents=True, exist_ok=True, mode=mode)
    reached = HeldFolder(root, os.open(root, _FOLDER & ~_NO_LINK) if _HAS_HANDLES else None)
    try:
        for name in folder.relative_to(root).parts:
            outer, reached = reached, reached.enter(name, make=make, mode=mode)
            outer.close()
        yield reached
    finally:
        reached.close()


def make_folder(folder: Path, *, inside: Path | None) -> Path:
    """Make `folder` and those above it, as far as they are missing, and return it. Raises LinkRefused."""
    with held(folder, inside, make=True):
        return folder


@contextmanager
def replacing(file: Path, *, inside: Path | None, private: bool = False, beside: bool = False) -> Iterator[Path]:
    """Yield a draft of `file`, to be written; it takes the place of `file` when the block ends without an error.

    A reader sees the old file or the new one, never half of one. The draft has the name of `file`, and is in a folder that
    nobody else can enter or know of; with `beside` it is in the folder of `file`, under a name that nobody can know of,
    for formats with relative paths in them. With `private`, only this person can read the file and a folder that has to be
    made for it. Raises OSError where there is no room or no permission, LinkRefused where `file` or a folder above it,
    up to `inside`, is a link.
    """
    with held(file.parent, inside, make=True, mode=0o700 if private else 0o777) as folder:
        _refuse_other_than_file(folder, file.name, inside)
        _remove_abandoned(folder)
        unique = f".~{os.getpid()}-{secrets.token_hex(8)}~draft{file.suffix if beside else ''}"
        try:
            with _draft_in(folder, unique, file.name, beside) as (place, name):
                if private:
                    os.close(place.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                yield place.path / name
                _flush(place, name)
                place.move(name, folder, file.name)
        except FileNotFoundError:
            _refuse_links(file.parent, inside)  # put there while the draft was written
            raise
        except OSError as error:
            if error.filename is None:  # a write doesn't say where
                raise OSError(error.errno, error.strerror, str(file)) from error
            raise


@contextmanager
def _draft_in(folder: HeldFolder, unique: str, name: str, beside: bool) -> Iterator[tuple[HeldFolder, str]]:
    """Yield where a draft is to be written: a folder, and the draft's name in it."""
    try:
        if beside:
            yield folder, unique
        else:
            place = folder.enter(unique, make=True, mode=0o700)
            try:
                yield place, name
            finally:
                place.close()
    finally:
        folder.remove(unique)


def write_atomic(file: Path, content: str | bytes, *, inside: Path | None, private: bool = False) -> None:
    """Write `content` (text as UTF-8, with its own line ends) to `file`, whole or not at all; see `replacing`."""
    with replacing(file, inside=inside, private=private) as draft:
        draft.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


def write_changed(file: Path, text: str, *, inside: Path | None) -> None:
    """Write `text` to `file` unless it says that already, so that its time of change means something."""
    if read_own(file, inside=inside) != text.encode("utf-8"):
        write_atomic(file, text, inside=inside)


def read_own(file: Path, *, inside: Path | None, most: int = LARGEST_OWN_FILE) -> bytes | None:
    """Return what is in a file that Lectern wrote, None if there is none.

    Raises LinkRefused for a link, LecternError for what is no file (a pipe, a device) or has more than `most` bytes.
    """
    try:
        with held(file.parent, inside) as folder:
            if folder.kind(file.name) == 0:
                return None
            _refuse_other_than_file(folder, file.name, inside)
            handle = folder.open(file.name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    return _bounded(handle, file, most)


def read_bounded(file: Path, most: int) -> bytes:
    """Return what is in a file that somebody wrote.

    Raises LecternError for what is no file (a pipe, a device), which could be read for ever, or has more than `most` bytes.
    """
    return _bounded(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), file, most)


def remove_file(file: Path, *, inside: Path | None) -> None:
    """Delete a file if it is there. Raises LinkRefused where a folder above it is a link."""
    with suppress(FileNotFoundError), held(file.parent, inside) as folder:
        folder.remove(file.name)


def inside_of(file: Path, episode: Path) -> Path | None:
    """Return what is `inside` for a file that a person has named: the episode if it is in there, else nothing."""
    within = file.is_relative_to(episode) and ".." not in file.relative_to(episode).parts
    return episode if within else None


def can_be_path(name: str) -> bool:
    """Return whether a file system takes `name` as a path: it refuses longer ones, and zeros, with an error."""
    return "\0" not in name and all(len(part.encode(errors="replace")) <= LONGEST_NAME for part in name.split("/"))


def as_on_disk(folder: Path, name: str) -> str:
    """Return a path in `folder` by the names that its parts have there; as it is written where there is none.

    A letter and its accent are one sign or two (macOS writes two), which looks the same and is another name elsewhere.
    """
    if name.isascii() or (folder / name).exists():
        return name
    place = folder
    for part in Path(name).parts:
        others = place.iterdir() if place.is_dir() and not (place / part).exists() else ()
        place /= next((other.name for other in others if composed(other.name) == composed(part)), part)
    return place.relative_to(folder).as_posix() if place.exists() else name


def composed(name: str) -> str:
    """Return a name with every letter and its accent as one sign."""
    return unicodedata.normalize("NFC", name)


def set_aside(file: Path, *, inside: Path | None) -> Path:
    """Move a damaged file out of the way, to `NAME.damaged-N` beside it; return where it is now."""
    with held(file.parent, inside) as folder:
        names = (f"{file.name[:200]}.damaged-{number}" for number in itertools.count(1))
        kept = next(name for name in names if not folder.kind(name))
        folder.move(file.name, folder, kept)
    return file.with_name(kept)


def digest(content: str | bytes | memoryview, length: int = 64) -> str:
    """Return the first `length` hex digits of the SHA-256 of `content` (text as UTF-8)."""
    return hashlib.sha256(content.encode("utf-8") if isinstance(content, str) else content).hexdigest()[:length]


def content_digest(file: Path) -> str:
    """Return the SHA-256 of a file's content as it is now, "" if it can't be read or is too large to be."""
    try:
        if not file.is_file() or file.stat().st_size > LARGEST_HASHED:  # a pipe would block
            return ""
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return ""


def file_digest(file: Path, length: int = 32) -> str:
    """Return the first `length` hex digits of the SHA-256 of a file's content; a file that has changed is read again.

    Raises LecternError for one that is too large: it may be a sparse file, which takes no room and never ends.
    """
    facts = file.stat()
    if facts.st_size > LARGEST_HASHED:
        size, most = f"{facts.st_size / 1e9:,.0f} GB", f"{LARGEST_HASHED / 1e9:g} GB"
        raise LecternError(f"{file} has {size}, and Lectern takes files of up to {most}; use a shorter or smaller one")
    return _digest_as_of(file, facts.st_mtime_ns, facts.st_size)[:length]


@cache
def _digest_as_of(file: Path, changed: int, size: int) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _bounded(handle: int, file: Path, most: int) -> bytes:
    with os.fdopen(handle, "rb") as content:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise LecternError(f"{file.name} is no ordinary file")
        if facts.st_size > most:
            size = f"{facts.st_size / 1_000_000:,.1f} MB, and the most that is read is {most / 1_000_000:g} MB"
            raise LecternError(f"{file.name} has {size}")
        return content.read(most)


def _refuse_other_than_file(folder: HeldFolder, name: str, inside: Path | None) -> None:
    """Raise LinkRefused for a link in an episode, LecternError for what is no file: a folder, a pipe, a device."""
    kind = folder.kind(name)
    if kind == stat.S_IFLNK and inside is not None:
        raise LinkRefused(folder.path / name)
    if kind not in (0, stat.S_IFREG, stat.S_IFLNK):
        what = "a folder" if kind == stat.S_IFDIR else "no ordinary file"
        raise LecternError(f"{folder.path / name} is {what}, and Lectern keeps a file there: rename or delete it.")


def _refuse_links(folder: Path, inside: Path | None) -> None:
    """Raise LinkRefused if there is a link on the way from `inside` to `folder`."""
    with suppress(OSError), held(folder, inside):
        pass


def _remove_abandoned(folder: HeldFolder) -> None:
    for name in folder.names():
        if name.startswith(".~") and "~draft" in name:
            with suppress(OSError):
                if folder.age(name) > ABANDONED_AFTER and not _is_maker_alive(name):
                    folder.remove(name)


def _is_maker_alive(draft: str) -> bool:
    """Return whether a process of this computer has the number in a draft's name: its age is wrong if the clock was set."""
    number = draft.removeprefix(".~").partition("-")[0]
    return number.isascii() and number.isdigit() and psutil.pid_exists(int(number))


def _flush(folder: HeldFolder, name: str) -> None:
    """Bring a draft's content onto the disk before its name can get there."""
    handle = folder.open(name, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
