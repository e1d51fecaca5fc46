"""Where is this text? In captures, as fitted and as the camera shows them, in overlays as they stand, and in clips."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from ..capture.retime import visible_text
from ..capture.take import CaptureTake, TextBox, VisibleText
from ..geometry import FULL, Box, Camera
from ..layout.footage import through_camera
from ..model import Frozen
from .camera import on_grid
from .model import MovieStrip, SceneSpan, TextStrip, Timeline
from .takes import SceneTakes, Takes
from .views import View

Stay = tuple[TextBox, float, float]
"""A piece of text, and the seconds from and until which it is there."""


TOGETHER = 0.002
"""Seconds between two stays that are one: times are told in thousandths."""


class Found(Frozen):
    """A text that holds what was looked for: seconds of the film, and the box in its frame of what was looked for.

    `of` is the capture's id, or the id of the overlay's or the clip's strip.
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
) -> tuple[Found, ...]:
    """Every place at which `text` can be read, in the film's order; capitals and the number of spaces make no difference.

    `captures` by capture id; `clips` are the texts of clips through their own time, by their strips' sources.
    """
    wanted = _plain(text)
    if not wanted:
        return ()
    found = [
        *(f for take, span in zip(takes.scenes, timeline.scenes, strict=True) for f in _in_captures(wanted, take, span, captures)),
        *_in_overlays(wanted, timeline),
        *_in_clips(wanted, timeline, clips or {}),
    ]
    return tuple(sorted(_joined(found), key=lambda f: (f.start, f.end, f.of, f.box.y, f.box.x)))


def _joined(found: Iterable[Found]) -> Iterator[Found]:
    """What stays at its place while its line grows, as one, with the line as it is in the end."""
    latest: dict[tuple[str, Box], Found] = {}
    for one in sorted(found, key=lambda f: f.start):
        before = latest.get((one.of, one.box))
        if before and one.start - before.end <= TOGETHER:
            one = one.model_copy(update={"start": before.start, "end": max(before.end, one.end)})
        elif before:
            yield before
        latest[one.of, one.box] = one
    yield from latest.values()


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _in_captures(
    wanted: str, take: SceneTakes, span: SceneSpan, captures: Mapping[str, CaptureTake]
) -> Iterator[Found]:
    windows = {shot.capture: shot.window for shot in take.layout.shots}
    begin, moves = span.start / take.schedule.fps, on_grid(take.layout.cameras, take.schedule.fps)
    for view in take.schedule.views:
        for piece, start, end in _stays(view, captures[view.capture]):
            for box in _where(wanted, piece):
                for seen, since, until in through_camera((box.within(windows[view.capture]), start, end), moves):
                    if seen.overlaps(FULL):
                        yield _found(span.id, "capture", view.capture, piece.text, begin + since, begin + until, seen)


def _stays(view: View, take: CaptureTake) -> list[Stay]:
    """Each piece of text of a capture from when it comes until it goes, in seconds of the scene."""
    return lasting(visible_text(take, view.plan, view.start, view.end), view.start, view.end)


def lasting(entries: Iterable[VisibleText], start: float, end: float) -> list[Stay]:
    """The pieces of text of `entries` between `start` and `end`, each for as long as it is there unchanged."""
    since: dict[TextBox, float] = {}
    stays: list[Stay] = []
    for entry in entries:
        now = set(entry.boxes)
        stays += [(piece, since.pop(piece), entry.time) for piece in [p for p in since if p not in now]]
        for piece in entry.boxes:
            since.setdefault(piece, entry.time)
    stays += [(piece, began, end) for piece, began in since.items()]
    clipped = [(piece, max(began, start), min(ended, end)) for piece, began, ended in stays]
    return [stay for stay in clipped if stay[2] > stay[1]]


def _where(wanted: str, piece: TextBox) -> Iterator[Box]:
    """The part of a line's box in which the text stands, letters being about equally wide."""
    line = _plain(piece.text)
    at = line.find(wanted)
    while at >= 0:
        box, letter = piece.box, piece.box.w / len(line)
        yield Box(x=box.x + letter * at, y=box.y, w=letter * len(wanted), h=box.h)
        at = line.find(wanted, at + len(wanted))


def _in_overlays(wanted: str, timeline: Timeline) -> Iterator[Found]:
    for strip in timeline.strips:
        if isinstance(strip, TextStrip) and wanted in _plain(strip.text):
            start, end = strip.start / timeline.fps, strip.end / timeline.fps
            yield _found(strip.scene, "overlay", strip.id, strip.text, start, end, strip.box)


def _in_clips(
    wanted: str, timeline: Timeline, clips: Mapping[str, tuple[VisibleText, ...]]
) -> Iterator[Found]:
    for strip in timeline.strips:
        if isinstance(strip, MovieStrip) and strip.source in clips:
            begin = (strip.start - strip.source_start) / timeline.fps
            start, end = strip.source_start / timeline.fps, (strip.end - strip.start + strip.source_start) / timeline.fps
            for piece, since, until in lasting(clips[strip.source], start, end):
                for box in _where(wanted, piece):
                    seen = Camera().see(box.within(strip.box or FULL))
                    yield _found(strip.scene, "clip", strip.id, piece.text, begin + since, begin + until, seen)


def _found(
    scene: str, kind: Literal["capture", "overlay", "clip"], of: str, text: str, start: float, end: float, box: Box
) -> Found:
    rounded = Box(x=round(box.x, 4), y=round(box.y, 4), w=round(box.w, 4), h=round(box.h, 4))
    return Found(scene=scene, kind=kind, of=of, text=text, start=round(start, 3), end=round(end, 3), box=rounded)
