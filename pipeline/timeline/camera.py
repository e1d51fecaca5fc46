"""The camera on the grid of frames: its keys, and what it sees on each frame, exactly as Blender shows it."""

from collections.abc import Iterable

from ..base.box_track import CameraPath, camera_path
from ..base.clock import frame_at, on_frame, seconds_at
from ..base.frozen import Frozen
from ..base.geometry import Camera
from ..layout.camera import camera_at
from ..layout.model import CameraMove, SceneLayout
from .frames import true_runs
from .model import CameraKeyframe

LEAST_SCALE = 1.0005
"""A scale from which the camera is close: less is not seen."""


class CloseUp(Frozen):
    """Frames `start` to `end` (exclusive) of the scene are seen through `cameras`."""

    number: int
    start: int
    end: int
    cameras: CameraPath


def moves_on_frames(moves: Iterable[CameraMove], fps: int) -> tuple[CameraMove, ...]:
    """Return the moves as keys can hold them: each begins on a frame and lasts whole frames."""
    return tuple(
        move.model_copy(
            update={
                "start": on_frame(move.start, fps),
                "seconds": seconds_at(max(1, frame_at(move.seconds, fps)), fps),
            }
        )
        for move in moves
    )


def cameras_on(moves: Iterable[CameraMove], frames: Iterable[int], fps: int) -> list[Camera]:
    """Return what is seen on each of `frames` of the scene."""
    keyed = moves_on_frames(moves, fps)
    return [camera_at(keyed, seconds_at(frame, fps)) for frame in frames]


def camera_keys(
    moves: tuple[CameraMove, ...], first: int, last: int, fps: int, origin: int
) -> tuple[CameraKeyframe, ...]:
    """Return two keys for every move that begins on frames `first` to `last` (exclusive) of the scene.

    One says what was seen before the move, the other what is seen after it. The keys' frames are those of the film, in
    which the scene starts at `origin`.
    """
    keyed = moves_on_frames(moves, fps)
    keys: list[CameraKeyframe] = []
    for move in keyed:
        start = frame_at(move.start, fps)
        if first <= start < last:
            end = start + frame_at(move.seconds, fps)
            keys += [_key(origin + start, camera_at(keyed, move.start)), _key(origin + end, move.camera)]
    return tuple({key.frame: key for key in keys}.values())


def close_ups(layout: SceneLayout, first: int, last: int, fps: int) -> tuple[CloseUp, ...]:
    """Return every stretch between frames `first` and `last` (exclusive) of the scene in which the camera is close."""
    cameras = cameras_on(layout.camera_moves, range(first, last), fps)
    runs = true_runs(camera.scale > LEAST_SCALE for camera in cameras)
    return tuple(
        CloseUp(number=i, start=first + start, end=first + end, cameras=camera_path(cameras[start:end]))
        for i, (start, end) in enumerate(runs)
    )


def _key(frame: int, camera: Camera) -> CameraKeyframe:
    return CameraKeyframe(frame=frame, scale=camera.scale, x=camera.x, y=camera.y)
