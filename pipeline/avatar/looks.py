"""Where a narrator looks while things happen on the screen beside her."""

from collections.abc import Mapping

from ..capture.retime import events_at
from ..capture.take import CaptureTake
from ..geometry import FULL, Box
from ..layout.model import NarratorPlace, SceneLayout
from ..timeline.schedule import SceneSchedule
from .take import Glance

AHEAD = 0.15
"""She looks so many seconds before a marked step shows: she knows what comes."""
STAYS = 1.3
REST = 2.5
"""Seconds between two looks at least."""


def glances(
    schedule: SceneSchedule, layout: SceneLayout, captures: Mapping[str, CaptureTake], place: NarratorPlace
) -> tuple[Glance, ...]:
    """A look at what each marked step changes, and back at the viewer; pure."""
    windows = {shot.capture: shot.window for shot in layout.shots}
    seen = sorted(
        ((event.effect - AHEAD, (event.target or FULL).within(windows[view.capture]))
         for view in schedule.views
         for event in events_at(captures[view.capture], view.plan)
         if event.at and view.start <= event.effect < view.end),
        key=lambda look: look[0],
    )  # fmt: skip
    looks: list[tuple[float, Box]] = []
    for look in seen:
        if not looks or look[0] - looks[-1][0] >= REST:
            looks.append(look)
    return tuple(g for time, box in looks for g in (_towards(box, place.box, time), Glance(time=time + STAYS, x=0.0, y=0.0)))


def _towards(box: Box, own: Box, time: float) -> Glance:
    x, y = box.centre[0] - own.centre[0], box.centre[1] - (own.y + 0.45 * own.h)
    return Glance(time=max(0.0, time), x=max(-0.8, min(0.8, 2 * x)), y=max(-0.4, min(0.4, y)))
