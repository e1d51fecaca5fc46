"""Turn the timeline into strips, in place: update Lectern's strips, remove those that are gone, keep the person's."""

from collections.abc import Generator
from pathlib import Path

import bpy

from ...pipeline.base.errors import LecternError
from ...pipeline.base.frozen import Frozen
from ...pipeline.base.geometry import Size
from ...pipeline.base.renderer import ReportProgress
from ...pipeline.timeline.edits import Edits, StripEdit
from ...pipeline.timeline.model import CrossStrip, MovieStrip, SoundStrip, Strip, Timeline
from .apply_strip import apply_strip, clear_curves, current_values, write_curves
from .channels import Channels
from .create_strip import TYPES, make_strip
from .linking import link_sounds
from .owned import compiled_values, name_in_blender, owned_strips, release_copies, remember, remember_all
from .settings import name_channels, set_markers, set_scene
from .strip_position import StripPosition, current_position, move_out_of_the_way, move_to, position_of


class CompileResult(Frozen):
    """What compiling found. `displaced`: a sentence for each strip that had to leave its track for a person's strip."""

    displaced: tuple[str, ...] = ()


def compile_timeline(
    timeline: Timeline,
    scene: bpy.types.Scene,
    root: Path,
    edits: Edits | None = None,
    report: ReportProgress = lambda done: None,
) -> CompileResult:
    """Make the scene's sequencer match `timeline`, which already includes `edits`.

    `root` is the episode's folder; `report` is called after each strip. Raises LecternError if a file is missing, before
    anything is changed.
    """
    steps = compile_in_slices(timeline, scene, root, edits)
    while True:
        try:
            report(next(steps))
        except StopIteration as finished:
            return finished.value


def compile_in_slices(
    timeline: Timeline, scene: bpy.types.Scene, root: Path, edits: Edits | None = None
) -> Generator[float, None, CompileResult]:
    """Do what `compile_timeline` does strip by strip, so that a window stays responsive. Yields the progress (0..1)."""
    edits = edits or Edits()
    _check_files(timeline, root)
    scene.sequence_editor_create()
    release_copies(scene)
    set_scene(scene, timeline)
    channels = Channels(scene, timeline)
    positions = {strip.id: position_of(strip, channels.channel(strip), timeline.fps) for strip in timeline.strips}
    _clear_the_way(scene, timeline, positions, edits)
    _keep_muted(scene, channels, edits)
    for done, strip in enumerate(sorted(timeline.strips, key=_crosses_last)):
        _compile_strip(strip, scene, root, timeline.size, positions[strip.id], edits.of(strip.id))
        yield done / len(timeline.strips)
    link_sounds(scene, timeline)
    name_channels(scene, timeline)
    set_markers(scene, timeline)
    remember_all(scene, [strip.id for strip in timeline.strips])
    return CompileResult(displaced=tuple(channels.displaced))


def _crosses_last(strip: Strip) -> bool:
    return isinstance(strip, CrossStrip)


def _check_files(timeline: Timeline, root: Path) -> None:
    """Raise LecternError for a strip whose file is missing, or is not the episode's: its timeline may be a stranger's."""
    for strip in timeline.strips:
        if not isinstance(strip, MovieStrip | SoundStrip):
            continue
        if not (root / strip.source).resolve().is_relative_to(root.resolve()):
            raise LecternError(f'strip "{strip.name}" leads out of the episode, to {strip.source}. Build again.')
        if not (root / strip.source).is_file():
            raise LecternError(
                f'scene "{strip.scene}": {strip.source}, the file of strip "{strip.name}", is missing. Build again.'
            )


def _clear_the_way(
    scene: bpy.types.Scene, timeline: Timeline, positions: dict[str, StripPosition], edits: Edits
) -> None:
    """Remove the strips that the timeline no longer has, and move those out of the way that get another position.

    Crossfades are always removed and created again. They go first: Blender removes a crossfade together with either of
    its inputs, and the Python object that is left then points at freed memory.
    """
    timeline_strips = {strip.id: strip for strip in timeline.strips}
    for id, strip in sorted(owned_strips(scene).items(), key=lambda owned: owned[1].type != "CROSS"):
        stays = id in timeline_strips and strip.type == TYPES[type(timeline_strips[id])] != "CROSS"
        if not stays and not edits.of(id).muted:
            _remove(scene, strip)
    for id, strip in owned_strips(scene).items():
        if id in positions and current_position(strip) != _within_meta(strip, positions[id]):
            move_out_of_the_way(strip)


def _keep_muted(scene: bpy.types.Scene, channels: Channels, edits: Edits) -> None:
    """Keep strips that a person has muted. They are not in the timeline, but the person may want to unmute them."""
    for id, strip in owned_strips(scene).items():
        if edits.of(id).muted:
            strip.mute = True
            remember(strip, id, compiled_values(strip), edits.of(id))
            if not strip.parent_meta() and (channel := channels.channel_of_muted(strip)) != strip.channel:
                strip.channel = channel


def _remove(scene: bpy.types.Scene, strip: bpy.types.Strip) -> None:
    clear_curves(strip, scene, compiled_values(strip)["curves"])
    holder = strip.parent_meta() or scene.sequence_editor
    holder.strips.remove(strip)


def _compile_strip(
    strip: Strip, scene: bpy.types.Scene, root: Path, canvas: Size, position: StripPosition, edit: StripEdit
) -> None:
    vse_strip = owned_strips(scene).get(strip.id)
    if vse_strip and _is_unchanged(vse_strip, strip, position):
        remember(vse_strip, strip.id, compiled_values(vse_strip), edit)
        return
    if vse_strip:
        clear_curves(vse_strip, scene, compiled_values(vse_strip)["curves"])
        vse_strip.name = name_in_blender(strip)
    else:
        vse_strip = make_strip(strip, scene, root)
    curves = apply_strip(vse_strip, strip, scene, root, canvas)
    _move_into_position(vse_strip, strip, position)
    write_curves(vse_strip, scene, curves)
    vse_strip.mute = False
    remember(
        vse_strip, strip.id, current_values(vse_strip) | {"of": strip.model_dump_json(), "curves": list(curves)}, edit
    )


def _is_unchanged(vse_strip: bpy.types.Strip, strip: Strip, position: StripPosition) -> bool:
    """Return whether neither the script nor a person has changed the strip since it was compiled."""
    values = compiled_values(vse_strip)
    return (
        values["of"] == strip.model_dump_json()
        and current_position(vse_strip) == _within_meta(vse_strip, position)
        and not vse_strip.mute
        and {key: values[key] for key in current_values(vse_strip) if not values["curves"]}.items()
        <= current_values(vse_strip).items()
    )


def _move_into_position(vse_strip: bpy.types.Strip, strip: Strip, position: StripPosition) -> None:
    if isinstance(strip, CrossStrip):
        vse_strip.channel = position.channel
    else:
        move_to(vse_strip, _within_meta(vse_strip, position))


def _within_meta(strip: bpy.types.Strip, position: StripPosition) -> StripPosition:
    """Return `position`, but on the strip's own channel if a person has put it into a meta strip."""
    return position._replace(channel=strip.channel) if strip.parent_meta() else position
