"""When the clips of a scene show, and how long the scene has to last for them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..base.clock import frame_at, seconds_at
from ..base.frozen import Frozen
from ..episode.blocks import Clip
from ..episode.gallery import gallery
from ..episode.model import Scene
from .overlay_cues import CARD_KINDS, STAGE_KINDS, has_captures, stands_for_heading

SHORTEST = 1.5
"""Seconds for which a clip shows at least."""
SEEN_SECONDS = 1.5
"""Seconds for which what came last is seen whole at least, the transition to the next scene included."""
ARRIVES = 0.65
"""Seconds that it takes what comes in a clip of the author's own to have come."""
NEXT_ENTRY = 0.5
"""Seconds after which an entry of a list comes after the one before, where no mark says when (`BETWEEN` in base.js)."""
SILENT_SECONDS = 3.0
"""Seconds for which it shows beyond that in a scene without narration."""


class ClipCue(Frozen):
    """Clip `clip` shows from `start` to `end`, seconds of the scene on the frame grid."""

    clip: str
    start: float
    end: float


def clip_cues(scene: Scene, marks: Mapping[str, float], duration: float, fps: int) -> tuple[ClipCue, ...]:
    """Return a cue for every clip of the scene, in the order of the script; a later clip ends one in the same place."""
    starts = _clip_starts(scene, marks)
    cues = []
    for clip, start in zip(scene.clips, starts, strict=True):
        start = min(start, max(duration - SHORTEST, 0.0))
        later = [s for c, s in zip(scene.clips, starts, strict=True) if c.place == clip.place and s > start]
        stays = not has_captures(scene) and _stands_for_heading(clip, scene)
        later += _card_starts(scene, marks, start) if stays else []
        end = min([(None if stays else _requested_end(clip, marks, start)) or duration, duration, *later])
        first, last = frame_at(start, fps), max(frame_at(end, fps), frame_at(start, fps) + 1)
        cues.append(ClipCue(clip=clip.id, start=seconds_at(first, fps), end=seconds_at(last, fps)))
    return tuple(cues)


def clips_need_until(scene: Scene, marks: Mapping[str, float]) -> float:
    """Return how many seconds the scene has to last for all its clips to be seen."""
    starts = _clip_starts(scene, marks)
    return max((_needed_until(c, scene, marks, s) for c, s in zip(scene.clips, starts, strict=True)), default=0.0)


def _clip_starts(scene: Scene, marks: Mapping[str, float]) -> list[float]:
    """Return when each clip comes: at its mark, else as the one before goes that is in the same place."""
    starts: list[float] = []
    ends: dict[str, float] = {}
    for clip in scene.clips:
        start = marks[clip.at] if clip.at else ends.get(clip.place, 0.0)
        starts.append(start)
        ends[clip.place] = _requested_end(clip, marks, start) or _needed_until(clip, scene, marks, start)
    return starts


def _stands_for_heading(clip: Clip, scene: Scene) -> bool:
    """Return whether a clip is a title that says what the scene's heading does, so that this need not come after it."""
    if clip.name not in CARD_KINDS:
        return False
    text = json.loads(clip.values or "{}").get("text")
    return text is None or stands_for_heading(text, scene)


def _card_starts(scene: Scene, marks: Mapping[str, float], start: float) -> list[float]:
    """Return when cards and other clips come after `start`, wherever they are."""
    starts = [marks[o.at] if o.at else 0.0 for o in scene.overlays if o.kind in STAGE_KINDS and not o.position]
    return [moment for moment in (*starts, *_clip_starts(scene, marks)) if moment > start]


def _requested_end(clip: Clip, marks: Mapping[str, float], start: float) -> float | None:
    """Return when the clip goes; None: when the scene ends, or when something takes its place."""
    if clip.until:
        return max(marks[clip.until], start + SHORTEST)
    seconds = clip.seconds or (gallery()[clip.name].seconds if clip.name in gallery() else None)
    return start + seconds if seconds else None


def _needed_until(clip: Clip, scene: Scene, marks: Mapping[str, float], start: float) -> float:
    """Return until when the clip has to be seen: for its own seconds, and until what comes last in it was seen."""
    requested = _requested_end(clip, marks, start)
    if clip.until and requested is not None:
        return requested
    sheet, values = gallery().get(clip.name), json.loads(clip.values or "{}")
    lists = {name: value for name, value in sheet.values.items() if value.type == "list"} if sheet else {}
    comes = [marks[name] for name in _marks_in(values) if name in marks]
    comes += [_last_entry(values.get(name, ()), start + value.first, marks) for name, value in lists.items()]
    last = max([start, *comes]) + (sheet.arrives if sheet else ARRIVES) + SEEN_SECONDS
    return max(requested, last) if requested is not None else last + (0.0 if scene.lines else SILENT_SECONDS)


def _last_entry(entries: Iterable[Mapping[str, Any]], first: float, marks: Mapping[str, float]) -> float:
    """Return when the last entry of a list comes: at its mark, else a moment after the one before."""
    time = first - NEXT_ENTRY
    for entry in entries:
        time = marks.get(entry.get("at", ""), time + NEXT_ENTRY)
    return time


def _marks_in(value: Any) -> list[str]:
    """Return every mark at which something comes in the values of a clip."""
    if isinstance(value, list):
        return [name for item in value for name in _marks_in(item)]
    if not isinstance(value, dict):
        return []
    own = [value[key] for key in ("at", "back_at") if isinstance(value.get(key), str)]
    return own + [name for item in value.values() for name in _marks_in(item)]
