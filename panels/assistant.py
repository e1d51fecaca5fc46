"""The panels for language models and agents: a conversation about the episode, and ideas for films."""

import bpy

from ..addon.assistant_properties import LecternAssistant
from ..addon.properties import LecternPanel, LecternTurn
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
        _draw_threads(layout, panel)
        for turn in (turn for turn in panel.turns if turn.thread == panel.assistant.thread):
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
        column.prop(panel, "wish", text="", placeholder="What should be different?")
        row = column.row(align=True)
        row.prop(panel, "wish_about", text="")
        row.operator("lectern.ask_model", icon="PLAY")
        _draw_choice(layout, panel.assistant)
        _draw_agents(layout, context, panel.assistant)


class LECTERN_PT_ideas(bpy.types.Panel):
    """Ideas for films about a project, and planning one."""

    bl_label = "Ideas"
    bl_space_type = "SEQUENCE_EDITOR"
    bl_region_type = "UI"
    bl_category = "Lectern"
    bl_parent_id = "LECTERN_PT_episode"
    bl_order = 5
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the project, its ideas, and what is being planned or was."""
        shown, layout = context.window_manager.lectern.assistant, self.layout
        column = layout.column(align=True)
        column.prop(shown, "project", text="", placeholder="Folder of a project")
        column.operator("lectern.get_ideas", icon="OUTLINER_OB_LIGHT")
        _draw_choice(layout, shown)
        for idea in shown.ideas:
            box = layout.box().column(align=True)
            paragraph(box, context, idea.name, "SEQUENCE")
            paragraph(box, context, f"{idea.idea} Because {idea.reason} ({idea.files})")
            box.operator("lectern.plan_idea", text="Plan…", icon="FILE_NEW").idea = f"{idea.name}: {idea.idea}"
        layout.operator("lectern.plan_idea", text="Plan an Idea of Your Own…", icon="FILE_NEW")
        if shown.working:
            box = layout.box().column(align=True)
            paragraph(box, context, f"{shown.working}…", "TIME")
            box.operator("lectern.stop_planning", icon="CANCEL")
        if shown.failed:
            paragraph(layout.box().column(align=True), context, shown.failed, "ERROR")
        if shown.planned:
            box = layout.box().column(align=True)
            paragraph(box, context, f"Planned: {shown.planned}", "CHECKMARK")
            box.operator("lectern.open_episode", text="Open", icon="FILE_FOLDER").directory = shown.planned


class LECTERN_MT_threads(bpy.types.Menu):
    """The conversations about the episode."""

    bl_label = "Conversations"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw each by its first wish, the newest first."""
        first: dict[str, str] = {}
        for turn in context.window_manager.lectern.turns:
            first.setdefault(turn.thread, turn.wish)
        if not first:
            self.layout.label(text="No conversation yet")
        for thread, wish in reversed(first.items()):
            self.layout.operator("lectern.choose_thread", text=wish[:60], icon="OUTLINER_OB_SPEAKER").thread = thread


def _draw_threads(layout: bpy.types.UILayout, panel: LecternPanel) -> None:
    if panel.turns:
        row = layout.row(align=True)
        row.menu("LECTERN_MT_threads", icon="DOWNARROW_HLT")
        row.operator("lectern.choose_thread", icon="ADD").thread = ""


def _draw_choice(layout: bpy.types.UILayout, shown: LecternAssistant) -> None:
    column = layout.column(align=True)
    column.prop(shown, "model")
    row = column.row(align=True)
    row.prop(shown, "thinking", text="")
    row.prop(shown, "prompt", text="")


def _draw_agents(layout: bpy.types.UILayout, context: bpy.types.Context, shown: LecternAssistant) -> None:
    box = layout.box().column(align=True)
    paragraph(box, context, "Agents edit this episode by lectern mcp. Into their settings:", "COMMUNITY")
    paragraph(box, context, shown.settings)
    row = box.row(align=True)
    row.operator("lectern.copy_agent_settings", text="Copy", icon="COPYDOWN").form = "settings"
    row.operator("lectern.copy_agent_settings", text="Copy for Claude Code", icon="COPYDOWN").form = "command"
    if shown.note:
        paragraph(box, context, shown.note, "ERROR")


def _draw_turn(layout: bpy.types.UILayout, context: bpy.types.Context, turn: LecternTurn) -> None:
    box = layout.box().column(align=True)
    paragraph(box, context, f"{turn.wish} ({turn.about})" if turn.about else turn.wish, "USER")
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


CLASSES = (LECTERN_PT_assistant, LECTERN_PT_ideas, LECTERN_MT_threads)
