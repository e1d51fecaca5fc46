"""The stretches of footage that the camera sees close up."""

from itertools import pairwise

from ..capture.picture.course import Views, views
from ..layout.model import SceneLayout
from ..model import Frozen
from .camera import views_on

CLOSER = 1.0005
"""A scale from which the camera is close: less is not seen."""


class CloseUp(Frozen):
    """Frames `start` to `end` of the scene are seen through `views`."""

    number: int
    start: int
    end: int
    views: Views


def close_ups(layout: SceneLayout, first: int, last: int, fps: int) -> tuple[CloseUp, ...]:
    """Every stretch between frames `first` and `last` (exclusive) of the scene in which the camera is close."""
    frames = range(first, last)
    cameras = views_on(layout.cameras, frames, fps)
    close = [camera.scale > CLOSER for camera in cameras]
    cuts = [0, *(i for i in range(1, len(close)) if close[i] != close[i - 1]), len(close)]
    spans = [(a, b) for a, b in pairwise(cuts) if b > a and close[a]]
    return tuple(
        CloseUp(number=i, start=first + a, end=first + b, views=views(cameras[a:b])) for i, (a, b) in enumerate(spans)
    )
