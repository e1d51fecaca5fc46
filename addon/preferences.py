"""Lectern's page in Blender's preferences."""

import os

import bpy
from bpy.props import EnumProperty, StringProperty

from ..pipeline.episode.speaking import PERSONS_FALLBACK_VOICES
from . import keymap

PACKAGE = __package__.rpartition(".")[0]
"""Lectern's package name in this Blender: `bl_ext.<repository>.lectern`, or `lectern` if installed with pip."""


FALLBACK_POLICIES = (
    ("never", "Never", "A character whose voice is not installed stops the build, which says what to install"),
    ("missing", "Missing", "Fallbacks speak where a character's voice is not installed; the report names everyone for whom they do"),
    ("always", "Always", "Fallbacks speak in any case, for drafts: eSpeak NG is the quickest voice"),
)  # fmt: skip
"""The values of `fallback_voices` in lectern.toml, as Blender's lists want them."""


def _tell_fallback_voices(preferences: "LecternPreferences", context: bpy.types.Context) -> None:
    """Tell this Blender, and the processes that it starts, when fallbacks speak where lectern.toml doesn't say."""
    os.environ[PERSONS_FALLBACK_VOICES] = preferences.fallback_voices


class LecternPreferences(bpy.types.AddonPreferences):
    """The settings that Blender saves in the person's profile."""

    bl_idname = PACKAGE

    chromium: StringProperty(
        name="Chromium",
        subtype="FILE_PATH",
        description="The Chromium or Chrome that records pages and terminals. Leave it empty to let Lectern find one",
    )

    fallback_voices: EnumProperty(
        name="Fallback Voices",
        items=FALLBACK_POLICIES,
        update=_tell_fallback_voices,
        description="When characters speak with their fallback voice in a language that their own voice speaks. "
        "What an episode's lectern.toml says of it wins",
    )

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the settings, the buttons that check the setup, and what the last check has printed."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "chromium")
        layout.prop(self, "fallback_voices")
        online = layout.column()
        online.label(text=_online_note(), icon="INTERNET" if bpy.app.online_access else "INTERNET_OFFLINE")
        row = layout.row(align=True)
        row.operator("lectern.doctor", icon="CHECKMARK")
        row.operator("lectern.test_services", icon="SPEAKER")
        row.operator("lectern.keep_key", icon="LOCKED")
        lines = layout.column(align=True)
        for line in context.window_manager.lectern.doctor_output:
            lines.label(text=line.text)
        layout.separator()
        layout.label(text="Shortcuts in the sequencer", icon="KEYINGSET")
        keymap.draw(layout.column(), context)


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
    if addon := bpy.context.preferences.addons.get(PACKAGE):
        _tell_fallback_voices(addon.preferences, bpy.context)


def unregister() -> None:
    """Remove the page, and what it has told."""
    os.environ.pop(PERSONS_FALLBACK_VOICES, None)
    bpy.utils.unregister_class(LecternPreferences)
