"""What programs that an episode names can load: the files of its folder. They run in a copy of exactly these.

So a person is asked about the files that are there when a program starts, and nothing else is there: not the script and the
settings, which are asked about in themselves, not what Lectern makes, and no pictures, videos and sound that no command names.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from .errors import LecternError
from .files import content_digest, digest

MOST_FILES, MOST_BYTES = 20_000, 2_000_000_000
"""How many files are copied for programs at most, and how many bytes."""

_NOT_COVERED = ("script.md", "lectern.toml", "edits.json", "media", "renders", ".lectern", ".git", "plugins")
_CACHES = ("__pycache__",)
_MATERIAL = (
    ".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff", ".mp4", ".mkv", ".mov", ".webm", ".avi", ".wav", ".mp3", ".ogg",
    ".flac", ".m4a", ".cast", ".blend", ".blend1", ".md", ".srt", ".vtt",
)  # fmt: skip

type FileDigests = tuple[tuple[str, str], ...]
"""Names, relative to a folder and with slashes, each with the hash of what is in the file, or where a link leads."""


def program_files(root: Path, named: Iterable[str] = ()) -> FileDigests:
    """Return what programs of the episode in `root` can load; `named` are files of it that their commands name.

    Raises LecternError if that is more than can be asked about.
    """
    root = root.resolve()
    kept = {_relative(root, name) for name in named} - {""}
    return tuple((name, _digest(root / name)) for name in _covered(root, kept))


@contextmanager
def program_copy(root: Path, named: Iterable[str] = ()) -> Iterator[Path]:
    """Yield a folder of this person's alone with a copy of `program_files`, gone after the block."""
    root, named = root.resolve(), tuple(named)
    with tempfile.TemporaryDirectory(prefix="lectern-programs-") as place:
        copy = Path(place).resolve() / root.name
        copy.mkdir()
        if (root / _NOT_COVERED[0]).is_file():
            (copy / _NOT_COVERED[0]).touch()  # it is an episode, too
        for name, _ in program_files(root, named):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, copy / name, follow_symlinks=False)
        yield copy


def in_copy(argument: str, episode: Path, copy: Path) -> str:
    """Return an argument of a command as it has to be where programs run in `copy`, and not in `episode`."""
    place = Path(os.path.abspath(episode / os.path.expanduser(argument)))
    if not argument or not os.path.lexists(place):
        return argument
    inside = place.is_relative_to(episode)
    if inside and os.path.isabs(argument):
        return str(copy / place.relative_to(episode))
    return argument if inside else str(place)


def _covered(root: Path, named: set[str]) -> list[str]:
    if not (root / _NOT_COVERED[0]).is_file():  # not an episode, so nobody else's: only what is named is there
        return sorted(named)
    found: list[str] = []
    size = 0
    for folder, folders, files in os.walk(root):
        here = Path(folder).relative_to(root)
        folders[:] = sorted(f for f in folders if not _is_left_out(here / f) and not (root / here / f).is_symlink())
        links = [entry for entry in os.listdir(folder) if (root / here / entry).is_symlink()]
        for name in sorted({*files, *links}):
            path = here / name
            if path.as_posix() in named or (not _is_left_out(path) and path.suffix.lower() not in _MATERIAL):
                if _is_file_inside(root / path, root):
                    found.append(path.as_posix())
                    size += (root / path).lstat().st_size
        if len(found) > MOST_FILES or size > MOST_BYTES:
            raise LecternError(
                f"{root.name} has more than {MOST_FILES} files or {MOST_BYTES // 10**9} GB that its programs could load, which is "
                "more than anybody can be asked about; keep the programs in a folder of their own, outside of the episode, and "
                "write its full path into the command"
            )
    return sorted(found)


def _is_left_out(path: Path) -> bool:
    character = path.parts[0] == "characters" and path.suffix == ".json"
    return path.parts[0] in _NOT_COVERED or path.name in _CACHES or character


def _is_file_inside(path: Path, root: Path) -> bool:
    """Return whether a path is a file, a link that stays within the episode, or one out of it by its full path.

    Pipes are not there for programs, nor relative links out of the episode: whoever made it chose what lies there.
    """
    if path.is_symlink():
        return path.readlink().is_absolute() != path.resolve().is_relative_to(root)
    return path.is_file()


def _digest(path: Path) -> str:
    if path.is_symlink():
        return digest(f"-> {path.readlink()}")
    facts = path.stat()
    return _digest_as_of(path, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)


@cache
def _digest_as_of(path: Path, inode: int, size: int, changed: int, touched: int) -> str:
    """Return the hash of a file as it was then. Only the system sets the last time, at every change (but on Windows)."""
    return content_digest(path)


def _relative(root: Path, name: str) -> str:
    """Return a file of the episode relative to it; "" for anything else."""
    place = (root / os.path.expanduser(name)).resolve()
    return place.relative_to(root).as_posix() if place.is_relative_to(root) and place.is_file() else ""
