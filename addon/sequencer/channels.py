"""Which channel a strip gets: its track's, unless a person's strip lies there."""

from collections.abc import Iterable

import bpy

from ...pipeline.timeline.model import Strip, Timeline
from .owned import foreign_strips
from .placement import blender_frame

LAST = 128
"""Blender's highest channel; kept free for strips on their way."""

Span = tuple[int, int]


class Channels:
    """The channels of a scene while a timeline is compiled into it.

    Blender would move whichever strip was touched last, up or down; a strip of Lectern's that finds a person's strip
    in its place goes above all tracks instead, the person's stays, and `blocked` says so.
    """

    def __init__(self, scene: bpy.types.Scene, timeline: Timeline) -> None:
        self._tracks = {track.name: track.channel for track in timeline.tracks}
        self._above = max(self._tracks.values(), default=0) + 1
        self._taken: dict[int, list[Span]] = {}
        self.blocked: list[str] = []
        for strip in foreign_strips(scene):
            if not _rides(strip):
                self._take(strip.channel, (int(strip.left_handle), int(strip.right_handle)))

    def channel(self, strip: Strip) -> int:
        """The channel for a strip of the timeline; it is taken from then on."""
        span = blender_frame(strip.start), blender_frame(strip.end)
        wanted = self._tracks[strip.track]
        found = self._first_free([wanted, *range(self._above, LAST)], span)
        if found != wanted:
            self.blocked.append(f'"{strip.name}" ({strip.id}) lies on channel {found}: another strip is in its way on '
                                f'"{strip.track}", frames {span[0]} to {span[1] - 1}')
        self._take(found, span)
        return found

    def beside(self, strip: bpy.types.Strip) -> int:
        """The channel for a strip that is out of the film (muted): its own, unless one of the film's has come there."""
        span = int(strip.left_handle), int(strip.right_handle)
        found = self._first_free([strip.channel, *range(self._above, LAST)], span)
        self._take(found, span)
        return found

    def _first_free(self, channels: Iterable[int], span: Span) -> int:
        return next((channel for channel in channels if self._is_free(channel, span)), LAST - 1)

    def _is_free(self, channel: int, span: Span) -> bool:
        return all(span[1] <= start or end <= span[0] for start, end in self._taken.get(channel, ()))

    def _take(self, channel: int, span: Span) -> None:
        self._taken.setdefault(channel, []).append(span)


def _rides(strip: bpy.types.Strip) -> bool:
    """An effect on other strips goes where they go."""
    return getattr(strip, "input_1", None) is not None
