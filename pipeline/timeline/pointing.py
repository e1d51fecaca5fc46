"""The pointer and its clicks on the film: small pictures that move where the camera shows them."""

from collections.abc import Iterable
from itertools import pairwise

from ..geometry import Box, Size, box_of_pixels
from ..layout.footage import camera_at
from ..layout.obstacles import merged
from .camera import on_grid
from .frames import fades, head, strip_frames
from .model import Key, MovieStrip, SceneSpan
from .takes import SceneTakes, Sprite

LINGERS = 0.4
"""Seconds for which the pointer shows before and after it moves."""
STILL = 0.0002
"""A pointer's path may deviate so little (fraction of the frame) for fewer keys."""


def pointer(
    take: SceneTakes, span: SceneSpan, arrow: Sprite | None, touch: Sprite | None, size: Size
) -> Iterable[MovieStrip]:
    """The pointer while it moves and around clicks; elsewhere it would only cost time."""
    for number, (start, end, touched) in enumerate(_stretches(take)):
        sprite = touch if touched else arrow
        if sprite is None:
            continue
        first, last = strip_frames(start, end, take, span)
        path = [(f, *_tip(take, (f - span.start) / take.schedule.fps)) for f in range(first, last + 1)]
        centred = [
            (
                f,
                x + (sprite.size[0] / 2 - sprite.hot[0]) / size[0],
                y + (sprite.size[1] / 2 - sprite.hot[1]) / size[1],
            )
            for f, x, y in path
        ]
        yield MovieStrip(
            **head(f"pointer/{number}", "Pointer", "Pointer", span, first, last),
            source=sprite.source,
            box=_around(centred[0][1], centred[0][2], sprite, size),
            opacity=fades(first, last),
            position_x=_keys([(f, x) for f, x, _ in centred]),
            position_y=_keys([(f, y) for f, _, y in centred]),
        )


def _stretches(take: SceneTakes) -> Iterable[tuple[float, float, bool]]:
    """When it moves, cut where a screen that is touched comes or goes; and whether this one is touched."""
    touched = take.pointer.touched
    for start, end in _moving(take):
        cuts = sorted({start, end, *(edge for span in touched for edge in span if start < edge < end)})
        for one, other in pairwise(cuts):
            yield one, other, any(begun <= one < ended for begun, ended in touched)


def _moving(take: SceneTakes) -> tuple[tuple[float, float], ...]:
    points = take.pointer.points
    busy = [(a[0], b[0]) for a, b in pairwise(points) if a[1:3] != b[1:3] or a[3] or b[3]]
    grown = [(max(0.0, s - LINGERS), min(take.schedule.duration, e + LINGERS)) for s, e in busy]
    return merged([(s, e) for s, e in grown if e > s], 2 * LINGERS)


def _tip(take: SceneTakes, time: float) -> tuple[float, float]:
    """Where the pointer's tip is in the frame at `time`, the camera included."""
    points = take.pointer.points
    after = next((i for i, p in enumerate(points) if p[0] > time), len(points))
    one, other = points[max(after - 1, 0)], points[min(after, len(points) - 1)]
    share = 0.0 if other[0] <= one[0] else min(max((time - one[0]) / (other[0] - one[0]), 0.0), 1.0)
    return _seen(take, time, one[1] + (other[1] - one[1]) * share, one[2] + (other[2] - one[2]) * share)


def _seen(take: SceneTakes, time: float, x: float, y: float) -> tuple[float, float]:
    camera = camera_at(on_grid(take.layout.cameras, take.schedule.fps), time)
    return (x - camera.x) * camera.scale + 0.5, (y - camera.y) * camera.scale + 0.5


def _keys(path: list[tuple[int, float]]) -> tuple[Key, ...]:
    """As few keys as describe the path (Ramer, Douglas and Peucker), linear between them."""
    kept = _simplified(path)
    return tuple(Key(frame=f, value=round(v, 6)) for f, v in kept)


def _simplified(path: list[tuple[int, float]]) -> list[tuple[int, float]]:
    if len(path) < 3:
        return path
    (f0, v0), (f1, v1) = path[0], path[-1]
    off = [abs(v - (v0 + (v1 - v0) * (f - f0) / (f1 - f0))) for f, v in path]
    worst = max(range(len(path)), key=off.__getitem__)
    if off[worst] <= STILL:
        return [path[0], path[-1]]
    return _simplified(path[: worst + 1])[:-1] + _simplified(path[worst:])


def _around(x: float, y: float, sprite: Sprite, size: Size) -> Box:
    w, h = sprite.size
    return box_of_pixels(round(x * size[0] - w / 2), round(y * size[1] - h / 2), w, h, size)


def ripples(take: SceneTakes, span: SceneSpan, sprite: Sprite | None, size: Size) -> Iterable[MovieStrip]:
    """A ripple at every press; one that the next overtakes is cut short."""
    if sprite is None:
        return
    points = take.pointer.points
    presses = [b for a, b in pairwise(((0.0, 0.0, 0.0, False), *points)) if b[3] and not a[3]]
    starts = [strip_frames(p[0], p[0], take, span)[0] for p in presses]
    for number, (press, start, following) in enumerate(zip(presses, starts, [*starts[1:], span.end], strict=False)):
        end = min(start + sprite.frames, following, span.end)
        if end > start:
            x, y = _seen(take, press[0], press[1], press[2])
            yield MovieStrip(
                **head(f"ripple/{number}", "Click", "Ripple", span, start, end),
                source=sprite.source,
                box=_around(x, y, sprite, size),
            )
