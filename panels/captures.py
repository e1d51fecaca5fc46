"""The panel for captures: looking at them, and working out goals."""

import bpy

from .lines import paragraph
from .sidebar import EpisodeTab


class LECTERN_PT_captures(EpisodeTab, bpy.types.Panel):
    """The captures of the episode."""

    bl_label = "Captures"
    bl_order = 8
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the episode has captures."""
        panel = context.window_manager.lectern
        return bool(panel.folder and panel.capture_count)

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the buttons and the running command."""
        panel, layout = context.window_manager.lectern, self.layout
        row = layout.row(align=True)
        row.operator("lectern.contact_sheet", icon="IMAGE_DATA")
        row.operator("lectern.preview_step", text="Step…", icon="VIEWZOOM")
        if count := panel.open_goal_count:
            goals = "1 goal has" if count == 1 else f"{count} goals have"
            layout.label(text=f"{goals} no steps yet", icon="INFO")
            layout.operator("lectern.rehearse_goals", icon="PLAY")
        if panel.capture_activity:
            layout.label(text=f"{panel.capture_activity}…", icon="TIME")
        if panel.capture_error:
            paragraph(layout.box().column(align=True), context, panel.capture_error, "ERROR")


CLASSES = (LECTERN_PT_captures,)
