"""Finding out what the machine lacks."""

import bpy

from ..addon import errands


class LECTERN_OT_doctor(bpy.types.Operator):
    """See whether everything that Lectern needs is on this machine, and what to do about what is not"""

    bl_idname = "lectern.doctor"
    bl_label = "Doctor"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        errands.advise()
        return {"FINISHED"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        errands.wait(errands.advise())
        return {"FINISHED"}


CLASSES = (LECTERN_OT_doctor,)
