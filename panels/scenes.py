"""The panel for the scenes: their list, what each is made of, and what can be added."""

import bpy

from ..addon.properties import LecternPanel, LecternSceneRow, LecternTakeRow
from ..pipeline.base.clock import time_code
from .sidebar import EpisodeTab

STATES = {"made": "CHECKMARK", "changed": "GREASEPENCIL", "new": "ADD", "off": "HIDE_ON"}
"""The icon of each state of a scene."""
TAKES = {"line": "SPEAKER", "capture": "DESKTOP", "overlay": "FONT_DATA", "clip": "SEQ_STRIP_META"}
"""The icon of each kind of take."""
OVERLAYS = (("title", "Title"), ("lower-third", "Lower Third"), ("bullets", "Bullets"), ("callout", "Callout"))
"""What has a button of its own."""


class LECTERN_UL_scenes(bpy.types.UIList):
    """The list of scenes with their states and times."""

    def draw_item(
        self, context: bpy.types.Context, layout: bpy.types.UILayout, data: LecternPanel, item: LecternSceneRow,
        icon: int, active_data: LecternPanel, active_property: str, index: int = 0, flt_flag: int = 0,
    ) -> None:  # fmt: skip
        """Draw one scene."""
        row = layout.row(align=True)
        row.active = item.state != "off"
        split = row.split(factor=0.72, align=True)
        number = f"{item.number}  " if item.number else ""
        split.label(text=f"{number}{item.title}", icon=STATES.get(item.state, "NONE"))
        end = split.row(align=True)
        end.alignment = "RIGHT"
        end.label(text=_ending(item))


class LECTERN_UL_takes(bpy.types.UIList):
    """The list of what a scene is made of."""

    def draw_item(
        self, context: bpy.types.Context, layout: bpy.types.UILayout, data: LecternPanel, item: LecternTakeRow,
        icon: int, active_data: LecternPanel, active_property: str, index: int = 0, flt_flag: int = 0,
    ) -> None:  # fmt: skip
        """Draw one take, with a button that shows it in the script."""
        row = layout.row(align=True)
        name = row.row(align=True)
        name.active = item.made
        name.label(text=item.text, icon=TAKES.get(item.kind, "DOT"))
        if not item.made:
            new = row.row(align=True)
            new.alignment = "RIGHT"
            new.label(text="new")
        row.operator("lectern.show_in_script", text="", icon="TEXT", emboss=False).line = item.line

    def filter_items(
        self, context: bpy.types.Context, data: LecternPanel, property: str
    ) -> tuple[list[int], list[int]]:
        """Return which takes are shown: those of the selected scene."""
        shown = (take.scene == data.scene_id for take in getattr(data, property))
        return [self.bitflag_filter_item if each else 0 for each in shown], []


class LECTERN_PT_scenes(EpisodeTab, bpy.types.Panel):
    """The scenes. Selecting one moves the playhead."""

    bl_label = "Scenes"
    bl_order = 1

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        """Draw the film's length in the panel's header."""
        panel = context.window_manager.lectern
        if panel.duration:
            self.layout.label(text=time_code(panel.duration))

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the list, its tools, and what can be added to the selected scene."""
        panel, row = context.window_manager.lectern, self.layout.row()
        rows = min(max(len(panel.scenes), 6), 9)
        row.template_list("LECTERN_UL_scenes", "", panel, "scenes", panel, "active_scene", rows=rows, maxrows=rows)
        _draw_tools(row.column(align=True))
        _draw_add(self.layout.column(align=True))
        row = self.layout.row(align=True)
        row.operator("lectern.play_scene", text="Play From Here", icon="PLAY")
        row.operator("lectern.rebuild_scene", text="Rebuild This", icon="FILE_REFRESH")


class LECTERN_PT_takes(EpisodeTab, bpy.types.Panel):
    """What the selected scene is made of."""

    bl_label = "In This Scene"
    bl_parent_id = "LECTERN_PT_scenes"
    bl_options = {"DEFAULT_CLOSED"}

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        """Draw how much of it is made in the panel's header."""
        panel = context.window_manager.lectern
        row = panel.scenes[panel.active_scene] if panel.active_scene < len(panel.scenes) else None
        if row and row.total:
            self.layout.label(text=f"{row.made} of {row.total} made")

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the list."""
        panel = context.window_manager.lectern
        row = panel.scenes[panel.active_scene] if panel.active_scene < len(panel.scenes) else None
        rows = min(max(row.total if row else 0, 2), 8)
        self.layout.template_list("LECTERN_UL_takes", "", panel, "takes", panel, "active_take", rows=rows, maxrows=rows)


def _ending(item: LecternSceneRow) -> str:
    """Return what stands at the end of a scene's row: when it begins, or why it doesn't yet."""
    if item.state in ("off", "new"):
        return item.state
    return time_code(item.seconds)


def _draw_tools(column: bpy.types.UILayout) -> None:
    column.operator("lectern.add_scene", text="", icon="ADD")
    column.operator("lectern.delete_scene", text="", icon="REMOVE")
    column.separator()
    column.menu("LECTERN_MT_scene", text="", icon="DOWNARROW_HLT")
    column.separator()
    column.operator("lectern.move_scene", text="", icon="TRIA_UP").direction = "UP"
    column.operator("lectern.move_scene", text="", icon="TRIA_DOWN").direction = "DOWN"


def _draw_add(column: bpy.types.UILayout) -> None:
    for pair in (OVERLAYS[:2], OVERLAYS[2:]):
        row = column.row(align=True)
        for kind, label in pair:
            row.operator("lectern.add_overlay", text=label, icon="ADD").kind = kind
    column.menu("LECTERN_MT_add_clip", icon="SEQ_STRIP_META")


CLASSES = (LECTERN_UL_scenes, LECTERN_UL_takes, LECTERN_PT_scenes, LECTERN_PT_takes)
