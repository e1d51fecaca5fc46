"""Lectern's tab in the sequencer's sidebar."""

import bpy

from ..addon.properties import LecternPanel
from ..pipeline.base.clock import time_code
from .lines import paragraph

MAX_PERMISSIONS = 4
"""How many permissions the panel lists; the dialog shows all."""

BUTTON = 24
"""Pixels that a small button takes beside a text, at a resolution scale of 1."""

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
            if panel.error_line:
                layout.operator("lectern.go_to_fault", icon="TEXT")
        if panel.episode_error:
            _draw_message(layout, context, panel.episode_error, "Not Done", "ERROR")
        if not panel.trusted:
            _draw_trust(layout, context, panel)
        elif panel.sandboxed:
            row = layout.row()
            row.label(text="Its programs run in a sandbox", icon="LOCKED")
            row.operator("lectern.trust_episode", text="Change…")
        if panel.following:
            _draw_following(layout, context, panel)
        _draw_build(layout, context, panel)


class EpisodeTab(_Tab):
    """A panel that is shown only while an episode is open."""

    bl_parent_id = "LECTERN_PT_episode"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open."""
        return bool(context.window_manager.lectern.folder)


class LECTERN_PT_findings(EpisodeTab, bpy.types.Panel):
    """What the last build's report complains about, and strips that had to leave their track."""

    bl_label = "Findings"
    bl_order = 6

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there are any findings."""
        panel = context.window_manager.lectern
        return bool(panel.findings or panel.displaced)

    def draw(self, context: bpy.types.Context) -> None:
        """Draw each finding as a paragraph, with a button that goes to its moment or its line."""
        panel, column = context.window_manager.lectern, self.layout.column()
        for note in panel.displaced:
            paragraph(column, context, note.text, "DOT")
        for number, finding in enumerate(panel.findings):
            row = column.row(align=True)
            paragraph(row.column(align=True), context, finding.text, "DOT", beside=BUTTON)
            if finding.frame or finding.line:
                icon = "TIME" if finding.frame else "TEXT"
                row.operator("lectern.show_finding", text="", icon=icon, emboss=False).finding = number


class LECTERN_PT_film(EpisodeTab, bpy.types.Panel):
    """The finished film, its subtitles, and its timeline for other programs."""

    bl_label = "Film"
    bl_order = 9

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the buttons that render, open and export the film."""
        panel = context.window_manager.lectern
        self.layout.operator("lectern.render_film", icon="RENDER_ANIMATION")
        row = self.layout.row(align=True)
        _draw_open_button(row, "film", "Watch", "FILE_MOVIE", bool(panel.film))
        _draw_open_button(row, "subtitles", "Subtitles", "FILE_TEXT", bool(panel.subtitles))
        self.layout.operator("lectern.verify_film", icon="CHECKMARK")
        if said := panel.verify_activity or panel.verify_outcome:
            paragraph(self.layout.column(align=True), context, said)
        self.layout.operator("lectern.export_timeline", icon="EXPORT")
        for note in panel.export_outcome:
            paragraph(self.layout.column(align=True), context, note.text, "DOT")


def _draw_welcome(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    paragraph(
        layout.column(align=True),
        context,
        "Open a folder with a script.md. Lectern turns it into a narrated film on this timeline.",
    )
    buttons = layout.column(align=True)
    buttons.scale_y = LARGE_BUTTON
    buttons.operator("lectern.open_episode", icon="FILE_FOLDER")
    buttons.operator("lectern.new_episode", icon="FILE_NEW")
    layout.menu("LECTERN_MT_recent", icon="RECOVER_LAST")
    if deleted := context.window_manager.lectern.deleted_episode:
        layout.operator("lectern.restore_episode", icon="LOOP_BACK").directory = deleted


def _draw_title(layout: bpy.types.UILayout, panel: LecternPanel) -> None:
    row = layout.row(align=True)
    row.label(text=panel.title, icon="SEQUENCE")
    row.menu("LECTERN_MT_episode", text="", icon="DOWNARROW_HLT")
    path = layout.row()
    path.active = False
    path.label(text=panel.folder, icon="BLANK1")
    if length := length_note(panel):
        row = layout.row()
        row.label(text=length, icon="TIME")
    if panel.episode_activity:
        layout.label(text=f"{panel.episode_activity}…", icon="TIME")


def length_note(panel: LecternPanel) -> str:
    """Return how long the film is or will be, against what the script wants; "" if neither is known."""
    seconds = panel.expected if panel.outdated or not panel.duration else panel.duration
    if not seconds:
        return ""
    told = f"{'About ' if seconds == panel.expected else ''}{time_code(seconds)}"
    if not panel.wanted_most:
        return told
    least, most = time_code(panel.wanted_least), time_code(panel.wanted_most)
    wanted = least if least == most else f"{least} to {most}"
    off = (
        " too short" if seconds < panel.wanted_least * 0.9 else " too long" if seconds > panel.wanted_most * 1.1 else ""
    )
    return f"{told}{',' if off else ''}{off} (wanted: {wanted})"


def _draw_trust(layout: bpy.types.UILayout, context: bpy.types.Context, panel: LecternPanel) -> None:
    box = layout.box().column()
    box.label(text="You have not allowed this yet:", icon="LOCKED")
    lines = box.column(align=True)
    for permission in panel.permissions[:MAX_PERMISSIONS]:
        paragraph(lines, context, permission.what, "DOT")
    if (more := len(panel.permissions) - MAX_PERMISSIONS) > 0:
        lines.label(text=f"and {more} more", icon="BLANK1")
    box.operator("lectern.trust_episode", text="Review and Trust…", icon="UNLOCKED")


def _draw_following(layout: bpy.types.UILayout, context: bpy.types.Context, panel: LecternPanel) -> None:
    box = layout.box().column(align=True)
    paragraph(box, context, panel.following, "COMMUNITY")
    if panel.following_step:
        paragraph(box, context, panel.following_step, "PLAY")
    row = box.row(align=True)
    if panel.following_left:
        row.prop(panel, "following_paused", icon="PAUSE", toggle=True)
        row.operator("lectern.skip_playback", icon="FF")
    row.operator("lectern.take_back", icon="LOOP_BACK")


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


CLASSES = (LECTERN_PT_episode, LECTERN_PT_findings, LECTERN_PT_film)
