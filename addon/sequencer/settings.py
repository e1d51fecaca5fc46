"""The scene's settings that make the film's colours, size and speed what the timeline says."""

import bpy

from ...pipeline.timeline.model import Timeline
from .placement import blender_frame


def set_scene(scene: bpy.types.Scene, timeline: Timeline) -> None:
    """Size, rate, length and a colour path in which a picture's pixels come out as they went in.

    Only what differs is written: each of these makes Blender look at all strips anew.
    """
    width, height = timeline.size
    _set(scene.render, resolution_x=width, resolution_y=height, resolution_percentage=100)
    _set(scene.render, fps=timeline.fps, fps_base=1.0)
    _set(scene.render, use_sequencer=True, use_compositing=False)
    _set(scene.render, dither_intensity=0.0)  # dither makes every frame new noise: twelve times the bytes
    _set(scene, frame_start=blender_frame(0), frame_end=blender_frame(timeline.frames - 1))
    # AgX, Blender's default, changes every colour
    _set(scene.view_settings, view_transform="Standard", look="None", exposure=0.0, gamma=1.0)
    _set(scene.sequencer_colorspace_settings, name="sRGB")


def _set(owner: bpy.types.bpy_struct, **values: object) -> None:
    for name, value in values.items():
        if getattr(owner, name) != value:
            setattr(owner, name, value)


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
