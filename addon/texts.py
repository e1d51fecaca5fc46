"""Text files in Blender's text editor."""

from pathlib import Path

import bpy


def open_in_text_editor(file: Path) -> bpy.types.Text:
    """Open a text file in a text editor: one that is already on the screen, or else one in a new window."""
    text = _find_open(file) or bpy.data.texts.load(str(file))
    if not bpy.app.background:
        area = _text_editor() or _new_text_editor()
        area.spaces.active.text = text
        area.spaces.active.show_syntax_highlight = True
    return text


def _find_open(file: Path) -> bpy.types.Text | None:
    return next((t for t in bpy.data.texts if t.filepath and Path(bpy.path.abspath(t.filepath)) == file), None)


def _text_editor() -> bpy.types.Area | None:
    areas = (a for window in bpy.context.window_manager.windows for a in window.screen.areas)
    return next((a for a in areas if a.type == "TEXT_EDITOR"), None)


def _new_text_editor() -> bpy.types.Area:
    bpy.ops.wm.window_new()
    area = bpy.context.window_manager.windows[-1].screen.areas[0]
    area.type = "TEXT_EDITOR"
    return area
