"""What a person changed on the strips that Lectern made: kept in edits.json, applied to every new timeline."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from ..base.assets import font_file
from ..base.clock import seconds_at
from ..base.errors import LecternError
from ..base.files import read_own, write_atomic
from ..base.frozen import Frozen
from ..base.geometry import FULL, Box
from ..base.lettering import needs_picture
from .model import CameraKeyframe, CrossStrip, Keyframe, MovieStrip, SoundStrip, Strip, TextStrip, Timeline

FILE = "edits.json"

LARGEST_FILE = 20_000_000
"""Bytes of edits.json."""

type Frames = Annotated[int, Field(ge=-10_000_000, le=10_000_000)]
type Amount = Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)]
type Text = Annotated[str, Field(max_length=100_000)]


class StripEdit(Frozen):
    """How strip `id` differs from what the script alone would make.

    It starts `start_delta` frames later; `trim_start` and `trim_end` frames are taken off its ends (negative: added);
    `dx` and `dy` are fractions of the frame to the right and down; `scale` and `volume` are factors; `text` replaces
    its words, which were `text_before`. The file may come from a stranger, so the numbers have limits.
    """

    id: Text
    start_delta: Frames = 0
    trim_start: Frames = 0
    trim_end: Frames = 0
    muted: bool = False
    dx: Amount = 0.0
    dy: Amount = 0.0
    scale: Amount = 1.0
    text: Text | None = None
    text_before: Text | None = None
    volume: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 1.0

    @property
    def changes_nothing(self) -> bool:
        """Whether the strip is as the script makes it."""
        return self == StripEdit(id=self.id)


class Edits(Frozen):
    """All edits of an episode, ordered by id."""

    strips: tuple[StripEdit, ...] = ()

    def of(self, id: str) -> StripEdit:
        """Return the edit of strip `id`, one that changes nothing where there is none."""
        return next((edit for edit in self.strips if edit.id == id), StripEdit(id=id))


def edits_of(strips: Iterable[StripEdit]) -> Edits:
    """Return edits in the order of their ids, without those that change nothing."""
    return Edits(strips=tuple(sorted((edit for edit in strips if not edit.changes_nothing), key=lambda edit: edit.id)))


def read_edits(folder: Path) -> Edits:
    """Return the edits of the episode in `folder`; none without the file.

    Raises LecternError for a damaged file.
    """
    file = folder / FILE
    content = read_own(file, inside=folder, most=LARGEST_FILE)
    if content is None:
        return Edits()
    try:
        return Edits.model_validate_json(content)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"]) or "the file"
        raise LecternError(f"{file}: {where}: {fault['msg']}; fix it, or delete it to drop all edits") from error


def write_edits(folder: Path, edits: Edits) -> None:
    """Write what the edits change to edits.json; where it says that already, the file is left as it is."""
    file, text = folder / FILE, edits.model_dump_json(indent=2, exclude_defaults=True) + "\n"
    before = read_own(file, inside=folder, most=LARGEST_FILE)
    if before == text.encode("utf-8") or (before is None and not edits.strips):
        return
    write_atomic(file, text, inside=folder)


def merge_edits(first: StripEdit, then: StripEdit) -> StripEdit:
    """Return one edit that does what the two do one after the other."""
    return StripEdit(
        id=first.id,
        start_delta=first.start_delta + then.start_delta,
        trim_start=first.trim_start + then.trim_start,
        trim_end=first.trim_end + then.trim_end,
        muted=then.muted,
        dx=round(first.dx + then.dx, 6),
        dy=round(first.dy + then.dy, 6),
        scale=round(first.scale * then.scale, 6),
        text=first.text if then.text is None else then.text,
        text_before=first.text_before if first.text is not None else then.text_before,
        volume=round(first.volume * then.volume, 6),
    )


def apply_edits(timeline: Timeline, edits: Edits) -> tuple[Timeline, tuple[str, ...]]:
    """Return the timeline as the person left it, and what could not be carried over, in words.

    A muted strip is no part of the film and left out of the timeline; in Blender it stays, muted.
    """
    by_id = {edit.id: edit for edit in edits.strips}
    known = {strip.id for strip in timeline.strips}
    conflicts = [
        f'strip "{id}" was edited by hand, but the script no longer makes it; its edit stays in {FILE}'
        for id in by_id
        if id not in known
    ]
    strips: list[Strip] = []
    for strip in timeline.strips:
        edit = by_id.get(strip.id)
        if edit and edit.muted:
            continue
        strips.append(_edited(strip, edit, timeline.fps, conflicts) if edit else strip)
    strips, lost = _refit_crossfades(strips)
    return timeline.model_copy(update={"strips": tuple(strips)}), tuple(conflicts + lost)


def _edited(strip: Strip, edit: StripEdit, fps: int, conflicts: list[str]) -> Strip:
    if strip.end - strip.start - edit.trim_start - edit.trim_end < 1:
        conflicts.append(
            f'strip "{strip.name}" ({strip.id}) is now shorter than what was trimmed off by hand; the trim is left out'
        )
        edit = edit.model_copy(update={"trim_start": 0, "trim_end": 0})
    changes: dict[str, object] = {
        "start": strip.start + edit.start_delta + edit.trim_start,
        "end": strip.end + edit.start_delta - edit.trim_end,
    }
    if edit.text is not None:
        conflicts += _unshowable(strip, edit.text)
    match strip:
        case MovieStrip():
            changes |= _movie_changes(strip, edit)
        case SoundStrip():
            source_start = strip.source_start + seconds_at(edit.trim_start, fps)
            changes |= {"volume": strip.volume * edit.volume, "source_start": source_start}
        case TextStrip():
            changes |= _text_changes(strip, edit, conflicts)
    return strip.model_copy(update=changes)


def _unshowable(strip: Strip, text: str) -> tuple[str, ...]:
    """Return what is wrong with a `text` that was written by hand: Blender's text strips know one font and no shaping."""
    if isinstance(strip, MovieStrip):
        return (f'text "{text}" was written by hand where a picture of text is now; write it in script.md',)
    if isinstance(strip, TextStrip) and needs_picture(font_file(strip.font), text):
        return (f"text \"{text}\" was written by hand, and Blender's text strips can't show it; write it in script.md",)
    return ()


def _movie_changes(strip: MovieStrip, edit: StripEdit) -> dict[str, object]:
    """Return what changes on a picture; one that was moved or scaled gets a box even where it had none."""
    changes: dict[str, object] = {"source_start": strip.source_start + edit.trim_start}
    changes |= {field: _shifted_keys(getattr(strip, field), edit.start_delta) for field in ("opacity", "camera")}
    changes["position_x"] = _offset_keys(_shifted_keys(strip.position_x, edit.start_delta), edit.dx)
    changes["position_y"] = _offset_keys(_shifted_keys(strip.position_y, edit.start_delta), edit.dy)
    if edit.dx or edit.dy or edit.scale != 1.0:
        changes["box"] = moved_box(strip.box or FULL, edit)
    return changes


def _text_changes(strip: TextStrip, edit: StripEdit, conflicts: list[str]) -> dict[str, object]:
    changes: dict[str, object] = {
        "box": moved_box(strip.box, edit),
        "size": max(1, round(strip.size * edit.scale)),
        "padding": strip.padding * edit.scale,
        "opacity": _shifted_keys(strip.opacity, edit.start_delta),
    }
    if edit.text is None:
        return changes
    if edit.text_before not in (None, strip.text):
        conflicts.append(
            f'text "{edit.text}" was written by hand over "{edit.text_before}", which the script has '
            f'changed to "{strip.text}"; the hand-written one is shown'
        )
    return changes | {"text": edit.text}


def moved_box(box: Box, edit: StripEdit) -> Box:
    """Return `box` moved by an edit and scaled about its centre."""
    x, y = box.centre
    w, h = box.w * edit.scale, box.h * edit.scale
    return Box(x=x + edit.dx - w / 2, y=y + edit.dy - h / 2, w=w, h=h)


def _shifted_keys[K: (Keyframe, CameraKeyframe)](keys: tuple[K, ...], frames: int) -> tuple[K, ...]:
    return tuple(key.model_copy(update={"frame": key.frame + frames}) for key in keys)


def _offset_keys(keys: tuple[Keyframe, ...], by: float) -> tuple[Keyframe, ...]:
    return tuple(key.model_copy(update={"value": key.value + by}) for key in keys)


def _refit_crossfades(strips: list[Strip]) -> tuple[list[Strip], list[str]]:
    """Let crossfades last as long as their two pictures overlap, drop those whose pictures don't, and report them."""
    by_id = {strip.id: strip for strip in strips}
    kept: list[Strip] = []
    lost: list[str] = []
    for strip in strips:
        refitted = _refit_crossfade(strip, by_id) if isinstance(strip, CrossStrip) else strip
        if refitted:
            kept.append(refitted)
        else:
            lost.append(f'the crossfade "{strip.name}" has nothing to fade between any more; there is a cut')
    return kept, lost


def _refit_crossfade(strip: CrossStrip, by_id: dict[str, Strip]) -> CrossStrip | None:
    first, second = by_id.get(strip.first), by_id.get(strip.second)
    if first is None or second is None:
        return None
    start, end = max(first.start, second.start), min(first.end, second.end)
    return strip.model_copy(update={"start": start, "end": end}) if start < end else None
