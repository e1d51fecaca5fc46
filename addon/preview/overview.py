"""What the preview shows of the scene at the playhead: what has to be seen, what hides it, and what is being placed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import bpy

from ...pipeline.base.geometry import FULL, Box, Size
from ...pipeline.layout.obstacles import ObstacleItem
from ...pipeline.layout.snapping import FreeRoom, free_room
from ...pipeline.quality.preview_data import PreviewData
from ...pipeline.quality.visibility import (
    Cover,
    HiddenSight,
    Shares,
    SightSpan,
    hidden_shares,
    hidden_sights,
    hidden_spans,
    seen_shares,
    told,
)
from ...pipeline.timeline.model import SceneSpan, Timeline
from .. import snapshot
from ..inspected import active_strip
from ..sequencer.owned import ID
from ..sequencer.strip_transform import film_frame
from .boxes import canvas_of, common_box, covers, is_full, known_strips, parts_of

NOT_BUILT = "Nothing is known yet of what has to be seen: build the episode"


class Overview(NamedTuple):
    """A scene of the film: its frames, what has to be seen in it, and what lies over that now."""

    span: SceneSpan
    sights: tuple[SightSpan, ...]
    covers: tuple[Cover, ...]

    @property
    def frames(self) -> int:
        """How many frames the scene has."""
        return self.span.end - self.span.start

    @property
    def hidden(self) -> tuple[HiddenSight, ...]:
        """What hides what now."""
        return _hidden(self.sights, self.covers)

    @property
    def hidden_spans(self) -> tuple[tuple[int, int], ...]:
        """The frames of the film in which something is hidden."""
        return tuple((self.span.start + a, self.span.start + b) for a, b in hidden_spans(self.hidden))

    @property
    def seen_map(self) -> Shares:
        """How long something has to be seen in each cell of the frame."""
        return _seen_map(self.sights, self.frames)

    @property
    def hidden_map(self) -> Shares:
        """How long it is hidden there."""
        return _hidden_map(self.hidden, self.frames)


@lru_cache(maxsize=64)
def _hidden(sights: tuple[SightSpan, ...], over: tuple[Cover, ...]) -> tuple[HiddenSight, ...]:
    return hidden_sights(sights, over)


@lru_cache(maxsize=16)
def _seen_map(sights: tuple[SightSpan, ...], frames: int) -> Shares:
    return seen_shares(sights, frames)


@lru_cache(maxsize=16)
def _hidden_map(hidden: tuple[HiddenSight, ...], frames: int) -> Shares:
    return hidden_shares(hidden, frames)


def known() -> tuple[Timeline, PreviewData] | None:
    """Return what the last build has told; None if there was none."""
    reading = snapshot.current()
    return (reading.film, reading.preview) if reading and reading.film and reading.preview else None


def overview(scene: bpy.types.Scene, frame: int) -> Overview | None:
    """Return what is seen and covered in the film's scene at Blender's `frame`; None outside the film, or before a build."""
    told_last = known()
    if told_last is None:
        return None
    film, data = told_last
    at = film_frame(frame)
    span = next((each for each in film.scenes if each.start <= at < each.end), None)
    return _of_scene(scene, film, data, span) if span else None


def overviews(scene: bpy.types.Scene) -> Iterator[Overview]:
    """Yield the same for every scene of the film."""
    if told_last := known():
        film, data = told_last
        yield from (_of_scene(scene, film, data, span) for span in film.scenes)


def _of_scene(scene: bpy.types.Scene, film: Timeline, data: PreviewData, span: SceneSpan) -> Overview:
    over = tuple(covers(scene, known_strips(film), span.start, span.end))
    return Overview(span, data.sights.get(span.id, ()), over)


@dataclass(frozen=True)
class Placed:
    """What is being placed: the active strip with its parts, and the box around them in fractions of the frame."""

    strips: tuple[bpy.types.Strip, ...]
    box: Box
    canvas: Size
    margin: float
    seen: Overview | None
    first: int
    last: int

    @property
    def ids(self) -> set[str]:
        """The ids of its strips."""
        return {str(strip.get(ID, strip.name)) for strip in self.strips}

    @cached_property
    def room(self) -> FreeRoom | None:
        """Where it would hide nothing while it is shown; None where nothing is known of that."""
        if self.seen is None:
            return None
        narrator = self.box.bottom > 1 - self.margin / 2
        area = FULL if narrator else FULL.grown(-self.margin, -self.margin)
        return free_room(self._items(self.seen), (self.first, self.last), self.box, area, self.canvas)

    def _items(self, seen: Overview) -> Iterator[ObstacleItem]:
        for sight in seen.sights:
            box = Box(x=sight.left, y=sight.top, w=sight.right - sight.left, h=sight.bottom - sight.top)
            yield box, sight.start, sight.end
        yield from ((cover.box, cover.start, cover.end) for cover in seen.covers if cover.id not in self.ids)

    def hides(self) -> str:
        """Return in words what it hides now, "" if nothing."""
        if self.seen is None:
            return ""
        own = [each for each in self.seen.hidden if each.over in self.ids]
        return told(own, snapshot_fps())


def snapshot_fps() -> int:
    """Return the frames a second of the film that was built last."""
    told_last = known()
    return told_last[0].fps if told_last else 30


def placed(scene: bpy.types.Scene | None) -> tuple[Placed | None, str]:
    """Return what the active strip places, or None and the reason why nothing can be placed."""
    strip = active_strip(scene)
    if scene is None or strip is None:
        return None, "No strip is active: click one"
    reading = snapshot.current()
    strips = known_strips(reading.film if reading else None)
    parts = parts_of(scene, strip, strips)
    box = common_box(parts, strips, canvas_of(scene))
    if box is None:
        return None, "It has no place in the frame" if ID in strip else "A text of your own: Blender's tools move it"
    if is_full(box):
        return None, "It fills the frame: Blender's tools move and crop it"
    middle = min(max(scene.frame_current, int(strip.left_handle)), int(strip.right_handle) - 1)
    seen = overview(scene, middle)
    origin = seen.span.start if seen else 0
    first = min(film_frame(each.left_handle) for each in parts) - origin
    last = max(film_frame(each.right_handle) for each in parts) - origin
    margin = reading.preview.margin if reading and reading.preview else 0.05
    return Placed(tuple(parts), box, canvas_of(scene), margin, seen, first, last), ""
