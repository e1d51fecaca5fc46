"""All that a timeline is resolved from: what was scheduled and laid out, and the files that were made for it."""

from collections.abc import Mapping

from ..capture.retime import pointer_path
from ..capture.take import CaptureTake
from ..geometry import Box, Size
from ..layout.model import SceneLayout
from ..model import Frozen
from .schedule import SceneSchedule


class Sprite(Frozen):
    """A small picture that moves: `hot` is the pixel of it that points, `frames` how long it plays."""

    source: str
    size: Size
    hot: tuple[float, float]
    frames: int = 1


class PointerPath(Frozen):
    """Where the pointer is: (seconds of the scene, x, y, pressed), as fractions of the frame before the camera.

    In the spans of `touched` (seconds of the scene) a screen is seen that is touched: a phone, a tablet.
    """

    points: tuple[tuple[float, float, float, bool], ...] = ()
    touched: tuple[tuple[float, float], ...] = ()


class Patch(Frozen):
    """A clip over a scene's footage, on frames `start` to `end` of the scene (which may reach into the crosses at its ends).

    `box` is where it lies (None: it fills the frame). `fades`: it comes and goes softly.
    """

    id: str
    name: str
    track: str
    start: int
    end: int
    source: str = ""
    box: Box | None = None
    fades: bool = True


class SceneTakes(Frozen):
    """A scene and its files. All sources are relative to the episode's folder.

    `plate` is the opaque background (one frame, held); `footage` by capture id begins at `footage_span(...).first`;
    `narrators` by character id begin with the scene; `voices` by line id; `clips` by clip id, drawn for the frames in which they show;
    `images` by overlay file, drawn at the
    size of their box.
    """

    schedule: SceneSchedule
    layout: SceneLayout
    plate: str
    footage: Mapping[str, str] = {}
    narrators: Mapping[str, str] = {}
    voices: Mapping[str, str] = {}
    images: Mapping[str, str] = {}
    clips: Mapping[str, str] = {}
    pointer: PointerPath = PointerPath()
    patches: tuple[Patch, ...] = ()


class Takes(Frozen):
    """The film's scenes in order, and the sprites; `touch` is the pointer of screens that are touched."""

    scenes: tuple[SceneTakes, ...]
    pointer: Sprite | None = None
    touch: Sprite | None = None
    ripple: Sprite | None = None


def pointer_in_frame(
    schedule: SceneSchedule, layout: SceneLayout, captures: Mapping[str, CaptureTake]
) -> PointerPath:
    """The pointer's path over all captures of a scene, where their windows stand."""
    windows = {shot.capture: shot.window for shot in layout.shots}
    points: list[tuple[float, float, float, bool]] = []
    for view in schedule.views:
        window = windows[view.capture]
        for p in pointer_path(captures[view.capture], view.plan):
            if view.start <= p.time <= view.end:
                points.append((p.time, window.x + p.x * window.w, window.y + p.y * window.h, p.pressed))
    touched = tuple((view.start, view.end) for view in schedule.views if captures[view.capture].shape)
    return PointerPath(points=tuple(points), touched=touched)
