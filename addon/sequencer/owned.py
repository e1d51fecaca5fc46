"""Which strips are Lectern's: those that carry an id in a custom property. Names don't count."""

import json
from collections.abc import Iterator
from typing import NamedTuple

import bpy
from pydantic import ValidationError

from ...pipeline.base.files import digest
from ...pipeline.base.frozen import Frozen
from ...pipeline.base.geometry import Size
from ...pipeline.base.renderer import DamagedBlend
from ...pipeline.timeline.editable import Curve, Plain, Value
from ...pipeline.timeline.edits import Edits
from ...pipeline.timeline.follow import Followed
from ...pipeline.timeline.model import Element, HandValue, Strip
from .strip_position import StripPosition

ID = "lectern_id"
LONGEST_NAME = 58
"""Bytes."""
_NAME = "lectern_name"
_MADE = "lectern_made"
_STATE = "lectern_state"
COMPILED = "lectern_compiled"
_COLLECTED = "lectern_collected"


class Made(Frozen):
    """How a strip was compiled: what a person's changes are compared with.

    `strip` is the timeline's, as JSON. `position` is where it was put, `scripted` where the script alone would have it.
    Keyframes are counted from `origin`, which is where its content begins, trimmed or not. `values` and `curves` are
    what Blender had when all was written, `script` and `script_curves` what it had before the person's own were.
    `copied` is the id of the strip that it is a copy or a piece of, `is_new` one that a person has made since.
    `untabled` is a digest of what no table has, as Blender made it.
    """

    strip: str
    position: StripPosition
    scripted: StripPosition
    origin: int
    values: dict[str, Plain]
    curves: dict[str, Curve]
    script: dict[str, Plain]
    script_curves: dict[str, Curve]
    copied: str = ""
    is_new: bool = False
    untabled: str = ""

    @property
    def track(self) -> str:
        """The track that the strip is on, also if it had to leave its channel."""
        return str(json.loads(self.strip)["track"])

    @property
    def by_hand(self) -> dict[str, tuple[Value, Value | None]]:
        """What a person had set when the strip was compiled, and what the script had then, by property."""
        changes = (HandValue.model_validate(change) for change in json.loads(self.strip).get("by_hand", ()))
        return {change.property: (change.value, change.script) for change in changes}

    @property
    def is_transition(self) -> bool:
        """Whether it is a transition, which makes one picture of two."""
        return json.loads(self.strip)["kind"] in ("cross", "wipe")

    @property
    def linked(self) -> tuple[str, ...]:
        """The ids of the strips that are seen with a sound."""
        return tuple(map(str, json.loads(self.strip).get("linked", ())))


class State(NamedTuple):
    """What tells quickly whether a strip is as it was compiled.

    Digests of the timeline's strip, as it is and counted from its beginning, and of its values and curves
    (`values.state_of`); and its position.
    """

    strip: str = ""
    relative: str = ""
    position: str = ""
    values: str = ""


class Compiled(Frozen):
    """What was compiled into a scene: the ids of its `strips`, so that a deleted one is noticed.

    `spans` are the scenes' frames (start, end), `tracks` the channels by name, `muted` the tracks that are switched off,
    `linked` the ids of the sounds that are connected with their pictures. `edits` were laid over the script's timeline, and
    `elements` are what the script was made of.
    """

    strips: tuple[str, ...] = ()
    spans: dict[str, tuple[int, int]] = {}
    tracks: dict[str, int] = {}
    muted: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    size: Size = (1920, 1080)
    edits: Edits = Edits()
    elements: tuple[Element, ...] = ()


class Collected(Frozen):
    """What was collected since a scene was compiled, so that it can be taken back: `written` is what edits.json said then.

    `others` and `dropped` are what somebody else has written there meanwhile, and what they have taken out.
    """

    written: Edits
    others: Edits = Edits()
    dropped: tuple[tuple[str, str], ...] = ()


def owned_strips(scene: bpy.types.Scene) -> dict[str, bpy.types.Strip]:
    """Return Lectern's strips by id, the pieces and the copies that a person made of them among them.

    A new piece or copy is given an id of its own here, the same each time for the same file.
    """
    by_id: dict[str, list[bpy.types.Strip]] = {}
    for strip in _strips(scene):
        if (id := strip.get(ID)) is not None:
            by_id.setdefault(id, []).append(strip)
    same = {id: sorted(strips, key=_original_first) if len(strips) > 1 else strips for id, strips in by_id.items()}
    found = {id: strips[0] for id, strips in same.items()}
    for strip in sorted((copy for strips in same.values() for copy in strips[1:]), key=_original_first):
        made, id = made_of(strip), strip[ID]
        original = made.copied or id
        strip[ID] = _free(f"{original}#{digest(strip.name, 4)}", found)
        remember(strip, strip[ID], made.model_copy(update={"copied": original, "is_new": True}))
        found[strip[ID]] = strip
    return found


def rename_owned(scene: bpy.types.Scene, followed: Followed) -> None:
    """Give the strips of elements that are called otherwise now their new ids, so that they stay what they are."""
    for strip in owned_strips(scene).values():
        if (id := followed.id_now(strip[ID])) != strip[ID]:
            made = made_of(strip)
            copied = followed.id_now(made.copied) if made.copied else ""
            remember(strip, id, made.model_copy(update={"copied": copied}))


def foreign_strips(scene: bpy.types.Scene) -> list[bpy.types.Strip]:
    """Return the person's own strips, by name."""
    owned_strips(scene)  # takes in new pieces and copies, which are Lectern's
    return sorted((strip for strip in _strips(scene) if ID not in strip), key=lambda strip: strip.name)


def remember(strip: bpy.types.Strip, id: str, made: Made, state: State = State()) -> None:
    """Write to the strip's custom properties what it is and how it was compiled; the empty `state` is that of no strip."""
    strip[ID], strip[_NAME], strip[_MADE], strip[_STATE] = id, strip.name, made.model_dump_json(), "\n".join(state)


def state_then(strip: bpy.types.Strip) -> State:
    """Return the state of the strip when it was compiled."""
    parts = str(strip.get(_STATE, "")).split("\n")
    return State(*parts) if len(parts) == len(State._fields) else State()


def made_of(strip: bpy.types.Strip) -> Made:
    """Return how the strip was compiled."""
    return _read(Made, strip[_MADE], f'strip "{strip.name}"')


def name_in_blender(strip: Strip) -> str:
    """Return a strip's name for Blender, where names have at most 63 bytes, the ".001" of a duplicate included.

    Keyframes find their strip by its name, so a name that is cut ends with a digest of the strip's id: it stays unique.
    """
    if len(strip.name.encode()) <= LONGEST_NAME:
        return strip.name
    mark = f"…{digest(strip.id, 8)}"
    return strip.name.encode()[: LONGEST_NAME - len(mark.encode())].decode(errors="ignore") + mark


def remember_scene(scene: bpy.types.Scene, compiled: Compiled) -> None:
    """Write to the scene's custom properties what was compiled into it."""
    scene[COMPILED] = compiled.model_dump_json()
    if _COLLECTED in scene:
        del scene[_COLLECTED]


def remember_collected(scene: bpy.types.Scene, collected: Collected) -> None:
    """Write to the scene's custom properties what was collected from it."""
    scene[_COLLECTED] = collected.model_dump_json()


def collected_then(scene: bpy.types.Scene) -> Collected:
    """Return what was collected from the scene last; if nothing was since it was compiled, what was compiled into it."""
    if _COLLECTED in scene:
        return _read(Collected, scene[_COLLECTED], f'scene "{scene.name}"')
    return Collected(written=remembered(scene).edits)


def remembered(scene: bpy.types.Scene) -> Compiled:
    """Return what was compiled into the scene last."""
    return _read(Compiled, scene.get(COMPILED, "{}"), f'scene "{scene.name}"')


def _read[M: Frozen](model: type[M], text: str, of: str) -> M:
    """Return what a custom property holds; the file may be a stranger's."""
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        way_out = "build with `lectern build`, which keeps this .blend and makes a new one, and open that"
        raise DamagedBlend(
            f"what Lectern wrote to {of} is damaged, or of an earlier version of Lectern; {way_out}"
        ) from error


def has_timeline(scene: bpy.types.Scene) -> bool:
    """Return whether a timeline was compiled into the scene."""
    return COMPILED in scene


def _original_first(strip: bpy.types.Strip) -> tuple[bool, int, str]:
    """Of strips with the same id, the one that still has its name is the original: Blender names copies "Title.001"."""
    return strip.get(_NAME) != strip.name, strip.left_handle, strip.name


def _free(id: str, taken: dict[str, bpy.types.Strip]) -> str:
    number, free = 2, id
    while free in taken:
        number, free = number + 1, f"{id}-{number}"
    return free


def _strips(scene: bpy.types.Scene) -> Iterator[bpy.types.Strip]:
    if scene.sequence_editor:
        yield from scene.sequence_editor.strips_all
