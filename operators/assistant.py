"""The conversation about the episode: asking for a change, and stopping that."""

import bpy

from ..addon import assistant, background, snapshot
from ..addon.properties import open_episode_folder
from ..pipeline.base.errors import LecternError
from .bases import CommandOperator
from .poll_messages import building, can_run, no_episode


class LECTERN_OT_ask_model(CommandOperator):
    """Ask the language model for a change, which comes with its diff; nothing is changed yet. A paid model bills it, within the budget"""

    bl_idname = "lectern.ask_model"
    bl_label = "Ask"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a wish, and none is being answered."""
        panel = context.window_manager.lectern
        busy = "A wish is being answered: wait for it, or stop it" if panel.asking else ""
        none = "" if panel.wish.strip() else "Write first what shall be different"
        return can_run(cls, no_episode(context), building(context), busy, none)

    def start(self, context: bpy.types.Context) -> background.BackgroundCommand:
        """Start asking. Raises LecternError where there is nothing that the wish is about."""
        panel = context.window_manager.lectern
        wish = assistant.with_context(panel.wish.strip(), panel.wish_about)
        command = assistant.ask(open_episode_folder(context), wish)
        snapshot.set_properties(wish="")
        return command

    def failure(self, context: bpy.types.Context) -> str:
        """Return why there is no answer."""
        return str(context.window_manager.lectern.asking_error)


class LECTERN_OT_stop_asking(bpy.types.Operator):
    """Stop the model. Nothing is changed"""

    bl_idname = "lectern.stop_asking"
    bl_label = "Stop"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether a wish is being answered."""
        asking = context.window_manager.lectern.asking
        return can_run(cls, no_episode(context), "" if asking else "No wish is being answered")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Stop it."""
        try:
            assistant.stop()
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}


CLASSES = (LECTERN_OT_ask_model, LECTERN_OT_stop_asking)
