"""Lectern's tab in the sequencer's sidebar."""

import bpy

from ..addon.properties import LecternPanel, LecternRow
from .lines import paragraph, time_code

MOST_DANGERS = 4
LARGE = 1.4


class _Tab:
    """Where the panels lie."""

    bl_space_type = "SEQUENCE_EDITOR"
    bl_region_type = "UI"
    bl_category = "Lectern"


class LECTERN_PT_episode(_Tab, bpy.types.Panel):
    """The episode, and the one thing to do next."""

    bl_label = "Lectern"

    def draw(self, context: bpy.types.Context) -> None:
        panel, layout = context.window_manager.lectern, self.layout
        if not panel.folder:
            _draw_welcome(layout, context)
            return
        _draw_title(layout, panel)
        if panel.fault:
            _draw_message(layout, context, panel.fault, "Script", "ERROR")
        if not panel.trusted:
            _draw_trust(layout, context, panel)
        _draw_work(layout, context, panel)


class LECTERN_UL_scenes(bpy.types.UIList):
    """The scenes of the script with their times."""

    def draw_item(
        self, context: bpy.types.Context, layout: bpy.types.UILayout, data: LecternPanel, item: LecternRow, icon: int,
        active_data: LecternPanel, active_property: str, index: int = 0, flt_flag: int = 0,
    ) -> None:
        row = layout.row(align=True)
        row.active = item.frame > 0
        split = row.split(factor=0.75, align=True)
        split.label(text=f"{item.number}  {item.title}")
        when = split.row(align=True)
        when.alignment = "RIGHT"
        when.label(text=time_code(item.seconds) if item.frame else "new")


class EpisodeTab(_Tab):
    """A part of the tab that needs an episode."""

    bl_parent_id = "LECTERN_PT_episode"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return bool(context.window_manager.lectern.folder)


class LECTERN_PT_scenes(EpisodeTab, bpy.types.Panel):
    """The scenes; choosing one moves the playhead."""

    bl_label = "Scenes"
    bl_order = 1

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        panel = context.window_manager.lectern
        if panel.length:
            self.layout.label(text=time_code(panel.length))

    def draw(self, context: bpy.types.Context) -> None:
        panel = context.window_manager.lectern
        rows = min(max(len(panel.scenes), 3), 9)
        self.layout.template_list("LECTERN_UL_scenes", "", panel, "scenes", panel, "chosen", rows=rows, maxrows=rows)


class LECTERN_PT_findings(EpisodeTab, bpy.types.Panel):
    """What the last build's report found fault with."""

    bl_label = "Findings"
    bl_order = 3

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        panel = context.window_manager.lectern
        return bool(panel.findings or panel.blocked)

    def draw(self, context: bpy.types.Context) -> None:
        panel, column = context.window_manager.lectern, self.layout.column()
        for note in (*panel.blocked, *panel.findings):
            paragraph(column, context, note.text, "DOT")


class LECTERN_PT_film(EpisodeTab, bpy.types.Panel):
    """The finished film."""

    bl_label = "Film"
    bl_order = 4

    def draw(self, context: bpy.types.Context) -> None:
        panel = context.window_manager.lectern
        self.layout.operator("lectern.render_film", icon="RENDER_ANIMATION")
        row = self.layout.row(align=True)
        _opens(row, "film", "Watch", "FILE_MOVIE", bool(panel.film))
        _opens(row, "subtitles", "Subtitles", "FILE_TEXT", bool(panel.subtitles))


def _draw_welcome(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    paragraph(layout.column(align=True), context, "A folder with a script.md becomes a narrated film on this timeline.")
    button = layout.column()
    button.scale_y = LARGE
    button.operator("lectern.open_episode", icon="FILE_FOLDER")


def _draw_title(layout: bpy.types.UILayout, panel: LecternPanel) -> None:
    row = layout.row(align=True)
    row.label(text=panel.title, icon="SEQUENCE")
    _opens(row, "folder", "", "FOLDER_REDIRECT", True)
    row.operator("lectern.open_episode", text="", icon="FILE_FOLDER")
    place = layout.row()
    place.active = False
    place.label(text=panel.folder, icon="BLANK1")


def _draw_trust(layout: bpy.types.UILayout, context: bpy.types.Context, panel: LecternPanel) -> None:
    box = layout.box().column()
    box.label(text="You have not allowed this yet:", icon="LOCKED")
    lines = box.column(align=True)
    for danger in panel.dangers[:MOST_DANGERS]:
        paragraph(lines, context, danger.what, "DOT")
    if (more := len(panel.dangers) - MOST_DANGERS) > 0:
        lines.label(text=f"and {more} more", icon="BLANK1")
    box.operator("lectern.trust_episode", text="Review and Trust…", icon="UNLOCKED")


def _draw_work(layout: bpy.types.UILayout, context: bpy.types.Context, panel: LecternPanel) -> None:
    if panel.busy:
        _draw_progress(layout, context, panel)
        return
    button = layout.column()
    button.scale_y = LARGE
    button.operator("lectern.build_episode", icon="PLAY")
    if panel.state == "FAILED":
        _draw_message(layout, context, panel.error, "The build stopped", "ERROR")
    elif panel.state == "CANCELLED":
        layout.label(text="Cancelled; what is made stays made", icon="INFO")
    elif panel.stale:
        layout.label(text="The script is newer than the timeline", icon="INFO")
    elif panel.state == "DONE":
        layout.label(text="The timeline is up to date", icon="CHECKMARK")


def _draw_progress(layout: bpy.types.UILayout, context: bpy.types.Context, panel: LecternPanel) -> None:
    row = layout.row(align=True)
    row.scale_y = LARGE
    row.progress(factor=panel.progress, text=f"{panel.progress:.0%}")
    row.operator("lectern.cancel_build", text="", icon="CANCEL")
    paragraph(layout.column(align=True), context, panel.doing)


def _draw_message(
    layout: bpy.types.UILayout, context: bpy.types.Context, text: str, title: str, icon: str
) -> None:
    box = layout.box().column(align=True)
    head = box.row()
    head.alert = True
    head.label(text=title, icon=icon)
    paragraph(box, context, text)


def _opens(row: bpy.types.UILayout, what: str, text: str, icon: str, there: bool) -> None:
    cell = row.row(align=True)
    cell.enabled = there
    cell.operator("lectern.open_film", text=text, icon=icon).what = what


CLASSES = (LECTERN_PT_episode, LECTERN_UL_scenes, LECTERN_PT_scenes, LECTERN_PT_findings, LECTERN_PT_film)
