"""The camera on the grid of frames: its keys, and what it sees on each frame, exactly as Blender shows it."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ..base.box_track import CameraPath, camera_path
from ..base.clock import frame_at, on_frame, seconds_at
from ..base.frozen import Frozen
from ..base.geometry import FULL, Box, Camera
from ..layout.camera import camera_at, interpolate_cameras
from ..layout.model import CameraMove, SceneLayout
from .frames import true_runs
from .model import CameraKeyframe, Keyframe, MovieStrip

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


def box_on(strip: MovieStrip, frame: int) -> Box:
    """Return where a movie strip lies at a frame of the film (a fraction of the film's frame)."""
    box = strip.box or FULL
    if strip.position_x:
        x, y = value_on(strip.position_x, frame), value_on(strip.position_y, frame)
        return Box(x=x - box.w / 2, y=y - box.h / 2, w=box.w, h=box.h)
    return camera_on_frame(strip.camera, frame).see(box) if strip.camera else box


def camera_on_frame(keys: Sequence[CameraKeyframe], frame: int) -> Camera:
    """Return what keys (at least one) show on a frame: eased between two of them by a sine, as Blender does."""
    before, after, share = _between(keys, frame)
    eased = (1 - math.cos(math.pi * share)) / 2
    one, other = (Camera(scale=key.scale, x=key.x, y=key.y) for key in (before, after))
    return interpolate_cameras(one, other, eased)


def value_on(keys: Sequence[Keyframe], frame: int) -> float:
    """Return the value of keys (at least one) on a frame, linear between them."""
    before, after, share = _between(keys, frame)
    return before.value + (after.value - before.value) * share


def camera_rests(strip: MovieStrip, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans between frames `start` and `end` (exclusive) in which nothing moves a strip through its camera."""
    for one, other in pairwise(strip.camera):
        if (one.scale, one.x, one.y) != (other.scale, other.x, other.y):
            if one.frame > start:
                yield start, min(one.frame, end)
            start = max(start, other.frame)
    if end > start:
        yield start, end


def _between[K: (Keyframe, CameraKeyframe)](keys: Sequence[K], frame: int) -> tuple[K, K, float]:
    """Return the keys before and after a frame, and which share (0..1) of the way from one to the other it is."""
    before = max((k for k in keys if k.frame <= frame), key=lambda k: k.frame, default=min(keys, key=lambda k: k.frame))
    after = min((k for k in keys if k.frame > frame), key=lambda k: k.frame, default=before)
    share = (frame - before.frame) / (after.frame - before.frame) if after.frame > before.frame <= frame else 0.0
    return before, after, share


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
