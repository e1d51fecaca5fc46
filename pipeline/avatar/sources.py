"""Finds the files that narrators are made from, by names that don't depend on where Lectern and the episode are.

`lectern:ada` is a file that comes with Lectern; any other name is a path relative to the episode's folder.
"""

import os
from pathlib import Path

from ..base.assets import ASSETS, OWN
from ..base.errors import LecternError

TREATMENT = f"{OWN}narrator"
"""The compositor asset with the node groups of shadow and light."""


def drawing_file(name: str, episode: Path) -> Path:
    """Return the layered SVG called `name`.

    Raises LecternError if Lectern has no drawing of this name.
    """
    return _own(name, "avatars", ".svg") or episode / name


def treatment_file(name: str, episode: Path) -> Path:
    """Return the file of node groups called `name`.

    Raises LecternError if there is no such file.
    """
    file = _own(name, "compositor", ".blend") or episode / name
    if not file.is_file():
        raise LecternError(
            f'Lectern can\'t find "{name}" in {episode}; write a .blend with the node groups of {OWN}keying'
        )
    return file


def name_of(portrait: str, beside: Path, episode: Path) -> str:
    """Return the name of a character's `portrait`, which is Lectern's own or a path relative to the file `beside`."""
    if portrait.startswith(OWN):
        return portrait
    file = (beside.parent / portrait).absolute()
    try:
        return Path(os.path.relpath(file, episode.absolute())).as_posix()
    except ValueError:  # on another Windows drive there is no relative way
        return file.as_posix()


def _own(name: str, folder: str, suffix: str) -> Path | None:
    if not name.startswith(OWN):
        return None
    file = ASSETS / folder / f"{name.removeprefix(OWN)}{suffix}"
    if file.parent != ASSETS / folder or not file.is_file():
        have = ", ".join(sorted(f"{OWN}{other.stem}" for other in (ASSETS / folder).glob(f"*{suffix}")))
        raise LecternError(f'Lectern has no "{name}"; it has: {have}')
    return file
