"""The panel for the voices that can speak on this computer."""

import bpy

from ..addon.properties import LecternPanel, LecternVoice
from .lines import paragraph
from .sidebar import EpisodeTab


class LECTERN_UL_voices(bpy.types.UIList):
    """The list of voices, with their languages and providers."""

    def draw_item(
        self, context: bpy.types.Context, layout: bpy.types.UILayout, data: LecternPanel, item: LecternVoice,
        icon: int, active_data: LecternPanel, active_property: str, index: int = 0, flt_flag: int = 0,
    ) -> None:  # fmt: skip
        """Draw one voice."""
        split = layout.split(factor=0.45, align=True)
        split.label(text=item.name, icon="ERROR" if item.missing else "SPEAKER")
        about = split.row(align=True)
        about.active = False
        about.label(text=item.about)


class LECTERN_PT_voices(EpisodeTab, bpy.types.Panel):
    """The voices, and what can be done with the selected one."""

    bl_label = "Voices"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 4

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the list and its buttons."""
        panel = context.window_manager.lectern
        if panel.voices:
            self.layout.template_list(
                "LECTERN_UL_voices", "", panel, "voices", panel, "active_voice", rows=4, maxrows=9
            )
            _draw_selected(self.layout, context, panel)
        buttons = self.layout.row(align=True)
        buttons.operator("lectern.list_voices", icon="FILE_REFRESH")
        buttons.operator("lectern.list_voices", text="All Languages").every = True
        if panel.voices_error:
            paragraph(self.layout.box().column(align=True), context, panel.voices_error, "ERROR")


def _draw_selected(layout: bpy.types.UILayout, context: bpy.types.Context, panel: LecternPanel) -> None:
    row = layout.row(align=True)
    row.operator("lectern.hear_voice", icon="PLAY_SOUND")
    chosen = panel.characters[panel.active_character] if panel.active_character < len(panel.characters) else None
    row.operator("lectern.give_voice", text=f"Give to {chosen.title}" if chosen else "Give to Character")
    voice = panel.voices[panel.active_voice] if panel.active_voice < len(panel.voices) else None
    if voice and voice.missing:
        paragraph(layout.box().column(align=True), context, voice.missing, "ERROR")


CLASSES = (LECTERN_UL_voices, LECTERN_PT_voices)
