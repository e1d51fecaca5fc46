"""The windows of captures: at which pixel size they are recorded, and where in the frame they may be."""

from collections.abc import Mapping

from ..base.geometry import Box, Size, union
from ..capture.take import CaptureTake
from ..capture.window import CONTENT, CONTENT_FULL, MARGIN, PHONE, TABLET, frame_insets, window_boxes
from ..episode.capture_block import Capture
from ..episode.model import Scene
from ..timing.schedule import SceneSchedule
from .model import CapturePlace

LEAST = 32
"""Pixels that a content has at least, across and down."""


class CaptureWindows(Box):
    """The box that holds the windows of all captures of a scene; `own` are the windows themselves, by capture."""

    own: tuple[tuple[str, Box], ...] = ()

    def of(self, capture: str) -> Box:
        """Return the window of one capture."""
        return dict(self.own).get(capture, self)


def content_size(scene: Scene, frame: Size, capture: Capture | None = None) -> Size | None:
    """Return the pixel size at which a capture of the scene is recorded in a film of size `frame`.

    None where the scene has no window.
    """
    if scene.layout == "narrator-only":
        return None
    device = capture.environment.device if capture else ""
    wide, high = {"phone": PHONE, "tablet": TABLET}.get(device, CONTENT_FULL if scene.layout == "full" else CONTENT)
    scaled, most = scaled_size((wide, high), frame), largest_content(frame, device)
    return min(scaled[0], most[0] // 2 * 2), min(scaled[1], most[1] // 2 * 2)


def largest_content(frame: Size, device: str) -> Size:
    """Return the size of the largest content whose window (or device) has room in a film of size `frame`."""
    around = frame_insets("phone" if device == "phone" else "tablet" if device == "tablet" else "")
    wide = frame[0] - 2 * round(frame[0] * MARGIN) - around.left - around.right
    return wide, frame[1] - around.top - around.bottom


def oversize(capture: Capture, frame: Size) -> str:
    """Return what to say of a capture whose own size has no room in a film of size `frame` ("" where it has)."""
    size, device = capture.environment.size, capture.environment.device
    wide, high = largest_content(frame, device)
    if min(wide, high) < LEAST:
        return f"a film of {frame[0]} x {frame[1]} px has no room for a {device or 'window'}; write a larger width and height"
    if size is None or (size[0] <= wide and size[1] <= high):
        return ""
    return (
        f"size: [{size[0]}, {size[1]}] has no room in a film of {frame[0]} x {frame[1]} px, where a "
        f"{device or 'window'} holds at most [{wide}, {high}]; write a smaller size (and scale:, if letters become too large)"
    )


def scaled_size(size: Size, frame: Size) -> Size:
    """Return `size`, given for a frame of 1920 x 1080 px, for `frame`: even numbers, as video needs them."""
    return round(size[0] * frame[0] / 1920 / 2) * 2, round(size[1] * frame[1] / 1080 / 2) * 2


def window_candidates(scene: Scene, frame: Size, takes: Mapping[str, CaptureTake]) -> dict[str, CaptureWindows]:
    """Return where the windows may be, by side; the first is the one to take when it makes no difference."""
    shown = [(c.id, takes[c.id]) for c in scene.captures if c.id in takes]
    if scene.layout == "narrator-only" or not shown:
        return {}
    boxes = {id: window_boxes(take.size, frame, take.shape) for id, take in shown}
    return {
        side: _enclosing_windows(tuple((id, at[side]) for id, at in boxes.items()))
        for side in ("centre", "left", "right")
    }


def _enclosing_windows(own: tuple[tuple[str, Box], ...]) -> CaptureWindows:
    whole = union(box for _, box in own)
    return CaptureWindows(x=whole.x, y=whole.y, w=whole.w, h=whole.h, own=own)


def capture_places(schedule: SceneSchedule, windows: CaptureWindows) -> tuple[CapturePlace, ...]:
    """Return every capture of the scene in its window."""
    return tuple(
        CapturePlace(capture=s.capture, window=windows.of(s.capture), start=s.start, end=s.end)
        for s in schedule.segments
    )
