"""Read what a person has changed on Lectern's strips, as edits by strip and property."""

from collections.abc import Collection, Iterator, Mapping

import bpy

from ...pipeline.base.geometry import Size
from ...pipeline.timeline.editable import TRANSITIONS, Value
from ...pipeline.timeline.edits import BY_HAND, TRACK, Edit, Edits, by_property, edits_of
from .animation import Animation
from .owned import ID, Collected, Compiled, Made, made_of, owned_strips, remembered, state_then
from .strip_position import StripPosition, anchor, current_position, has_content
from .values import read_curves, read_values, state_of

type Change = tuple[str, Value, Value | None]
"""The name of a property, its value now, and the script's; they are equal where a person has taken a change back."""


def collect(scene: bpy.types.Scene, before: Edits | None = None) -> Edits:
    """Return all differences between the scene and what the script alone would make.

    What a person has changed in the scene since it was compiled counts; else `before` does, which may come from elsewhere.
    Edits of strips that the scene doesn't contain are kept. Collecting twice returns the same edits.
    """
    known = remembered(scene)
    edits = by_property(before or Edits())
    owned, animation = owned_strips(scene), Animation(scene)
    cuts = _cuts(owned)
    for id, strip in owned.items():
        edits.pop((id, "deleted"), None)
        for name, value, script in () if _is_as_compiled(strip, animation) else _changes(strip, animation, known, cuts):
            edits.pop((id, name), None)
            if value != script:
                edits[id, name] = Edit(strip=id, property=name, value=value, script=script)
    for id in known.strips:
        if id not in owned:
            edits[id, "deleted"] = Edit(strip=id, property="deleted", value=True, script=False)
    for id, linked in _changed_links(owned, known, [*edits]):
        edits.pop((id, "linked"), None)
        if not linked:
            edits[id, "linked"] = Edit(strip=id, property="linked", value=False, script=True)
    for name, muted in _changed_tracks(scene, known):
        edits.pop((TRACK + name, "muted"), None)
        if muted:
            edits[TRACK + name, "muted"] = Edit(strip=TRACK + name, property="muted", value=True, script=False)
    return edits_of(edits.values())


def collect_again(scene: bpy.types.Scene, file: Edits, then: Collected) -> Collected:
    """Return what is collected now: the scene's edits, and over them what others have written to edits.json.

    `file` is what that says now, `then` what was collected before. The scene knows better than the file what was written
    from here: what a person has taken back since is in it no more.
    """
    ours, known, now = (by_property(edits) for edits in (remembered(scene).edits, then.written, file))
    others: dict[tuple[str, str], Edit | None] = {**by_property(then.others), **dict.fromkeys(then.dropped)}
    others |= {key: now.get(key) for key in known.keys() | now.keys() if known.get(key) != now.get(key)}
    written = collect(scene, edits_of(edit for edit in (ours | others).values() if edit))
    dropped = tuple(sorted(key for key, edit in others.items() if edit is None))
    return Collected(written=written, others=edits_of(edit for edit in others.values() if edit), dropped=dropped)


def _is_as_compiled(strip: bpy.types.Strip, animation: Animation) -> bool:
    then = state_then(strip)
    if then.position != str(current_position(strip)):
        return False
    return then.values == state_of(strip, animation.of(strip), anchor(strip))


def _cuts(owned: Mapping[str, bpy.types.Strip]) -> dict[str, tuple[bool, bool]]:
    """Return of each piece, by id, whether it begins where another piece of its take ends, and ends where one begins."""
    cut = {id.partition("#")[0] for id in owned if "#" in id}
    pieces: dict[str, dict[str, tuple[int, int]]] = {}
    for id, strip in owned.items():
        if (of := id.partition("#")[0]) in cut and has_content(strip):
            at = current_position(strip)
            pieces.setdefault(of, {})[id] = at.start - at.content, at.end - at.content
    return {
        id: (first in {end for _, end in takes.values()}, last in {start for start, _ in takes.values()})
        for takes in pieces.values()
        for id, (first, last) in takes.items()
    }


def _changes(
    strip: bpy.types.Strip, animation: Animation, known: Compiled, cuts: Mapping[str, tuple[bool, bool]]
) -> Iterator[Change]:
    """Yield what a person has done to a strip since it was compiled; of a new copy, all that makes it what it is."""
    made = made_of(strip)
    changes = _changes_of(strip, made, animation, known, cuts)
    if not made.is_new:
        yield from changes
        return
    yield "copy_of", made.copied, None
    held = made.by_hand
    for (
        name,
        value,
        script,
    ) in changes:  # what was set by hand on its strip stays so on it, also where the script says it by now
        value_then, script_then = held.get(name, (None, None))
        yield name, value, script_then if value == script == value_then else script


def _changes_of(
    strip: bpy.types.Strip,
    made: Made,
    animation: Animation,
    known: Compiled,
    cuts: Mapping[str, tuple[bool, bool]],
) -> Iterator[Change]:
    """Yield what differs from how a strip was `made`; of a new copy, all properties."""
    position = current_position(strip)
    if strip.type not in TRANSITIONS:
        yield from _time_changes(position, made, has_content(strip), cuts.get(strip[ID], (False, False)))
    if made.is_new or position.channel != made.position.channel:
        yield from _channel_change(strip, position, made, known)
    yield from _property_changes(strip, made, animation, known.size)


def _time_changes(now: StripPosition, made: Made, has_content: bool, cut: tuple[bool, bool]) -> Iterator[Change]:
    """Yield when a strip is seen. Where pieces meet, frames are counted in the take, so that they meet in a longer one, too."""
    if not made.is_new and now._replace(channel=0) == made.position._replace(channel=0):
        return
    script = made.scripted
    move = now.content - script.content if has_content else origin_now(now, made) - script.start
    yield "move", move, 0
    yield "trim_start", 0 if cut[0] else now.start - script.start - move, 0
    yield "trim_end", 0 if cut[1] else script.end - now.end + move, 0
    if has_content:
        first, last = script.start - script.content, script.end - script.content
        yield "cut_start", now.start - now.content if cut[0] else first, first
        yield "cut_end", now.end - now.content if cut[1] else last, last


def origin_now(now: StripPosition, made: Made) -> int:
    """Return where a text or a colour, which has no content, would begin had nobody trimmed it.

    If it is as long as it was, it was moved; else it was trimmed. A transition begins where its pictures meet.
    """
    was = made.position
    if made.is_transition:
        return now.start
    return made.origin + (now.start - was.start if now.end - now.start == was.end - was.start else 0)


def _channel_change(
    strip: bpy.types.Strip, now: StripPosition, made: Made, known: Compiled
) -> Iterator[tuple[str, str, str]]:
    """Yield the track that a strip was put on; in a meta strip, channels are others."""
    if strip.parent_meta():
        return
    names = {channel: name for name, channel in known.tracks.items() if not name.startswith(BY_HAND)}
    top = max(names, default=0)
    script = names.get(made.scripted.channel, "")
    if now.channel == made.position.channel:  # a new piece, on the track of what it is one of, or where that had to go
        yield "channel", made.track, script
    else:
        yield "channel", names.get(now.channel, f"{BY_HAND} {now.channel - top}"), script


def _property_changes(strip: bpy.types.Strip, made: Made, animation: Animation, canvas: Size) -> Iterator[Change]:
    """Yield the properties that a person has set or animated; an animated one has no other value."""
    position = current_position(strip)
    origin = position.content if has_content(strip) else origin_now(position, made)
    animated = animation.of(strip)
    values, curves = read_values(strip, animated, canvas), read_curves(strip, animated, canvas, origin)
    for name, value in values.items():
        curve, script = curves.get(name), made.script_curves.get(name) or made.script.get(name)
        same = curve == made.curves.get(name) and (curve is not None or value == made.values.get(name, value))
        if made.is_new or not same:
            yield name, curve or value, script


def _changed_links(
    owned: Mapping[str, bpy.types.Strip], known: Compiled, edits: Collection[tuple[str, str]]
) -> Iterator[tuple[str, bool]]:
    """Yield the sounds that a person has disconnected from the pictures seen with them, or has connected again."""
    for id in known.linked:
        pictures = [owned[of] for of in made_of(owned[id]).linked if of in owned] if id in owned else []
        if pictures and not len(owned[id].connections):
            yield id, False
    for id, property in edits:
        if property == "linked" and id not in known.linked and id in owned and len(owned[id].connections):
            yield id, True


def _changed_tracks(scene: bpy.types.Scene, known: Compiled) -> Iterator[tuple[str, bool]]:
    """Yield Lectern's tracks whose channel a person has muted, or is no longer muted."""
    for name, channel in known.tracks.items():
        muted = scene.sequence_editor.channels[channel].mute
        if muted != (name in known.muted):
            yield name, muted
