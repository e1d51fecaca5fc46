"""What a person changed on the strips that Lectern made: kept in edits.json, applied to every new timeline.

An edit is one property of one strip: the value that the person gave it, and the one that the script had given it. Values
are absolute. Only times count from where the script has the strip, since it hangs on a word or a mark.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from ..base.assets import font_file
from ..base.clock import frame_at, seconds_at
from ..base.errors import LecternError
from ..base.files import read_own, write_atomic
from ..base.frozen import Frozen
from ..base.geometry import FULL, Box
from ..base.lettering import needs_picture
from .editable import BY_NAME, Curve, Value
from .model import (
    CameraKeyframe,
    ColourStrip,
    CrossStrip,
    HandValue,
    Keyframe,
    MovieStrip,
    SoundStrip,
    Strip,
    TextStrip,
    Timeline,
    Track,
    WipeStrip,
    is_narrator,
    is_transition,
    scripted,
)
from .soundtrack_strips import ducked

FILE = "edits.json"
FORMAT = 2
LARGEST_FILE = 20_000_000
"""Bytes of edits.json."""
TRACK = "track:"
"""What the `strip` of an edit begins with that is one of a whole track; its name follows."""
BY_HAND = "By hand"
"""What tracks are called that a person puts strips on above Lectern's: "By hand 1" …"""
MOST_TRACKS = 60

type Text = Annotated[str, Field(max_length=1000)]


class Edit(Frozen):
    """Property `property` (see `editable.PROPERTIES`) of strip `strip` is `value`; the script had made it `script`.

    A strip of several pieces, or with copies, has an id for each: that of the strip, "#" and a mark; the property
    `copy_of` says of which.
    """

    strip: Text
    property: Text
    value: Value
    script: Value | None = None


class Edits(Frozen):
    """All edits of an episode, ordered by strip and property, one for each."""

    edits: tuple[Edit, ...] = ()

    def by_strip(self) -> dict[str, dict[str, Edit]]:
        """Return the edits by strip and property."""
        found: dict[str, dict[str, Edit]] = {}
        for edit in self.edits:
            found.setdefault(edit.strip, {})[edit.property] = edit
        return found

    def without(self, strip: str, property: str = "") -> "Edits":
        """Return the edits but those of `strip`, or of one property of it: there, the script decides again."""
        return Edits(edits=tuple(e for e in self.edits if e.strip != strip or (property and e.property != property)))


def edits_of(edits: Iterable[Edit]) -> Edits:
    """Return edits in order; of two of the same property, the later one."""
    return Edits(edits=tuple(v for _, v in sorted({(e.strip, e.property): e for e in edits}.items())))


def by_property(edits: Edits) -> dict[tuple[str, str], Edit]:
    """Return edits by strip and property."""
    return {(edit.strip, edit.property): edit for edit in edits.edits}


# The file

_LINES = TypeAdapter(tuple[dict[str, Any], ...])


def read_edits(folder: Path) -> Edits:
    """Return the edits of the episode in `folder`; none without the file.

    Raises LecternError for a damaged file, with the line.
    """
    file = folder / FILE
    content = read_own(file, inside=folder, most=LARGEST_FILE)
    if content is None:
        return Edits()
    try:
        lines = _LINES.validate_json(content)
    except ValidationError as error:
        raise LecternError(f"{file}: {_fault(error)}; {_WAY_OUT}") from error
    if not lines or lines[0] != {"format": FORMAT}:
        raise LecternError(f'{file} does not begin with {{"format": {FORMAT}}}; {_WAY_OUT}')
    edits = []
    for number, line in enumerate(lines[1:], start=2):
        try:
            edits.append(Edit.model_validate_json(json.dumps(line)))
        except ValidationError as error:
            raise LecternError(f"{file}:{number}: {_fault(error)}; {_WAY_OUT}") from error
        if edits[-1].property not in BY_NAME:
            raise LecternError(f'{file}:{number}: strips have no property "{edits[-1].property}"; {_WAY_OUT}')
    return edits_of(edits)


_WAY_OUT = "fix it, or delete the file to drop all edits"


def _fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    return f"{'.'.join(str(part) for part in fault['loc']) or 'the file'}: {fault['msg']}"


def edits_text(edits: Edits) -> str:
    """Return what edits.json says with these edits."""
    lines = [{"format": FORMAT}, *(edit.model_dump(mode="json", exclude_none=True) for edit in edits.edits)]
    return "[" + "\n,".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n]\n"


def write_edits(folder: Path, edits: Edits) -> None:
    """Write edits.json, an edit a line, so that two people's merge; where it says that already, it is left as it is."""
    text = edits_text(edits)
    file = folder / FILE
    before = read_own(file, inside=folder, most=LARGEST_FILE)
    if before == text.encode("utf-8") or (before is None and not edits.edits):
        return
    write_atomic(file, text, inside=folder)


# The timeline


def apply_edits(timeline: Timeline, edits: Edits) -> tuple[Timeline, tuple[str, ...]]:
    """Return the timeline as the person left it, and what could not be carried over, in words.

    A deleted strip is left out of the timeline; what is muted, by itself or with its track, is in `off`.
    A strip that was changed says so (`by_hand`), and what the script made of it (`script`).
    """
    by_strip = edits.by_strip()
    known = {strip.id: strip for strip in timeline.strips}
    conflicts = [
        f'strip "{id}" was edited by hand, but the script no longer makes it; its edits stay in {FILE}'
        for id, found in by_strip.items()
        if id not in known and not id.startswith(TRACK) and _original(found) not in known
    ]
    copies = [known[_original(e)].model_copy(update={"id": id}) for id, e in by_strip.items() if _original(e) in known]
    muted = {id.removeprefix(TRACK) for id, found in by_strip.items() if id.startswith(TRACK) and _is(found, "muted")}
    strips: list[Strip] = []
    off: list[Strip] = []
    for strip in (*timeline.strips, *copies):
        changes = by_strip.get(strip.id, {})
        if _is(changes, "deleted"):
            continue
        if "cut_start" in changes or "cut_end" in changes:
            if _shown(strip, changes, timeline.fps)[2] < 1:
                conflicts.append(
                    f'the piece "{strip.name}" ({strip.id}) is cut from what its take does not have any more; it is left out'
                )
                continue
        edited = _edited(strip, changes, timeline, conflicts) if changes else strip
        (off if _is(changes, "muted") or edited.track in muted else strips).append(edited)
    strips, lost = _refit_transitions(strips, strips)
    off, _ = _refit_transitions(off, (*strips, *off))
    changed = {"strips": ducked(strips, timeline.fps), "off": tuple(off), "tracks": _tracks(timeline, (*strips, *off))}
    return timeline.model_copy(update=changed), tuple(conflicts + lost)


def _original(changes: Mapping[str, Edit]) -> str:
    """Return the id of the strip that this one is a copy or a piece of; "" if it is none."""
    return str(changes["copy_of"].value) if "copy_of" in changes else ""


def _is(changes: Mapping[str, Edit], property: str) -> bool:
    return property in changes and changes[property].value is True


def _tracks(timeline: Timeline, strips: Iterable[Strip]) -> tuple[Track, ...]:
    """Return the timeline's tracks, and above them those that a person put strips on."""
    known = {track.name for track in timeline.tracks}
    above = {strip.track for strip in strips} - known
    top = max((track.channel for track in timeline.tracks), default=0)
    count = max((int(name.removeprefix(BY_HAND)) for name in above), default=0)
    return (*timeline.tracks, *(Track(name=f"{BY_HAND} {n}", channel=top + n) for n in range(1, count + 1)))


def _edited(strip: Strip, changes: Mapping[str, Edit], timeline: Timeline, conflicts: list[str]) -> Strip:
    move, (first, last, shown) = _frames(changes, "move"), _shown(strip, changes, timeline.fps)
    if shown < 1:
        conflicts.append(
            f'strip "{strip.name}" ({strip.id}) is now shorter than what was trimmed off by hand; the trim is left out'
        )
        first = last = 0
        changes = {name: edit for name, edit in changes.items() if not name.startswith("trim_")}
    after: dict[str, Any] = {"start": strip.start + move + first, "end": strip.end + move - last}
    match strip:
        case MovieStrip():
            after |= _movie_changes(strip, changes, first, conflicts)
        case SoundStrip():
            volume = _number(changes, "volume", strip.volume)
            after |= {"volume": volume, "source_start": strip.source_start + seconds_at(first, timeline.fps)}
            after |= {"linked": ()} if "linked" in changes and not _is(changes, "linked") else {}
        case TextStrip():
            after |= _text_changes(strip, changes, conflicts)
        case ColourStrip():
            after["box"] = _box_by_hand(strip.box, changes)
    after |= _keys(strip, move)
    moving = {**_moving_by_hand(strip, changes, strip.start + move), **_at_rest(strip, changes)}
    if (track := _track(changes, timeline)) is not None:
        after["track"] = track
    replaced = tuple(
        (name, value)
        for name, value in scripted(strip).items()
        if name in after and after[name] != getattr(strip, name)
    )
    replaced += tuple((name, [key.model_dump() for key in after.get(name, getattr(strip, name))]) for name in moving)
    by_hand = tuple(HandValue(property=e.property, value=e.value, script=e.script) for e in changes.values())
    return strip.model_copy(update={**after, **moving, "by_hand": by_hand, "script": replaced})


def _shown(strip: Strip, changes: Mapping[str, Edit], fps: int) -> tuple[int, int, int]:
    """Return how many frames are off a strip's beginning and off its end, and how many are left."""
    length, first, last = strip.end - strip.start, _frames(changes, "trim_start"), _frames(changes, "trim_end")
    if isinstance(strip, MovieStrip | SoundStrip):
        skipped = strip.source_start if isinstance(strip, MovieStrip) else frame_at(strip.source_start, fps)
        if "cut_start" in changes:
            first = _frames(changes, "cut_start") - skipped
        if "cut_end" in changes:
            cut, take_then = changes["cut_end"].value, changes["cut_end"].script
            last = length - (_frames(changes, "cut_end") - skipped)
            if isinstance(cut, int) and isinstance(take_then, int) and cut <= take_then:  # a shorter take has no more
                last = max(0, last)
    return first, last, length - first - last


def _frames(changes: Mapping[str, Edit], name: str) -> int:
    return int(_number(changes, name, 0))


def _number(changes: Mapping[str, Edit], name: str, default: float) -> float:
    """Return the value of an edit if it is a number that does not change over time; else `default`."""
    value = changes[name].value if name in changes else default
    return value if isinstance(value, int | float) and not isinstance(value, bool) else default


def _words(changes: Mapping[str, Edit], name: str, default: str) -> str:
    value = changes[name].value if name in changes else default
    return value if isinstance(value, str) else default


def _track(changes: Mapping[str, Edit], timeline: Timeline) -> str | None:
    """Return the track that a strip was put on by hand, if there is (or can be) such a track."""
    name = _words(changes, "channel", "")
    if any(track.name == name for track in timeline.tracks):
        return name
    number = name.removeprefix(f"{BY_HAND} ")
    return name if number != name and number.isdecimal() and 1 <= int(number) <= MOST_TRACKS else None


_PLACE = {"x", "y", "scale_x", "scale_y"}
"""Properties of where a picture is, and how large."""


def _movie_changes(strip: MovieStrip, changes: Mapping[str, Edit], first: int, conflicts: list[str]) -> dict[str, Any]:
    """Return what changes on a picture; one that was moved or scaled gets a box even where it had none."""
    if "text" in changes:
        words = changes["text"].value
        conflicts.append(f'text "{words}" was written by hand where a picture of text is now; write it in script.md')
    after: dict[str, Any] = {"source_start": strip.source_start + first}
    if changes.keys() & _PLACE:
        after["box"] = _box_by_hand(strip.box or FULL, changes)
    return after


def _text_changes(strip: TextStrip, changes: Mapping[str, Edit], conflicts: list[str]) -> dict[str, Any]:
    after: dict[str, Any] = {"box": _box_by_hand(strip.box, changes)}
    if (grown := _ratio(changes, "size")) != 1.0:
        after |= {"size": max(1, round(strip.size * grown)), "padding": strip.padding * grown}
    if "text" not in changes:
        return after
    words, before = _words(changes, "text", strip.text), changes["text"].script
    if before not in (None, strip.text):
        conflicts.append(
            f'text "{words}" was written by hand over "{before}", which the script has changed to "{strip.text}"; '
            "the hand-written one is shown"
        )
    if needs_picture(font_file(strip.font), words):
        conflicts.append(
            f"text \"{words}\" was written by hand, and Blender's text strips can't show it; write it in script.md"
        )
    return after | {"text": words}


def _at_rest(strip: Strip, changes: Mapping[str, Edit]) -> dict[str, tuple[Keyframe, ...]]:
    """Return that a narrator whom a person has put somewhere stays there."""
    by_hand = any(isinstance(changes[name].value, int | float) for name in _PLACE if name in changes)
    return {"camera": ()} if by_hand and is_narrator(strip) and strip.camera else {}


def _moving_by_hand(strip: Strip, changes: Mapping[str, Edit], start: int) -> dict[str, tuple[Keyframe, ...]]:
    """Return the keys of a place that a person has animated, from key to key; `start` is where the strip begins now."""
    if not isinstance(strip, MovieStrip):
        return {}
    curves = {f"position_{name}": changes[name].value for name in ("x", "y") if name in changes}
    begin = start - strip.source_start
    return {
        name: tuple(Keyframe(frame=begin + round(key.frame), value=key.value) for key in curve.keys)
        for name, curve in curves.items()
        if isinstance(curve, Curve)
    }


def _box_by_hand(box: Box, changes: Mapping[str, Edit]) -> Box:
    """Return where a picture of `box` lies after a person's changes of its place and its size."""
    x, y = box.centre
    x, y = _number(changes, "x", x), _number(changes, "y", y)
    x, y = x + _difference(changes, "text_x"), y + _difference(changes, "text_y")
    w = _number(changes, "width", box.w) * _ratio(changes, "scale_x") * _ratio(changes, "size")
    h = _number(changes, "height", box.h) * _ratio(changes, "scale_y") * _ratio(changes, "size")
    return Box(x=x - w / 2, y=y - h / 2, w=w, h=h)


def _ratio(changes: Mapping[str, Edit], name: str) -> float:
    """Return by what factor a person changed a size."""
    before = changes[name].script if name in changes else None
    now = _number(changes, name, 0.0)
    return now / before if isinstance(before, int | float) and before and now else 1.0


def _difference(changes: Mapping[str, Edit], name: str) -> float:
    before = changes[name].script if name in changes else None
    return _number(changes, name, before) - before if isinstance(before, int | float) else 0.0


def _keys(strip: Strip, frames: int) -> dict[str, Any]:
    """Return the keyframes of a strip that was moved by `frames`."""
    fields = ("opacity", "camera", "position_x", "position_y")
    return {name: _shifted(getattr(strip, name), frames) for name in fields if frames and hasattr(strip, name)}


def _shifted[K: (Keyframe, CameraKeyframe)](keys: tuple[K, ...], frames: int) -> tuple[K, ...]:
    return tuple(key.model_copy(update={"frame": key.frame + frames}) for key in keys)


def _refit_transitions(strips: Iterable[Strip], pictures: Iterable[Strip]) -> tuple[list[Strip], list[str]]:
    """Let transitions last as long as their two `pictures` overlap, drop those whose pictures don't, and report them."""
    by_id = {strip.id: strip for strip in pictures}
    kept: list[Strip] = []
    lost: list[str] = []
    for strip in strips:
        refitted = _refit_transition(strip, by_id) if is_transition(strip) else strip
        if refitted:
            kept.append(refitted)
        else:
            lost.append(f'the pictures of the transition "{strip.name}" ({strip.id}) no longer overlap; there is a cut')
    return kept, lost


def _refit_transition(strip: CrossStrip | WipeStrip, by_id: dict[str, Strip]) -> CrossStrip | WipeStrip | None:
    first, second = by_id.get(strip.first), by_id.get(strip.second)
    if first is None or second is None:
        return None
    start, end = max(first.start, second.start), min(first.end, second.end)
    return strip.model_copy(update={"start": start, "end": end}) if start < end else None
