"""Lectern's page in Blender's preferences."""

import bpy
from bpy.props import StringProperty

PACKAGE = __package__.rpartition(".")[0]
"""Lectern's package name in this Blender: `bl_ext.<repository>.lectern`, or `lectern` if installed with pip."""


class LecternPreferences(bpy.types.AddonPreferences):
    """The settings that Blender saves in the person's profile."""

    bl_idname = PACKAGE

    chromium: StringProperty(
        name="Chromium",
        subtype="FILE_PATH",
        description="The Chromium or Chrome that records pages and terminals. Leave it empty to let Lectern find one",
    )

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the settings, the buttons that check the setup, and what the last check has printed."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "chromium")
        online = layout.column()
        online.label(text=_online_note(), icon="INTERNET" if bpy.app.online_access else "INTERNET_OFFLINE")
        row = layout.row(align=True)
        row.operator("lectern.doctor", icon="CHECKMARK")
        row.operator("lectern.test_services", icon="SPEAKER")
        row.operator("lectern.keep_key", icon="LOCKED")
        lines = layout.column(align=True)
        for line in context.window_manager.lectern.doctor_output:
            lines.label(text=line.text)


def chromium(context: bpy.types.Context) -> str:
    """Return the path of the Chromium that the person chose, or an empty string."""
    addon = context.preferences.addons.get(PACKAGE)
    return addon.preferences.chromium if addon else ""


def _online_note() -> str:
    if bpy.app.online_access:
        return "Online access is on: episodes that you trust may open pages and call services"
    return "Online access is off (Preferences, System): Lectern works, but opens no page and calls no service"


def register() -> None:
    """Add the page to Blender's preferences."""
    bpy.utils.register_class(LecternPreferences)


def unregister() -> None:
    """Remove the page."""
    bpy.utils.unregister_class(LecternPreferences)
