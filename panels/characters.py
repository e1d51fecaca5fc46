"""Who can speak in the episode."""

import bpy

from ..addon.properties import LecternCharacter, LecternPanel
from .lines import paragraph
from .sidebar import EpisodeTab

HOMES = {"lectern": "Lectern's own", "studio": "The studio's", "episode": "The episode's own"}
LARGE = 4.0
"""Height of the chosen one's picture in lines."""


class LECTERN_UL_characters(bpy.types.UIList):
    """The characters with their faces; the narrator is marked."""

    def draw_item(
        self, context: bpy.types.Context, layout: bpy.types.UILayout, data: LecternPanel, item: LecternCharacter,
        icon: int, active_data: LecternPanel, active_property: str, index: int = 0, flt_flag: int = 0,
    ) -> None:  # fmt: skip
        split = layout.split(factor=0.6, align=True)
        _draw_face(split, item)
        role = split.row(align=True)
        role.alignment = "RIGHT"
        role.active = item.narrates
        role.label(text=spoken(item), icon="SPEAKER" if item.narrates else "NONE")


class LECTERN_PT_characters(EpisodeTab, bpy.types.Panel):
    """The characters, and what can be done with the chosen one."""

    bl_label = "Characters"
    bl_order = 2

    def draw(self, context: bpy.types.Context) -> None:
        panel, row = context.window_manager.lectern, self.layout.row()
        row.template_list("LECTERN_UL_characters", "", panel, "cast", panel, "member", rows=5, maxrows=9)
        _draw_tools(row.column(align=True))
        if panel.member < len(panel.cast):
            _draw_chosen(self.layout.row(), panel.cast[panel.member])
        if panel.sample_error:
            paragraph(self.layout.box().column(align=True), context, panel.sample_error, "ERROR")


def spoken(row: LecternCharacter) -> str:
    """How much a character says: ``3 lines``, or nothing."""
    lines = f"{row.lines} line{'' if row.lines == 1 else 's'}"
    return lines if row.lines or row.narrates else ""


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


def _draw_chosen(row: bpy.types.UILayout, item: LecternCharacter) -> None:
    if item.icon:
        row.template_icon(icon_value=item.icon, scale=LARGE)
    column = row.column(align=True)
    column.label(text=f"{item.title}, the narrator" if item.narrates else item.title)
    about = column.row()
    about.active = False
    about.label(text=f"{HOMES[item.home]}, {item.voice}")
    column.operator("lectern.narrate_scene")
    column.operator("lectern.narrate_episode")


CLASSES = (LECTERN_UL_characters, LECTERN_PT_characters)
