"""The timer that keeps the panel up to date in Blender's window.

Timers never fire in ``blender -b``. Headless code calls `snapshot.refresh` and `background.poll_commands` itself.
"""

import bpy
from bpy.app.handlers import persistent

from . import background, character_list, editing, following, recorder, snapshot, texts
from .mark_moves import is_settled, moved_marks
from .properties import edited_scene, episode_folder

IDLE_SECONDS = 1.0
"""Time between two ticks while no command is running."""
READING_SECONDS = 0.1
"""Time between two ticks while the episode is read."""


def _tick() -> float:
    """Take in what has changed and return the seconds until the next tick."""
    delay = background.poll_commands()
    scene = edited_scene(bpy.context)
    is_reading = bool(scene and snapshot.refresh_beside(scene))
    if scene:
        _draw_missing_thumbnails(scene)
        _take_in_texts(scene)
        _take_in_marks(scene)
        editing.answer_builds(scene)
    step = following.follow(scene) if scene else None
    if snapshot.panel().is_building and (folder := episode_folder(scene) if scene else None):
        snapshot.refresh_jobs(folder)
    if step is not None:
        return step
    if delay is None:
        return READING_SECONDS if is_reading else IDLE_SECONDS
    snapshot.redraw()
    return delay


def _draw_missing_thumbnails(scene: bpy.types.Scene) -> None:
    if character_list.needs_thumbnails(snapshot.panel()) and (folder := episode_folder(scene)):
        background.draw_thumbnails(folder)


def _take_in_texts(scene: bpy.types.Scene) -> None:
    """Show in the text editor what other programs have changed, and build a changed script if that is wanted."""
    folder, panel = episode_folder(scene), snapshot.panel()
    if folder is None:
        return
    both = ", ".join(texts.take_in_changes(folder))
    if panel.text_conflicts != both:
        snapshot.set_properties(text_conflicts=both)
    if panel.build_on_save and snapshot.has_new_script() and bpy.ops.lectern.build_episode.poll():
        bpy.ops.lectern.build_episode("INVOKE_DEFAULT")


def _take_in_marks(scene: bpy.types.Scene) -> None:
    """Let the script follow markers that were dragged, once they are dropped."""
    if is_settled(bpy.context) and next(moved_marks(scene), None) and bpy.ops.lectern.take_marks.poll():
        bpy.ops.lectern.take_marks()
        bpy.ops.ed.undo_push(message="Marks to Script")  # a timer's operator leaves no step


def hurry() -> None:
    """Look at the files soon, not only at the next tick; without a window, now."""
    if bpy.app.background:
        if scene := edited_scene(bpy.context):
            snapshot.refresh(scene)
    elif bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
        bpy.app.timers.register(_tick, first_interval=0.0, persistent=True)


@persistent
def _on_load(_file: str) -> None:
    snapshot.forget()
    following.forget()


def register() -> None:
    """Start the timer (only with a window), and read the episode again whenever a file is opened."""
    bpy.app.handlers.load_post.append(_on_load)
    if not bpy.app.background:
        bpy.app.timers.register(_tick, first_interval=IDLE_SECONDS, persistent=True)


def unregister() -> None:
    """Stop the timer and every command that is running."""
    background.stop_all()
    editing.unregister()
    recorder.unregister()
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    bpy.app.handlers.load_post.remove(_on_load)
