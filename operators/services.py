"""Voices and other services: whether they answer, and their keys."""

from pathlib import Path

import bpy
from bpy.props import StringProperty

from ..addon import errands
from ..addon.properties import edited_scene, episode_folder
from ..pipeline.errors import LecternError
from ..pipeline.studio.services import keep_key


class LECTERN_OT_test_services(bpy.types.Operator):
    """Ask the voices and services that the settings and characters use whether they work. It costs nothing"""

    bl_idname = "lectern.test_services"
    bl_label = "Test Services"

    service: StringProperty(name="Service", description="Its name; empty: all that are used", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self._started(context)
        return {"FINISHED"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        errands.wait(self._started(context))
        return {"FINISHED"}

    def _started(self, context: bpy.types.Context) -> errands.Errand:
        scene = edited_scene(context)
        folder = (scene and episode_folder(scene)) or Path(bpy.app.tempdir)
        return errands.advise("service", "test", *filter(None, [self.service]), "--in", str(folder))


class LECTERN_OT_keep_key(bpy.types.Operator):
    """Keep the key of a service in your own profile, never in a .blend or an episode. It is sent to that host alone"""

    bl_idname = "lectern.keep_key"
    bl_label = "Keep a Key"
    bl_options = {"INTERNAL"}

    host: StringProperty(name="Host", description="Like api.openai.com", options={"SKIP_SAVE"})
    key: StringProperty(
        name="Key", description="What the service gave you; empty: the kept one is forgotten", subtype="PASSWORD",
        options={"SKIP_SAVE", "HIDDEN"},
    )  # fmt: skip

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_props_dialog(self, title="The Key of a Service", confirm_text="Keep")

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.use_property_split = True
        self.layout.prop(self, "host")
        self.layout.prop(self, "key")
        self.layout.label(text="It is kept in your profile, in a file that only you can read.")

    def execute(self, context: bpy.types.Context) -> set[str]:
        key, self.key = self.key, ""
        try:
            kept = keep_key(self.host, key)
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, f"The key of {kept.host} is {'kept' if key else 'no more'} in {kept.file}")
        return {"FINISHED"}


CLASSES = (LECTERN_OT_test_services, LECTERN_OT_keep_key)
