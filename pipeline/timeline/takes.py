"""All that a timeline is resolved from: what was scheduled and laid out, and the files that were made for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..base.frozen import Frozen
from ..base.geometry import Box, Size
from ..capture.take import CaptureTake, PointerPoint
from ..drawing.drawn_clip import DrawnClip
from ..jobs.recipe import Recipe
from ..layout.model import SceneLayout
from ..timing.retime import retimed_events, retimed_pointer, with_their_pictures
from ..timing.schedule import SceneSchedule


class Sprite(Frozen):
    """A small picture that moves: `hot` is the pixel of it that points, `frames` how long it plays."""

    source: str
    size: Size
    hot: tuple[float, float]
    frames: int = 1


class PointerPath(Frozen):
    """Where the pointer is in a scene: `points` in seconds of it, as fractions of the frame before the camera.

    In the spans of `touched` (seconds of the scene) a touchscreen is seen: a phone or a tablet.
    """

    points: tuple[PointerPoint, ...] = ()
    touched: tuple[tuple[float, float], ...] = ()


class OverlayClip(Frozen):
    """A clip over the footage of `capture`, on frames `start` to `end` of the scene (which may reach into its crosses).

    `part` names it among the capture's clips. `box` is where it lies (None: it fills the frame). `source` is its file,
    relative to the episode ("": not made yet). `fades`: it fades in and out; `first`: how much of it is
    seen in its first frame (1: it comes in by itself).
    """

    capture: str
    part: str
    name: str
    track: str
    start: int
    end: int
    source: str = ""
    box: Box | None = None
    fades: bool = True
    first: float = 0.0


@dataclass(frozen=True)
class PendingOverlay:
    """A clip over footage that `recipe` still has to make from `request`."""

    clip: OverlayClip
    recipe: Recipe[Any, DrawnClip]
    request: Frozen


class PlacedSound(Frozen):
    """A piece of music or an effect on frames `start` to `end` of the film; `id` is its strip's, `source` its file.

    While somebody speaks, it is `duck` dB softer.
    """

    id: str
    scene: str
    name: str
    track: str
    start: int
    end: int
    source: str
    duck: float = 0.0


class SceneTakes(Frozen):
    """A scene and its files. All sources are relative to the episode's folder.

    `plate` is the opaque background (one frame, held); `footage` by capture id begins at `footage_span(...).first`;
    `narrators` by character id begin with the scene; `voices` are by line id; `clips`, by clip id, are drawn for the
    frames in which they show; `images`, by the overlay's file, are drawn at the size of their box; `lettering`, by overlay
    and part (``title/text``), are pictures of the texts that no text strip can show; `effects` is the recording of all its
    effects ("": it has none).
    """

    schedule: SceneSchedule
    layout: SceneLayout
    plate: str
    footage: Mapping[str, str] = {}
    narrators: Mapping[str, str] = {}
    voices: Mapping[str, str] = {}
    images: Mapping[str, str] = {}
    lettering: Mapping[str, str] = {}
    clips: Mapping[str, str] = {}
    pointer: PointerPath = PointerPath()
    overlay_clips: tuple[OverlayClip, ...] = ()
    effects: str = ""


class Takes(Frozen):
    """The film's scenes in order, its music, and the sprites; `touch` takes the pointer's place on touchscreens."""

    scenes: tuple[SceneTakes, ...]
    music: tuple[PlacedSound, ...] = ()
    pointer: Sprite | None = None
    touch: Sprite | None = None
    ripple: Sprite | None = None


def pointer_in_frame(schedule: SceneSchedule, layout: SceneLayout, captures: Mapping[str, CaptureTake]) -> PointerPath:
    """Return the pointer's path over all captures of a scene (takes by capture id), where their windows are."""
    windows = layout.windows
    points: list[PointerPoint] = []
    for segment in schedule.segments:
        window = windows[segment.capture]
        take = captures[segment.capture]
        path, events = retimed_pointer(take, segment.plan), retimed_events(take, segment.plan)
        for p in with_their_pictures(path, events, schedule.fps):
            if segment.start <= p.time <= segment.end:
                x, y = window.x + p.x * window.w, window.y + p.y * window.h
                points.append(p.model_copy(update={"x": x, "y": y}))
    touched = tuple((s.start, s.end) for s in schedule.segments if captures[s.capture].shape)
    return PointerPath(points=tuple(points), touched=touched)
