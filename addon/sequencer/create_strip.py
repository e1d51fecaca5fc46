"""Create strips of every kind, on the topmost channel; they get their values and position later."""

from collections.abc import Mapping
from pathlib import Path

import bpy

from ...pipeline.base.errors import LecternError
from ...pipeline.base.geometry import Size
from ...pipeline.timeline.model import BLENDERS_TYPES, CrossStrip, MovieStrip, SoundStrip, Strip, WipeStrip
from .owned import name_in_blender
from .strip_position import AWAY, LAST, StripPosition
from .strip_transform import blender_frame


def make_strip(
    strip: Strip, position: StripPosition, scene: bpy.types.Scene, root: Path, owned: Mapping[str, bpy.types.Strip]
) -> bpy.types.Strip:
    """Create a strip for `strip`, whose file lies below `root`, on the topmost channel; it still has to be put in position.

    A transition lies where its inputs, which are among `owned`, overlap. Raises LecternError if one is not on the timeline.
    """
    vse_strip = _new_strip(strip, position, scene, root, owned)
    if strip.kind != "sound":
        vse_strip.strobe = 1.0  # a new strip has 0, which means the same and can't be set again
    vse_strip.select = False  # Blender selects new strips, and would draw an outline around every one in the preview
    return vse_strip


def _new_strip(
    strip: Strip, position: StripPosition, scene: bpy.types.Scene, root: Path, owned: Mapping[str, bpy.types.Strip]
) -> bpy.types.Strip:
    strips, name, start = scene.sequence_editor.strips, name_in_blender(strip), position.content
    match strip:
        case MovieStrip():
            return strips.new_movie(name, file_path(root, strip.source), LAST, start, fit_method="ORIGINAL")
        case SoundStrip():
            vse_strip = strips.new_sound(name, file_path(root, strip.source), LAST, start)
            vse_strip.show_waveform = True
            return vse_strip
        case CrossStrip() | WipeStrip():
            return _transition(strip, scene, owned)
        case _:
            return strips.new_effect(name, BLENDERS_TYPES[strip.kind], LAST, start, length=strip.end - strip.start)


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


def _transition(
    strip: CrossStrip | WipeStrip, scene: bpy.types.Scene, owned: Mapping[str, bpy.types.Strip]
) -> bpy.types.Strip:
    first, second = owned.get(strip.first), owned.get(strip.second)
    if first is None or second is None:
        raise LecternError(
            f'the transition "{strip.id}" is between "{strip.first}" and "{strip.second}", '
            "which are not both on the timeline"
        )
    start, length = blender_frame(strip.start), strip.end - strip.start
    return scene.sequence_editor.strips.new_effect(
        name_in_blender(strip), BLENDERS_TYPES[strip.kind], LAST, start, length=length, input1=first, input2=second
    )
