"""Key-caps: which keys are shown together, from when to when, and where they hide nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..base.clock import frame_at
from ..base.errors import FilmFinding
from ..base.geometry import Box, Size, box_of_pixels
from ..base.theme import Theme
from ..capture.take import CaptureTake
from ..drawing.keycaps import Chord, badge_size, keys_of
from ..timing.retime import JUST_AFTER, scene_time_of
from ..timing.schedule import SceneSchedule
from ..timing.segments import CaptureSegment
from .model import BadgePlace
from .obstacles import Obstacles, covered_spans, free_places
from .overlays import safe_area

GROUP_GAP = 0.9
"""Presses at most so many seconds apart are shown in one badge."""
MAX_DIFFERENT = 4
"""The most different chords in a badge."""
STAY_SECONDS = 1.1
"""Seconds for which a badge stays after its last press."""
ABOVE_EDGE = 26
"""Pixels (at 1080 lines) between a badge and the lower edge of the window's content."""
CROWDED = "hide something: no place is free while they are pressed; `badge: false` on the step hides them"


@dataclass(frozen=True)
class ShownPress:
    """Keys pressed at `time` (seconds of the scene), by the step of line `line`."""

    keys: tuple[str, ...]
    time: float
    line: int


def place_badges(
    schedule: SceneSchedule,
    takes: Mapping[str, CaptureTake],
    windows: Mapping[str, Box],
    occupied: Obstacles,
    readable: Obstacles,
    theme: Theme,
) -> tuple[list[BadgePlace], list[FilmFinding]]:
    """Place every badge of a scene below the middle of its window, or as near to that as is free.

    `windows` by capture. What is `occupied` (by overlays, narrators) is never covered; what is `readable` (the footage's
    text, the pointer) only where there is no other way. Returns the badges, and a finding for each that covers something.
    """
    places: list[BadgePlace] = []
    findings: list[FilmFinding] = []
    for segment in schedule.segments:
        groups = group_presses(shown_presses(takes[segment.capture], segment))
        for group, following in zip(groups, [*(g[0].time for g in groups[1:]), segment.end], strict=False):
            span = (group[0].time, min(group[-1].time + STAY_SECONDS, following, segment.end))
            chords = chords_of(group, schedule.fps)
            box, clear = _badge_box(chords, span, windows[segment.capture], occupied, readable, theme)
            places.append(BadgePlace(capture=segment.capture, chords=chords, box=box, start=span[0], end=span[1]))
            if not clear:
                named = " ".join("+".join(chord.keys) for chord in chords)
                findings.append(FilmFinding(f"the keys {named} {CROWDED}", group[0].line))
    return places, findings


def shown_presses(take: CaptureTake, segment: CaptureSegment) -> list[ShownPress]:
    """Return the chords to show, one after another, without those of a step with ``badge: false``."""
    presses = []
    for press in take.keys:
        step = next((e for e in reversed(take.events) if e.start - 1e-6 <= press.time), None)
        time = scene_time_of(segment.plan, press.time + JUST_AFTER)
        if (step is None or step.badge) and segment.start <= time < segment.end:
            presses += [
                ShownPress(keys_of(chord), time, step.line if step else 0)
                for chord in press.keys.split() or [press.keys]
            ]
    return presses


def group_presses(presses: Iterable[ShownPress]) -> list[list[ShownPress]]:
    """Return the presses in groups that share a badge: close to each other, not too many different ones together."""
    groups: list[list[ShownPress]] = []
    for press in presses:
        joins = groups and press.time - groups[-1][-1].time <= GROUP_GAP
        if joins and (groups[-1][-1].keys == press.keys or _distinct_count(groups[-1]) < MAX_DIFFERENT):
            groups[-1].append(press)
        else:
            groups.append([press])
    return groups


def _distinct_count(group: list[ShownPress]) -> int:
    return 1 + sum(a.keys != b.keys for a, b in zip(group, group[1:], strict=False))


def chords_of(group: list[ShownPress], fps: int) -> tuple[Chord, ...]:
    """Return the chords of a badge, `presses` in frames from its start; the same keys in a row become one chord."""
    chords: list[Chord] = []
    first = frame_at(group[0].time, fps)
    for press in group:
        frame = frame_at(press.time, fps) - first
        if chords and chords[-1].keys == press.keys:
            chords[-1] = Chord(keys=press.keys, presses=(*chords[-1].presses, frame))
        else:
            chords.append(Chord(keys=press.keys, presses=(frame,)))
    return tuple(chords)


def _badge_box(
    chords: tuple[Chord, ...],
    span: tuple[float, float],
    window: Box,
    occupied: Obstacles,
    readable: Obstacles,
    theme: Theme,
) -> tuple[Box, bool]:
    """Return where the badge goes, and whether it covers nothing there."""
    frame = occupied.frame
    size = badge_size(chords, frame[1])
    wanted = _preferred_corner(size, window, frame)
    for taken, clear in ((occupied + readable, True), (occupied, False)):
        if corner := _nearest_free_corner(wanted, size, span, taken, theme):
            return box_of_pixels(*corner, *size, frame), clear
    return box_of_pixels(*wanted, *size, frame), False


def _preferred_corner(size: Size, window: Box, frame: Size) -> tuple[int, int]:
    """Return left and top in px for the middle of the window's lower edge, within the frame."""
    left = round(window.centre[0] * frame[0] - size[0] / 2)
    top = round(window.bottom * frame[1] - ABOVE_EDGE * frame[1] / 1080 - size[1])
    return max(0, min(left, frame[0] - size[0])), max(0, min(top, frame[1] - size[1]))


def _nearest_free_corner(
    wanted: tuple[int, int], size: Size, span: tuple[float, float], taken: Obstacles, theme: Theme
) -> tuple[int, int] | None:
    """Return the free left top corner (px) that is nearest to the wanted one; to the side counts more than upwards."""
    box = box_of_pixels(*wanted, *size, taken.frame)
    if not any(s < span[1] and e > span[0] for s, e in covered_spans(taken, box, 0)):
        return wanted
    corners = free_places(taken, span, size, safe_area(theme), 0)
    if not len(corners):
        return None
    distances = 2 * abs(corners[:, 0] - wanted[0]) + abs(corners[:, 1] - wanted[1])
    left, top = corners[int(distances.argmin())]
    return int(left), int(top)
