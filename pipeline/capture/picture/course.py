"""Where something lies through the frames of a clip, and what the camera sees meanwhile; told only when it changes."""

from collections.abc import Iterable, Iterator

from ...geometry import Box, Camera, Size
from ...model import Frozen


class Stand(Frozen):
    """From `frame` of the clip on, something lies in `box` of the film's frame (or of the picture)."""

    frame: int
    box: Box


class View(Frozen):
    """From `frame` of the clip on, the film shows what `camera` sees."""

    frame: int
    camera: Camera


Course = tuple[Stand, ...]
Views = tuple[View, ...]


def course(boxes: Iterable[Box]) -> Course:
    """`boxes`, one a frame."""
    stands: list[Stand] = []
    for frame, box in enumerate(boxes):
        if not stands or stands[-1].box != box:
            stands.append(Stand(frame=frame, box=box))
    return tuple(stands)


def views(cameras: Iterable[Camera]) -> Views:
    """`cameras`, one a frame."""
    found: list[View] = []
    for frame, camera in enumerate(cameras):
        if not found or found[-1].camera != camera:
            found.append(View(frame=frame, camera=camera))
    return tuple(found)


def boxes(of: Course, frames: int) -> Iterator[Box]:
    """The box of each of so many frames."""
    for stand, end in zip(of, [*(s.frame for s in of[1:]), frames], strict=True):
        yield from [stand.box] * (end - stand.frame)


def box_at(of: Course, frame: int) -> Box:
    """The box of one frame."""
    return next(stand.box for stand in reversed(of) if stand.frame <= frame)


def cameras(of: Views, frames: int) -> Iterator[Camera]:
    """The camera of each of so many frames."""
    for view, end in zip(of, [*(v.frame for v in of[1:]), frames], strict=True):
        yield from [view.camera] * (end - view.frame)


def canvas_around(of: Iterable[Box], margin: int, frame: Size) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in px of what holds all the boxes with `margin` px around, cut at the frame's edges.

    At least 2 x 2 px, even where nothing of it is seen.
    """
    edges = [box.pixels(frame) for box in of]
    left, top = max(0, min(e[0] for e in edges) - margin), max(0, min(e[1] for e in edges) - margin)
    right, bottom = min(frame[0], max(e[2] for e in edges) + margin), min(frame[1], max(e[3] for e in edges) + margin)
    left, top = min(left, frame[0] - 2), min(top, frame[1] - 2)
    return left, top, max(right, left + 2), max(bottom, top + 2)
