"""The camera on the grid of frames: the keys of its moves, and what it sees at a frame, exactly as Blender shows it."""

from collections.abc import Iterable

from ..clock import frame_at, seconds_at
from ..geometry import Camera
from ..layout.footage import camera_at
from ..layout.model import CameraMove
from .model import CameraKey


def on_grid(moves: Iterable[CameraMove], fps: int) -> tuple[CameraMove, ...]:
    """The moves as keys can hold them: each begins on a frame and lasts whole frames."""
    return tuple(
        move.model_copy(
            update={
                "start": seconds_at(frame_at(move.start, fps), fps),
                "seconds": seconds_at(max(1, frame_at(move.seconds, fps)), fps),
            }
        )
        for move in moves
    )


def views_on(moves: Iterable[CameraMove], frames: Iterable[int], fps: int) -> list[Camera]:
    """What is seen on each of `frames` of the scene."""
    keyed = on_grid(moves, fps)
    return [camera_at(keyed, seconds_at(frame, fps)) for frame in frames]


def camera_keys(moves: tuple[CameraMove, ...], first: int, last: int, fps: int, origin: int) -> tuple[CameraKey, ...]:
    """Two keys for every move that begins on frames `first` to `last` (exclusive) of the scene: where the view was, and
    where it goes. The keys' frames are those of the film, in which the scene starts at `origin`."""
    keys: list[CameraKey] = []
    for move in on_grid(moves, fps):
        start = frame_at(move.start, fps)
        if first <= start < last:
            (now,), there = views_on(moves, [start], fps), move.camera
            keys.append(CameraKey(frame=origin + start, scale=now.scale, x=now.x, y=now.y))
            end = origin + start + frame_at(move.seconds, fps)
            keys.append(CameraKey(frame=end, scale=there.scale, x=there.x, y=there.y))
    return tuple({k.frame: k for k in keys}.values())
