"""Trusting an episode: a person reads what would run, and says yes."""

import bpy

from ..addon import snapshot
from ..addon.properties import edited_scene, episode_folder
from ..pipeline.episode.folder import read_episode
from ..pipeline.errors import LecternError
from ..pipeline.studio.trust import Danger, dangers, trust
from .dangers import WIDTH, draw_dangers
from .reasons import busy, explains, no_episode


class LECTERN_OT_trust_episode(bpy.types.Operator):
    """See what the episode would run on this machine, and allow it. It is asked again when that changes"""

    bl_idname = "lectern.trust_episode"
    bl_label = "Trust Episode"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        trusted = context.window_manager.lectern.trusted
        return explains(cls, no_episode(context), busy(context), "This episode is trusted already" if trusted else "")

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        try:
            self._shown = self._dangers(context)
        except LecternError as error:  # the script was changed a moment ago, and has a fault now
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return context.window_manager.invoke_props_dialog(
            self, width=WIDTH, title="Allow this episode to do the following?", confirm_text="Trust"
        )

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.label(text=context.window_manager.lectern.folder, icon="FILE_FOLDER")
        draw_dangers(self.layout, self._shown)
        self.layout.label(text="It runs with your rights. You are asked again when anything of it changes.")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Trusts exactly what the dialog has shown; what has changed since is asked for anew."""
        if not hasattr(self, "_shown"):
            self.report({"ERROR"}, "Only a person can trust an episode: in this button's dialog, or with --trust")
            return {"CANCELLED"}
        trust(self._shown, episode_folder(edited_scene(context)))
        snapshot.forget()
        snapshot.refresh(edited_scene(context))
        return {"FINISHED"}

    def _dangers(self, context: bpy.types.Context) -> tuple[Danger, ...]:
        return dangers(read_episode(episode_folder(edited_scene(context))))


CLASSES = (LECTERN_OT_trust_episode,)
