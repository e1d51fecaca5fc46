"""Turn the timeline into strips, in place: update Lectern's strips, remove those that are gone, keep the person's."""

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from pathlib import Path

import bpy

from ...pipeline.base.errors import LecternError
from ...pipeline.base.frozen import Frozen
from ...pipeline.base.renderer import ReportProgress
from ...pipeline.timeline.editable import TRANSITIONS
from ...pipeline.timeline.edits import TRACK, Edits
from ...pipeline.timeline.follow import follow
from ...pipeline.timeline.model import BLENDERS_TYPES, MovieStrip, SoundStrip, Strip, Timeline, is_transition
from .animation import Animation
from .channels import Channels
from .compile_strip import StripCompiler, within_meta
from .linking import link_sounds
from .own_strips import OwnStrips
from .owned import Compiled, owned_strips, remember_scene, remembered, rename_owned
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
    followed = follow(remembered(scene).elements, timeline.elements)
    rename_owned(scene, followed)
    own = OwnStrips(scene, timeline, followed.scenes)
    muted = {
        edit.strip.removeprefix(TRACK) for edit in edits.edits if edit.strip.startswith(TRACK) and edit.value is True
    }
    channels, laid = Channels(timeline, own.places()), (*timeline.strips, *timeline.off)
    positions = _positions(timeline, channels, muted)
    own.move_away()
    anew = [id for id, strip in owned_strips(scene).items() if strip.type in TRANSITIONS and len(strip.modifiers)]
    animation = Animation(scene)
    owned = _clear_the_way(scene, laid, positions, animation)
    compiler = StripCompiler(scene, root, timeline, animation, owned, channels.hidden)
    for done, strip in enumerate(sorted(laid, key=_transitions_last)):
        compiler.compile(strip, positions[strip.id])
        yield (done + 1) / len(laid)
    own.move_back()
    linked = link_sounds(scene, timeline, owned)
    name_channels(scene, timeline, muted)
    set_markers(scene, timeline, own.shift)
    remember_scene(scene, _compiled(timeline, muted, linked, edits))
    return CompileResult(
        displaced=tuple(channels.displaced), conflicts=(*own.orphans, *compiler.conflicts, *_bare(owned, anew))
    )


def _positions(timeline: Timeline, channels: Channels, muted: Collection[str]) -> dict[str, StripPosition]:
    """Return where each strip shall lie, by id; `muted` are the tracks that are switched off."""
    places = [(strip, channels.channel(strip)) for strip in timeline.strips]
    places += [(strip, channels.channel_of_muted(strip, muted)) for strip in timeline.off]
    return {strip.id: position_of(strip, channel, timeline.fps) for strip, channel in places}


def _compiled(timeline: Timeline, muted: Collection[str], linked: tuple[str, ...], edits: Edits) -> Compiled:
    """Return what the scene is to remember: the tracks `muted`, and the sounds `linked` with their pictures."""
    return Compiled(
        strips=tuple(strip.id for strip in (*timeline.strips, *timeline.off)),
        spans={span.id: (span.start, span.end) for span in timeline.scenes},
        tracks={track.name: track.channel for track in timeline.tracks},
        muted=tuple(sorted(muted)),
        linked=linked,
        size=timeline.size,
        edits=edits,
        elements=timeline.elements,
    )


def _bare(owned: Mapping[str, bpy.types.Strip], ids: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each of the transitions `ids`, which had modifiers, that has none: it was made anew."""
    for id in ids:
        if id in owned and not len(owned[id].modifiers):
            yield f'the modifiers of the transition "{owned[id].name}" ({id}) are gone: its pictures have moved, and it was made anew'


def _transitions_last(strip: Strip) -> bool:
    return is_transition(strip)


def _check_files(timeline: Timeline, root: Path) -> None:
    """Raise LecternError for a strip whose file is missing, or is not the episode's: its timeline may be a stranger's."""
    inside, seen = root.resolve(), set[str]()
    for strip in (*timeline.strips, *timeline.off):
        if not isinstance(strip, MovieStrip | SoundStrip) or strip.source in seen:
            continue
        seen.add(strip.source)
        if not (root / strip.source).resolve().is_relative_to(inside):
            raise LecternError(f'strip "{strip.name}" leads out of the episode, to {strip.source}. Build again.')
        if not (root / strip.source).is_file():
            raise LecternError(
                f'scene "{strip.scene}": {strip.source}, the file of strip "{strip.name}", is missing. Build again.'
            )


def _clear_the_way(
    scene: bpy.types.Scene, laid: Iterable[Strip], positions: dict[str, StripPosition], animation: Animation
) -> dict[str, bpy.types.Strip]:
    """Remove the strips that are not `laid` any more, move those away that get another position; return the rest.

    Transitions are removed and created again unless their inputs lie where they shall. They go first: Blender removes a
    transition together with either of its inputs, and the Python object that is left then points at freed memory.
    """
    by_id = {strip.id: strip for strip in laid}
    found = owned_strips(scene)
    still = {
        id
        for id, strip in found.items()
        if id in by_id
        and BLENDERS_TYPES[by_id[id].kind] == strip.type
        and current_position(strip) == within_meta(strip, positions[id])
    }
    transitions = {id: by_id[id] for id, strip in found.items() if strip.type in TRANSITIONS and id in still}
    stay = {
        id
        for id, one in transitions.items()
        if is_transition(one)
        and {one.first, one.second} <= still
        and (found[id].input_1, found[id].input_2) == (found[one.first], found[one.second])
    }
    left: dict[str, bpy.types.Strip] = {}
    for id, strip in sorted(found.items(), key=lambda owned: owned[1].type not in TRANSITIONS):
        if (
            id in by_id
            and strip.type == BLENDERS_TYPES[by_id[id].kind]
            and (strip.type not in TRANSITIONS or id in stay)
        ):
            left[id] = strip
        else:
            _remove(scene, strip, animation)
    for id, strip in left.items():
        if id not in still:
            move_out_of_the_way(strip)
    return left


def _remove(scene: bpy.types.Scene, strip: bpy.types.Strip, animation: Animation) -> None:
    for path in list(animation.of(strip)):
        animation.remove(strip, path)
    holder = strip.parent_meta() or scene.sequence_editor
    holder.strips.remove(strip)
