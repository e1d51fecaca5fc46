"""The timeline becomes strips, in place: what is there is updated, what is gone is removed, a person's strips stay."""

from collections.abc import Generator
from pathlib import Path

import bpy

from ...pipeline.errors import LecternError
from ...pipeline.geometry import Size
from ...pipeline.model import Frozen
from ...pipeline.timeline.edits import Edits, StripEdit
from ...pipeline.timeline.model import CrossStrip, MovieStrip, SoundStrip, Strip, Timeline
from .channels import Channels
from .linking import link_sounds
from .make import TYPES, make_strip
from .owned import made, owned_strips, release_copies, remember, remember_all
from .place import Place, place_now, place_of, put, put_aside
from .settings import name_channels, set_markers, set_scene
from .show import clear_curves, now, show, write_curves


class Compiled(Frozen):
    """What compiling found: `blocked` says in words which strips had to leave their track for a person's strip."""

    blocked: tuple[str, ...] = ()


def compile_timeline(timeline: Timeline, scene: bpy.types.Scene, root: Path, edits: Edits = Edits()) -> Compiled:
    """Brings the scene's sequencer to `timeline` (which includes `edits`); `root` is the episode's folder.

    Raises LecternError where a file is missing, before anything is changed.
    """
    steps = compile_in_slices(timeline, scene, root, edits)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


def compile_in_slices(
    timeline: Timeline, scene: bpy.types.Scene, root: Path, edits: Edits = Edits()
) -> Generator[float, None, Compiled]:
    """`compile_timeline` a strip at a time, for a window that must stay alive: yields how much is done (0..1)."""
    _check_files(timeline, root)
    scene.sequence_editor_create()
    release_copies(scene)
    set_scene(scene, timeline)
    channels = Channels(scene, timeline)
    places = {strip.id: place_of(strip, channels.channel(strip), timeline.fps) for strip in timeline.strips}
    _clear_the_way(scene, timeline, places, edits)
    _keep_muted(scene, channels, edits)
    for done, strip in enumerate(sorted(timeline.strips, key=_crosses_last)):
        _compile_strip(strip, scene, root, timeline.size, places[strip.id], edits.of(strip.id))
        yield done / len(timeline.strips)
    link_sounds(scene, timeline)
    name_channels(scene, timeline)
    set_markers(scene, timeline)
    remember_all(scene, [strip.id for strip in timeline.strips])
    return Compiled(blocked=tuple(channels.blocked))


def _crosses_last(strip: Strip) -> bool:
    return isinstance(strip, CrossStrip)


def _check_files(timeline: Timeline, root: Path) -> None:
    for strip in timeline.strips:
        if isinstance(strip, MovieStrip | SoundStrip) and not (root / strip.source).is_file():
            raise LecternError(f'scene "{strip.scene}": {strip.source} of strip "{strip.name}" is missing; build again')


def _clear_the_way(scene: bpy.types.Scene, timeline: Timeline, places: dict[str, Place], edits: Edits) -> None:
    """Removes what the timeline no longer has and puts aside what is to move; crossfades are made anew.

    Crossfades go first: Blender removes them with either of the strips that they join, and what is left of them in Python
    points nowhere then.
    """
    wanted = {strip.id: strip for strip in timeline.strips}
    for id, strip in sorted(owned_strips(scene).items(), key=lambda owned: owned[1].type != "CROSS"):
        stays = id in wanted and strip.type == TYPES[type(wanted[id])] != "CROSS"
        if not stays and not edits.of(id).muted:
            _remove(scene, strip)
    for id, strip in owned_strips(scene).items():
        if id in places and place_now(strip) != _within_meta(strip, places[id]):
            put_aside(strip)


def _keep_muted(scene: bpy.types.Scene, channels: Channels, edits: Edits) -> None:
    """Strips muted by hand are not part of the timeline; they stay where they are, to be switched on again."""
    for id, strip in owned_strips(scene).items():
        if edits.of(id).muted:
            strip.mute = True
            remember(strip, id, made(strip), edits.of(id))
            if not strip.parent_meta() and (channel := channels.beside(strip)) != strip.channel:
                strip.channel = channel


def _remove(scene: bpy.types.Scene, strip: bpy.types.Strip) -> None:
    clear_curves(strip, scene, made(strip)["curves"])
    holder = strip.parent_meta() or scene.sequence_editor
    holder.strips.remove(strip)


def _compile_strip(
    strip: Strip, scene: bpy.types.Scene, root: Path, canvas: Size, place: Place, edit: StripEdit
) -> None:
    there = owned_strips(scene).get(strip.id)
    if there and _is_as_made(there, strip, place):
        return remember(there, strip.id, made(there), edit)
    if there:
        clear_curves(there, scene, made(there)["curves"])
        there.name = strip.name
    there = there or make_strip(strip, scene, root)
    curves = show(there, strip, scene, root, canvas)
    _settle(there, strip, place)
    write_curves(there, scene, curves)
    there.mute = False
    remember(there, strip.id, now(there) | {"of": strip.model_dump_json(), "curves": list(curves)}, edit)


def _is_as_made(there: bpy.types.Strip, strip: Strip, place: Place) -> bool:
    """Whether neither the script nor a hand has changed it since it was made."""
    as_made = made(there)
    return (
        as_made["of"] == strip.model_dump_json()
        and place_now(there) == _within_meta(there, place)
        and not there.mute
        and {key: as_made[key] for key in now(there) if not as_made["curves"]}.items() <= now(there).items()
    )


def _settle(there: bpy.types.Strip, strip: Strip, place: Place) -> None:
    if isinstance(strip, CrossStrip):
        there.channel = place.channel
    else:
        put(there, _within_meta(there, place))


def _within_meta(strip: bpy.types.Strip, place: Place) -> Place:
    """A strip that a person put into a meta strip keeps its channel there."""
    return place._replace(channel=strip.channel) if strip.parent_meta() else place
