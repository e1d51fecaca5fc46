"""A text file in Blender's text editor."""

from pathlib import Path

import bpy


def edit(file: Path) -> bpy.types.Text:
    """Opens a text file in the text editor that a window shows, else in a window of its own."""
    text = _opened(file) or bpy.data.texts.load(str(file))
    if not bpy.app.background:
        area = _text_editor() or _new_text_editor()
        area.spaces.active.text = text
        area.spaces.active.show_syntax_highlight = True
    return text


def _opened(file: Path) -> bpy.types.Text | None:
    return next((t for t in bpy.data.texts if t.filepath and Path(bpy.path.abspath(t.filepath)) == file), None)


def _text_editor() -> bpy.types.Area | None:
    areas = (a for window in bpy.context.window_manager.windows for a in window.screen.areas)
    return next((a for a in areas if a.type == "TEXT_EDITOR"), None)


def _new_text_editor() -> bpy.types.Area:
    bpy.ops.wm.window_new()
    area = bpy.context.window_manager.windows[-1].screen.areas[0]
    area.type = "TEXT_EDITOR"
    return area
