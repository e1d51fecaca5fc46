"""Building the episode: blocking for scripts, in the background from the panel."""

import bpy

from ..addon import errands, snapshot
from ..addon.properties import edited_scene, episode_folder
from ..pipeline.errors import LecternError
from .reasons import busy, explains, no_episode, not_trusted, offline


class _Command:
    """A command of Lectern on the open episode. `execute` waits for it, `invoke` doesn't."""

    verb = ""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return explains(cls, no_episode(context), busy(context), not_trusted(context), offline(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return {"FINISHED"} if self._started(context) else {"CANCELLED"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        errand = self._started(context)
        if errand is None:
            return {"CANCELLED"}
        errands.wait(errand)
        return self._result(context)

    def _started(self, context: bpy.types.Context) -> errands.Errand | None:
        """None, and the reason is reported, where the person's edits can't be kept."""
        scene = edited_scene(context)
        try:
            return errands.build(episode_folder(scene), scene, self.verb)
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return None

    def _result(self, context: bpy.types.Context) -> set[str]:
        panel = snapshot.panel()
        snapshot.refresh(edited_scene(context))
        if panel.state == "DONE":
            return {"FINISHED"}
        self.report({"ERROR"}, panel.error or "The build was stopped")
        return {"CANCELLED"}


class LECTERN_OT_build_episode(_Command, bpy.types.Operator):
    """Make everything that is new or changed in the script, and lay it on the timeline"""

    bl_idname = "lectern.build_episode"
    bl_label = "Build"
    verb = "build"


class LECTERN_OT_render_film(_Command, bpy.types.Operator):
    """Render the film of the episode from its timeline, with sound and subtitles"""

    bl_idname = "lectern.render_film"
    bl_label = "Render Film"
    verb = "render"


class LECTERN_OT_cancel_build(bpy.types.Operator):
    """Stop the build; what is made stays made, and the next build goes on from there"""

    bl_idname = "lectern.cancel_build"
    bl_label = "Cancel"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return explains(cls, "" if context.window_manager.lectern.busy else "Nothing is under way")

    def execute(self, context: bpy.types.Context) -> set[str]:
        errands.stop()
        return {"FINISHED"}


CLASSES = (LECTERN_OT_build_episode, LECTERN_OT_render_film, LECTERN_OT_cancel_build)
