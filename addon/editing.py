"""Makes this Blender known to builds of the episode that is open in it, and saves for them what is not saved."""

import sqlite3
from pathlib import Path

import bpy

from ..pipeline.base.episode_paths import EpisodePaths
from ..pipeline.base.errors import LecternError
from ..pipeline.jobs.editors import EditorEntry
from .build import save_for_build
from .properties import episode_folder
from .sequencer.owned import remembered

_entries: dict[Path, EditorEntry] = {}
"""How this Blender is known to the database of the episode that is open; one, or none."""


def answer_builds(scene: bpy.types.Scene) -> None:
    """Save what was changed in `scene`, if a build of its episode asks for it."""
    folder = episode_folder(scene)
    for other in _entries.keys() - {folder}:
        _entries.pop(other).close()
    if folder is None or not remembered(scene).strips:
        return
    try:
        if folder not in _entries:
            _entries[folder] = EditorEntry(EpisodePaths(folder=folder).database)
        question = _entries[folder].question(bpy.data.is_dirty)
    except (LecternError, sqlite3.Error):  # the build that needs the database says so
        return
    if question:
        _entries[folder].answer(question, _saved(folder, scene))


def _saved(folder: Path, scene: bpy.types.Scene) -> str:
    """Save; return why that was not possible, else ""."""
    try:
        save_for_build(folder, scene)
    except (LecternError, RuntimeError, OSError) as error:
        return str(error)
    return ""


def unregister() -> None:
    """Make this Blender unknown again."""
    while _entries:
        _entries.popitem()[1].close()
