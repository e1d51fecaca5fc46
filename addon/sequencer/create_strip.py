"""Create strips of every kind, far away from the film; they get their values and position later."""

from pathlib import Path

import bpy

from ...pipeline.base.errors import LecternError
from ...pipeline.base.geometry import Size
from ...pipeline.timeline.model import ColourStrip, CrossStrip, MovieStrip, SoundStrip, Strip, TextStrip
from .owned import name_in_blender, owned_strips
from .strip_position import AWAY, LAST
from .strip_transform import blender_frame

TYPES = {MovieStrip: "MOVIE", SoundStrip: "SOUND", TextStrip: "TEXT", ColourStrip: "COLOR", CrossStrip: "CROSS"}
"""Blender's type of each kind of strip."""


def make_strip(strip: Strip, scene: bpy.types.Scene, root: Path) -> bpy.types.Strip:
    """Create a strip for `strip`, whose file lies below `root`. A crossfade lies where its inputs overlap.

    Raises LecternError if an input of a crossfade is not on the timeline.
    """
    vse_strip = _new_strip(strip, scene, root)
    if strip.kind != "sound":
        vse_strip.strobe = 1.0  # a new strip has 0, which means the same and can't be set again
    vse_strip.select = False  # Blender selects new strips, and would draw an outline around every one in the preview
    return vse_strip


def _new_strip(strip: Strip, scene: bpy.types.Scene, root: Path) -> bpy.types.Strip:
    strips = scene.sequence_editor.strips
    match strip:
        case MovieStrip():
            return strips.new_movie(
                name_in_blender(strip), file_path(root, strip.source), LAST, AWAY, fit_method="ORIGINAL"
            )
        case SoundStrip():
            vse_strip = strips.new_sound(name_in_blender(strip), file_path(root, strip.source), LAST, AWAY)
            vse_strip.show_waveform = True
            return vse_strip
        case CrossStrip():
            return _cross(strip, scene)
        case _:
            return strips.new_effect(
                name_in_blender(strip), TYPES[type(strip)], LAST, AWAY, length=strip.end - strip.start
            )


def file_path(root: Path, source: str) -> str:
    """Return the path of a file of the episode for Blender: relative to the .blend once that has been saved."""
    path = str(root / source)
    return bpy.path.relpath(path) if bpy.data.filepath else path


def picture_size(scene: bpy.types.Scene, path: str) -> Size:
    """Return the pixel size of a movie, by creating a strip of it for a moment."""
    strips = scene.sequence_editor.strips
    probe = strips.new_movie("probe", path, LAST, 2 * AWAY, fit_method="ORIGINAL")
    size = probe.elements[0].orig_width, probe.elements[0].orig_height
    strips.remove(probe)
    return size


def _cross(strip: CrossStrip, scene: bpy.types.Scene) -> bpy.types.Strip:
    owned = owned_strips(scene)
    first, second = owned.get(strip.first), owned.get(strip.second)
    if first is None or second is None:
        raise LecternError(
            f'the crossfade "{strip.id}" fades between "{strip.first}" and "{strip.second}", '
            "which are not both on the timeline"
        )
    start, length = blender_frame(strip.start), strip.end - strip.start
    return scene.sequence_editor.strips.new_effect(
        name_in_blender(strip), "CROSS", LAST, start, length=length, input1=first, input2=second
    )
