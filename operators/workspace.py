"""The workspace Lectern: script, preview, timeline and panels, ready to work."""

import bpy

from ..addon import workspace
from .poll_messages import can_run


class LECTERN_OT_use_workspace(bpy.types.Operator):
    """Go to the workspace Lectern: the script beside the preview, the timeline below with Lectern's panels. It is made if need be"""

    bl_idname = "lectern.use_workspace"
    bl_label = "Lectern Workspace"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a window."""
        return can_run(cls, "Blender has no window here" if bpy.app.background else "")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Go there."""
        workspace.use(context.window)
        return {"FINISHED"}


CLASSES = (LECTERN_OT_use_workspace,)
