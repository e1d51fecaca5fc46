"""The scene's settings that make the film's colours, size and speed what the timeline says."""

import bpy

from ...pipeline.timeline.model import Timeline
from .placement import blender_frame


def set_scene(scene: bpy.types.Scene, timeline: Timeline) -> None:
    """Size, rate, length and a colour path in which a picture's pixels come out as they went in."""
    render = scene.render
    render.resolution_x, render.resolution_y = timeline.size
    render.resolution_percentage = 100
    render.fps, render.fps_base = timeline.fps, 1.0
    scene.frame_start, scene.frame_end = blender_frame(0), blender_frame(timeline.frames - 1)
    render.use_sequencer, render.use_compositing = True, False
    render.dither_intensity = 0.0  # dither makes every frame new noise: twelve times the bytes
    scene.view_settings.view_transform, scene.view_settings.look = "Standard", "None"  # AgX changes every colour
    scene.view_settings.exposure, scene.view_settings.gamma = 0.0, 1.0
    scene.sequencer_colorspace_settings.name = "sRGB"


def name_channels(scene: bpy.types.Scene, timeline: Timeline) -> None:
    """The channels bear the names of the tracks."""
    channels = scene.sequence_editor.channels
    for track in timeline.tracks:
        if channels[track.channel].name != track.name:
            channels[track.channel].name = track.name


def set_markers(scene: bpy.types.Scene, timeline: Timeline) -> None:
    """Lectern's markers as the timeline has them; the person's stay. Blender's markers carry no ids: known by name."""
    markers = scene.timeline_markers
    before = set(scene.get("lectern_markers", "").split("\n"))
    for marker in [marker for marker in markers if marker.name in before]:
        markers.remove(marker)
    for mark in timeline.markers:
        markers.new(mark.name, frame=blender_frame(mark.frame))
    scene["lectern_markers"] = "\n".join(mark.name for mark in timeline.markers)
