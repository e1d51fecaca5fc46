"""`lectern new`: a small episode that builds as it is, to start from."""

import shutil
from pathlib import Path

from ..base.assets import ASSETS
from ..base.disk_space import FULL, no_room
from ..base.errors import LecternError
from ..trust.grants import note_own

TEMPLATES = ASSETS / "templates"
ABOUT = {
    "tutorial": "a terminal, a page and a list, with notes that explain the script (the default)",
    "talk": "one person, cards and code, no screen",
    "short": "upright, half a minute, one thing",
    "dialogue": "one asks, the other answers, with drawings",
    "release-notes": "what is new in a version, each change shown",
}
"""What each template is, by its name."""
_NAMES = {"dot-gitignore": ".gitignore"}
"""A .gitignore in Lectern's own tree would rule there."""


def new(folder: Path, template: str = "tutorial") -> tuple[Path, ...]:
    """Write an episode to start from into `folder`, whole or not at all; return its files, absolute.

    Raises LecternError if there is no such template, or if the folder is not empty, or can't be written.
    """
    if template not in ABOUT:
        raise LecternError(f'There is no template "{template}"; there are: {", ".join(ABOUT)}.')
    folder, origin = folder.absolute(), TEMPLATES / template
    require_empty(folder)
    is_there = folder.exists()
    sources = sorted(file for file in origin.rglob("*") if file.is_file())
    try:
        files = tuple(_copy(source, folder / source.relative_to(origin)) for source in sources)
        note_own(folder)
    except BaseException:
        _remove_half(folder, is_there)
        raise
    return files


def _remove_half(folder: Path, is_there: bool) -> None:
    """Remove what has been written into a folder that was empty, and the folder unless it `is_there` since before."""
    for entry in folder.iterdir() if folder.is_dir() else ():
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
    if not is_there:
        shutil.rmtree(folder, ignore_errors=True)


def require_empty(folder: Path) -> None:
    """Raise LecternError unless a folder is empty, or not there yet."""
    if folder.exists() and not folder.is_dir():
        raise LecternError(f"{folder} is a file; name a folder that is not there yet.")
    if folder.is_dir() and any(folder.iterdir()):
        raise LecternError(
            f"{folder} is not empty, and nothing in it is overwritten; name a folder that is not there yet."
        )


def _copy(source: Path, target: Path) -> Path:
    target = target.with_name(_NAMES.get(target.name, target.name))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    except OSError as error:
        if error.errno in FULL:
            raise no_room(target.parent) from error
        raise LecternError(f"{target} can't be written ({error.strerror}); name another folder.") from error
    return target
