"""The channel of each strip: that of its track, unless one of the person's strips is there."""

from collections.abc import Collection, Iterable

from ...pipeline.timeline.model import Strip, Timeline
from .strip_position import LAST, StripPosition
from .strip_transform import blender_frame

FrameSpan = tuple[int, int]
"""The first frame and the one after the last, as Blender counts."""


class Channels:
    """The channels of a scene while a timeline is compiled into it.

    Where two strips overlap, Blender moves the one that was touched last up or down. Here the person's strip always
    stays. If it is in the way of one of Lectern's, Lectern's goes above all tracks, and `displaced` says so.
    """

    def __init__(self, timeline: Timeline, own: Iterable[StripPosition]) -> None:
        """Reserve the places of the person's strips."""
        self._tracks = {track.name: track.channel for track in timeline.tracks}
        self._above = max(self._tracks.values(), default=0) + 1
        self._taken: dict[int, list[FrameSpan]] = {}
        self.displaced: list[str] = []
        """A sentence for each strip that had to leave its track."""
        self.hidden: set[str] = set()
        """Strips that had to leave a track which is switched off: they have to be switched off themselves."""
        for place in own:
            self._take(place.channel, (place.start, place.end))

    def channel(self, strip: Strip) -> int:
        """Return the channel for a strip of the timeline, and reserve it."""
        span = blender_frame(strip.start), blender_frame(strip.end)
        own = self._tracks[strip.track]
        channel = self._take_first_free(own, span)
        if channel != own:
            self.displaced.append(
                f'"{strip.name}" ({strip.id}) was moved to channel {channel}: another strip is in its place on '
                f'"{strip.track}", frames {span[0]} to {span[1] - 1}'
            )
        return channel

    def channel_of_muted(self, strip: Strip, muted: Collection[str]) -> int:
        """Return the channel for a strip that is no part of the film, and makes way for those that are; reserve it.

        `muted` are the tracks that are switched off.
        """
        own, span = self._tracks[strip.track], (blender_frame(strip.start), blender_frame(strip.end))
        channel = self._take_first_free(own, span)
        if channel != own and strip.track in muted and not any(change.property == "muted" for change in strip.by_hand):
            self.hidden.add(strip.id)
            self.displaced.append(
                f'"{strip.name}" ({strip.id}) was moved to channel {channel} and is muted there: another strip is in its '
                f'place on "{strip.track}", which is muted, frames {span[0]} to {span[1] - 1}'
            )
        return channel

    def _take_first_free(self, own: int, span: FrameSpan) -> int:
        channels = (own, *range(self._above, LAST))
        channel = next((channel for channel in channels if self._is_free(channel, span)), LAST - 1)
        self._take(channel, span)
        return channel

    def _is_free(self, channel: int, span: FrameSpan) -> bool:
        return all(span[1] <= start or end <= span[0] for start, end in self._taken.get(channel, ()))

    def _take(self, channel: int, span: FrameSpan) -> None:
        self._taken.setdefault(channel, []).append(span)
