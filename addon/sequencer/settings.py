"""The scene's settings: size, frame rate, colours, channel names and markers as the timeline has them."""

from collections.abc import Callable, Collection, Mapping

import bpy

from ...pipeline.timeline.model import Timeline
from .strip_transform import blender_frame, film_frame

_MARKERS = "lectern_markers"
"""Custom property of a scene: Lectern's markers, a name and a frame a line (before: a name)."""


def set_scene(scene: bpy.types.Scene, timeline: Timeline) -> None:
    """Set size, frame rate, length, and colour management that leaves the pixels of a picture unchanged.

    Only values that differ are written, since each of these properties makes Blender update all strips.
    """
    width, height = timeline.size
    _set(scene.render, resolution_x=width, resolution_y=height, resolution_percentage=100)
    _set(scene.render, fps=timeline.fps, fps_base=1.0)
    _set(scene.render, use_sequencer=True, use_compositing=False)
    _set(scene.render, dither_intensity=0.0)  # dither adds new noise to every frame: twelve times the bytes
    _set(scene, frame_start=blender_frame(0), frame_end=blender_frame(timeline.frames - 1))
    # AgX, Blender's default, changes every colour
    _set(scene.view_settings, view_transform="Standard", look="None", exposure=0.0, gamma=1.0)
    _set(scene.sequencer_colorspace_settings, name="sRGB")


def _set(owner: bpy.types.bpy_struct, **values: object) -> None:
    for name, value in values.items():
        if getattr(owner, name) != value:
            setattr(owner, name, value)


def name_channels(scene: bpy.types.Scene, timeline: Timeline, muted: Collection[str]) -> None:
    """Name each channel after its track, and mute those of the tracks `muted`."""
    channels = scene.sequence_editor.channels
    for track in timeline.tracks:
        if channels[track.channel].name != track.name:
            channels[track.channel].name = track.name
        if channels[track.channel].mute != (track.name in muted):
            channels[track.channel].mute = track.name in muted


def set_markers(scene: bpy.types.Scene, timeline: Timeline, shift: Callable[[int], int]) -> None:
    """Replace Lectern's markers by the timeline's; the person's travel by `shift` of their film frame.

    Markers can't have custom properties in Blender, so Lectern's are recognized by name.
    """
    markers = scene.timeline_markers
    previous = {*laid_markers(scene), *str(scene.get(_MARKERS, "")).split("\n")}
    for marker in [marker for marker in markers if marker.name in previous]:
        markers.remove(marker)
    for marker in markers:
        marker.frame += shift(film_frame(marker.frame))
    made = [markers.new(mark.name, frame=blender_frame(mark.frame)) for mark in timeline.markers]
    for marker in made:
        marker.select = False  # Blender moves all that are selected
    note_markers(scene, {marker.name: marker.frame for marker in made})  # as far as Blender keeps their names


def laid_markers(scene: bpy.types.Scene) -> dict[str, int]:
    """Return where Lectern has laid its markers in the scene: Blender's frames, by name."""
    noted = str(scene.get(_MARKERS, ""))
    pairs = (line.rpartition(" ") for line in noted.split("\n"))
    return {name: int(frame) for name, _, frame in pairs if frame.lstrip("-").isdecimal()}


def note_markers(scene: bpy.types.Scene, frames: Mapping[str, int]) -> None:
    """Note in the scene where Lectern's markers are."""
    scene[_MARKERS] = "\n".join(f"{name} {frame}" for name, frame in frames.items())
