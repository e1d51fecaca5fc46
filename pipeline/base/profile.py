"""The person's own folders: what belongs to them and to no episode, and what Lectern knows of their episodes.

Nothing in them comes from an episode's folder, so what decides what runs is kept here.
"""

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import platformdirs

from .errors import LecternError
from .files import digest, write_atomic

_RECORD = "episode.json"


def profile_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where trust, keys and logins are kept (`LECTERN_CONFIG_HOME` names another place, for tests)."""
    return Path(environment.get("LECTERN_CONFIG_HOME") or platformdirs.user_config_path("lectern", appauthor=False))


def state_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the state of builds is kept (`LECTERN_STATE_HOME` names another place).

    A profile elsewhere (`LECTERN_CONFIG_HOME`) has its state beside it, in `state`.
    """
    if named := environment.get("LECTERN_STATE_HOME"):
        return Path(named)
    if profile := environment.get("LECTERN_CONFIG_HOME"):
        return Path(profile) / "state"
    return platformdirs.user_state_path("lectern", appauthor=False)


def episode_state(folder: Path) -> Path:
    """Return the folder with the state of the episode in `folder`, made if need be; only this person can read it.

    It belongs to this very folder: one that is moved or copied, or another one in the same place, gets a fresh state. A
    record in it says which folder it is about. Raises LecternError if it can't be written.
    """
    folder = folder.resolve()
    place = state_folder() / "episodes" / digest(f"{folder}\0{_inode(folder)}", 20)
    if not (place / _RECORD).exists():
        try:
            _remove_states_of_missing_episodes()
            record = {"folder": str(folder), "inode": _inode(folder)}
            write_atomic(place / _RECORD, json.dumps(record), inside=None, private=True)
        except OSError as error:
            way_out = "free some room there, or name another folder as LECTERN_STATE_HOME"
            raise LecternError(f"Lectern can't write {place} ({error.strerror}): {way_out}") from error
    return place


def move_episode_state(before: Path, after: Path) -> None:
    """Let what is known of the episode that was in the folder `before` (absolute) be known of it in `after`, where it is now."""
    inode = _inode(after)
    old, new = (state_folder() / "episodes" / digest(f"{place}\0{inode}", 20) for place in (before, after.resolve()))
    asked = state_folder() / "asked" / digest(str(before), 20)
    for there, then in ((old, new), (asked, asked_folder(after))):
        if there.is_dir() and not then.exists():
            os.replace(there, then)
    if new.is_dir():
        record = {"folder": str(after.resolve()), "inode": inode}
        write_atomic(new / _RECORD, json.dumps(record), inside=None, private=True)


def remove_from_profile(folder: Path) -> None:
    """Delete a folder of the profile with all that is in it. Raises LecternError if it is none, or can't be deleted."""
    if profile_folder().resolve() not in folder.resolve().parents:
        raise LecternError(f"{folder} is not in the profile, so it is not deleted")
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise LecternError(f"Lectern can't delete {folder} ({error.strerror}); delete it yourself") from error


def asked_folder(folder: Path) -> Path:
    """Return where it is written down what services were asked for the episode in `folder`, wherever that came from."""
    return state_folder() / "asked" / digest(str(folder.resolve()), 20)


def _inode(folder: Path) -> int:
    """Return the number that tells a folder from one that was in its place before; 0 if there is none."""
    try:
        return folder.stat().st_ino
    except OSError:
        return 0


def _remove_states_of_missing_episodes() -> None:
    """Remove the states of folders that are gone, but not where a whole drive is gone."""
    for file in state_folder().glob(f"episodes/*/{_RECORD}"):
        with suppress(ValueError, TypeError, KeyError, OSError):
            record = json.loads(file.read_text(encoding="utf-8"))
            folder = Path(record["folder"])
            if folder.parent.exists() and _inode(folder) != record["inode"]:
                shutil.rmtree(file.parent, ignore_errors=True)
