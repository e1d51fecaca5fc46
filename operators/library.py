"""The library: putting something on the timeline with one click."""

from collections.abc import Callable
from pathlib import Path

import bpy
from bpy.props import IntProperty

from ..addon import library_strips
from ..addon.properties import LecternLibraryItem, edited_scene, open_episode_folder
from ..pipeline.base.errors import LecternError
from .bases import ChangeOperator
from .poll_messages import can_run, no_episode


class LECTERN_OT_add_from_library(ChangeOperator):
    """Put it on the timeline at the playhead: a file as a strip of your own, a clip into the scene there, a character as its narrator"""

    bl_idname = "lectern.add_from_library"
    bl_label = "Add to Timeline"
    bl_options = {"REGISTER", "UNDO"}

    item: IntProperty(
        name="Item", description="Its place in the list. -1: the selected one", default=-1, options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether something is selected."""
        panel = context.window_manager.lectern
        return can_run(
            cls, no_episode(context), "" if panel.active_item < len(panel.library) else "Nothing is selected"
        )

    def make_change(self, context: bpy.types.Context) -> None:
        """Add it."""
        item = self._item(context)
        if item.kind == "clip":
            _run(lambda: bpy.ops.lectern.add_clip(clip=item.id, scene=_scene_here(context)))
        elif item.kind == "character":
            _run(lambda: bpy.ops.lectern.narrate_scene(character=item.id))
        else:
            strip = library_strips.add_strip(
                edited_scene(context), open_episode_folder(context), Path(item.file), item.kind
            )
            self.report(
                {"INFO"}, f"{strip.name} is on channel {strip.channel}: it is yours, and travels with its scene"
            )

    def _item(self, context: bpy.types.Context) -> LecternLibraryItem:
        panel = context.window_manager.lectern
        index = panel.active_item if self.item < 0 else self.item
        if index >= len(panel.library):
            raise LecternError("The library has no such thing any more")
        return panel.library[index]


def _scene_here(context: bpy.types.Context) -> str:
    """Return the id of the scene under the playhead, else of the selected one."""
    from ..addon import snapshot

    return snapshot.scene_at(edited_scene(context).frame_current)


def _run(operator: Callable[[], object]) -> None:
    """Call an operator. Raises LecternError with what it reports."""
    try:
        operator()
    except RuntimeError as error:
        raise LecternError(str(error).removeprefix("Error: ").strip()) from error


CLASSES = (LECTERN_OT_add_from_library,)
