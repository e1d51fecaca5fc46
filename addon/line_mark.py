"""The line of script.md that can't be read, marked in Blender's text editor."""

from pathlib import Path
from typing import Any

import bpy

from ..pipeline.episode.source import SCRIPT
from . import snapshot

COLOUR = (0.9, 0.2, 0.15, 0.22)
_handles: list[Any] = []


def faulty_line(text: bpy.types.Text | None) -> int:
    """Return the line (from 0) of a text that can't be read; -1 if it is in order, or is no script of the open episode."""
    panel = snapshot.panel()
    if text is None or not text.filepath or not panel.folder or not panel.script_error:
        return -1
    is_script = Path(bpy.path.abspath(text.filepath)) == Path(panel.folder) / SCRIPT
    return min(panel.error_line, len(text.lines)) - 1 if is_script else -1


def _draw() -> None:
    """Draw a red bar over the line, if it is in view."""
    space, region = bpy.context.space_data, bpy.context.region
    line = faulty_line(space.text)
    if line < 0 or not space.top <= line < space.top + space.visible_lines:
        return
    import gpu
    from gpu_extras.batch import batch_for_shader

    _, y = space.region_location_from_cursor(line, 0)
    height = round(space.font_size * bpy.context.preferences.system.ui_scale * 1.3)
    corners = [(0, y - 4), (region.width, y - 4), (region.width, y + height), (0, y + height)]
    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    gpu.state.blend_set("ALPHA")
    shader.uniform_float("color", COLOUR)
    batch_for_shader(shader, "TRIS", {"pos": corners}, indices=[(0, 1, 2), (0, 2, 3)]).draw(shader)
    gpu.state.blend_set("NONE")


def register() -> None:
    """Mark it wherever a text editor shows the script; without a window nothing is drawn."""
    if not bpy.app.background:
        _handles.append(bpy.types.SpaceTextEditor.draw_handler_add(_draw, (), "WINDOW", "POST_PIXEL"))


def unregister() -> None:
    """Mark it no more."""
    while _handles:
        bpy.types.SpaceTextEditor.draw_handler_remove(_handles.pop(), "WINDOW")
