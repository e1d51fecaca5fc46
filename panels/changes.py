"""The panel for changes that somebody has proposed or applied, and for scenarios."""

import bpy

from ..addon.properties import LecternChange, LecternPanel
from ..addon.text_wrap import wrap_text
from .lines import paragraph, width_of
from .sidebar import EpisodeTab

STATES = {
    "proposed": "QUESTION", "outdated": "ERROR", "applied": "CHECKMARK", "reverted": "LOOP_BACK", "refused": "X", "superseded": "DOT",
}  # fmt: skip
"""The icon of each state of a change."""
COLOURS = {"+": "STRIP_COLOR_04", "-": "STRIP_COLOR_01", "@": "STRIP_COLOR_05"}
"""The colour before lines of a diff: green for new, red for old, blue for where."""
MOST_LINES = 40
"""How many lines of a diff the panel shows."""


class LECTERN_UL_changes(bpy.types.UIList):
    """The list of changes with their states, the newest first."""

    def draw_item(
        self, context: bpy.types.Context, layout: bpy.types.UILayout, data: LecternPanel, item: LecternChange,
        icon: int, active_data: LecternPanel, active_property: str, index: int = 0, flt_flag: int = 0,
    ) -> None:  # fmt: skip
        """Draw one change."""
        row = layout.split(factor=0.75, align=True)
        row.active = item.state in ("proposed", "outdated", "applied")
        row.label(text=item.why or item.files, icon=STATES.get(item.state, "DOT"))
        row.label(text=item.state)


class LECTERN_PT_changes(EpisodeTab, bpy.types.Panel):
    """What others propose to change, what was applied, and its diff."""

    bl_label = "Changes"
    bl_order = 5
    bl_options = {"DEFAULT_CLOSED"}

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        """Draw how many changes are proposed in the panel's header."""
        count = sum(row.state == "proposed" for row in context.window_manager.lectern.changes)
        if count:
            self.layout.label(text=f"{count} proposed")

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the list, and the selected change with its buttons."""
        panel, layout = context.window_manager.lectern, self.layout
        if not panel.changes:
            column = layout.column(align=True)
            column.active = False
            paragraph(column, context, "Nobody has proposed a change")
            return
        layout.template_list("LECTERN_UL_changes", "", panel, "changes", panel, "active_change", rows=3, maxrows=6)
        row = layout.row(align=True)
        row.operator("lectern.apply_all_changes", icon="CHECKBOX_HLT")
        row.operator("lectern.show_change", icon="TEXT")
        if panel.active_change < len(panel.changes):
            _draw_change(layout, context, panel.changes[panel.active_change])


def _draw_change(layout: bpy.types.UILayout, context: bpy.types.Context, change: LecternChange) -> None:
    row = layout.row(align=True)
    if change.state in ("proposed", "outdated", "reverted"):
        row.operator("lectern.apply_change", icon="CHECKMARK").change = change.name
        row.operator("lectern.refuse_change", icon="X").change = change.name
    elif change.state == "applied" and not change.scenario:
        row.operator("lectern.revert_change", icon="LOOP_BACK").change = change.name
    if change.state in ("applied", "reverted") and not change.scenario:
        row.operator("lectern.replay_change", icon="TIME").change = change.name
    box = layout.box().column(align=True)
    paragraph(box, context, change.why)
    about = box.column(align=True)
    about.active = False
    paragraph(about, context, f"{change.who}, {change.when}: {change.files}")
    if change.told:
        paragraph(box, context, change.told, "INFO")
    _draw_diff(layout.box().column(align=True), context, change.diff)


def _draw_diff(column: bpy.types.UILayout, context: bpy.types.Context, diff: str) -> None:
    """Draw the lines of a diff: old ones in red, and a colour before each that says what it is."""
    lines = [line for line in diff.splitlines() if not line.startswith("---")]
    for line in lines[:MOST_LINES]:
        if line.startswith("+++"):
            column.label(text=line[4:].removeprefix("b/"), icon="FILE_TEXT")
            continue
        text, icon = (line if line.startswith("@") else line[1:]), COLOURS.get(line[:1], "BLANK1")
        for number, part in enumerate(wrap_text(text, width_of(context) - 40) or [""]):
            row = column.row()
            row.alert = line.startswith("-")
            row.active = not line.startswith((" ", "@"))
            row.label(text=part, icon=icon if number == 0 or icon == "BLANK1" else "BLANK1")
    if (more := len(lines) - MOST_LINES) > 0:
        column.label(text=f"and {more} more lines", icon="BLANK1")


class LECTERN_PT_scenarios(EpisodeTab, bpy.types.Panel):
    """Branches of the script."""

    bl_label = "Scenarios"
    bl_order = 5
    bl_options = {"DEFAULT_CLOSED"}

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        """Draw the current scenario in the panel's header."""
        rows = context.window_manager.lectern.scenarios
        self.layout.label(text=next((row.name for row in rows if row.current), ""))

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the scenarios and what can be done with them."""
        panel, layout = context.window_manager.lectern, self.layout
        column = layout.column(align=True)
        for scenario in panel.scenarios:
            row = column.row(align=True)
            row.active = scenario.current
            row.label(text=scenario.name, icon="RADIOBUT_ON" if scenario.current else "RADIOBUT_OFF")
            row.label(text=scenario.about)
        row = layout.row(align=True)
        row.operator("lectern.begin_scenario", icon="ADD")
        row.operator_menu_enum("lectern.switch_scenario", "name", icon="FILE_REFRESH")
        row = layout.row(align=True)
        row.operator_menu_enum("lectern.compare_scenario", "name", icon="VIEWZOOM")
        row.operator_menu_enum("lectern.merge_scenario", "name", icon="AUTOMERGE_ON")


CLASSES = (LECTERN_UL_changes, LECTERN_PT_changes, LECTERN_PT_scenarios)
