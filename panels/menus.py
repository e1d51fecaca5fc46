"""Menus: of the episode, of a scene, of a strip by right click, and all of them in the sequencer's header."""

from collections.abc import Collection

import bpy

from ..addon.properties import PREVIEW_ITEMS, LecternEpisodeRow
from ..operators.scenes import KINDS
from ..pipeline.episode.gallery import gallery


class LECTERN_MT_recent(bpy.types.Menu):
    """The episodes that were open last."""

    bl_label = "Open Recent"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw an entry for each."""
        _draw_episodes(self.layout, context.window_manager.lectern.recent, "No episode was open yet")


class LECTERN_MT_siblings(bpy.types.Menu):
    """The episodes of the studio."""

    bl_label = "Open From the Studio"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw an entry for each."""
        _draw_episodes(self.layout, context.window_manager.lectern.siblings, "There is no other episode")


def _draw_episodes(layout: bpy.types.UILayout, rows: Collection[LecternEpisodeRow], none: str) -> None:
    for row in rows:
        layout.operator("lectern.open_episode", text=row.name).directory = row.folder
    if not rows:
        layout.label(text=none)


class LECTERN_MT_episode(bpy.types.Menu):
    """What can be done with the whole episode."""

    bl_label = "Episode"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the entries."""
        layout = self.layout
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator("lectern.new_episode", text="New…", icon="FILE_NEW")
        layout.operator("lectern.open_episode", text="Open…", icon="FILE_FOLDER")
        layout.menu("LECTERN_MT_recent", icon="RECOVER_LAST")
        layout.menu("LECTERN_MT_siblings", icon="FILE_FOLDER")
        layout.separator()
        layout.operator("lectern.rename_episode", text="Rename…", icon="GREASEPENCIL")
        layout.operator("lectern.duplicate_episode", text="Duplicate…", icon="DUPLICATE")
        layout.operator("lectern.delete_episode", text="Delete…", icon="TRASH")
        layout.operator("lectern.restore_episode", text="Restore Deleted…", icon="LOOP_BACK")
        layout.separator()
        layout.operator("lectern.open_film", text="Show Folder", icon="FOLDER_REDIRECT").what = "folder"


class LECTERN_MT_scene(bpy.types.Menu):
    """What can be done with the selected scene."""

    bl_label = "Scene"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the entries."""
        layout = self.layout
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator("lectern.rename_scene", text="Rename…", icon="GREASEPENCIL")
        layout.operator("lectern.duplicate_scene", icon="DUPLICATE")
        layout.operator("lectern.enable_scene", text="Leave Out or Take In", icon="HIDE_OFF")
        layout.separator()
        layout.operator("lectern.rebuild_scene", icon="FILE_REFRESH")
        layout.menu("LECTERN_MT_add_overlay", icon="FONT_DATA")
        layout.menu("LECTERN_MT_add_clip", icon="SEQ_STRIP_META")
        layout.separator()
        layout.operator("lectern.undo_script", icon="LOOP_BACK")
        layout.operator("lectern.undo_script", text="Do It Again", icon="LOOP_FORWARDS").again = True


class LECTERN_MT_add_overlay(bpy.types.Menu):
    """Every kind of overlay."""

    bl_label = "Add Overlay"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw an entry for each."""
        for kind, label, _ in KINDS:
            self.layout.operator("lectern.add_overlay", text=label).kind = kind


class LECTERN_MT_add_clip(bpy.types.Menu):
    """Every designed clip."""

    bl_label = "Add Clip"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw an entry for each."""
        for clip in gallery().values():
            self.layout.operator("lectern.add_clip", text=clip.name.capitalize()).clip = clip.name


class LECTERN_MT_preview(bpy.types.Menu):
    """What can be drawn over the preview and the timeline."""

    bl_label = "Show in Preview"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw an entry for each."""
        shown = context.window_manager.lectern.preview_shows
        for item, label, *_ in PREVIEW_ITEMS:
            icon = "CHECKBOX_HLT" if item in shown else "CHECKBOX_DEHLT"
            self.layout.operator("lectern.show_in_preview", text=label, icon=icon).what = item


class LECTERN_MT_strip(bpy.types.Menu):
    """What can be done with what the active strip stands for."""

    bl_label = "Lectern"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the entries."""
        layout = self.layout
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator("lectern.show_in_script", icon="TEXT")
        layout.operator("lectern.edit_words", text="Edit Words…", icon="GREASEPENCIL")
        layout.operator_menu_enum("lectern.appear_at", "mark", icon="MARKER")
        layout.operator_menu_enum("lectern.speak_as", "character", icon="USER")
        layout.operator_menu_enum("lectern.place_narrator", "side", icon="USER")
        layout.operator("lectern.mirror_narrator", icon="MOD_MIRROR")
        layout.operator("lectern.move_element", icon="EMPTY_ARROWS")
        layout.separator()
        layout.operator("lectern.make_again", icon="FILE_REFRESH")
        layout.operator("lectern.record_line", text="Record My Voice", icon="REC")
        layout.operator("lectern.add_recording", text="Use a Recording…", icon="FILE_SOUND")
        layout.operator_menu_enum("lectern.choose_recording", "take", icon="PRESET")
        layout.operator("lectern.replace_file", text="Replace File…", icon="FILE_IMAGE")
        layout.separator()
        layout.operator_menu_enum("lectern.reset_property", "property", icon="LOOP_BACK")
        layout.operator("lectern.reset_strip", text="Reset Strip to Script")
        layout.operator("lectern.reset_scene_edits")
        layout.operator_menu_enum("lectern.take_edits", "strip", icon="PASTEDOWN")
        layout.operator("lectern.drop_edits", icon="TRASH")


class LECTERN_MT_main(bpy.types.Menu):
    """All of Lectern, so that it is found by searching menus."""

    bl_label = "Lectern"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the menus, and what concerns the whole film."""
        layout = self.layout
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator("lectern.build_episode", icon="PLAY")
        layout.operator("lectern.cancel_build", text="Cancel Build", icon="CANCEL")
        layout.operator("lectern.render_film", icon="RENDER_ANIMATION")
        layout.operator("lectern.verify_film", icon="CHECKMARK")
        layout.operator("lectern.export_timeline", icon="EXPORT")
        layout.operator("lectern.get_ideas", icon="OUTLINER_OB_LIGHT")
        layout.operator("lectern.plan_idea", text="Plan an Idea…", icon="FILE_NEW")
        layout.operator("lectern.copy_agent_settings", icon="COPYDOWN")
        layout.separator()
        layout.menu("LECTERN_MT_episode", icon="SEQUENCE")
        layout.menu("LECTERN_MT_scene", icon="PRESET")
        layout.operator("lectern.add_scene", text="Add Scene…", icon="ADD")
        layout.operator("lectern.delete_scene", icon="REMOVE")
        layout.menu("LECTERN_MT_strip", text="Active Strip", icon="STRIP_COLOR_04")
        layout.separator()
        layout.operator("lectern.open_text", text="Open Script", icon="TEXT").file = "script.md"
        layout.operator("lectern.take_marks", icon="MARKER")
        layout.operator("lectern.go_to_fault", icon="ERROR")
        layout.menu("LECTERN_MT_preview", icon="OVERLAY")
        layout.operator("lectern.go_to_word", text="Go to Words…", icon="SPEAKER")
        layout.operator("lectern.make_proxies", icon="FILE_MOVIE")
        layout.operator("lectern.use_workspace", icon="WORKSPACE")
        layout.operator("lectern.reset_all_edits", icon="LOOP_BACK")
        layout.operator("lectern.drop_edits", icon="TRASH")
        layout.operator("lectern.doctor", icon="PREFERENCES")


def draw_in_header(self: bpy.types.Menu, context: bpy.types.Context) -> None:
    """Draw Lectern's menu beside the sequencer's own."""
    self.layout.menu("LECTERN_MT_main")


def draw_in_context_menu(self: bpy.types.Menu, context: bpy.types.Context) -> None:
    """Draw Lectern's entry in the menu that a right click opens."""
    if context.window_manager.lectern.folder:
        self.layout.separator()
        self.layout.menu("LECTERN_MT_strip", icon="SEQUENCE")


CLASSES = (
    LECTERN_MT_recent, LECTERN_MT_siblings, LECTERN_MT_episode, LECTERN_MT_scene, LECTERN_MT_add_overlay,
    LECTERN_MT_add_clip, LECTERN_MT_preview, LECTERN_MT_strip, LECTERN_MT_main,
)  # fmt: skip
