"""A workspace for episodes: script, preview, timeline, and the panels beside it."""

from pathlib import Path

import bpy

from ..pipeline.episode.source import SCRIPT
from . import snapshot, texts

NAME = "Lectern"
TEMPLATE = "Video_Editing"
SCRIPT_SHARE = 0.34
"""The share of the window's width that the script takes."""
TIMELINE_SHARE = 0.56
"""The share of its height that the timeline takes, for the panels' sake."""


def use(window: bpy.types.Window) -> None:
    """Show the workspace Lectern in `window`; it is made of Blender's own for video editing the first time."""
    if NAME in bpy.data.workspaces:
        window.workspace = bpy.data.workspaces[NAME]
        return
    names = {workspace.name for workspace in bpy.data.workspaces}
    shown = window.workspace
    if "Video Editing" not in names:
        file = next(
            Path(bpy.utils.resource_path("LOCAL")).glob(f"**/bl_app_templates_system/{TEMPLATE}/startup.blend"), None
        )
        if file:
            bpy.ops.workspace.append_activate(idname="Video Editing", filepath=str(file))
    else:
        window.workspace = bpy.data.workspaces["Video Editing"]
    scene = shown.sequencer_scene if hasattr(shown, "sequencer_scene") else None
    bpy.app.timers.register(lambda: _make(window, scene.name if scene else ""), first_interval=0.1)


def _make(window: bpy.types.Window, scene: str) -> None:
    """Make the workspace of the one that is shown: Blender shows another one only after an event."""
    with bpy.context.temp_override(window=window):
        bpy.ops.workspace.duplicate()
    window.workspace.name = NAME
    if scene in bpy.data.scenes:
        window.workspace.sequencer_scene = bpy.data.scenes[scene]
    bpy.app.timers.register(lambda: _arrange(window), first_interval=0.1)


def _arrange(window: bpy.types.Window) -> None:
    """Show the script where files were, give it and the timeline room, and open the panels."""
    areas = {area.type: area for area in window.screen.areas if area.type != "SEQUENCE_EDITOR"}
    if properties := areas.get("PROPERTIES"):
        with bpy.context.temp_override(window=window, area=properties):
            bpy.ops.screen.area_close()
    if editor := areas.get("FILE_BROWSER"):
        editor.type = "TEXT_EDITOR"
        _move(
            window,
            editor.x + editor.width,
            editor.y + editor.height // 2,
            round(window.width * SCRIPT_SHARE) - editor.width,
        )
    timeline = next(
        (a for a in window.screen.areas if a.type == "SEQUENCE_EDITOR" and a.spaces.active.view_type != "PREVIEW"), None
    )
    if timeline:
        more = round(window.height * TIMELINE_SHARE) - timeline.height
        _move(window, timeline.x + timeline.width // 2, timeline.y + timeline.height, more)
        timeline.spaces.active.show_region_ui = True
    folder = snapshot.panel().folder
    if folder and editor:
        texts.open_in_text_editor(texts.require_own(Path(folder) / SCRIPT, Path(folder)))
    bpy.app.timers.register(lambda: _open_tab(window), first_interval=0.3)


def _open_tab(window: bpy.types.Window) -> None:
    """Show Lectern's tab, and the whole film."""
    for area in (area for area in window.screen.areas if area.type == "SEQUENCE_EDITOR"):
        region = next(region for region in area.regions if region.type == "UI")
        if area.spaces.active.view_type != "PREVIEW" and region.width > 1:
            region.active_panel_category = NAME
        main = next(region for region in area.regions if region.type == "WINDOW")
        with bpy.context.temp_override(window=window, area=area, region=main):
            if area.spaces.active.view_type == "PREVIEW":
                bpy.ops.sequencer.view_all_preview()
            else:
                bpy.ops.sequencer.view_all()


def _move(window: bpy.types.Window, x: int, y: int, by: int) -> None:
    """Move the edge between two areas at a place of the window."""
    with bpy.context.temp_override(window=window):
        bpy.ops.screen.area_move(x=x, y=y, delta=by)
