"""Lectern's tab in the sequencer's sidebar."""

import bpy

from ..addon.properties import LecternPanel, LecternSceneRow
from ..pipeline.base.clock import time_code
from .lines import paragraph

MAX_PERMISSIONS = 4
"""How many permissions the panel lists; the dialog shows all."""

LARGE_BUTTON = 1.4
"""Height of the main button in lines."""


class _Tab:
    """Where the panels are shown."""

    bl_space_type = "SEQUENCE_EDITOR"
    bl_region_type = "UI"
    bl_category = "Lectern"


class LECTERN_PT_episode(_Tab, bpy.types.Panel):
    """The open episode, and what to do next."""

    bl_label = "Lectern"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the episode's title, what is wrong with its script, its permissions, and the build."""
        panel, layout = context.window_manager.lectern, self.layout
        if not panel.folder:
            _draw_welcome(layout, context)
            return
        _draw_title(layout, panel)
        if panel.script_error:
            _draw_message(layout, context, panel.script_error, "Error in the Script", "ERROR")
        if not panel.trusted:
            _draw_trust(layout, context, panel)
        elif panel.sandboxed:
            row = layout.row()
            row.label(text="Its programs run in a sandbox", icon="LOCKED")
            row.operator("lectern.trust_episode", text="Change…")
        _draw_build(layout, context, panel)


class LECTERN_UL_scenes(bpy.types.UIList):
    """The list of scenes with their times."""

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        data: LecternPanel,
        item: LecternSceneRow,
        icon: int,
        active_data: LecternPanel,
        active_property: str,
        index: int = 0,
        flt_flag: int = 0,
    ) -> None:
        """Draw one scene."""
        row = layout.row(align=True)
        row.active = item.frame > 0
        split = row.split(factor=0.75, align=True)
        split.label(text=f"{item.number}  {item.title}")
        time = split.row(align=True)
        time.alignment = "RIGHT"
        time.label(text=time_code(item.seconds) if item.frame else "new")


class EpisodeTab(_Tab):
    """A panel that is shown only while an episode is open."""

    bl_parent_id = "LECTERN_PT_episode"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open."""
        return bool(context.window_manager.lectern.folder)


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
        """Draw the list."""
        panel = context.window_manager.lectern
        rows = min(max(len(panel.scenes), 3), 9)
        self.layout.template_list(
            "LECTERN_UL_scenes", "", panel, "scenes", panel, "active_scene", rows=rows, maxrows=rows
        )


class LECTERN_PT_findings(EpisodeTab, bpy.types.Panel):
    """What the last build's report complains about, and strips that had to leave their track."""

    bl_label = "Findings"
    bl_order = 3

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there are any findings."""
        panel = context.window_manager.lectern
        return bool(panel.findings or panel.displaced)

    def draw(self, context: bpy.types.Context) -> None:
        """Draw each finding as a paragraph."""
        panel, column = context.window_manager.lectern, self.layout.column()
        for note in (*panel.displaced, *panel.findings):
            paragraph(column, context, note.text, "DOT")


class LECTERN_PT_film(EpisodeTab, bpy.types.Panel):
    """The finished film and its subtitles."""

    bl_label = "Film"
    bl_order = 4

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the buttons that render and open the film."""
        panel = context.window_manager.lectern
        self.layout.operator("lectern.render_film", icon="RENDER_ANIMATION")
        row = self.layout.row(align=True)
        _draw_open_button(row, "film", "Watch", "FILE_MOVIE", bool(panel.film))
        _draw_open_button(row, "subtitles", "Subtitles", "FILE_TEXT", bool(panel.subtitles))
        self.layout.operator("lectern.verify_film", icon="CHECKMARK")
        if said := panel.verify_activity or panel.verify_outcome:
            paragraph(self.layout.column(align=True), context, said)


def _draw_welcome(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    paragraph(
        layout.column(align=True),
        context,
        "Open a folder with a script.md. Lectern turns it into a narrated film on this timeline.",
    )
    button = layout.column()
    button.scale_y = LARGE_BUTTON
    button.operator("lectern.open_episode", icon="FILE_FOLDER")


def _draw_title(layout: bpy.types.UILayout, panel: LecternPanel) -> None:
    row = layout.row(align=True)
    row.label(text=panel.title, icon="SEQUENCE")
    _draw_open_button(row, "folder", "", "FOLDER_REDIRECT", True)
    row.operator("lectern.open_episode", text="", icon="FILE_FOLDER")
    path = layout.row()
    path.active = False
    path.label(text=panel.folder, icon="BLANK1")


def _draw_trust(layout: bpy.types.UILayout, context: bpy.types.Context, panel: LecternPanel) -> None:
    box = layout.box().column()
    box.label(text="You have not allowed this yet:", icon="LOCKED")
    lines = box.column(align=True)
    for permission in panel.permissions[:MAX_PERMISSIONS]:
        paragraph(lines, context, permission.what, "DOT")
    if (more := len(panel.permissions) - MAX_PERMISSIONS) > 0:
        lines.label(text=f"and {more} more", icon="BLANK1")
    box.operator("lectern.trust_episode", text="Review and Trust…", icon="UNLOCKED")


def _draw_build(layout: bpy.types.UILayout, context: bpy.types.Context, panel: LecternPanel) -> None:
    if panel.is_building:
        _draw_progress(layout, context, panel)
        return
    button = layout.column()
    button.scale_y = LARGE_BUTTON
    button.operator("lectern.build_episode", icon="PLAY")
    if panel.build_state == "FAILED":
        _draw_message(layout, context, panel.build_error, "The Build Failed", "ERROR")
    elif panel.build_state == "CANCELLED":
        layout.label(text="Cancelled. The next build continues from here", icon="INFO")
    elif panel.outdated:
        layout.label(text="The script is newer than the timeline", icon="INFO")
    elif panel.build_state == "DONE":
        layout.label(text="The timeline is up to date", icon="CHECKMARK")


def _draw_progress(layout: bpy.types.UILayout, context: bpy.types.Context, panel: LecternPanel) -> None:
    row = layout.row(align=True)
    row.scale_y = LARGE_BUTTON
    row.progress(factor=panel.build_progress, text=f"{panel.build_progress:.0%}")
    row.operator("lectern.cancel_build", text="", icon="CANCEL")
    paragraph(layout.column(align=True), context, panel.build_activity)
    for fault in panel.build_faults:
        paragraph(layout.column(align=True), context, fault.text, "ERROR")


def _draw_message(layout: bpy.types.UILayout, context: bpy.types.Context, text: str, title: str, icon: str) -> None:
    box = layout.box().column(align=True)
    heading = box.row()
    heading.alert = True
    heading.label(text=title, icon=icon)
    paragraph(box, context, text)


def _draw_open_button(row: bpy.types.UILayout, what: str, text: str, icon: str, enabled: bool) -> None:
    cell = row.row(align=True)
    cell.enabled = enabled
    cell.operator("lectern.open_film", text=text, icon=icon).what = what


CLASSES = (LECTERN_PT_episode, LECTERN_UL_scenes, LECTERN_PT_scenes, LECTERN_PT_findings, LECTERN_PT_film)
