"""Clips in the frame: when each shows, at which pixel size it is drawn, where it stands, and what of it must stay visible."""

import json
from collections.abc import Mapping
from typing import Any

from ..clock import frame_at, seconds_at
from ..capture.html.request import ClipTake
from ..capture.take import VisibleText
from ..episode.gallery import gallery
from ..episode.model import Clip, Scene
from ..geometry import FULL, Box, Size, box_of_pixels
from ..model import Frozen
from .model import ClipPlace
from .obstacles import Item

STAGE = (1296, 904)
"""The size of a clip that leaves a column for the narrator (px at 1080 lines)."""
STAGE_FULL = (1728, 904)
"""The same where nobody is to stand beside it (`layout: full`)."""
EDGE = 0.05
"""How far from the frame's edges a clip of the stage stays, as a fraction of its width."""
SHORTEST = 1.5
"""A clip is seen at least so long."""
SETTLES = 1.6
"""So long the last of a clip's marks is seen at least."""
FADES = 0.2
"""How long before a clip comes there is nothing in its way."""


class ClipCue(Frozen):
    """Clip `clip` shows from `start` to `end`, seconds of the scene on the frame grid."""

    clip: str
    start: float
    end: float


def clip_cues(scene: Scene, marks: Mapping[str, float], duration: float, fps: int) -> tuple[ClipCue, ...]:
    """A cue for every clip of the scene in the order of the script; on the stage the next takes the place of the one before."""
    starts = _starts(scene, marks)
    found = []
    for clip, start in zip(scene.clips, starts, strict=True):
        start = min(start, max(duration - SHORTEST, 0.0))
        later = [s for c, s in zip(scene.clips, starts, strict=True) if c.place == clip.place and s > start]
        end = min([_wanted_end(clip, marks, start) or duration, duration, *later])
        first, last = frame_at(start, fps), max(frame_at(end, fps), frame_at(start, fps) + 1)
        found.append(ClipCue(clip=clip.id, start=seconds_at(first, fps), end=seconds_at(last, fps)))
    return tuple(found)


def clips_need(scene: Scene, marks: Mapping[str, float]) -> float:
    """Seconds after the scene's start until which its clips have to be seen."""
    starts = _starts(scene, marks)
    return max((_need(c, scene, marks, s) for c, s in zip(scene.clips, starts, strict=True)), default=0.0)


def clip_size(scene: Scene, clip: Clip, frame: Size) -> Size:
    """The pixels at which a clip is drawn in a film of size `frame`."""
    if clip.place == "frame":
        return frame
    wide, high = STAGE_FULL if scene.layout == "full" else STAGE
    return _even(wide * frame[0] / 1920), _even(high * frame[1] / 1080)


def clip_sides(scene: Scene, frame: Size) -> dict[str, Box]:
    """Where the clips of the stage may stand, by side."""
    stage = next((clip for clip in scene.clips if clip.place == "stage"), None)
    if stage is None:
        return {}
    w, h = clip_size(scene, stage, frame)
    edge, top = round(frame[0] * EDGE), (frame[1] - h) // 2
    lefts = {"centre": (frame[0] - w) // 2, "left": edge, "right": frame[0] - edge - w}
    return {side: box_of_pixels(x, top, w, h, frame) for side, x in lefts.items()}


def clip_places(scene: Scene, cues: tuple[ClipCue, ...], side: Box | None, filmed: bool) -> tuple[ClipPlace, ...]:
    """Every clip where it stands; on the stage it covers the footage behind it."""
    clips = {clip.id: clip for clip in scene.clips}
    return tuple(
        ClipPlace(
            clip=cue.clip, box=FULL if clips[cue.clip].place == "frame" or side is None else side,
            start=cue.start, end=cue.end, covers=filmed and clips[cue.clip].place == "stage",
        )
        for cue in cues
    )  # fmt: skip


def clip_items(places: tuple[ClipPlace, ...], takes: Mapping[str, ClipTake]) -> list[Item]:
    """What can be read on the clips, and what asks not to be covered, where it lies in the frame through time."""
    return [item for place in places if place.clip in takes for item in _items(place, takes[place.clip].text)]


def _items(place: ClipPlace, text: tuple[VisibleText, ...]) -> list[Item]:
    """Each box from when it appears until it goes."""
    open_: dict[Box, float] = {}
    items: list[Item] = []
    for entry in text:
        boxes, time = {piece.box for piece in entry.boxes}, min(place.start + entry.time, place.end)
        items += [(box, open_.pop(box), time) for box in [b for b in open_ if b not in boxes]]
        for box in sorted(boxes, key=lambda b: (b.y, b.x, b.w, b.h)):
            open_.setdefault(box, time)
    items += [(box, since, place.end) for box, since in open_.items()]
    return [(box.within(place.box), since - FADES, until) for box, since, until in items if until > since]


def _even(pixels: float) -> int:
    return round(pixels / 2) * 2


def _starts(scene: Scene, marks: Mapping[str, float]) -> list[float]:
    """When each clip comes: at its mark; without one, as the one before in its place goes."""
    starts: list[float] = []
    ends: dict[str, float] = {}
    for clip in scene.clips:
        start = marks[clip.at] if clip.at else ends.get(clip.place, 0.0)
        starts.append(start)
        ends[clip.place] = _wanted_end(clip, marks, start) or _need(clip, scene, marks, start)
    return starts


def _wanted_end(clip: Clip, marks: Mapping[str, float], start: float) -> float | None:
    """None: until the scene ends, or until something takes its place."""
    if clip.until:
        return max(marks[clip.until], start + SHORTEST)
    seconds = clip.seconds or (gallery()[clip.name].seconds if clip.name in gallery() else None)
    return start + seconds if seconds else None


def _need(clip: Clip, scene: Scene, marks: Mapping[str, float], start: float) -> float:
    """What was asked for in seconds is given, and every mark of a list is seen."""
    named = [marks[name] for name in _marks_of(json.loads(clip.values or "{}")) if name in marks]
    last = max([start, *named]) + SETTLES
    if clip.until:
        return last
    wanted = _wanted_end(clip, marks, start)
    return max(wanted, last) if wanted is not None else last + (0.0 if scene.lines else 3.0)


def _marks_of(value: Any) -> list[str]:
    """Every `at` in the values of a clip."""
    if isinstance(value, list):
        return [name for item in value for name in _marks_of(item)]
    if not isinstance(value, dict):
        return []
    own = [value["at"]] if isinstance(value.get("at"), str) else []
    return own + [name for item in value.values() for name in _marks_of(item)]
