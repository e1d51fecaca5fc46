"""Connect the sounds and pictures that belong together, so that Blender selects and moves them as one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import bpy

from ...pipeline.timeline.model import SoundStrip, Timeline
from .owned import ID


def link_sounds(scene: bpy.types.Scene, timeline: Timeline, owned: Mapping[str, bpy.types.Strip]) -> tuple[str, ...]:
    """Connect every sound with the strips that it is linked to; `owned` are Lectern's strips by id.

    Returns the ids of the sounds that are connected now: of two pieces, only one may be with a picture of both.

    Blender's data API can only read connections. The operator that makes them needs a sequencer on the screen, which
    exists in ``blender -b``, too.
    """
    linked = [
        [owned[id] for id in (strip.id, *strip.linked) if id in owned]
        for strip in (*timeline.strips, *timeline.off)
        if isinstance(strip, SoundStrip) and strip.linked
    ]
    linked = [group for group in linked if len(group) > 1]
    groups = [group for group in linked if not _connected(group)]
    if groups and bpy.context.window_manager.windows:
        with _sequencer_area(scene), _keep_selection(scene), _nothing_to_evaluate():
            for group in groups:
                _connect(group)
    return tuple(group[0][ID] for group in linked if _connected(group))


def _connected(group: list[bpy.types.Strip]) -> bool:
    others = {strip.name for strip in group[1:]}
    return others <= {strip.name for strip in group[0].connections}


def _connect(group: list[bpy.types.Strip]) -> None:
    """Connect strips while no others are selected."""
    for strip in group:
        strip.select = True
    bpy.ops.sequencer.connect(toggle=False)
    for strip in group:
        strip.select = False


@contextmanager
def _keep_selection(scene: bpy.types.Scene) -> Iterator[None]:
    selected = [(strip, strip.select) for strip in scene.sequence_editor.strips_all]
    for strip, select in selected:
        if select:
            strip.select = False
    try:
        yield
    finally:
        for strip, select in selected:
            strip.select = select


@contextmanager
def _nothing_to_evaluate() -> Iterator[None]:
    """Provide an empty scene as the current one.

    Around each operator, Blender evaluates the current scene anew: 70 ms among 200 strips, again for each group. The
    sequencer's operators work on the scene that the sequencer shows, whatever the current one is.
    """
    empty = bpy.data.scenes.new("Lectern connects strips")
    try:
        with bpy.context.temp_override(scene=empty, view_layer=empty.view_layers[0]):
            yield
    finally:
        bpy.data.scenes.remove(empty)


@contextmanager
def _sequencer_area(scene: bpy.types.Scene) -> Iterator[None]:
    """Provide a sequencer that shows `scene`: one on the screen, or else another area that is turned into one."""
    window = bpy.context.window_manager.windows[0]
    area = next((area for area in window.screen.areas if area.type == "SEQUENCE_EDITOR"), window.screen.areas[0])
    kind, shown = area.type, window.workspace.sequencer_scene
    area.type, window.workspace.sequencer_scene = "SEQUENCE_EDITOR", scene
    view, area.spaces.active.view_type = area.spaces.active.view_type, "SEQUENCER"
    region = next(region for region in area.regions if region.type == "WINDOW")
    try:
        with bpy.context.temp_override(window=window, area=area, region=region):
            yield
    finally:
        area.spaces.active.view_type = view
        area.type = kind
        if shown:
            window.workspace.sequencer_scene = shown
