"""The timer that keeps the panel up to date in Blender's window.

Timers never fire in ``blender -b``: there, whoever wants to know calls `snapshot.refresh` and `errands.attend`.
"""

import bpy
from bpy.app.handlers import persistent

from . import errands, snapshot
from .properties import edited_scene

BUSY_SECONDS, CALM_SECONDS = 0.25, 1.0


def _tick() -> float:
    busy = errands.attend()
    scene = edited_scene(bpy.context)
    fresh = scene is not None and snapshot.refresh(scene)
    if busy or fresh:
        _redraw()
    return BUSY_SECONDS if busy else CALM_SECONDS


def _redraw() -> None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"SEQUENCE_EDITOR", "PREFERENCES"}:
                area.tag_redraw()


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
