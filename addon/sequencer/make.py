"""New strips of every kind: put aside, not yet where or what they should be."""

from pathlib import Path

import bpy

from ...pipeline.errors import LecternError
from ...pipeline.geometry import Size
from ...pipeline.timeline.model import ColourStrip, CrossStrip, MovieStrip, SoundStrip, Strip, TextStrip
from .channels import LAST
from .owned import owned_strips
from .place import AWAY
from .placement import blender_frame

TYPES = {MovieStrip: "MOVIE", SoundStrip: "SOUND", TextStrip: "TEXT", ColourStrip: "COLOR", CrossStrip: "CROSS"}
"""Blender's type of each kind of strip."""


def make_strip(strip: Strip, scene: bpy.types.Scene, root: Path) -> bpy.types.Strip:
    """A new strip for `strip`, its files found under `root`, not selected. A cross lies where its inputs overlap."""
    made = _made(strip, scene, root)
    made.select = False  # Blender selects what is new: every box of the film would be outlined
    return made


def _made(strip: Strip, scene: bpy.types.Scene, root: Path) -> bpy.types.Strip:
    strips = scene.sequence_editor.strips
    match strip:
        case MovieStrip():
            return strips.new_movie(strip.name, file_path(root, strip.source), LAST, AWAY, fit_method="ORIGINAL")
        case SoundStrip():
            made = strips.new_sound(strip.name, file_path(root, strip.source), LAST, AWAY)
            made.show_waveform = True
            return made
        case CrossStrip():
            return _cross(strip, scene)
        case _:
            return strips.new_effect(strip.name, TYPES[type(strip)], LAST, AWAY, length=strip.end - strip.start)


def file_path(root: Path, source: str) -> str:
    """How Blender is told a file of the episode: relative to the .blend where that has been saved."""
    path = str(root / source)
    return bpy.path.relpath(path) if bpy.data.filepath else path


def picture_size(scene: bpy.types.Scene, path: str) -> Size:
    """The pixel size of a movie, as a new strip of it tells."""
    strips = scene.sequence_editor.strips
    probe = strips.new_movie("probe", path, LAST, 2 * AWAY, fit_method="ORIGINAL")
    size = probe.elements[0].orig_width, probe.elements[0].orig_height
    strips.remove(probe)
    return size


def _cross(strip: CrossStrip, scene: bpy.types.Scene) -> bpy.types.Strip:
    owned = owned_strips(scene)
    first, second = owned.get(strip.first), owned.get(strip.second)
    if first is None or second is None:
        raise LecternError(f'the crossfade "{strip.id}" fades between "{strip.first}" and "{strip.second}", '
                           "which are not both on the timeline")
    start, length = blender_frame(strip.start), strip.end - strip.start
    return scene.sequence_editor.strips.new_effect(
        strip.name, "CROSS", LAST, start, length=length, input1=first, input2=second
    )
