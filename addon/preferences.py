"""Lectern in Blender's preferences."""

import bpy
from bpy.props import StringProperty

PACKAGE = __package__.rpartition(".")[0]
"""Lectern's name in this Blender: `bl_ext.<repository>.lectern`, or `lectern` where it is installed with pip."""


class LecternPreferences(bpy.types.AddonPreferences):
    """Kept in the person's Blender profile."""

    bl_idname = PACKAGE

    chromium: StringProperty(
        name="Chromium", subtype="FILE_PATH",
        description="The Chromium or Chrome program that records pages and terminals; empty: the one that is found",
    )

    def draw(self, context: bpy.types.Context) -> None:
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
        for note in context.window_manager.lectern.advice:
            lines.label(text=note.text)


def chromium(context: bpy.types.Context) -> str:
    """The Chromium that the person chose, or an empty string."""
    addon = context.preferences.addons.get(PACKAGE)
    return addon.preferences.chromium if addon else ""


def _online_note() -> str:
    if bpy.app.online_access:
        return "Online access is allowed: episodes you trust may open pages and call services"
    return "Online access is off (Preferences, System): Lectern works, but opens no page and calls no service"


CLASSES = (LecternPreferences,)


def register() -> None:
    bpy.utils.register_class(LecternPreferences)


def unregister() -> None:
    bpy.utils.unregister_class(LecternPreferences)
