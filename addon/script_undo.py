"""Blender's undo and redo reach script.md: each state of a scene knows which state of the script belongs to it."""

from contextlib import suppress
from pathlib import Path

import bpy
from bpy.app.handlers import persistent

from ..pipeline.base.errors import LecternError
from ..pipeline.changes.contents import content_of, hash_of
from ..pipeline.changes.store import ChangesetStore
from ..pipeline.episode.source import SCRIPT
from . import snapshot
from .properties import edited_scene, episode_folder

PERSON = "a person in Blender"
"""Who changes the script here, and decides about changes, in their history."""
_before: list[str] = []
"""The state of the script that belonged to the scene before an undo or redo that is under way."""


def note_before(scene: bpy.types.Scene, folder: Path) -> None:
    """Note in the scene, as a state to which undo leads back, how script.md is before it is changed."""
    state = _state_of(folder)
    if scene.lectern.script != state:
        scene.lectern.script = state
        if not bpy.app.background:
            bpy.ops.ed.undo_push(message="Script")


def note_now(scene: bpy.types.Scene, folder: Path) -> None:
    """Note in the scene how script.md is now."""
    scene.lectern.script = _state_of(folder)


def follow(scene: bpy.types.Scene, before: str) -> bool:
    """Let script.md be as the scene has it, if an undo has changed that; return whether the script was changed.

    A script that was changed elsewhere since stays as it is.
    """
    state, folder = scene.lectern.script, episode_folder(scene)
    if not folder or not state or state == before:
        return False
    with suppress(LecternError, OSError):
        if ChangesetStore(folder).restore(SCRIPT, state, PERSON):
            snapshot.forget()
            return True
    return False


def _state_of(folder: Path) -> str:
    return hash_of(content_of(folder, SCRIPT)) or ""


@persistent
def _remember(_scene: bpy.types.Scene, _graph: object = None) -> None:
    scene = edited_scene(bpy.context)
    _before[:] = [scene.lectern.script if scene else ""]


@persistent
def _follow(_scene: bpy.types.Scene, _graph: object = None) -> None:
    if (scene := edited_scene(bpy.context)) and _before:
        follow(scene, _before.pop())


def register() -> None:
    """Follow Blender's undo and redo."""
    for handlers in (bpy.app.handlers.undo_pre, bpy.app.handlers.redo_pre):
        handlers.append(_remember)
    for handlers in (bpy.app.handlers.undo_post, bpy.app.handlers.redo_post):
        handlers.append(_follow)


def unregister() -> None:
    """Follow them no more."""
    for handlers in (bpy.app.handlers.undo_pre, bpy.app.handlers.redo_pre):
        handlers.remove(_remember)
    for handlers in (bpy.app.handlers.undo_post, bpy.app.handlers.redo_post):
        handlers.remove(_follow)
