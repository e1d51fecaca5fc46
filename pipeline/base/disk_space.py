"""Disks that are full: which one it is, and what to do."""

import errno
import os
import shutil
import tempfile
from pathlib import Path

from .errors import LecternError
from .profile import profile_folder, state_folder

FULL = (errno.ENOSPC, errno.EDQUOT)
_PLACE = (
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.EIO,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.ENAMETOOLONG,
    errno.ELOOP,
)
LEAST_ROOM = 500_000
"""Bytes: a disk with less is full for everything that Lectern does."""
SHARED = "LECTERN_TEMP"
"""The environment variable that tells a child the folder for the temporary files of all programs."""


def system_fault(error: OSError, place: Path | None = None) -> LecternError | None:
    """Return what a person has to mend so that a call of the system succeeds; None where that is not theirs to mend.

    `place` is where it was about, if the error names no file.
    """
    file = Path(error.filename) if isinstance(error.filename, str | Path) else None
    if error.errno in FULL or os.strerror(errno.ENOSPC) in str(error):  # shutil.copytree joins errors into one text
        return no_room(file.parent) if file else no_room(*filter(None, (place, temporary_folder(), state_folder())))
    if error.errno in _PLACE and file:
        return LecternError(f"{file}: {error.strerror}. Is something else in its place, or may you not write there?")
    return None


def no_room(*places: Path) -> LecternError:
    """Return the fault that the disk of one of `places` is full: of the one with the least room."""
    return LecternError(f"the disk is full: {_sentence(_without_drafts(min(places, key=room_in)))}")


def full_among(*places: Path) -> LecternError | None:
    """Return the fault that the disk of one of `places`, of temporary files or of the state is full; None if all have room.

    For programs that say of their failure only that there was one.
    """
    full = [place for place in (*places, temporary_folder(), state_folder()) if room_in(place) < LEAST_ROOM]
    return no_room(*full) if full else None


def room_in(place: Path) -> int:
    """Return how many bytes can be written below `place`, which need not be there yet; 0 where no file can be made."""
    there = next((folder for folder in (place, *place.parents) if folder.is_dir()), None)
    if there is None:
        return 0
    if hasattr(os, "statvfs"):
        facts = os.statvfs(there)
        if facts.f_files and not facts.f_favail:
            return 0
    return shutil.disk_usage(there).free


def temporary_folder() -> Path:
    """Return the folder for the temporary files of all programs, in which this process has its own."""
    return Path(os.environ.get(SHARED) or tempfile.gettempdir())


def _without_drafts(place: Path) -> Path:
    """Return the folder as a person sees it: what is just being made there is gone when they look."""
    drafts = [folder for folder in (place, *place.parents) if folder.name.startswith(".") and "~" in folder.name]
    return drafts[-1].parent if drafts else place


def _sentence(place: Path) -> str:
    """Return where there is no room, and what to do."""
    if _is_temporary(place):
        return (
            f"there is no room for temporary files in {temporary_folder()}; free some, or name another folder as TMPDIR"
        )
    if place.is_relative_to(state_folder()):
        return f"there is no room in {place}; free some, or name another folder as LECTERN_STATE_HOME"
    if place.is_relative_to(profile_folder()):
        return f"there is no room in {place}; free some, or name another folder as LECTERN_CONFIG_HOME"
    return f"there is no room in {place}; free some and build again (the media/ of episodes that are done can be made again)"


def _is_temporary(place: Path) -> bool:
    """Return whether a place is the folder for temporary files, or one of Lectern's own in there."""
    shared = temporary_folder()
    return place == shared or (
        place.is_relative_to(shared) and place.relative_to(shared).parts[0].startswith("lectern-")
    )
