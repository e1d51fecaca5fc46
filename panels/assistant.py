"""The panel for a conversation with the language model about the episode."""

import bpy

from ..addon.properties import LecternTurn
from .lines import paragraph
from .sidebar import EpisodeTab


class LECTERN_PT_assistant(EpisodeTab, bpy.types.Panel):
    """Wishes, and what the model proposes."""

    bl_label = "Assistant"
    bl_order = 4
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the turns, the answer that is arriving, and where the next wish is written."""
        panel, layout = context.window_manager.lectern, self.layout
        for turn in panel.turns:
            _draw_turn(layout, context, turn)
        if panel.asking:
            box = layout.box().column(align=True)
            paragraph(box, context, f"{panel.asking}…", "TIME")
            if panel.answer:
                paragraph(box, context, panel.answer)
            box.operator("lectern.stop_asking", icon="CANCEL")
        if panel.asking_error:
            paragraph(layout.box().column(align=True), context, panel.asking_error, "ERROR")
        column = layout.column(align=True)
        column.prop(panel, "wish", text="")
        row = column.row(align=True)
        row.prop(panel, "wish_about", text="")
        row.operator("lectern.ask_model", icon="PLAY")


def _draw_turn(layout: bpy.types.UILayout, context: bpy.types.Context, turn: LecternTurn) -> None:
    box = layout.box().column(align=True)
    paragraph(box, context, turn.wish, "USER")
    if turn.note:
        paragraph(box, context, turn.note, "OUTLINER_OB_LIGHT")
    elif turn.state != "running":
        paragraph(box, context, turn.error or turn.state, "ERROR" if turn.state == "failed" else "DOT")
    change = context.window_manager.lectern.changes.get(turn.change) if turn.change else None
    if change is None:
        return
    row = box.row(align=True)
    row.label(text=change.state)
    if change.state in ("proposed", "outdated", "reverted"):
        row.operator("lectern.apply_change", icon="CHECKMARK").change = turn.change
        row.operator("lectern.refuse_change", icon="X").change = turn.change
    elif change.state == "applied":
        row.operator("lectern.revert_change", icon="LOOP_BACK").change = turn.change


CLASSES = (LECTERN_PT_assistant,)
