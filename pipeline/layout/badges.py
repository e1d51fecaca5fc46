"""Key-caps: which keys are shown together, from when to when, and where they hide nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..capture.picture.keycaps import Chord, badge_size, keys_of
from ..capture.retime import retime
from ..capture.take import CaptureTake, KeyPress
from ..clock import frame_at
from ..geometry import Box, Size, box_of_pixels
from ..timeline.schedule import SceneSchedule
from ..timeline.views import View
from .model import BadgePlace, Shot
from .obstacles import Obstacles, covered, free_places
from .placing import safe_area
from .theme import Theme

TOGETHER = 0.9
"""Presses at most so many seconds apart are shown in one badge."""
MOST = 4
"""Different chords in a badge."""
STAYS = 1.1
"""Seconds for which a badge stays after its last press."""
ABOVE_EDGE = 26
"""Pixels (at 1080 lines) between a badge and the lower edge of the window's content."""
AFTER = 0.002
"""Seconds of the recording after a press: what is held before it is over then."""
CROWDED = "hide something: no place is free while they are pressed; `badge: false` on the step hides them"


@dataclass(frozen=True)
class Pressed:
    """Keys pressed at `time` (seconds of the scene), by the step of line `line`."""

    keys: tuple[str, ...]
    time: float
    line: int


def place_badges(
    schedule: SceneSchedule,
    takes: Mapping[str, CaptureTake],
    shots: Iterable[Shot],
    held: Obstacles,
    shown: Obstacles,
    theme: Theme,
) -> tuple[list[BadgePlace], list[str]]:
    """Every badge of a scene, below the middle of its window or as near to that as is free; and what could not be had.

    What is `held` (overlays, narrators) is never covered; what is `shown` (the footage's text, the pointer) only where
    there is no other way, and then it is said.
    """
    windows = {shot.capture: shot.window for shot in shots}
    places: list[BadgePlace] = []
    findings: list[str] = []
    for view in schedule.views:
        groups = grouped(pressed(takes[view.capture], view))
        for group, following in zip(groups, [*(g[0].time for g in groups[1:]), view.end], strict=False):
            span = (group[0].time, min(group[-1].time + STAYS, following, view.end))
            chords = chords_of(group, schedule.fps)
            box, clear = _place(chords, span, windows[view.capture], held, shown, theme)
            places.append(BadgePlace(capture=view.capture, chords=chords, box=box, start=span[0], end=span[1]))
            if not clear:
                named = " ".join("+".join(chord.keys) for chord in chords)
                findings.append(f"script.md:{group[0].line}: the keys {named} {CROWDED}")
    return places, findings


def pressed(take: CaptureTake, view: View) -> list[Pressed]:
    """The chords that are to be shown, one after another; those of a step with ``badge: false`` are not."""
    found = []
    for press in take.keys:
        step = next((e for e in reversed(take.events) if e.start - 1e-6 <= press.time), None)
        time = retime(view.plan, press.time + AFTER)
        if (step is None or step.badge) and view.start <= time < view.end:
            found += [Pressed(keys_of(chord), time, step.line if step else 0) for chord in _chords(press)]
    return found


def _chords(press: KeyPress) -> list[str]:
    return press.keys.split() or [press.keys]


def grouped(presses: Iterable[Pressed]) -> list[list[Pressed]]:
    """Presses that follow each other closely, not too many different ones together."""
    groups: list[list[Pressed]] = []
    for press in presses:
        joins = groups and press.time - groups[-1][-1].time <= TOGETHER
        if joins and (groups[-1][-1].keys == press.keys or _different(groups[-1]) < MOST):
            groups[-1].append(press)
        else:
            groups.append([press])
    return groups


def _different(group: list[Pressed]) -> int:
    return 1 + sum(a.keys != b.keys for a, b in zip(group, group[1:], strict=False))


def chords_of(group: list[Pressed], fps: int) -> tuple[Chord, ...]:
    """The same keys one after another become one chord with several presses (frames from the badge's start)."""
    chords: list[Chord] = []
    first = frame_at(group[0].time, fps)
    for press in group:
        frame = frame_at(press.time, fps) - first
        if chords and chords[-1].keys == press.keys:
            chords[-1] = Chord(keys=press.keys, presses=(*chords[-1].presses, frame))
        else:
            chords.append(Chord(keys=press.keys, presses=(frame,)))
    return tuple(chords)


def _place(
    chords: tuple[Chord, ...],
    span: tuple[float, float],
    window: Box,
    held: Obstacles,
    shown: Obstacles,
    theme: Theme,
) -> tuple[Box, bool]:
    """Where the badge goes, and whether it covers nothing there."""
    frame = held.frame
    size = badge_size(chords, frame[1])
    wanted = _wanted(size, window, frame)
    for taken, clear in ((held + shown, True), (held, False)):
        if corner := _nearest(wanted, size, span, taken, theme):
            return box_of_pixels(*corner, *size, frame), clear
    return box_of_pixels(*wanted, *size, frame), False


def _wanted(size: Size, window: Box, frame: Size) -> tuple[int, int]:
    """Left and top in px: the middle of the window's lower edge, within the frame."""
    left = round(window.centre[0] * frame[0] - size[0] / 2)
    top = round(window.bottom * frame[1] - ABOVE_EDGE * frame[1] / 1080 - size[1])
    return max(0, min(left, frame[0] - size[0])), max(0, min(top, frame[1] - size[1]))


def _nearest(
    wanted: tuple[int, int], size: Size, span: tuple[float, float], taken: Obstacles, theme: Theme
) -> tuple[int, int] | None:
    """The free left top corner (px) that is nearest to the wanted one; to the side counts more than upwards."""
    box = box_of_pixels(*wanted, *size, taken.frame)
    if not any(s < span[1] and e > span[0] for s, e in covered(taken, box, 0)):
        return wanted
    corners = free_places(taken, span, size, safe_area(theme), 0)
    if not len(corners):
        return None
    far = 2 * abs(corners[:, 0] - wanted[0]) + abs(corners[:, 1] - wanted[1])
    left, top = corners[int(far.argmin())]
    return int(left), int(top)
