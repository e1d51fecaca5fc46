"""The stretches of footage that the camera sees close up."""

from ..capture.picture.course import Views, views
from ..layout.model import SceneLayout
from ..model import Frozen
from .camera import views_on
from .frames import runs

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
    close = runs(camera.scale > CLOSER for camera in cameras)
    return tuple(
        CloseUp(number=i, start=first + a, end=first + b, views=views(cameras[a:b])) for i, (a, b) in enumerate(close)
    )
