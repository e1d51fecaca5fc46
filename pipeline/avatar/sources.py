"""The files that narrators are made from, by names that stay the same wherever Lectern and the episode lie.

`lectern:ada` is one that Lectern carries; any other name is a path relative to the episode's folder.
"""

import os
from pathlib import Path

from ..errors import LecternError
from ..jobs.recipe import Bench

ASSETS = Path(__file__).parents[2] / "assets"
OWN = "lectern:"
TREATMENT = "lectern:narrator"
"""The compositor asset with the node groups of shadow and light."""


def drawing_file(name: str, episode: Path) -> Path:
    """The layered SVG called `name`."""
    return _own(name, "avatars", ".svg") or episode / name


def treatment_file(name: str, episode: Path) -> Path:
    """The file of node groups called `name`; LecternError where there is none."""
    file = _own(name, "compositor", ".blend") or episode / name
    if not file.is_file():
        raise LecternError(f'there is no file "{name}" in {episode}; it is a .blend with the node groups of {OWN}keying')
    return file


def drawing_on(bench: Bench | None, name: str) -> Path:
    """The layered SVG called `name`, for a maker at work; one by an absolute name needs no bench."""
    return drawing_file(name, bench.episode if bench else Path())


def treatment_on(bench: Bench | None, name: str) -> Path:
    """The file of node groups called `name`, for a maker at work; one by an absolute name needs no bench."""
    return treatment_file(name, bench.episode if bench else Path())


def name_of(portrait: str, beside: Path, episode: Path) -> str:
    """The name of a character's `portrait`: Lectern's own as it is, a file beside `beside` relative to the episode."""
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
        raise LecternError(f'Lectern carries no "{name}"; there are: {have}')
    return file
