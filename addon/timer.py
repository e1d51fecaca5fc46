"""The timer that keeps the panel up to date in Blender's window.

Timers never fire in ``blender -b``. Headless code calls `snapshot.refresh` and `background.poll_commands` itself.
"""

import bpy
from bpy.app.handlers import persistent

from . import background, character_list, snapshot
from .properties import edited_scene, episode_folder

IDLE_SECONDS = 1.0
"""Time between two ticks while no command is running."""


def _tick() -> float:
    """Take in what has changed and return the seconds until the next tick."""
    delay = background.poll_commands()
    scene = edited_scene(bpy.context)
    if scene:
        snapshot.refresh(scene)
        _draw_missing_thumbnails(scene)
    if delay is None:
        return IDLE_SECONDS
    snapshot.redraw()
    return delay


def _draw_missing_thumbnails(scene: bpy.types.Scene) -> None:
    if character_list.needs_thumbnails(snapshot.panel()) and (folder := episode_folder(scene)):
        background.draw_thumbnails(folder)


@persistent
def _on_load(_file: str) -> None:
    snapshot.forget()


def register() -> None:
    """Start the timer (only with a window), and read the episode again whenever a file is opened."""
    bpy.app.handlers.load_post.append(_on_load)
    if not bpy.app.background:
        bpy.app.timers.register(_tick, first_interval=IDLE_SECONDS, persistent=True)


def unregister() -> None:
    """Stop the timer and every command that is running."""
    background.stop_all()
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    bpy.app.handlers.load_post.remove(_on_load)
