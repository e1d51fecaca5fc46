"""Captures in the frame: their windows, the camera's moves, and what of them must stay visible."""

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise

from ..capture.retime import pointer_path, retime, visible_text
from ..capture.take import CaptureTake, StepEvent
from ..capture.window import CONTENT, CONTENT_FULL, PHONE, TABLET, window_around, window_boxes
from ..episode.model import Scene
from ..episode.screen import Capture
from ..geometry import FULL, Box, Camera, Size, camera_on, union
from ..timeline.schedule import SceneSchedule
from ..timeline.views import View
from .model import CameraMove, Shot
from .obstacles import Item

MOVE = 0.6
"""Seconds of a camera move."""
ARRIVES = 0.3
"""The camera stands still so long before the step's effect is seen."""
STAYS = 0.6
"""How long a zoom stays after its step at least."""
STAYS_AT_MOST = 5.0
SOON = 1.0
"""So close to the scene's end the camera does not move back any more."""
POINTER = 40
"""Side in px of what is kept free around the pointer."""


def content_size(scene: Scene, frame: Size, capture: Capture | None = None) -> Size | None:
    """The pixel size at which a capture of this scene is recorded in a film of size `frame`; None without a window."""
    if scene.layout == "narrator-only":
        return None
    device = capture.environment.device if capture else ""
    wide, high = {"phone": PHONE, "tablet": TABLET}.get(device, CONTENT_FULL if scene.layout == "full" else CONTENT)
    return _even(wide * frame[0] / 1920), _even(high * frame[1] / 1080)


def _even(pixels: float) -> int:
    return round(pixels / 2) * 2


class Windows(Box):
    """The box that holds the windows of all captures of a scene where they stand; `own` are theirs, by capture."""

    own: tuple[tuple[str, Box], ...] = ()

    def of(self, capture: str) -> Box:
        """The window of one capture."""
        return dict(self.own).get(capture, self)


def windows(scene: Scene, frame: Size, takes: Mapping[str, CaptureTake]) -> dict[str, Windows]:
    """Where the windows may stand, by side; the first is the one for when it makes no difference."""
    shown = [(c.id, takes[c.id]) for c in scene.captures if c.id in takes]
    if scene.layout == "narrator-only" or not shown:
        return {}
    boxes = {id: window_boxes(take.size, frame, take.shape) for id, take in shown}
    return {side: _held(tuple((id, at[side]) for id, at in boxes.items())) for side in ("centre", "left", "right")}


def _held(own: tuple[tuple[str, Box], ...]) -> Windows:
    whole = union(box for _, box in own)
    return Windows(x=whole.x, y=whole.y, w=whole.w, h=whole.h, own=own)


def shots(schedule: SceneSchedule, window: Windows) -> tuple[Shot, ...]:
    """Every capture of the scene in its window."""
    return tuple(Shot(capture=v.capture, window=window.of(v.capture), start=v.start, end=v.end) for v in schedule.views)


# Camera


def camera_moves(
    scene: Scene, schedule: SceneSchedule, takes: Mapping[str, CaptureTake], window: Windows
) -> tuple[CameraMove, ...]:
    """In before the effect of every step that asks for it, and out again after it."""
    captures = {c.id: c for c in scene.captures}
    moves: list[CameraMove] = []
    for view in schedule.views:
        moves += _moves(captures[view.capture], view, takes[view.capture], schedule, window.of(view.capture))
    return tuple(_thinned(moves))


def blind_zooms(schedule: SceneSchedule, takes: Mapping[str, CaptureTake], window: Windows) -> list[str]:
    """The zooms that show nothing closer, as findings."""
    return [
        f"script.md:{event.line}: the zoom shows nothing closer: {_why_not(event, takes[view.capture])}"
        for view in schedule.views
        for event in takes[view.capture].events
        if (event.zoom or 1.0) > 1.0 and _camera(event, takes[view.capture], window.of(view.capture)) is None
    ]


def _why_not(event: StepEvent, take: CaptureTake) -> str:
    if event.target or brought(event, take):
        return "what the step is about is as large as the screen; zoom at a step that names something smaller"
    return "the step points at nothing and brings no text; zoom at a step that does, like a highlight"


def _moves(capture: Capture, view: View, take: CaptureTake, schedule: SceneSchedule, window: Box) -> list[CameraMove]:
    moves = []
    for number, event in enumerate(take.events):
        camera = _camera(event, take, window)
        if camera is None:
            continue
        comes = max(view.start, retime(view.plan, event.effect) - MOVE - ARRIVES)
        goes = _stays_until(capture, number, take, view, schedule)
        moves += _in_and_out(camera, comes, goes, view, schedule)
    return moves


def _in_and_out(camera: Camera, comes: float, goes: float, view: View, schedule: SceneSchedule) -> list[CameraMove]:
    """Nothing where there is no time for it; never out again just before the scene ends."""
    closer = CameraMove(start=comes, seconds=MOVE, camera=camera)
    if view.end >= schedule.duration and goes > view.end - MOVE - SOON:
        return [closer] if view.end - comes > 2 * MOVE else []
    goes = min(goes, view.end - MOVE)
    return [closer, CameraMove(start=goes, seconds=MOVE, camera=Camera())] if goes >= comes + MOVE else []


def _camera(event: StepEvent, take: CaptureTake, window: Box) -> Camera | None:
    """The view a step asks for: its target, or the text that it brought."""
    if not event.zoom or event.zoom <= 1.0:
        return None
    target = event.target or brought(event, take)
    if target is None:
        return None
    if take.kind == "terminal":
        target = _whole_lines(target, event, take)
    camera = camera_on(target.within(window).grown(0.02, 0.02), event.zoom)
    return camera if camera.scale >= 1.08 else None


def _whole_lines(target: Box, event: StepEvent, take: CaptureTake) -> Box:
    """`target` as wide as the longest line that is on the screen while the step runs: no line is cut off by a zoom."""
    lines = [t.box for v in take.text if event.start < v.time <= event.end + 0.05 for t in v.boxes]
    across = union([target, *lines])
    return Box(x=across.x, y=target.y, w=across.w, h=target.h)


def brought(event: StepEvent, take: CaptureTake) -> Box | None:
    """Where the text is that came with a step."""
    before = [v for v in take.text if v.time <= event.start]
    after = [v for v in take.text if event.start < v.time <= event.end + 0.05]
    old = set(before[-1].boxes) if before else set()
    new = [t.box for v in after for t in v.boxes if t not in old]
    return union(new) if new else None


def _stays_until(capture: Capture, number: int, take: CaptureTake, view: View, schedule: SceneSchedule) -> float:
    """A zoom stays until the step's own `until`, else until the next step begins, within limits."""
    event = take.events[number]
    until = capture.steps[event.index].until if event.index < len(capture.steps) else None
    ends = retime(view.plan, event.end)
    if until:
        return max(schedule.marks[until], ends)
    following = take.events[number + 1 : number + 2]
    comes = retime(view.plan, following[0].start) - MOVE if following else view.end
    return min(max(ends + STAYS, comes), ends + STAYS_AT_MOST)


def _thinned(moves: list[CameraMove]) -> list[CameraMove]:
    """Without going out where the next move in begins before that is over; no two moves at a time."""
    kept: list[CameraMove] = []
    for move in moves:
        if kept and move.start < kept[-1].start + MOVE and kept[-1].camera.scale == 1.0:
            kept.pop()
        if kept and move.start < kept[-1].start + MOVE:
            move = move.model_copy(update={"start": kept[-1].start + MOVE})
        kept.append(move)
    return kept


def camera_at(moves: Iterable[CameraMove], time: float) -> Camera:
    """The view at `time` (seconds of the scene): at rest, or eased between two as Blender does (by a sine)."""
    now = Camera()
    for move in moves:
        if time < move.start:
            break
        share = min((time - move.start) / move.seconds, 1.0)
        now = between(now, move.camera, (1 - math.cos(math.pi * share)) / 2)
    return now


def between(one: Camera, other: Camera, share: float) -> Camera:
    """The view `share` of the way: scale and shift change evenly, as the keys of a strip's transform do."""
    scale = one.scale + (other.scale - one.scale) * share
    shift = [
        a * one.scale + (b * other.scale - a * one.scale) * share
        for a, b in ((one.x - 0.5, other.x - 0.5), (one.y - 0.5, other.y - 0.5))
    ]
    return Camera(scale=scale, x=0.5 + shift[0] / scale, y=0.5 + shift[1] / scale)


# What must stay visible


def footage_items(
    schedule: SceneSchedule,
    takes: Mapping[str, CaptureTake],
    windows: Windows,
    moves: tuple[CameraMove, ...],
    frame: Size,
) -> list[Item]:
    """Visible text, the pointer's path and the window's title, as they lie in the frame through time."""
    items: list[Item] = []
    for view in schedule.views:
        take, window = takes[view.capture], windows.of(view.capture)
        still = _text_items(view, take) + _pointer_items(view, take, window, frame)
        items += [(box.within(window), s, e) for box, s, e in still]
        if not take.shape:
            items.append((_title_box(window, frame), view.start, view.end))
    return [moved for item in items for moved in through_camera(item, moves)]


def _text_items(view: View, take: CaptureTake) -> list[Item]:
    """Each box of text, and the cursor's, from when it appears until it goes, within the time that the capture is in view."""
    open_: dict[Box, float] = {}
    items: list[Item] = []
    for entry in visible_text(take, view.plan, view.start, view.end):
        boxes = {t.box for t in entry.boxes if t.text.strip()} | ({entry.caret} - {None})
        for box in [b for b in open_ if b not in boxes]:
            items.append((box, open_.pop(box), entry.time))
        for box in sorted(boxes, key=lambda b: (b.y, b.x, b.w, b.h)):
            open_.setdefault(box, entry.time)
    items += [(box, start, view.end) for box, start in open_.items()]
    inside = [(box.common(FULL), max(s, view.start), min(e, view.end)) for box, s, e in items]
    return [(box, s, e) for box, s, e in inside if box and e > s]


def _pointer_items(view: View, take: CaptureTake, window: Box, frame: Size) -> list[Item]:
    half = POINTER / 2 / (window.w * frame[0]), POINTER / 2 / (window.h * frame[1])
    items = []
    for one, other in pairwise(pointer_path(take, view.plan)):
        if (one.x, one.y) != (other.x, other.y) or one.pressed:
            swept = union([Box(x=p.x, y=p.y, w=0, h=0) for p in (one, other)]).grown(*half)
            items.append((swept, max(one.time - 0.2, view.start), min(other.time + 0.4, view.end)))
    return items


def _title_box(window: Box, frame: Size) -> Box:
    """The middle of the bar, where the window's title is written."""
    around = window_around(window, frame)
    return Box(x=around.x + 0.25 * around.w, y=around.y, w=0.5 * around.w, h=window.y - around.y)


def through_camera(item: Item, moves: tuple[CameraMove, ...]) -> list[Item]:
    """The item where the camera shows it: cut at the moves; while it moves, all that it sweeps over."""
    box, start, end = item
    edges = sorted({start, end, *(t for m in moves for t in (m.start, m.start + m.seconds) if start < t < end)})
    if not moves:
        return [item]
    return [(_swept(box, s, e, moves), s, e) for s, e in pairwise(edges)]


def _swept(box: Box, start: float, end: float, moves: tuple[CameraMove, ...]) -> Box:
    times = [start + (end - start) * i / 6 for i in range(7)]
    return union([camera_at(moves, t).see(box) for t in times])
