"""Where a narrator looks, and what she points at, while something happens on the screen beside her."""

from collections.abc import Mapping

from ..base.geometry import FULL, Box
from ..capture.take import CaptureTake
from ..episode.model import Scene
from ..layout.camera import camera_at
from ..layout.model import NarratorPlace, SceneLayout
from ..timing.retime import retimed_events
from ..timing.schedule import SceneSchedule
from .take import Glance

AHEAD = 0.45
"""Seconds by which she looks before a marked step is visible: she knows what is coming."""
STAYS = 1.6
"""Seconds that a glance lasts."""
REST = 2.5
"""The fewest seconds between two glances."""

type Shown = tuple[float, Box]
"""When something new is seen (seconds of the scene), and where in the frame."""


def new_things(
    scene: Scene, schedule: SceneSchedule, layout: SceneLayout, captures: Mapping[str, CaptureTake]
) -> list[Shown]:
    """Return what comes into the picture to be looked at: what marked steps change, and callouts; no two close together."""
    callouts = {overlay.id for overlay in scene.overlays if overlay.kind == "callout"}
    seen = [
        (min(text.start for text in place.texts), place.box)
        for place in layout.overlays
        if place.overlay in callouts and place.texts
    ]
    windows = layout.windows
    for segment in schedule.segments:
        for event in retimed_events(captures[segment.capture], segment.plan):
            if event.at and segment.start <= event.effect < segment.end:
                view = camera_at(layout.camera_moves, event.effect)
                seen.append((event.effect, view.see((event.target or FULL).within(windows[segment.capture]))))
    apart: list[Shown] = []
    for thing in sorted(seen, key=lambda shown: shown[0]):
        if not apart or thing[0] - apart[-1][0] >= REST:
            apart.append(thing)
    return apart


def glances(things: list[Shown], place: NarratorPlace) -> tuple[Glance, ...]:
    """Return the glances of a narrator: at each new thing, and back at the viewer."""
    return tuple(
        g
        for time, box in things
        for g in (_glance_at(box, place.box, time - AHEAD), Glance(time=time - AHEAD + STAYS, x=0.0, y=0.0))
    )


def _glance_at(box: Box, own: Box, time: float) -> Glance:
    x, y = box.centre[0] - own.centre[0], box.centre[1] - (own.y + 0.45 * own.h)
    return Glance(time=max(0.0, time), x=max(-0.8, min(0.8, 2 * x)), y=max(-0.4, min(0.4, y)))
