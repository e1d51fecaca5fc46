"""The camera of a scene: its moves to what steps ask to be seen close up, and what it sees at a time."""

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise

from ..base.clock import Span
from ..base.errors import FilmFinding
from ..base.geometry import Box, Camera, camera_on, union
from ..capture.take import CaptureTake, StepEvent, VisibleText, entry_at
from ..episode.capture_block import Capture
from ..episode.model import Scene
from ..timing.retime import scene_time_of
from ..timing.schedule import SceneSchedule
from ..timing.segments import CaptureSegment
from .capture_windows import CaptureWindows
from .model import CameraMove
from .obstacles import ObstacleItem

MOVE = 0.6
"""Seconds of a camera move."""
ARRIVAL_LEAD = 0.3
"""Seconds for which the camera is still before the step's effect is seen."""
STAY_SECONDS = 0.6
"""Seconds for which a zoom stays at least after its step is over."""
MAX_STAY_SECONDS = 5.0
"""Seconds for which it stays at most, unless the author says until when."""
REST_SECONDS = 0.15
"""Seconds for which the camera is still, back at rest, before the effect of the next step that has a mark."""
SOON = 1.0
"""Seconds before the scene's end from which the camera does not move back any more."""
LEAST_SCALE = 1.08
"""A zoom that would enlarge less than this is left out."""
LEAST_WITH_LINES = 1.25
"""A zoom enlarges at least so much, or whole lines of a target are not taken into view for it."""
EDGE = 0.02
"""How much is seen around a zoom's target (fraction of the frame)."""
CLEAR = 0.004
"""How far a text stays from the edge of a view (fraction of the frame)."""
TEXT_DELAY = 0.05
"""Text that comes so many seconds after a step's end still belongs to the step."""


def camera_moves(
    scene: Scene, schedule: SceneSchedule, takes: Mapping[str, CaptureTake], windows: CaptureWindows
) -> tuple[CameraMove, ...]:
    """Return the moves of a scene: in before the effect of every step that asks for a zoom, and out again after it."""
    captures = {c.id: c for c in scene.captures}
    moves: list[CameraMove] = []
    for segment in schedule.segments:
        capture, take = captures[segment.capture], takes[segment.capture]
        moves += _capture_moves(capture, segment, take, schedule, windows.of(segment.capture))
    return tuple(_without_overlaps(moves))


def blind_zooms(
    schedule: SceneSchedule, takes: Mapping[str, CaptureTake], windows: CaptureWindows
) -> list[FilmFinding]:
    """Return a finding for every zoom that shows nothing closer."""
    return [
        FilmFinding(f"the zoom shows nothing closer: {_zoom_advice(event, takes[segment.capture])}", event.line)
        for segment in schedule.segments
        for event in takes[segment.capture].events
        if (event.zoom or 1.0) > 1.0
        and _zoom_camera(event, takes[segment.capture], windows.of(segment.capture)) is None
    ]


def _zoom_advice(event: StepEvent, take: CaptureTake) -> str:
    if event.target or new_text_box(event, take):
        return "what the step is about is as large as the screen; zoom at a step that names something smaller"
    return "the step points at nothing and brings no text; zoom at a step that does, like a highlight"


def _capture_moves(
    capture: Capture, segment: CaptureSegment, take: CaptureTake, schedule: SceneSchedule, window: Box
) -> list[CameraMove]:
    moves = []
    for number, event in enumerate(take.events):
        camera = _zoom_camera(event, take, window)
        if camera is None:
            continue
        start = max(segment.start, scene_time_of(segment.plan, event.effect) - MOVE - ARRIVAL_LEAD)
        end = _zoom_end(capture, number, take, segment, schedule)
        moves += _in_and_out(camera, start, end, segment, schedule)
    return moves


def _in_and_out(
    camera: Camera, start: float, end: float, segment: CaptureSegment, schedule: SceneSchedule
) -> list[CameraMove]:
    """Return the moves to `camera` and back; none where there is no time for it, none back just before the scene ends."""
    closer = CameraMove(start=start, seconds=MOVE, camera=camera)
    if segment.end >= schedule.duration and end > segment.end - MOVE - SOON:
        return [closer] if segment.end - start > 2 * MOVE else []
    end = min(end, segment.end - MOVE)
    return [closer, CameraMove(start=end, seconds=MOVE, camera=Camera())] if end >= start + MOVE else []


def _zoom_camera(event: StepEvent, take: CaptureTake, window: Box) -> Camera | None:
    """Return the view a step asks for: of its target, or of the text that it brought; None where it is no closer."""
    if not event.zoom or event.zoom <= 1.0:
        return None
    target = event.target or new_text_box(event, take)
    if target is None:
        return None
    if take.kind == "terminal":
        target = _whole_lines(target, event, take)
    seen = entry_at(take.text, event.end)
    texts = [text.box.within(window) for text in (seen.boxes if seen else ()) if text.text.strip()]
    held = target.within(window).grown(EDGE, EDGE)
    camera = camera_on(held, event.zoom)
    if take.kind in ("terminal", "editor"):
        rows = camera_on(union([held, *(t.grown(EDGE, 0) for t in texts if _on_same_line(t, held))]), event.zoom)
        camera = rows if rows.scale >= min(event.zoom, LEAST_WITH_LINES) else camera
    return _without_cuts(camera, held, texts) if camera.scale >= LEAST_SCALE else None


def _on_same_line(text: Box, target: Box) -> bool:
    return target.y + EDGE < text.centre[1] < target.bottom - EDGE


def _without_cuts(camera: Camera, target: Box, texts: list[Box]) -> Camera:
    """Return the view moved as far as its `target` allows, so that it cuts few of the `texts`, and hardly any at its beginning."""
    half = 0.5 / camera.scale
    beside = [(t.x, t.right) for t in texts if t.y < camera.y + half and t.bottom > camera.y - half]
    x = _least_cut(camera.x, half, (target.x, target.right), beside)
    below = [(t.y, t.bottom) for t in texts if t.x < x + half and t.right > x - half]
    return Camera(scale=camera.scale, x=x, y=_least_cut(camera.y, half, (target.y, target.bottom), below))


def _least_cut(centre: float, half: float, target: Span, spans: list[Span]) -> float:
    """Return the middle of a view of twice `half` that holds `target` and cuts the fewest of `spans`, near `centre` else."""
    low, high = max(half, target[1] - half), min(1 - half, target[0] + half)
    edges = [middle for start, end in spans for middle in (start - CLEAR + half, end + CLEAR - half)]

    def cuts(middle: float) -> tuple[float, float]:
        begun = sum(start < middle - half < end for start, end in spans)
        return 1.5 * begun + sum(start < middle + half < end for start, end in spans), abs(middle - centre)

    return min((centre, *(middle for middle in edges if low <= middle <= high)), key=cuts)


def _whole_lines(target: Box, event: StepEvent, take: CaptureTake) -> Box:
    """Return `target` as wide as the longest line on the screen while the step runs, so that no line is cut off."""
    across = union([target, *(t.box for entry in _text_during(event, take) for t in entry.boxes)])
    return Box(x=across.x, y=target.y, w=across.w, h=target.h)


def new_text_box(event: StepEvent, take: CaptureTake) -> Box | None:
    """Return where the text is that came with a step; None where none came."""
    before = entry_at(take.text, event.start)
    old = set(before.boxes) if before else set()
    new = [t.box for entry in _text_during(event, take) for t in entry.boxes if t not in old]
    return union(new) if new else None


def _text_during(event: StepEvent, take: CaptureTake) -> list[VisibleText]:
    return [entry for entry in take.text if event.start < entry.time <= event.end + TEXT_DELAY]


def _zoom_end(
    capture: Capture, number: int, take: CaptureTake, segment: CaptureSegment, schedule: SceneSchedule
) -> float:
    """Return when a zoom ends: at the step's own `until`, else when the next step begins, within limits.

    The camera is still again before the effect of the next step that has a mark: what a word announces is not missed.
    """
    event = take.events[number]
    until = capture.steps[event.index].until if event.index < len(capture.steps) else None
    step_end = scene_time_of(segment.plan, event.end)
    if until:
        return max(schedule.marks[until], step_end)
    following = take.events[number + 1 :]
    next_move = scene_time_of(segment.plan, following[0].start) - MOVE if following else segment.end
    end = min(max(step_end + STAY_SECONDS, next_move), step_end + MAX_STAY_SECONDS)
    marked = next((later for later in following if later.at), None)
    if marked is None:
        return end
    return max(step_end, min(end, scene_time_of(segment.plan, marked.effect) - MOVE - REST_SECONDS))


def _without_overlaps(moves: list[CameraMove]) -> list[CameraMove]:
    """Return the moves one after another; where the next move in begins too early, the move out before it is left out."""
    kept: list[CameraMove] = []
    for move in moves:
        if kept and move.start < kept[-1].start + MOVE and kept[-1].camera.scale == 1.0:
            kept.pop()
        if kept and move.start < kept[-1].start + MOVE:
            move = move.model_copy(update={"start": kept[-1].start + MOVE})
        kept.append(move)
    return kept


def camera_at(moves: Iterable[CameraMove], time: float) -> Camera:
    """Return the view at `time` (seconds of the scene): at rest, or eased between two as Blender does (by a sine)."""
    now = Camera()
    for move in moves:
        if time < move.start:
            break
        share = min((time - move.start) / move.seconds, 1.0)
        now = interpolate_cameras(now, move.camera, (1 - math.cos(math.pi * share)) / 2)
    return now


def interpolate_cameras(one: Camera, other: Camera, share: float) -> Camera:
    """Return the view `share` of the way: scale and shift change evenly, as the keys of a strip's transform do."""
    scale = one.scale + (other.scale - one.scale) * share
    shift = [
        a * one.scale + (b * other.scale - a * one.scale) * share
        for a, b in ((one.x - 0.5, other.x - 0.5), (one.y - 0.5, other.y - 0.5))
    ]
    return Camera(scale=scale, x=0.5 + shift[0] / scale, y=0.5 + shift[1] / scale)


def through_camera(item: ObstacleItem, moves: tuple[CameraMove, ...]) -> list[ObstacleItem]:
    """Return the item where the camera shows it: cut at the moves; while it moves, all that it sweeps over."""
    box, start, end = item
    if not moves:
        return [item]
    edges = sorted({start, end, *(t for m in moves for t in (m.start, m.start + m.seconds) if start < t < end)})
    return [(_swept_box(box, s, e, moves), s, e) for s, e in pairwise(edges)]


def _swept_box(box: Box, start: float, end: float, moves: tuple[CameraMove, ...]) -> Box:
    times = [start + (end - start) * i / 6 for i in range(7)]
    return union([camera_at(moves, t).see(box) for t in times])
