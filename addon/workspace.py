"""A workspace for episodes: script, preview, timeline, and the panels beside it."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import bpy

from ..pipeline.base.errors import LecternError
from ..pipeline.episode.source import SCRIPT
from . import snapshot, texts

NAME = "Lectern"
TEMPLATE = "Video Editing"
"""Blender's own workspace that it is made of."""
PAUSE = 0.15
"""Seconds between two steps."""
PATIENCE = 20
"""How often it is tried to show a tab that was not drawn yet."""
SCRIPT_SHARE = 0.34
"""The share of the window's width that the script takes."""
TIMELINE_SHARE = 0.56
"""The share of its height that the timeline takes, for the panels' sake."""


def use(window: bpy.types.Window) -> None:
    """Show the workspace Lectern in `window`; it is made of Blender's own for video editing the first time."""
    if NAME in bpy.data.workspaces:
        window.workspace = bpy.data.workspaces[NAME]
        return
    scene = window.workspace.sequencer_scene
    steps = _steps(window, scene.name if scene else "")
    bpy.app.timers.register(lambda: next(steps, None), first_interval=0.0)


def _steps(window: bpy.types.Window, scene: str) -> Iterator[float]:
    """Make the workspace; each `yield` is how long Blender needs before areas are as they were asked to be."""
    if TEMPLATE in bpy.data.workspaces:
        window.workspace = bpy.data.workspaces[TEMPLATE]
    elif file := next(Path(bpy.utils.resource_path("LOCAL")).rglob("Video_Editing/startup.blend"), None):
        with bpy.context.temp_override(window=window):
            bpy.ops.workspace.append_activate(idname=TEMPLATE, filepath=str(file))
    yield PAUSE
    with bpy.context.temp_override(window=window):
        bpy.ops.workspace.duplicate()
    yield PAUSE
    window.workspace.name = NAME
    if scene in bpy.data.scenes:
        window.workspace.sequencer_scene = bpy.data.scenes[scene]
    while (timeline := _timeline(window)) and (other := _other_than(window, timeline)):
        with bpy.context.temp_override(window=window, area=other):
            bpy.ops.screen.area_close()
        yield PAUSE
    if timeline := _timeline(window):
        _split(window, timeline, "HORIZONTAL", TIMELINE_SHARE)
        yield PAUSE
        upper = max(window.screen.areas, key=lambda area: area.y)
        upper.spaces.active.view_type = "PREVIEW"
        upper.spaces.active.show_region_ui = upper.spaces.active.show_region_footer = False
        _split(window, upper, "VERTICAL", SCRIPT_SHARE)
        yield PAUSE
        left = min((area for area in window.screen.areas if area.y > 100), key=lambda area: area.x)
        with bpy.context.temp_override(window=window, area=left):
            left.type = "TEXT_EDITOR"
        yield PAUSE
    _show_script()
    if timeline := _timeline(window):
        timeline.spaces.active.show_region_ui = True
    yield PAUSE
    _show_film(window)
    for _ in range(PATIENCE):
        yield PAUSE
        if _show_tab(window):
            return


def _show_script() -> None:
    """Open the script of the episode, if one is open and it is no link."""
    if folder := snapshot.panel().folder:
        with suppress(LecternError):
            texts.open_in_text_editor(texts.require_own(Path(folder) / SCRIPT, Path(folder)))


def _show_film(window: bpy.types.Window) -> None:
    """Show Lectern's tab, and the whole film."""
    for area in (area for area in window.screen.areas if area.type == "SEQUENCE_EDITOR"):
        main = next(region for region in area.regions if region.type == "WINDOW")
        is_preview = area.spaces.active.view_type == "PREVIEW"
        with bpy.context.temp_override(window=window, area=area, region=main):
            (bpy.ops.sequencer.view_all_preview if is_preview else bpy.ops.sequencer.view_all)()


def _show_tab(window: bpy.types.Window) -> bool:
    """Show Lectern's tab in the timeline; return False while its sidebar was not drawn yet."""
    timeline = _timeline(window)
    try:
        if timeline:
            next(region for region in timeline.regions if region.type == "UI").active_panel_category = NAME
    except TypeError:
        return False
    return True


def _other_than(window: bpy.types.Window, area: bpy.types.Area) -> bpy.types.Area | None:
    return next((other for other in window.screen.areas if other != area), None)


def _timeline(window: bpy.types.Window) -> bpy.types.Area | None:
    areas = (area for area in window.screen.areas if area.type == "SEQUENCE_EDITOR")
    return next((area for area in areas if area.spaces.active.view_type != "PREVIEW"), None)


def _split(window: bpy.types.Window, area: bpy.types.Area, direction: str, factor: float) -> None:
    """Split an area in two, the left or lower one of which takes a share of it."""
    with bpy.context.temp_override(window=window, area=area):
        bpy.ops.screen.area_split(direction=direction, factor=factor)
