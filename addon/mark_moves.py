"""Markers that a person has dragged: the marks of the script go to the words at which they were dropped."""

from collections.abc import Iterator
from typing import NamedTuple

import bpy

from .preview.words import WordSpot, word_spots
from .sequencer.settings import laid_markers, note_markers

_handled: set[tuple[str, int]] = set()
"""Markers and Blender's frames at which they were dropped, since the last build: an undo that leads back there moves no mark again."""


class MovedMark(NamedTuple):
    """A marker that was dragged: the mark and its scene, and the word at which it is now (`number` may be behind the last)."""

    marker: bpy.types.TimelineMarker
    scene: str
    mark: str
    line: str
    number: int
    frame: int
    written: str


def moved_marks(scene: bpy.types.Scene) -> Iterator[MovedMark]:
    """Yield each of Lectern's markers that stands elsewhere than the script has it."""
    known = laid_markers(scene)
    moved = [
        marker
        for marker in scene.timeline_markers
        if known.get(marker.name, marker.frame) != marker.frame and (marker.name, marker.frame) not in _handled
    ]
    spots = tuple(word_spots(scene)) if moved else ()
    for marker in moved:
        in_scene, _, mark = marker.name.partition("/")
        if found := _place(marker, in_scene, mark, spots):
            yield found


def _place(marker: bpy.types.TimelineMarker, scene: str, mark: str, spots: tuple[WordSpot, ...]) -> MovedMark | None:
    """Return the word of the scene that begins, or the line that ends, nearest to a marker."""
    places = [(spot.start, spot.line, spot.number, spot.written) for spot in spots if spot.scene == scene]
    last = {spot.line: spot for spot in spots if spot.scene == scene}
    places += [(spot.end, spot.line, spot.number + 1, "") for spot in last.values()]
    if not places:
        return None
    at, line, number, written = min(places, key=lambda place: abs(place[0] - marker.frame))
    return MovedMark(marker, scene, mark, line, number, round(at), written)


def put_back(scene: bpy.types.Scene, moved: MovedMark) -> None:
    """Put a marker back to where Lectern had laid it, so that an undo leads there."""
    _handled.add((moved.marker.name, moved.marker.frame))
    moved.marker.frame = laid_markers(scene)[moved.marker.name]


def note_taken(scene: bpy.types.Scene, moved: MovedMark) -> None:
    """Put a marker to the very frame of its word, and note in the scene that the script has followed it."""
    moved.marker.frame = moved.frame
    note_markers(scene, laid_markers(scene) | {moved.marker.name: moved.frame})


def forget() -> None:
    """Forget where markers were dropped: they were laid anew."""
    _handled.clear()


def is_settled(context: bpy.types.Context) -> bool:
    """Return whether nothing is being dragged in any window."""
    return not any(len(window.modal_operators) for window in context.window_manager.windows)
