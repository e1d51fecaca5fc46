"""Cut the film into segments, one a scene, each with a digest of all that is visible in it."""

import json
from collections.abc import Iterable
from typing import Any, Literal

from ..base.files import digest
from ..base.frozen import Frozen
from ..timeline.model import MovieStrip, SceneSpan, SoundStrip, Strip, Timeline, is_transition


class ForeignStrip(Frozen):
    """A strip that a person added to the picture, as Blender reports it when it compiles (film frames)."""

    name: str
    type: str
    start: int
    end: int
    channel: int
    fingerprint: str


class Encoding(Frozen):
    """How segments are encoded: Blender's preset for H.264, the constant rate factor, frames between key frames."""

    preset: Literal["REALTIME", "GOOD", "BEST"] = "REALTIME"
    crf: int = 18
    gop: int = 60


class Segment(Frozen):
    """Frames `start` to `end` (exclusive) of the film: the picture of one scene.

    `fingerprint` is the same for the same picture, wherever in the film it lies.
    """

    scene: str
    start: int
    end: int
    fingerprint: str


def segments(
    timeline: Timeline, foreign: Iterable[ForeignStrip] = (), encoding: Encoding = Encoding()
) -> tuple[Segment, ...]:
    """Return a segment for every scene, in order."""
    theirs = tuple(foreign)
    prints = [_fingerprint(timeline, theirs, encoding, span) for span in timeline.scenes]
    return tuple(
        Segment(scene=span.id, start=span.start, end=span.end, fingerprint=seen)
        for span, seen in zip(timeline.scenes, prints, strict=True)
    )


def _fingerprint(timeline: Timeline, foreign: tuple[ForeignStrip, ...], encoding: Encoding, span: SceneSpan) -> str:
    channels = {track.name: track.channel for track in timeline.tracks}
    seen = {
        "size": timeline.size,
        "fps": timeline.fps,
        "frames": span.end - span.start,
        "encoding": encoding.model_dump(),
        "strips": [_strip_in_segment(strip, channels, span) for strip in timeline.strips if _is_seen(strip, span)],
        "foreign": sorted(_foreign(strip, span) for strip in foreign if _overlaps(strip, span)),
    }
    return digest(json.dumps(seen, sort_keys=True), 20)


def _is_seen(strip: Strip, span: SceneSpan) -> bool:
    return not isinstance(strip, SoundStrip) and _overlaps(strip, span)


def _overlaps(strip: Strip | ForeignStrip, span: SceneSpan) -> bool:
    return strip.start < span.end and span.start < strip.end


def _strip_in_segment(strip: Strip, channels: dict[str, int], span: SceneSpan) -> dict[str, Any]:
    """Return the strip as the segment sees it: frames counted from the segment's start, nothing beyond its ends."""
    start, end = max(strip.start, span.start), min(strip.end, span.end)
    values = strip.model_dump(mode="json", exclude={"scene", "name", "track"})
    values |= {"channel": channels[strip.track], "start": start - span.start, "end": end - span.start}
    if isinstance(strip, MovieStrip):
        values["source_start"] = strip.source_start + start - strip.start
    if is_transition(strip):
        values["fade"] = strip.start - span.start, strip.end - span.start
    for name in ("opacity", "camera", "position_x", "position_y"):
        for key in values.get(name, ()):
            key["frame"] -= span.start
    return values


def _foreign(strip: ForeignStrip, span: SceneSpan) -> tuple[int, int, int, str, str]:
    return strip.channel, strip.start - span.start, strip.end - span.start, strip.type, strip.fingerprint
