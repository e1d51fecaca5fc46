"""What a step points at: spotlights and outlines, from its effect until the next step, where the camera shows it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from ..base.box_track import BoxTrack, box_of_bounds, box_track
from ..base.clock import frame_at
from ..base.geometry import Box, Size, union
from ..base.theme import Theme
from ..capture.take import CaptureTake, StepEvent, entry_at
from ..drawing.outline import OUTLINE, outline_clip_bounds, outline_request
from ..drawing.spotlight import SPOTLIGHT, spotlight_request
from ..layout.camera import new_text_box
from ..layout.model import SceneLayout
from ..timing.retime import JUST_AFTER, retimed_events, scene_time_of
from ..timing.schedule import SceneSchedule
from ..timing.segments import CaptureSegment
from .camera import cameras_on
from .takes import OverlayClip, PendingOverlay

SPOTLIGHT_FIRST = 0.4
"""How much of a spotlight is seen in its first frame: on the word, and not when it has faded in."""
SHORTEST = 1.2
"""Seconds for which something is pointed at, at least."""


def emphases(
    schedule: SceneSchedule, layout: SceneLayout, takes: Mapping[str, CaptureTake], theme: Theme, size: Size
) -> Iterator[PendingOverlay]:
    """Yield every spotlight and every outline of the scene, of each kind one at a time.

    `takes` by capture id; `size` is the film's frame in px.
    """
    fps = schedule.fps
    for segment in schedule.segments:
        take = takes[segment.capture]
        tracks = partial(_tracks, retimed_events(take, segment.plan), segment, schedule, layout, take)
        for step, start, end, track in tracks(lambda event: event.spotlight):
            clip = OverlayClip(
                capture=segment.capture,
                part=f"spotlight-{step}",
                name="Spotlight",
                track="Spotlight",
                start=start,
                end=end,
                first=SPOTLIGHT_FIRST,
            )
            yield PendingOverlay(clip, SPOTLIGHT, spotlight_request(track, theme, size, fps))
        for step, start, end, track in tracks(lambda event: event.action == "highlight"):
            clip = OverlayClip(
                capture=segment.capture,
                part=f"outline-{step}",
                name="Highlight",
                track="Highlight",
                start=start,
                end=end,
                box=box_of_bounds(outline_clip_bounds(track, size), size),
                first=1.0,  # its pen draws it on
            )
            yield PendingOverlay(clip, OUTLINE, outline_request(track, theme, size, fps))


def _tracks(
    events: tuple[StepEvent, ...],
    segment: CaptureSegment,
    schedule: SceneSchedule,
    layout: SceneLayout,
    take: CaptureTake,
    points: Callable[[StepEvent], bool],
) -> Iterator[tuple[int, int, int, BoxTrack]]:
    """Yield step, first and last (exclusive) frame of the scene, and where the target lies, for each step that `points`.

    `events` are the steps in seconds of the scene. A target is no longer pointed at when the next one is.
    """
    numbers = [i for i, event in enumerate(events) if points(event)]
    spans = [_frame_span(i, events, take, segment, schedule) for i in numbers]
    window = layout.windows[segment.capture]
    for i, (start, end), following in zip(numbers, spans, [*spans[1:], None], strict=False):
        end = min(end, following[0]) if following else end
        target = _target_box(take.events[i], take)
        if target and end > start:
            cameras = cameras_on(layout.camera_moves, range(start, end), schedule.fps)
            track = box_track(camera.see(target.within(window)) for camera in cameras)
            yield events[i].index, start, end, track


def _frame_span(
    number: int, events: tuple[StepEvent, ...], take: CaptureTake, segment: CaptureSegment, schedule: SceneSchedule
) -> tuple[int, int]:
    """Return the frames of the scene from a step's effect until its own `until`, else until the next step."""
    event, fps = events[number], schedule.fps
    following = take.events[number + 1 : number + 2]
    next_step = scene_time_of(segment.plan, following[0].start + JUST_AFTER) if following else segment.end
    until = schedule.marks.get(event.until or "", next_step)
    start = max(event.effect, segment.start)
    return frame_at(start, fps), frame_at(min(max(until, start + SHORTEST), segment.end), fps)


def _target_box(event: StepEvent, take: CaptureTake) -> Box | None:
    """Return what a step is about; of whole lines of text (a terminal's, an editor's) only the part with letters."""
    target = event.target or new_text_box(event, take)
    if target is None or take.kind not in ("terminal", "editor"):
        return target
    return _written_part(target, _text_boxes_at(take, event.end)) or target


def _text_boxes_at(take: CaptureTake, time: float) -> Iterable[Box]:
    entry = entry_at(take.text, time)
    return [t.box for t in entry.boxes if t.text.strip()] if entry else []


def _written_part(target: Box, text: Iterable[Box]) -> Box | None:
    inside = [target.common(box) for box in text if target.y <= box.centre[1] <= target.bottom]
    written = [part for part in inside if part]
    return union(written) if written else None
