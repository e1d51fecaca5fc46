"""The jobs of the last build: what runs, waits, failed and why."""

import bpy

from ..addon.properties import LecternJob, LecternPanel
from .lines import paragraph
from .sidebar import EpisodeTab

STATES = {"running": "PLAY", "waiting": "TIME", "failed": "ERROR", "cancelled": "CANCEL"}
"""The icon of each state of a job."""


class LECTERN_UL_jobs(bpy.types.UIList):
    """The list of jobs with how far each is."""

    def draw_item(
        self, context: bpy.types.Context, layout: bpy.types.UILayout, data: LecternPanel, item: LecternJob,
        icon: int, active_data: LecternPanel, active_property: str, index: int = 0, flt_flag: int = 0,
    ) -> None:  # fmt: skip
        """Draw one job."""
        row = layout.split(factor=0.75, align=True)
        row.alert = item.state == "failed"
        row.label(text=item.text.partition(": ")[2] or item.text, icon=STATES.get(item.state, "DOT"))
        if item.state == "running":
            row.progress(factor=item.progress, text=f"{item.progress:.0%}")
        else:
            row.label(text=item.state)


class LECTERN_PT_jobs(EpisodeTab, bpy.types.Panel):
    """What the last build makes, made and could not make."""

    bl_label = "Jobs"
    bl_order = 7
    bl_options = {"DEFAULT_CLOSED"}

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        """Draw how many jobs are done in the panel's header."""
        panel = context.window_manager.lectern
        if panel.jobs_done:
            self.layout.label(text=f"{panel.jobs_done} done")

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the list, its tools, and why the selected job failed."""
        panel, layout = context.window_manager.lectern, self.layout
        if not panel.jobs:
            column = layout.column(align=True)
            column.active = False
            paragraph(column, context, "Nothing is being made, and nothing failed")
            return
        row = layout.row()
        row.template_list("LECTERN_UL_jobs", "", panel, "jobs", panel, "active_job", rows=4, maxrows=8)
        tools = row.column(align=True)
        tools.operator("lectern.first_job", text="", icon="TRIA_UP_BAR")
        tools.operator("lectern.cancel_job", text="", icon="X")
        tools.separator()
        tools.operator("lectern.build_episode", text="", icon="FILE_REFRESH")
        job = panel.jobs[panel.active_job] if panel.active_job < len(panel.jobs) else None
        if job:
            box = layout.box().column(align=True)
            paragraph(box, context, job.text)
            if job.error:
                paragraph(box, context, job.error, "ERROR")


CLASSES = (LECTERN_UL_jobs, LECTERN_PT_jobs)
