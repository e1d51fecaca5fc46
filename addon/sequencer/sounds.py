"""What the sequencer plays beyond the timeline: a person's own sounds, and volume and pan that change over time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

from .animation import Animation, curves_at
from .owned import ID, foreign_strips, made_of, owned_strips, remembered
from .strip_position import current_position
from .strip_transform import film_frame
from .values import read_curves


def sounds_by_hand(scene: bpy.types.Scene, root: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the sounds that the mixer has to know of, as `film.sound.HandSound` has them, and sentences on the others.

    `root` is the episode's folder; files in it are named from there, so that they are found in a copy of it, too.
    They are the person's own, and those of Lectern's whose volume or pan a person has changed over time.
    """
    found: list[dict[str, Any]] = []
    unheard: list[str] = []
    animation = Animation(scene)
    owned = [strip for strip in owned_strips(scene).values() if strip.type == "SOUND"]
    for strip in (*owned, *(strip for strip in foreign_strips(scene) if strip.type == "SOUND")):
        gains, pans = _over_time(strip, animation, "volume"), _over_time(strip, animation, "pan")
        if ID in strip and _ducks_as_made(strip, animation, scene):
            gains = []
        if not _is_on(strip, scene) or (ID in strip and not (gains or pans or strip.pan or len(strip.retiming_keys))):
            continue
        if why := _why_not(strip):
            which = f'"{strip.name}" ({strip[ID]}) is in the film as the script has it' if ID in strip else ""
            unheard.append(f"{which or f'your sound "{strip.name}" is not in the film'}: {why}")
            continue
        start, end = _span(strip)
        first = start - int(strip.left_handle)
        if start < end:
            found.append(_described(strip, scene, root, start, end) | {"gains": gains[first:], "pans": pans[first:]})
    return found, unheard


def _ducks_as_made(strip: bpy.types.SoundStrip, animation: Animation, scene: bpy.types.Scene) -> bool:
    """Return whether the volume changes over time as the timeline says, and nobody has touched that."""
    made, curves = made_of(strip), animation.of(strip)
    now = read_curves(strip, curves, remembered(scene).size, current_position(strip).content).get("volume")
    return now is not None and now == made.script_curves.get("volume")


def _described(strip: bpy.types.SoundStrip, scene: bpy.types.Scene, root: Path, start: int, end: int) -> dict[str, Any]:
    file = Path(bpy.path.abspath(strip.sound.filepath))
    fps = scene.render.fps / scene.render.fps_base
    return {
        "strip": strip.get(ID, ""),
        "name": strip.name,
        "source": (file.relative_to(root) if file.is_relative_to(root) else file).as_posix(),
        "start": film_frame(start),
        "end": film_frame(end),
        "source_start": (start - strip.content_start) / fps + strip.sound_offset,
        "volume": strip.volume,
        "pan": strip.pan,
    }


def _why_not(strip: bpy.types.SoundStrip) -> str:
    """Return why the mixer can't play a sound as Blender does; "" if it can."""
    if strip.sound is None:
        return "it has no file"
    if strip.sound.packed_file:
        return "it is packed into the .blend; unpack it (File > External Data)"
    if not Path(file := bpy.path.abspath(strip.sound.filepath)).is_file():
        return f"its file {file} is missing"
    if len(strip.retiming_keys):
        return "its speed was changed in Blender; change it in the file, and use that"
    return ""


def _span(strip: bpy.types.Strip) -> tuple[int, int]:
    """Return the frames in which the strip is heard: a meta strip cuts off what lies outside."""
    start, end, holder = int(strip.left_handle), int(strip.right_handle), strip.parent_meta()
    while holder:
        start, end, holder = (
            max(start, int(holder.left_handle)),
            min(end, int(holder.right_handle)),
            holder.parent_meta(),
        )
    return start, end


def _is_on(strip: bpy.types.Strip, scene: bpy.types.Scene) -> bool:
    return all(not holder.mute for holder in _holders(strip)) and not _channel_is_muted(strip, scene)


def _holders(strip: bpy.types.Strip) -> Iterator[bpy.types.Strip]:
    while strip:
        yield strip
        strip = strip.parent_meta()


def _channel_is_muted(strip: bpy.types.Strip, scene: bpy.types.Scene) -> bool:
    holder = strip.parent_meta() or scene.sequence_editor
    return holder.channels[strip.channel].mute


def _over_time(strip: bpy.types.Strip, animation: Animation, path: str) -> list[float]:
    """Return the value of an animated property at each frame of the strip; nothing if it is not animated."""
    frames = range(int(strip.left_handle), int(strip.right_handle))
    return [round(curve.evaluate(frame), 5) for curve in curves_at(animation.of(strip), path) for frame in frames]
