"""The person's own strips and markers: nothing is changed on them, but they travel with the scene that they stand in."""

from collections.abc import Iterator, Mapping

import bpy

from ...pipeline.timeline.model import Timeline
from .owned import foreign_strips, remembered
from .strip_position import StripPosition, current_position, move_out_of_the_way, move_to
from .strip_transform import blender_frame, film_frame


class OwnStrips:
    """The person's strips while a timeline is compiled.

    Where a strip begins says which scene it belongs to: the one that was there at the last compile. If that scene begins
    elsewhere now, so does the strip. `orphans` are sentences about strips whose scene is gone; they stay where they are.
    """

    def __init__(self, scene: bpy.types.Scene, timeline: Timeline, renamed: Mapping[str, str]) -> None:
        """Look where the person's strips stand, and where they have to go; `renamed` are scenes with another id now."""
        before = remembered(scene).spans
        now = {span.id: span.start for span in timeline.scenes}
        self._shifts = [(start, end, now.get(renamed.get(id, id)), id) for id, (start, end) in before.items()]
        self.orphans: list[str] = []
        self._places: list[tuple[bpy.types.Strip, StripPosition]] = []
        for strip in foreign_strips(scene):
            if _is_effect(strip) or strip.parent_meta():
                continue
            place = current_position(strip)
            by = self.shift(film_frame(place.start), f'your strip "{strip.name}"')
            self._places.append(
                (strip, StripPosition(place.channel, place.start + by, place.end + by, place.content + by))
            )

    def shift(self, frame: int, what: str = "") -> int:
        """Return by how many frames the scene moved in which a film frame was; 0 behind the film's end or if it is gone."""
        for start, end, now, id in self._shifts:
            if start <= frame < end:
                if now is None and what:
                    self.orphans.append(
                        f'{what} stood in scene "{id}", which is gone; it stays at frame {blender_frame(frame)}'
                    )
                return 0 if now is None else now - start
        return 0

    def places(self) -> Iterator[StripPosition]:
        """Yield where the strips will lie."""
        return (place for _, place in self._places)

    def move_away(self) -> None:
        """Move the strips away that have to go elsewhere."""
        for strip, place in self._places:
            if current_position(strip) != place:
                move_out_of_the_way(strip)

    def move_back(self) -> None:
        """Move them to where they belong."""
        for strip, place in self._places:
            if current_position(strip) != place:
                move_to(strip, place)


def _is_effect(strip: bpy.types.Strip) -> bool:
    """Return whether the strip is an effect on another strip. Such an effect moves along with its input."""
    return getattr(strip, "input_1", None) is not None
