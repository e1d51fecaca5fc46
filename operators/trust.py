"""Trusting an episode: a person reads what would run, and says yes."""

import bpy

from ..addon import snapshot
from ..addon.properties import edited_scene, episode_folder
from .reasons import busy, explains, no_episode

WIDTH = 560


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
        return context.window_manager.invoke_props_dialog(
            self, width=WIDTH, title="Allow this episode to run these?", confirm_text="Trust"
        )

    def draw(self, context: bpy.types.Context) -> None:
        panel = context.window_manager.lectern
        self.layout.label(text=panel.folder, icon="FILE_FOLDER")
        rows = self.layout.box().column(align=True)
        for danger in panel.dangers:
            rows.label(text=danger.text)
        self.layout.label(text="They run with your rights. You are asked again when the list changes.")

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ..pipeline.episode.folder import read_episode
        from ..pipeline.studio.trust import trust

        trust(read_episode(episode_folder(edited_scene(context))))
        snapshot.forget()
        snapshot.refresh(edited_scene(context))
        return {"FINISHED"}


CLASSES = (LECTERN_OT_trust_episode,)
