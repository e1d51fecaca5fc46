"""What others have changed, as it is played back: going to its end, and taking it back."""

import getpass

import bpy

from ..addon import following, snapshot
from ..addon.build import save_edits
from ..addon.properties import edited_scene, open_episode_folder
from .bases import ChangeOperator
from .poll_messages import building, can_run, no_episode


class LECTERN_OT_skip_playback(bpy.types.Operator):
    """Show at once what others have changed, without its steps"""

    bl_idname = "lectern.skip_playback"
    bl_label = "Show Result"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether something is played back."""
        left = context.window_manager.lectern.following_left
        return can_run(cls, no_episode(context), "" if left else "Nothing is played back")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Go to the end."""
        snapshot.set_properties(following_paused=False)
        following.skip()
        return {"FINISHED"}


class LECTERN_OT_take_back(ChangeOperator):
    """Take back what others have changed last: their changes are reverted, yours stay"""

    bl_idname = "lectern.take_back"
    bl_label = "Take Back"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether others have changed something."""
        playback = following.playing()
        nothing = "" if playback and playback.changes else "Others have changed nothing since this file was opened"
        return can_run(cls, no_episode(context), building(context), nothing)

    def make_change(self, context: bpy.types.Context) -> None:
        """Revert the changes. Raises LecternError where they no longer fit."""
        save_edits(open_episode_folder(context), edited_scene(context))
        ids = following.take_back(getpass.getuser())
        self.report({"INFO"}, f"Taken back: {', '.join(ids) or 'nothing, it was so already'}")
        snapshot.set_properties(following="")


CLASSES = (LECTERN_OT_skip_playback, LECTERN_OT_take_back)
