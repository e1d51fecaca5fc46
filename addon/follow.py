"""The timer that keeps the panel up to date in Blender's window.

Timers never fire in ``blender -b``: there, whoever wants to know calls `snapshot.refresh` and `errands.attend`.
"""

import bpy
from bpy.app.handlers import persistent

from . import cast, errands, snapshot
from .properties import edited_scene, episode_folder

CALM_SECONDS = 1.0


def _tick() -> float:
    again = errands.attend()
    scene = edited_scene(bpy.context)
    if scene:
        snapshot.refresh(scene)
        _picture(scene)
    if again is not None:
        snapshot.redraw()
    return CALM_SECONDS if again is None else again


def _picture(scene: bpy.types.Scene) -> None:
    if cast.to_draw(snapshot.panel()) and (folder := episode_folder(scene)):
        errands.draw_thumbnails(folder)


@persistent
def _forget(_file: str) -> None:
    snapshot.forget()


def register() -> None:
    bpy.app.handlers.load_post.append(_forget)
    if not bpy.app.background:
        bpy.app.timers.register(_tick, first_interval=CALM_SECONDS, persistent=True)


def unregister() -> None:
    errands.abandon()
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    bpy.app.handlers.load_post.remove(_forget)
