"""Where a narrator looks while something happens on the screen beside her."""

from collections.abc import Mapping

from ..base.geometry import FULL, Box
from ..capture.take import CaptureTake
from ..layout.model import NarratorPlace, SceneLayout
from ..timing.retime import retimed_events
from ..timing.schedule import SceneSchedule
from .take import Glance

AHEAD = 0.15
"""Seconds by which she looks before a marked step is visible: she knows what is coming."""
STAYS = 1.3
"""Seconds that a glance lasts."""
REST = 2.5
"""The fewest seconds between two glances."""


def glances(
    schedule: SceneSchedule, layout: SceneLayout, captures: Mapping[str, CaptureTake], place: NarratorPlace
) -> tuple[Glance, ...]:
    """Return the glances of a narrator: at what each marked step changes, and back at the viewer."""
    windows = layout.windows
    seen = sorted(
        ((event.effect - AHEAD, (event.target or FULL).within(windows[segment.capture]))
         for segment in schedule.segments
         for event in retimed_events(captures[segment.capture], segment.plan)
         if event.at and segment.start <= event.effect < segment.end),
        key=lambda look: look[0],
    )  # fmt: skip
    looks: list[tuple[float, Box]] = []
    for look in seen:
        if not looks or look[0] - looks[-1][0] >= REST:
            looks.append(look)
    return tuple(
        g for time, box in looks for g in (_glance_at(box, place.box, time), Glance(time=time + STAYS, x=0.0, y=0.0))
    )


def _glance_at(box: Box, own: Box, time: float) -> Glance:
    x, y = box.centre[0] - own.centre[0], box.centre[1] - (own.y + 0.45 * own.h)
    return Glance(time=max(0.0, time), x=max(-0.8, min(0.8, 2 * x)), y=max(-0.4, min(0.4, y)))
