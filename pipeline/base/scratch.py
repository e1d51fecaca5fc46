"""Temporary files below one folder of this process, so that whatever it leaves behind, killed, is found and removed.

The folder is locked as long as its process lives. So whether it is left behind is known for sure, whatever process has got
the number of the dead one since.
"""

import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from .disk_space import SHARED, temporary_folder
from .errors import LecternError
from .lock import try_lock
from .process import alive, identity

_NAMES = ("TMPDIR", "TEMP", "TMP", SHARED)
_OWNER = "owner"

_named: set[Path] = set()
"""The `named_folder`s that are open."""


@contextmanager
def own_scratch() -> Iterator[None]:
    """Let the temporary files of this process, and of all that it starts, be in a folder that is removed with the block.

    Folders of processes that are gone are removed first. A child of a process that has such a folder uses that one.
    """
    if os.environ.get(SHARED):
        yield
        return
    shared, before = tempfile.gettempdir(), {name: os.environ.get(name) for name in _NAMES}
    root = personal_folder(Path(shared))
    _sweep(root)
    with _claimed(root) as folder:
        os.environ.update(dict.fromkeys(_NAMES, str(folder)) | {SHARED: shared})
        tempfile.tempdir = str(folder)
        try:
            yield
        finally:
            tempfile.tempdir = shared
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


@contextmanager
def named_folder(name: str) -> Iterator[Path]:
    """Yield a new folder `lectern-NAME`, at the same path on every run unless another run is under way.

    It is where all programs have their temporary files, for what is recorded may show the path.
    """
    base = temporary_folder().resolve()
    for number in range(1, 1000):
        folder = base / (f"lectern-{name}" if number == 1 else f"lectern-{name}-{number}")
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            break
    else:
        raise LecternError(f"{base} is full of folders named lectern-{name}-…; delete them")
    try:
        (folder / _OWNER).write_text(identity(), encoding="utf-8")
        _named.add(folder)
        yield folder
    finally:
        _named.discard(folder)
        shutil.rmtree(folder, ignore_errors=True)


def daemons() -> list[psutil.Process]:
    """Return the processes whose home is in a `named_folder` of this process, whoever is their parent by now."""
    folders = tuple(_named)
    return [
        process
        for process in psutil.process_iter(["environ"])
        if any(Path((process.info["environ"] or {}).get("HOME", "/")).is_relative_to(folder) for folder in folders)
    ]


def personal_folder(shared: Path) -> Path:
    """Return the folder in `shared` for all of this person's, made if need be, where nobody else can put anything."""
    mine = os.getuid() if hasattr(os, "getuid") else 0
    root = shared / f"lectern-of-{mine}"
    with suppress(FileExistsError):
        root.mkdir(mode=0o700)
    facts = root.lstat()
    if stat.S_ISDIR(facts.st_mode) and (os.name == "nt" or facts.st_uid == mine):
        return root
    return Path(tempfile.mkdtemp(prefix="lectern-of-", dir=shared))  # somebody else has taken the name


@contextmanager
def _claimed(root: Path) -> Iterator[Path]:
    """Yield a new folder in `root`, whose lock beside it this process holds; remove both in the end."""
    folder = root / secrets.token_hex(4)
    lock = folder.with_suffix(".lock")
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if not try_lock(handle):  # another process is just sweeping
            raise LecternError(f"{lock} is locked by another process; try again")
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        _remove(folder, lock)
        os.close(handle)


def _sweep(root: Path) -> None:
    """Remove what dead processes have left."""
    for lock in root.glob("*.lock"):
        with suppress(OSError):
            handle = os.open(lock, os.O_RDWR)
            try:
                if try_lock(handle):
                    _remove(lock.with_suffix(""), lock)
            finally:
                os.close(handle)
    for folder in root.parent.glob("lectern-*"):
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _remove(folder: Path, lock: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():  # else the next process removes the rest
        lock.unlink(missing_ok=True)


def _is_abandoned(folder: Path) -> bool:
    """Return whether it is a `named_folder` of a process of this person's that was killed."""
    try:
        mine = not folder.is_symlink() and (os.name == "nt" or folder.stat().st_uid == os.getuid())
        return mine and alive((folder / _OWNER).read_text(encoding="utf-8")) is False
    except (OSError, ValueError):  # it isn't there, or another process is just making it
        return False
