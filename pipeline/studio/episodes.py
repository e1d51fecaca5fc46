"""`lectern episodes`: the episodes of a studio, and those that were open last; making, renaming, copying and deleting them.

Nothing is lost: a deleted episode is in the folder `.deleted` beside the others until the person deletes that.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from pydantic import TypeAdapter, ValidationError

from ..base.disk_space import system_fault
from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.files import can_be_path, held, read_own, write_atomic
from ..base.frozen import Frozen
from ..base.profile import move_episode_state, profile_folder
from ..build.build import only_writer
from ..episode.folder import settings_file, title_in
from ..episode.source import SCRIPT
from ..trust.grants import is_own, note_own
from .new import new, require_empty

DELETED = ".deleted"
"""Where deleted episodes are, beside the others."""
MOST_RECENT = 12
_DEEPEST = 3
_MOST_FOLDERS = 2000
_NO_EPISODES = frozenset({"media", "renders", "recordings", "characters", "plugins", "node_modules"})
_FOLDERS = TypeAdapter(tuple[Path, ...])


class EpisodeCard(Frozen):
    """An episode: its `folder` (absolute), the film's title, whether there is a film, and when the script changed (epoch seconds)."""

    folder: Path
    title: str
    film: Path | None
    changed: float


def episodes(folder: Path) -> tuple[EpisodeCard, ...]:
    """Return the episodes of the studio in `folder`, or of the studio of the episode in it, by their folders."""
    return tuple(_card(each) for each in sorted(_episode_folders(studio_of(folder))))


def recent_episodes() -> tuple[EpisodeCard, ...]:
    """Return the episodes that were open last and are still there, the latest first."""
    return tuple(_card(folder) for folder in _recent() if (folder / SCRIPT).is_file())


def note_recent(folder: Path) -> None:
    """Remember that the episode in `folder` was open."""
    folder = folder.resolve()
    kept = [folder, *(other for other in _recent() if other != folder)][:MOST_RECENT]
    write_atomic(_recent_file(), _FOLDERS.dump_json(tuple(kept), indent=1), inside=None, private=True)


def studio_of(folder: Path) -> Path:
    """Return where the episodes beside the one in `folder` are: its studio, or the folder above; `folder` if it is no episode."""
    folder = folder.resolve()
    if not (folder / SCRIPT).is_file():
        return folder
    settings = settings_file(folder.parent)
    return settings.parent if settings else folder.parent


def new_episode(folder: Path) -> Path:
    """Write a small episode to start from into `folder`; return that. Raises LecternError if it is not empty."""
    new(folder)
    note_recent(folder)
    return folder.resolve()


def rename_episode(folder: Path, name: str) -> Path:
    """Give the episode in `folder` another folder name, and its .blend with it; return where it is now.

    What is known of it stays known: what the person has allowed, what was built. Raises LecternError if there is something
    of that name, or if a build works on it.
    """
    return _moved(folder, folder.resolve().with_name(_folder_name(name)))


def duplicate_episode(folder: Path, name: str) -> Path:
    """Copy the episode in `folder`, with its takes and edits, to one called `name` beside it; return where that is."""
    folder = _episode(folder)
    copy = folder.with_name(_folder_name(name))
    require_empty(copy)
    draft = copy.with_name(f".{copy.name}~copy")
    try:
        with only_writer(EpisodePaths(folder=folder), wait=False):
            shutil.copytree(folder, draft, symlinks=True)
        _rename_blend(draft, folder.name, copy.name)
        os.replace(draft, copy)
    except BaseException as error:
        shutil.rmtree(draft, ignore_errors=True)
        if isinstance(error, (OSError, shutil.Error)):
            _refuse(error, f"{folder.name} can't be copied to {copy}")
        raise
    if is_own(folder):
        note_own(copy)
    note_recent(copy)
    return copy


def delete_episode(folder: Path) -> Path:
    """Move the episode in `folder` to `.deleted` beside it; return where it is now, from where `restore_episode` takes it back."""
    folder = _episode(folder)
    place = folder.parent / DELETED
    names = (folder.name, *(f"{folder.name}-{number}" for number in range(2, 1000)))
    return _moved(folder, place / next(name for name in names if not (place / name).exists()))


def restore_episode(folder: Path) -> Path:
    """Take a deleted episode back to where it was; return where it is now."""
    folder = _episode(folder)
    if folder.parent.name != DELETED:
        raise LecternError(f"{folder} is not deleted: deleted episodes are in folders called {DELETED}")
    return _moved(folder, folder.parents[1] / folder.name)


def _moved(folder: Path, to: Path) -> Path:
    folder = _episode(folder)
    if os.path.lexists(to) and to.resolve() != folder:
        raise LecternError(f"{to} is there already, and nothing is overwritten: choose another name")
    try:
        with only_writer(EpisodePaths(folder=folder), wait=False), held(folder.parent, None) as old:
            with held(to.parent, None, make=True) as new_place:
                old.move(folder.name, new_place, to.name)
        _rename_blend(to, folder.name, to.name)
    except OSError as error:
        _refuse(error, f"{folder} can't be moved to {to}")
    move_episode_state(folder, to)
    if folder in _recent():
        note_recent(to)
    return to


def _rename_blend(folder: Path, before: str, after: str) -> None:
    """Give the .blend in `folder`, which is called like the folder was, the name that the folder has now."""
    blend = EpisodePaths(folder=folder.with_name(before)).blend.name
    named = EpisodePaths(folder=folder.with_name(after)).blend.name
    with held(folder, None) as place:
        if blend != named and place.kind(blend) and not place.kind(named):
            place.move(blend, place, named)


def _episode(folder: Path) -> Path:
    folder = folder.resolve()
    if not (folder / SCRIPT).is_file():
        raise LecternError(f"{folder} is not an episode: it contains no {SCRIPT}")
    return folder


def _folder_name(name: str) -> str:
    name = name.strip()
    if (
        not name
        or name.startswith(".")
        or any(c in name for c in '/\\:*?"<>|')
        or not name.isprintable()
        or not can_be_path(name)
    ):
        raise LecternError(
            f'"{name}" can\'t be the name of a folder everywhere: use letters, digits, spaces and hyphens'
        )
    return name


def _card(folder: Path) -> EpisodeCard:
    paths, script = EpisodePaths(folder=folder), folder / SCRIPT
    film = paths.film if paths.film.exists() else None
    return EpisodeCard(folder=folder, title=title_in(folder), film=film, changed=script.stat().st_mtime)


def _episode_folders(studio: Path) -> Iterator[Path]:
    """Yield the folders with a script in a studio, not looking into episodes, links and hidden folders."""
    looked = 0
    for place, inner, files in os.walk(studio):
        looked += 1
        depth = len(Path(place).relative_to(studio).parts)
        if SCRIPT in files:
            yield Path(place)
        if SCRIPT in files or depth >= _DEEPEST or looked > _MOST_FOLDERS:
            inner.clear()
        inner[:] = [name for name in inner if name not in _NO_EPISODES and not name.startswith(".")]


def _recent() -> tuple[Path, ...]:
    try:
        return _FOLDERS.validate_json(read_own(_recent_file(), inside=None) or b"[]")
    except ValidationError:  # of another version: a list that fills again
        return ()


def _recent_file() -> Path:
    return profile_folder() / "recent.json"


def _refuse(error: OSError | shutil.Error, what: str) -> NoReturn:
    """Raise what a person can do something about."""
    fault = system_fault(error) if isinstance(error, OSError) else None
    raise fault or LecternError(f"{what}: {error}") from error
