"""The pointer and its clicks as strips: small pictures that move where the camera shows them."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from ..base.geometry import Box, Size, box_of_pixels
from ..capture.take import PointerPoint
from ..layout.camera import camera_at
from ..layout.model import CameraMove
from ..layout.obstacles import merge_spans
from .camera import moves_on_frames
from .frames import fades, strip_fields, strip_frames
from .model import Keyframe, MovieStrip, SceneSpan
from .takes import SceneTakes, Sprite

LINGERS = 0.4
"""Seconds for which the pointer shows before and after it moves."""
STILL = 0.0002
"""A pointer's path may deviate by this fraction of the frame where that saves keys."""

_Path = list[tuple[int, float]]
"""A value by frame."""


def pointer_strips(
    take: SceneTakes, span: SceneSpan, pointer: Sprite | None, touch: Sprite | None, size: Size
) -> Iterator[MovieStrip]:
    """Yield the pointer while it moves and around clicks; elsewhere it would only cost time. `size` is the frame's."""
    moves = moves_on_frames(take.layout.camera_moves, take.schedule.fps)
    for number, (start, end, touched) in enumerate(_pointer_spans(take)):
        sprite = touch if touched else pointer
        if sprite is None:
            continue
        first, last = strip_frames(start, end, take, span)
        dx = (sprite.size[0] / 2 - sprite.hot[0]) / size[0]
        dy = (sprite.size[1] / 2 - sprite.hot[1]) / size[1]
        tips = [
            (frame, *_tip_position(take.pointer.points, moves, (frame - span.start) / take.schedule.fps))
            for frame in range(first, last + 1)
        ]
        xs, ys = [(frame, x + dx) for frame, x, _ in tips], [(frame, y + dy) for frame, _, y in tips]
        yield MovieStrip(
            **strip_fields("pointer", str(number), "Pointer", "Pointer", span, first, last),
            source=sprite.source,
            box=_sprite_box(xs[0][1], ys[0][1], sprite, size),
            opacity=fades(first, last),
            position_x=_keys(xs),
            position_y=_keys(ys),
        )


def ripple_strips(take: SceneTakes, span: SceneSpan, sprite: Sprite | None, size: Size) -> Iterator[MovieStrip]:
    """Yield a ripple at every press; one that the next overtakes is cut short."""
    if sprite is None:
        return
    moves = moves_on_frames(take.layout.camera_moves, take.schedule.fps)
    points = take.pointer.points
    presses = [p for i, p in enumerate(points) if p.pressed and not (i and points[i - 1].pressed)]
    starts = [strip_frames(press.time, press.time, take, span)[0] for press in presses]
    for number, (press, start, following) in enumerate(zip(presses, starts, [*starts[1:], span.end], strict=False)):
        end = min(start + sprite.frames, following, span.end)
        if end > start:
            x, y = _through_camera(moves, press.time, press.x, press.y)
            yield MovieStrip(
                **strip_fields("ripple", str(number), "Click", "Ripple", span, start, end),
                source=sprite.source,
                box=_sprite_box(x, y, sprite, size),
            )


def _pointer_spans(take: SceneTakes) -> Iterator[tuple[float, float, bool]]:
    """Yield the spans in which the pointer shows, and whether a touchscreen is seen in them."""
    touched = take.pointer.touched
    for start, end in _moving_spans(take):
        cuts = sorted({start, end, *(edge for span in touched for edge in span if start < edge < end)})
        for one, other in pairwise(cuts):
            yield one, other, any(since <= one < until for since, until in touched)


def _moving_spans(take: SceneTakes) -> tuple[tuple[float, float], ...]:
    busy = [
        (a.time, b.time) for a, b in pairwise(take.pointer.points) if (a.x, a.y) != (b.x, b.y) or a.pressed or b.pressed
    ]
    grown = [(max(0.0, s - LINGERS), min(take.schedule.duration, e + LINGERS)) for s, e in busy]
    return merge_spans([(s, e) for s, e in grown if e > s], 2 * LINGERS)


def _tip_position(points: tuple[PointerPoint, ...], moves: tuple[CameraMove, ...], time: float) -> tuple[float, float]:
    """Return where the pointer's tip is in the frame at `time`, the camera included."""
    after = bisect_right(points, time, key=lambda point: point.time)
    one, other = points[max(after - 1, 0)], points[min(after, len(points) - 1)]
    length = other.time - one.time
    share = 0.0 if length <= 0 else min(max((time - one.time) / length, 0.0), 1.0)
    return _through_camera(moves, time, one.x + (other.x - one.x) * share, one.y + (other.y - one.y) * share)


def _through_camera(moves: tuple[CameraMove, ...], time: float, x: float, y: float) -> tuple[float, float]:
    camera = camera_at(moves, time)
    return (x - camera.x) * camera.scale + 0.5, (y - camera.y) * camera.scale + 0.5


def _keys(path: _Path) -> tuple[Keyframe, ...]:
    """Return as few keys as describe the path, linear between them."""
    return tuple(Keyframe(frame=frame, value=round(value, 6)) for frame, value in _simplified(path))


def _simplified(path: _Path) -> _Path:
    """Return the path with as few points as stay within `STILL` of it (Ramer, Douglas and Peucker)."""
    if len(path) < 3:
        return path
    (f0, v0), (f1, v1) = path[0], path[-1]
    off = [abs(v - (v0 + (v1 - v0) * (f - f0) / (f1 - f0))) for f, v in path]
    worst = max(range(len(path)), key=off.__getitem__)
    if off[worst] <= STILL:
        return [path[0], path[-1]]
    return _simplified(path[: worst + 1])[:-1] + _simplified(path[worst:])


def _sprite_box(x: float, y: float, sprite: Sprite, size: Size) -> Box:
    """Return the sprite's box, on whole pixels, with its middle at `x`, `y` of the frame."""
    w, h = sprite.size
    return box_of_pixels(round(x * size[0] - w / 2), round(y * size[1] - h / 2), w, h, size)
