"""What a person changed on the strips that Lectern made: by strip id in edits.json, laid over every new timeline."""

import os
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from ..clock import seconds_at
from ..errors import LecternError
from ..geometry import FULL, Box
from ..model import Frozen
from .model import CrossStrip, Key, MovieStrip, SoundStrip, Strip, TextStrip, Timeline

FILE = "edits.json"


class StripEdit(Frozen):
    """The difference a person made on strip `id`, against what the script alone would make.

    `start_delta` frames later; `trim_start` and `trim_end` frames taken off its ends (negative: given back); `dx` and
    `dy` fractions of the frame to the right and down; `scale` and `volume` are factors; `text` replaces its words,
    which were `text_before`.
    """

    id: str
    start_delta: int = 0
    trim_start: int = 0
    trim_end: int = 0
    muted: bool = False
    dx: float = 0.0
    dy: float = 0.0
    scale: float = 1.0
    text: str | None = None
    text_before: str | None = None
    volume: float = 1.0

    @property
    def changes_nothing(self) -> bool:
        return self == StripEdit(id=self.id)


class Edits(Frozen):
    """All edits of an episode, ordered by id."""

    strips: tuple[StripEdit, ...] = ()

    def of(self, id: str) -> StripEdit:
        """The edit of strip `id` (one that changes nothing where there is none)."""
        return next((edit for edit in self.strips if edit.id == id), StripEdit(id=id))


def edits_of(strips: Iterable[StripEdit]) -> Edits:
    """Edits in their order, without those that change nothing."""
    return Edits(strips=tuple(sorted((edit for edit in strips if not edit.changes_nothing), key=lambda edit: edit.id)))


def read_edits(folder: Path) -> Edits:
    """The edits of the episode in `folder`; none without the file. A damaged file is an error, never ignored."""
    file = folder / FILE
    if not file.exists():
        return Edits()
    try:
        return Edits.model_validate_json(file.read_bytes())
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"]) or "the file"
        raise LecternError(f"{file}: {where}: {fault['msg']}; mend it, or delete it to drop all edits") from error


def write_edits(folder: Path, edits: Edits) -> None:
    """Writes edits.json, only what differs from nothing; unchanged edits touch no file."""
    file, text = folder / FILE, edits.model_dump_json(indent=2, exclude_defaults=True) + "\n"
    if (file.read_text(encoding="utf-8") == text) if file.exists() else not edits.strips:
        return
    sibling = file.with_suffix(".json.new")
    sibling.write_text(text, encoding="utf-8")
    os.replace(sibling, file)


def combined(first: StripEdit, then: StripEdit) -> StripEdit:
    """One edit that does what the two do in turn."""
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
    """The timeline as the person left it, and what could not be carried over, in words.

    A muted strip is not part of the film, hence not of the timeline; in Blender it stays, muted.
    """
    by_id = {edit.id: edit for edit in edits.strips}
    known = {strip.id for strip in timeline.strips}
    conflicts = [f'strip "{id}" was edited by hand, but the script no longer makes it; its edit rests in {FILE}'
                 for id in by_id if id not in known]
    strips: list[Strip] = []
    for strip in timeline.strips:
        edit = by_id.get(strip.id)
        if edit and edit.muted:
            continue
        strips.append(_edited(strip, edit, timeline.fps, conflicts) if edit else strip)
    kept, lost = _crosses_fitted(strips)
    return timeline.model_copy(update={"strips": kept}), tuple(conflicts + lost)


def _edited(strip: Strip, edit: StripEdit, fps: int, conflicts: list[str]) -> Strip:
    if strip.end - strip.start - edit.trim_start - edit.trim_end < 1:
        conflicts.append(f'strip "{strip.name}" ({strip.id}) is now shorter than what was trimmed off by hand; '
                         "the trim is left out")
        edit = edit.model_copy(update={"trim_start": 0, "trim_end": 0})
    changes: dict[str, object] = {
        "start": strip.start + edit.start_delta + edit.trim_start,
        "end": strip.end + edit.start_delta - edit.trim_end,
    }
    match strip:
        case MovieStrip():
            changes |= _movie_changes(strip, edit)
        case SoundStrip():
            into = strip.source_start + seconds_at(edit.trim_start, fps)
            changes |= {"volume": strip.volume * edit.volume, "source_start": into}
        case TextStrip():
            changes |= _text_changes(strip, edit, conflicts)
    return strip.model_copy(update=changes)


def _movie_changes(strip: MovieStrip, edit: StripEdit) -> dict[str, object]:
    """A moved or scaled picture: its box says where it lies and how large, so every reader sees the same."""
    changes: dict[str, object] = {"source_start": strip.source_start + edit.trim_start}
    changes |= {field: _later(getattr(strip, field), edit.start_delta) for field in ("opacity", "camera")}
    changes["position_x"] = _raised(_later(strip.position_x, edit.start_delta), edit.dx)
    changes["position_y"] = _raised(_later(strip.position_y, edit.start_delta), edit.dy)
    if edit.dx or edit.dy or edit.scale != 1.0:
        changes["box"] = moved_box(strip.box or FULL, edit)
    return changes


def _text_changes(strip: TextStrip, edit: StripEdit, conflicts: list[str]) -> dict[str, object]:
    changes: dict[str, object] = {
        "box": moved_box(strip.box, edit),
        "size": max(1, round(strip.size * edit.scale)),
        "padding": strip.padding * edit.scale,
        "opacity": _later(strip.opacity, edit.start_delta),
    }
    if edit.text is None:
        return changes
    if edit.text_before not in (None, strip.text):
        conflicts.append(f'text "{edit.text}" was written by hand over "{edit.text_before}", which the script has '
                         f'changed to "{strip.text}"; the hand-written one is shown')
    return changes | {"text": edit.text}


def moved_box(box: Box, edit: StripEdit) -> Box:
    """`box` moved by an edit and scaled about its centre."""
    x, y = box.centre
    w, h = box.w * edit.scale, box.h * edit.scale
    return Box(x=x + edit.dx - w / 2, y=y + edit.dy - h / 2, w=w, h=h)


def _later[K: Frozen](keys: tuple[K, ...], frames: int) -> tuple[K, ...]:
    return tuple(key.model_copy(update={"frame": key.frame + frames}) for key in keys)


def _raised(keys: tuple[Key, ...], by: float) -> tuple[Key, ...]:
    return tuple(key.model_copy(update={"value": key.value + by}) for key in keys)


def _crosses_fitted(strips: list[Strip]) -> tuple[tuple[Strip, ...], list[str]]:
    """Crossfades last as long as their two pictures overlap; where they no longer do, there is a cut."""
    by_id = {strip.id: strip for strip in strips}
    kept: list[Strip] = []
    lost: list[str] = []
    for strip in strips:
        fitted = _cross_fitted(strip, by_id) if isinstance(strip, CrossStrip) else strip
        if fitted:
            kept.append(fitted)
        else:
            lost.append(f'the crossfade "{strip.name}" has nothing to fade between any more; there is a cut')
    return tuple(kept), lost


def _cross_fitted(strip: CrossStrip, by_id: dict[str, Strip]) -> CrossStrip | None:
    first, second = by_id.get(strip.first), by_id.get(strip.second)
    if first is None or second is None:
        return None
    start, end = max(first.start, second.start), min(first.end, second.end)
    return strip.model_copy(update={"start": start, "end": end}) if start < end else None
