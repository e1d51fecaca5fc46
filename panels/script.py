"""The panel for the texts of the episode."""

import bpy

from .lines import paragraph
from .sidebar import EpisodeTab


class LECTERN_PT_script(EpisodeTab, bpy.types.Panel):
    """The script and the other texts, in Blender's text editor."""

    bl_label = "Script"
    bl_order = 7
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """Draw a button for each text, what is done when the script changes, and texts that changed twice."""
        panel, layout = context.window_manager.lectern, self.layout
        column = layout.column(align=True)
        for pair in (
            (("script.md", "Script"), ("edits.json", "Edits")),
            (("lectern.toml", "Settings"), ("pronunciation.toml", "Pronunciation")),
        ):
            row = column.row(align=True)
            for file, label in pair:
                row.operator("lectern.open_text", text=label, icon="TEXT").file = file
        row = layout.row(align=True)
        row.operator("lectern.undo_script", text="Undo Change", icon="LOOP_BACK")
        row.operator("lectern.undo_script", text="Do Again", icon="LOOP_FORWARDS").again = True
        layout.prop(panel, "build_on_save")
        if panel.text_conflicts:
            told = f"{panel.text_conflicts} was changed here and by another program: save yours, or reload theirs (Text, Reload)"
            paragraph(layout.box().column(align=True), context, told, "ERROR")


CLASSES = (LECTERN_PT_script,)
