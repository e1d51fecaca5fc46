"""Who can speak in the episode."""

import bpy

from ..addon.properties import LecternCharacter, LecternPanel
from .lines import paragraph
from .sidebar import EpisodeTab

HOMES = {"lectern": "Lectern's own", "studio": "The studio's", "episode": "The episode's own"}
TALL = 2.0
"""Height of a row in lines."""


class LECTERN_UL_characters(bpy.types.UIList):
    """The characters with their faces; the narrator is marked."""

    def draw_item(
        self, context: bpy.types.Context, layout: bpy.types.UILayout, data: LecternPanel, item: LecternCharacter, icon: int,
        active_data: LecternPanel, active_property: str, index: int = 0, flt_flag: int = 0,
    ) -> None:  # fmt: skip
        row = layout.row()
        _draw_face(row, item)
        words = row.column(align=True)
        words.label(text=item.title)
        below = words.row()
        below.active = False
        below.label(text=role(item))
        if item.narrates:
            _draw_mark(row)


class LECTERN_PT_characters(EpisodeTab, bpy.types.Panel):
    """The characters, and what can be done with the chosen one."""

    bl_label = "Characters"
    bl_order = 2

    def draw(self, context: bpy.types.Context) -> None:
        panel = context.window_manager.lectern
        row = self.layout.row()
        rows = min(max(len(panel.cast), 3), 5)
        row.template_list("LECTERN_UL_characters", "", panel, "cast", panel, "member", rows=rows, maxrows=rows)
        _draw_tools(row.column(align=True))
        _draw_roles(self.layout.row(align=True))
        if panel.sample_error:
            paragraph(self.layout.box().column(align=True), context, panel.sample_error, "ERROR")


def role(row: LecternCharacter) -> str:
    """What a character does in the episode, or, where it does nothing, whose it is."""
    lines = f"{row.lines} line{'' if row.lines == 1 else 's'}"
    if row.narrates:
        return f"Narrator, {lines}"
    return lines if row.lines else HOMES[row.home]


def _draw_face(row: bpy.types.UILayout, item: LecternCharacter) -> None:
    if item.icon:
        row.template_icon(icon_value=item.icon, scale=TALL)
        return
    blank = row.column()
    blank.scale_y = TALL
    blank.label(icon="USER")


def _draw_mark(row: bpy.types.UILayout) -> None:
    mark = row.column()
    mark.scale_y = TALL
    mark.label(icon="SPEAKER")


def _draw_tools(column: bpy.types.UILayout) -> None:
    column.operator("lectern.new_character", text="", icon="ADD")
    column.operator("lectern.remove_character", text="", icon="REMOVE")
    column.separator()
    column.operator("lectern.hear_character", text="", icon="PLAY_SOUND")
    column.operator("lectern.edit_character", text="", icon="TEXT")


def _draw_roles(row: bpy.types.UILayout) -> None:
    row.operator("lectern.narrate_scene", text="Narrate Scene")
    row.operator("lectern.narrate_episode", text="Narrate All")


CLASSES = (LECTERN_UL_characters, LECTERN_PT_characters)
