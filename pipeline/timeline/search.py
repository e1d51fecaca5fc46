"""Where a text can be read in the film: in captures as the camera shows them, in overlays, and in clips."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from ..base.frozen import Frozen
from ..base.geometry import FULL, Box, Camera
from ..capture.take import CaptureTake, TextBox, VisibleText
from ..layout.camera import through_camera
from ..timing.retime import presence_spans, retimed_text
from ..timing.segments import CaptureSegment
from .camera import moves_on_frames
from .model import MovieStrip, SceneSpan, Timeline, shown_text
from .takes import SceneTakes, Takes

TextStay = tuple[TextBox, float, float]
"""A piece of text, and the seconds from and until which it is there."""
TOGETHER = 0.002
"""Seconds between two stays that count as one: times are given in thousandths."""


class TextMatch(Frozen):
    """A place at which the text that was looked for can be read.

    `text` is the whole line; `start` and `end` are seconds of the film; `box` is where the words are in its frame. `of`
    is the capture's id, or the id of the overlay's or the clip's strip.
    """

    scene: str
    kind: Literal["capture", "overlay", "clip"]
    of: str
    text: str
    start: float
    end: float
    box: Box


def find_text(
    text: str,
    timeline: Timeline,
    takes: Takes,
    captures: Mapping[str, CaptureTake],
    clips: Mapping[str, tuple[VisibleText, ...]] | None = None,
) -> tuple[TextMatch, ...]:
    """Return every place at which `text` can be read, in the film's order; case and the number of spaces don't matter.

    `captures` by capture id; `clips` are the texts of clips, in seconds of each clip, by their strips' sources.
    """
    wanted = _normalised(text)
    if not wanted:
        return ()
    found = [
        *(
            f
            for take, span in zip(takes.scenes, timeline.scenes, strict=True)
            for f in _capture_matches(wanted, take, span, captures)
        ),
        *_overlay_matches(wanted, timeline),
        *_clip_matches(wanted, timeline, clips or {}),
    ]
    return tuple(sorted(_join_growing(found), key=lambda f: (f.start, f.end, f.of, f.box.y, f.box.x)))


def _join_growing(found: Iterable[TextMatch]) -> Iterator[TextMatch]:
    """Yield what stays in its place while its line grows as one match, with the line as it is in the end."""
    latest: dict[tuple[str, Box], TextMatch] = {}
    for one in sorted(found, key=lambda f: f.start):
        before = latest.get((one.of, one.box))
        if before and one.start - before.end <= TOGETHER:
            one = one.model_copy(update={"start": before.start, "end": max(before.end, one.end)})
        elif before:
            yield before
        latest[one.of, one.box] = one
    yield from latest.values()


def _normalised(text: str) -> str:
    return " ".join(text.casefold().split())


def _capture_matches(
    wanted: str, take: SceneTakes, span: SceneSpan, captures: Mapping[str, CaptureTake]
) -> Iterator[TextMatch]:
    windows = take.layout.windows
    begin, moves = span.start / take.schedule.fps, moves_on_frames(take.layout.camera_moves, take.schedule.fps)
    for segment in take.schedule.segments:
        for piece, start, end in _capture_text_stays(segment, captures[segment.capture]):
            for box in _match_boxes(wanted, piece):
                for seen, since, until in through_camera((box.within(windows[segment.capture]), start, end), moves):
                    if seen.overlaps(FULL):
                        yield _text_match(
                            span.id, "capture", segment.capture, piece.text, begin + since, begin + until, seen
                        )


def _capture_text_stays(segment: CaptureSegment, take: CaptureTake) -> list[TextStay]:
    """Return each piece of text of a capture from when it comes until it goes, in seconds of the scene."""
    entries = retimed_text(take, segment.plan, segment.start, segment.end)
    return text_stays(entries, segment.start, segment.end)


def text_stays(entries: Iterable[VisibleText], start: float, end: float) -> list[TextStay]:
    """Return the pieces of text of `entries` between `start` and `end`, each for as long as it is there unchanged."""
    stays = presence_spans(((entry.time, entry.boxes) for entry in entries), end)
    clipped = [(piece, max(since, start), min(until, end)) for piece, since, until in stays]
    return [stay for stay in clipped if stay[2] > stay[1]]


def _match_boxes(wanted: str, piece: TextBox) -> Iterator[Box]:
    """Yield the part of a line's box in which the wanted text is, letters being about equally wide."""
    line = _normalised(piece.text)
    at = line.find(wanted)
    while at >= 0:
        box, letter = piece.box, piece.box.w / len(line)
        yield Box(x=box.x + letter * at, y=box.y, w=letter * len(wanted), h=box.h)
        at = line.find(wanted, at + len(wanted))


def _overlay_matches(wanted: str, timeline: Timeline) -> Iterator[TextMatch]:
    for strip in timeline.strips:
        block = shown_text(strip)
        if block and wanted in _normalised(block.text):
            start, end = strip.start / timeline.fps, strip.end / timeline.fps
            yield _text_match(strip.scene, "overlay", strip.id, block.text, start, end, block.box)


def _clip_matches(wanted: str, timeline: Timeline, clips: Mapping[str, tuple[VisibleText, ...]]) -> Iterator[TextMatch]:
    for strip in timeline.strips:
        if isinstance(strip, MovieStrip) and strip.source in clips:
            begin = (strip.start - strip.source_start) / timeline.fps
            start = strip.source_start / timeline.fps
            end = (strip.end - strip.start + strip.source_start) / timeline.fps
            for piece, since, until in text_stays(clips[strip.source], start, end):
                for box in _match_boxes(wanted, piece):
                    seen = Camera().see(box.within(strip.box or FULL))
                    yield _text_match(strip.scene, "clip", strip.id, piece.text, begin + since, begin + until, seen)


def _text_match(
    scene: str, kind: Literal["capture", "overlay", "clip"], of: str, text: str, start: float, end: float, box: Box
) -> TextMatch:
    rounded = Box(x=round(box.x, 4), y=round(box.y, 4), w=round(box.w, 4), h=round(box.h, 4))
    return TextMatch(scene=scene, kind=kind, of=of, text=text, start=round(start, 3), end=round(end, 3), box=rounded)
