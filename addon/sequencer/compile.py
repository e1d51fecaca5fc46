"""Turn the timeline into strips, in place: update Lectern's strips, remove those that are gone, keep the person's."""

from collections.abc import Generator
from pathlib import Path

import bpy

from ...pipeline.base.errors import LecternError
from ...pipeline.base.frozen import Frozen
from ...pipeline.base.renderer import ReportProgress
from ...pipeline.timeline.editable import BY_NAME
from ...pipeline.timeline.edits import TRACK, Edits
from ...pipeline.timeline.model import CrossStrip, MovieStrip, SoundStrip, Strip, Timeline
from .animation import remove_curve
from .channels import Channels
from .compile_strip import StripCompiler, within_meta
from .create_strip import TYPES
from .linking import link_sounds
from .own_strips import OwnStrips
from .owned import Compiled, made_of, owned_strips, remember, remember_scene
from .settings import name_channels, set_markers, set_scene
from .strip_position import StripPosition, current_position, move_out_of_the_way, position_of


class CompileResult(Frozen):
    """What compiling found.

    `displaced`: a sentence for each strip that had to leave its track for a person's strip. `conflicts`: a sentence for each
    edit that the script has overtaken, or that Blender did not take.
    """

    displaced: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


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
    set_scene(scene, timeline)
    own = OwnStrips(scene, timeline)
    off = _SwitchedOff(edits)
    channels = Channels(timeline, own.places())
    positions = {strip.id: position_of(strip, channels.channel(strip), timeline.fps) for strip in timeline.strips}
    own.move_away()
    owned = _clear_the_way(scene, timeline, positions, off)
    _keep_switched_off(owned, timeline, channels, off)
    compiler = StripCompiler(scene, root, timeline)
    for done, strip in enumerate(sorted(timeline.strips, key=_crosses_last)):
        owned[strip.id] = compiler.compile(strip, owned.get(strip.id), positions[strip.id])
        yield (done + 1) / len(timeline.strips)
    own.move_back()
    link_sounds(scene, timeline, owned)
    name_channels(scene, timeline, off.tracks)
    set_markers(scene, timeline, own.shift)
    remember_scene(
        scene,
        Compiled(
            strips=tuple(strip.id for strip in timeline.strips),
            spans={span.id: (span.start, span.end) for span in timeline.scenes},
            tracks={track.name: track.channel for track in timeline.tracks},
            muted=tuple(sorted(off.tracks)),
            size=timeline.size,
            edits=edits,
        ),
    )
    return CompileResult(displaced=tuple(channels.displaced), conflicts=(*own.orphans, *compiler.conflicts))


class _SwitchedOff:
    """What a person has switched off: strips and whole tracks. They stay in Blender, but are no part of the film."""

    def __init__(self, edits: Edits) -> None:
        on = {(edit.strip, edit.property): edit.value is True for edit in edits.edits}
        self.strips = {strip for (strip, name), value in on.items() if name == "muted" and value}
        self.tracks = {strip.removeprefix(TRACK) for strip in self.strips if strip.startswith(TRACK)}

    def holds(self, id: str, strip: bpy.types.Strip, timeline: Timeline) -> bool:
        """Return whether the strip, which the timeline does not have, is switched off."""
        channels = {track.channel for track in timeline.tracks if track.name in self.tracks}
        return id in self.strips or (bool(channels) and made_of(strip).scripted.channel in channels)


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
    scene: bpy.types.Scene, timeline: Timeline, positions: dict[str, StripPosition], off: _SwitchedOff
) -> dict[str, bpy.types.Strip]:
    """Remove the strips that the timeline no longer has, move those away that get another position; return the rest.

    Crossfades are always removed and created again. They go first: Blender removes a crossfade together with either of
    its inputs, and the Python object that is left then points at freed memory.
    """
    timeline_strips = {strip.id: strip for strip in timeline.strips}
    for id, strip in sorted(owned_strips(scene).items(), key=lambda owned: owned[1].type != "CROSS"):
        stays = id in timeline_strips and strip.type == TYPES[type(timeline_strips[id])] != "CROSS"
        if not stays and (id in timeline_strips or not off.holds(id, strip, timeline)):
            _remove(scene, strip)
    left = owned_strips(scene)
    for id, strip in left.items():
        if id in positions and current_position(strip) != within_meta(strip, positions[id]):
            move_out_of_the_way(strip)
    return left


def _keep_switched_off(
    owned: dict[str, bpy.types.Strip], timeline: Timeline, channels: Channels, off: _SwitchedOff
) -> None:
    """Keep strips that a person has switched off. They are not in the timeline, but the person may want them back."""
    ids = {strip.id for strip in timeline.strips}
    for id, strip in owned.items():
        if id in ids:
            continue
        strip.mute = strip.mute or id in off.strips
        if not strip.parent_meta() and (channel := channels.channel_of_muted(strip)) != strip.channel:
            strip.channel = channel
        made = made_of(strip)
        values = made.values | {"muted": strip.mute}
        remember(
            strip, id, made.model_copy(update={"values": values, "position": current_position(strip), "is_new": False})
        )


def _remove(scene: bpy.types.Scene, strip: bpy.types.Strip) -> None:
    for name in made_of(strip).curves:
        remove_curve(scene, strip, BY_NAME[name].path)
    holder = strip.parent_meta() or scene.sequence_editor
    holder.strips.remove(strip)
