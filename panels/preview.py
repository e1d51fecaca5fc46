"""The panel for the preview: what is drawn over it, and for how long something is hidden."""

import bpy

from ..addon.preview.overview import NOT_BUILT, known, overview
from ..addon.properties import PREVIEW_ITEMS, edited_scene
from .lines import paragraph
from .sidebar import EpisodeTab


class LECTERN_PT_preview(EpisodeTab, bpy.types.Panel):
    """What is drawn over the preview and the timeline."""

    bl_label = "Preview"
    bl_order = 3
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the switches, and what is hidden in the scene at the playhead."""
        panel, layout, scene = context.window_manager.lectern, self.layout, edited_scene(context)
        grid = layout.grid_flow(columns=2, align=True, even_columns=True, row_major=True)
        for item, *_ in PREVIEW_ITEMS:
            grid.prop_enum(panel, "preview_shows", item)
        column = layout.column(align=True)
        if known() is None:
            column.active = False
            paragraph(column, context, NOT_BUILT)
            return
        if seen := overview(scene, scene.frame_current):
            seconds = sum(end - start for start, end in seen.hidden_spans) / scene.render.fps
            said = (
                f"In this scene something is hidden for {seconds:.1f} s"
                if seconds
                else "Nothing is hidden in this scene"
            )
            paragraph(column, context, said, "ERROR" if seconds else "CHECKMARK")
        layout.operator("lectern.move_element", icon="EMPTY_ARROWS")
        layout.operator("lectern.make_proxies", icon="FILE_MOVIE")


CLASSES = (LECTERN_PT_preview,)
