"""The buttons in the preferences: checking the machine and the services, and storing keys."""

from pathlib import Path

import bpy
from bpy.props import StringProperty

from ..addon import background
from ..addon.properties import edited_scene, episode_folder
from ..pipeline.base.errors import LecternError
from ..pipeline.studio.service import store_service_key
from .bases import CommandOperator


class LECTERN_OT_doctor(CommandOperator):
    """Check whether this machine has everything that Lectern needs, and what to do about what is missing"""

    bl_idname = "lectern.doctor"
    bl_label = "Check Setup"

    def start(self, context: bpy.types.Context) -> background.BackgroundCommand:
        """Start ``lectern doctor``."""
        return background.run_doctor()


class LECTERN_OT_test_services(CommandOperator):
    """Check whether the voices and services in the settings and characters work. This costs nothing"""

    bl_idname = "lectern.test_services"
    bl_label = "Test Services"

    service: StringProperty(
        name="Service", description="Test only the service with this name. Leave it empty to test all that are used",
        options={"SKIP_SAVE"},
    )  # fmt: skip

    def start(self, context: bpy.types.Context) -> background.BackgroundCommand:
        """Start ``lectern service test``."""
        scene = edited_scene(context)
        folder = (scene and episode_folder(scene)) or Path(bpy.app.tempdir)
        return background.run_doctor("service", "test", *filter(None, [self.service]), "--in", str(folder))


class LECTERN_OT_keep_key(bpy.types.Operator):
    """Store the key of a service in your own profile, never in a .blend or an episode. It is only sent to that service"""

    bl_idname = "lectern.keep_key"
    bl_label = "Store Key"
    bl_options = {"INTERNAL"}

    host: StringProperty(
        name="Host", description="Name the server that the key is for, such as api.openai.com", options={"SKIP_SAVE"}
    )
    key: StringProperty(
        name="Key", description="Paste the key that the service gave you. Leave it empty to remove the stored key",
        subtype="PASSWORD", options={"SKIP_SAVE", "HIDDEN"},
    )  # fmt: skip

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for the host and its key."""
        return context.window_manager.invoke_props_dialog(
            self, title="Store the Key of a Service", confirm_text="Store"
        )

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        self.layout.use_property_split = True
        self.layout.prop(self, "host")
        self.layout.prop(self, "key")
        self.layout.label(text="The key is stored in your profile, in a file that only you can read.")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Store the key, or remove it if it is empty. The operator itself forgets it."""
        key, self.key = self.key, ""
        try:
            stored = store_service_key(self.host, key)
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        outcome = "was stored in" if key else "was removed from"
        self.report({"INFO"}, f"The key of {stored.host} {outcome} {stored.file}")
        return {"FINISHED"}


CLASSES = (LECTERN_OT_doctor, LECTERN_OT_test_services, LECTERN_OT_keep_key)
