"""Where something lies in each frame of a clip, and what the camera sees meanwhile: keys, at the frames where it changes."""

from collections.abc import Iterable, Iterator

from .frozen import Frozen
from .geometry import Box, Camera, Size, box_of_pixels


class BoxKey(Frozen):
    """From `frame` of the clip on, something lies in `box` of the film's frame (or of the picture)."""

    frame: int
    box: Box


class CameraView(Frozen):
    """From `frame` of the clip on, the film shows what `camera` sees."""

    frame: int
    camera: Camera


type BoxTrack = tuple[BoxKey, ...]
type CameraPath = tuple[CameraView, ...]


def box_track(boxes: Iterable[Box]) -> BoxTrack:
    """Return the keys of `boxes`, one a frame; `track_boxes` gives the boxes back."""
    keys: list[BoxKey] = []
    for frame, box in enumerate(boxes):
        if not keys or keys[-1].box != box:
            keys.append(BoxKey(frame=frame, box=box))
    return tuple(keys)


def camera_path(cameras: Iterable[Camera]) -> CameraPath:
    """Return the keys of `cameras`, one a frame; `path_cameras` gives the cameras back."""
    views: list[CameraView] = []
    for frame, camera in enumerate(cameras):
        if not views or views[-1].camera != camera:
            views.append(CameraView(frame=frame, camera=camera))
    return tuple(views)


def track_boxes(track: BoxTrack, frames: int) -> Iterator[Box]:
    """Yield the box of each of `frames` frames."""
    for key, end in zip(track, [*(k.frame for k in track[1:]), frames], strict=True):
        yield from [key.box] * (end - key.frame)


def box_at(track: BoxTrack, frame: int) -> Box:
    """Return the box at `frame`."""
    return next(key.box for key in reversed(track) if key.frame <= frame)


def path_cameras(path: CameraPath, frames: int) -> Iterator[Camera]:
    """Yield the camera of each of `frames` frames."""
    for view, end in zip(path, [*(v.frame for v in path[1:]), frames], strict=True):
        yield from [view.camera] * (end - view.frame)


def box_of_bounds(bounds: tuple[int, int, int, int], frame: Size) -> Box:
    """Return the box of left, top, right, bottom in px of the frame."""
    left, top, right, bottom = bounds
    return box_of_pixels(left, top, right - left, bottom - top, frame)


def clip_bounds(boxes: Iterable[Box], margin: int, frame: Size) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom in px of what holds all `boxes` with `margin` px around, cut at the frame's edges.

    It is at least 2 x 2 px large, even where none of it is visible.
    """
    edges = [box.pixels(frame) for box in boxes]
    left, top = max(0, min(e[0] for e in edges) - margin), max(0, min(e[1] for e in edges) - margin)
    right, bottom = min(frame[0], max(e[2] for e in edges) + margin), min(frame[1], max(e[3] for e in edges) + margin)
    left, top = min(left, frame[0] - 2), min(top, frame[1] - 2)
    return left, top, max(right, left + 2), max(bottom, top + 2)
