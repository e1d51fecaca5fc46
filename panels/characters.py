"""The panel for the characters of the episode."""

import bpy

from ..addon.properties import LecternCharacter, LecternPanel
from .lines import paragraph
from .sidebar import EpisodeTab

HOMES = {"lectern": "From Lectern", "studio": "From the studio", "episode": "From this episode"}
"""Where a character comes from."""

THUMBNAIL_SCALE = 4.0
"""Height of the selected character's thumbnail in lines."""


class LECTERN_UL_characters(bpy.types.UIList):
    """The list of characters with their faces. A loudspeaker marks the narrator."""

    def draw_item(
        self, context: bpy.types.Context, layout: bpy.types.UILayout, data: LecternPanel, item: LecternCharacter,
        icon: int, active_data: LecternPanel, active_property: str, index: int = 0, flt_flag: int = 0,
    ) -> None:  # fmt: skip
        """Draw one character."""
        split = layout.split(factor=0.6, align=True)
        _draw_face(split, item)
        role = split.row(align=True)
        role.alignment = "RIGHT"
        role.active = item.is_narrator
        role.label(text=_line_count(item), icon="SPEAKER" if item.is_narrator else "NONE")


class LECTERN_PT_characters(EpisodeTab, bpy.types.Panel):
    """The characters, and what can be done with the selected one."""

    bl_label = "Characters"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 3

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the list, its buttons, and the selected character."""
        panel, row = context.window_manager.lectern, self.layout.row()
        row.template_list(
            "LECTERN_UL_characters", "", panel, "characters", panel, "active_character", rows=5, maxrows=9
        )
        _draw_tools(row.column(align=True))
        if panel.active_character < len(panel.characters):
            _draw_selected(self.layout.row(), panel.characters[panel.active_character])
        if panel.sample_error:
            paragraph(self.layout.box().column(align=True), context, panel.sample_error, "ERROR")
        _draw_cloning(self.layout, context, panel)


def _line_count(item: LecternCharacter) -> str:
    """Return how much a character says, as ``3 lines``; "" for a character that says nothing."""
    if not item.line_count and not item.is_narrator:
        return ""
    return f"{item.line_count} line{'' if item.line_count == 1 else 's'}"


def _draw_face(layout: bpy.types.UILayout, item: LecternCharacter) -> None:
    if item.icon:
        layout.label(text=item.title, icon_value=item.icon)
    else:
        layout.label(text=item.title, icon="USER")


def _draw_tools(column: bpy.types.UILayout) -> None:
    column.operator("lectern.new_character", text="", icon="ADD")
    column.operator("lectern.remove_character", text="", icon="REMOVE")
    column.separator()
    column.operator("lectern.hear_character", text="", icon="PLAY_SOUND")
    column.operator("lectern.edit_character", text="", icon="TEXT")


def _draw_selected(row: bpy.types.UILayout, item: LecternCharacter) -> None:
    if item.icon:
        row.template_icon(icon_value=item.icon, scale=THUMBNAIL_SCALE)
    column = row.column(align=True)
    column.label(text=f"{item.title}, the narrator" if item.is_narrator else item.title)
    origin = column.row()
    origin.active = False
    origin.label(text=f"{HOMES[item.home]}, {item.voice}")
    column.operator("lectern.narrate_scene")
    column.operator("lectern.narrate_episode")


def _draw_cloning(layout: bpy.types.UILayout, context: bpy.types.Context, panel: LecternPanel) -> None:
    """Draw the button that makes a voice from a recording, and what came of it."""
    if panel.is_cloning:
        layout.label(text="Cloning the voice…", icon="TIME")
    else:
        layout.operator("lectern.clone_voice", icon="REC")
    if panel.clone_error or panel.clone_outcome:
        icon = "ERROR" if panel.clone_error else "CHECKMARK"
        paragraph(layout.box().column(align=True), context, panel.clone_error or panel.clone_outcome, icon)


CLASSES = (LECTERN_UL_characters, LECTERN_PT_characters)
