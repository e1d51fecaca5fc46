"""How the arms move: every gesture as a few held poses, with curves of least jerk between them.

All poses come on whole frames, so that the same gesture passes through the same in-betweens each time.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import asin, degrees, radians, sin
from typing import NamedTuple

import numpy as np

from .rig import ARMS, Arm, ArmName, ArmPose, Rig
from .take import Gesture

BACK = 0.45
"""Seconds in which an arm goes back to rest."""
EDGE = 0.3
"""Seconds at a scene's ends in which no gesture begins or ends."""
ROOM = 14.0
"""Canvas units between a pointing hand and the edge of the canvas."""
HAND_LENGTH = 94.0
"""Canvas units from the wrist to the tip of the index finger."""
LATE = 2
"""Frames by which the hand follows the forearm, and that the elbow's."""


class ArmKey(NamedTuple):
    """From frame `start` on the arm goes to `pose` (None: to rest), where it is at frame `arrive`."""

    start: int
    arrive: int
    pose: ArmPose | None


class Stroke(NamedTuple):
    """A gesture of one arm: `prepared` is reached `stroke` seconds before the apex, from where it takes `prepare` to get there."""

    apex: ArmPose
    prepared: ArmPose | None = None
    prepare: float = 0.30
    stroke: float = 0.18


LEVEL = ArmPose(12, 52, 8, "open")
BEAT = Stroke(ArmPose(13, -98, 0, "flat"), ArmPose(17, -124, 10, "flat"), 0.26, 0.13)
BEAT_OPEN = Stroke(ArmPose(11, 50, 6, "open"), ArmPose(13, 72, 14, "open"), 0.34, 0.13)
OPEN = Stroke(LEVEL, None, 0.30, 0.20)
WEIGH_UP = Stroke(ArmPose(14, 128, 8, "open"), None, 0.30, 0.25)
WEIGH_DOWN = Stroke(ArmPose(10, 44, 8, "open"), None, 0.30, 0.25)
SMALL = Stroke(ArmPose(16, -136, 0, "pinch"), None, 0.30, 0.15)
RAISED = {name: Stroke(ArmPose(20, -164, 0, name), None, 0.34, 0.15) for name in ("one", "two", "three")}
WAVE = (ArmPose(26, -186, 16, "open"), ArmPose(26, -198, -14, "open"))
WAVES = 3
WAVE_SECONDS = 0.22


def arm_track(
    gestures: Sequence[Gesture], rig: Rig, canvas: int, frames: int, fps: int, mirrored: bool
) -> dict[ArmName, list[ArmPose | None]]:
    """Return how each arm is held in each frame; None is at rest, as drawn."""
    keys: dict[ArmName, list[ArmKey]] = {name: [] for name in ARMS}
    room = EDGE * fps
    for number, gesture in enumerate(sorted(gestures, key=lambda g: g.apex)):
        found = list(_keys(gesture, number, rig, canvas, fps, mirrored))
        if all(key.start >= room and key.arrive <= frames - room for _, key in found):
            for name, key in found:
                keys[name].append(key)
    return {name: _poses(sorted(keys[name], key=lambda k: k.start), rig.arm(name), frames) for name in ARMS}


def _keys(
    gesture: Gesture, number: int, rig: Rig, canvas: int, fps: int, mirrored: bool
) -> Iterator[tuple[ArmName, ArmKey]]:
    apex, until = round(gesture.apex * fps), round(gesture.until * fps)
    if gesture.kind == "wave":
        yield from (("near", key) for key in _wave(apex, fps))
        return
    for name, stroke in _strokes(gesture, number, rig, canvas, mirrored):
        begins, arm = apex - round(stroke.stroke * fps), rig.arm(name)
        goal = on_canvas(arm, stroke.apex, canvas)
        if stroke.prepared:
            yield name, ArmKey(begins - round(stroke.prepare * fps), begins, on_canvas(arm, stroke.prepared, canvas))
            yield name, ArmKey(begins, apex, goal)
        else:
            yield name, ArmKey(begins - round(stroke.prepare * fps), apex, goal)
        yield name, ArmKey(max(until, apex + 1), max(until, apex + 1) + round(BACK * fps), None)


def _strokes(gesture: Gesture, number: int, rig: Rig, canvas: int, mirrored: bool) -> list[tuple[ArmName, Stroke]]:
    match gesture.kind:
        case "open":
            return [("near", OPEN), ("far", OPEN)]
        case "weigh":
            return [("near", WEIGH_UP), ("far", WEIGH_DOWN)]
        case "point":
            x = (1 - gesture.x if mirrored else gesture.x) * canvas
            name = arm_on_side(rig, x)
            return [(name, Stroke(aimed_arm(rig.arm(name), (x, gesture.y * canvas), canvas), None, 0.40, 0.20))]
        case "beat":
            return [("near", BEAT)] if number % 3 else [("far", BEAT_OPEN)]
        case "small":
            return [("near", SMALL)]
        case _:
            return [("near", RAISED[gesture.kind])]


def arm_on_side(rig: Rig, x: float) -> ArmName:
    """Return which arm is on the side of what is at `x` of the canvas."""
    right = x >= rig.waist[0]
    return "far" if (rig.far.outwards > 0) == right else "near"


def aimed_arm(arm: Arm, target: tuple[float, float], canvas: int) -> ArmPose:
    """Return the arm with its index finger towards `target` (canvas units), as long as it stays on the canvas."""
    aim = arm.towards(arm.shoulder, target)
    for _ in range(3):
        fore = min(max(aim, 40.0), 150.0)
        upper = _upper_for(arm, fore, canvas)
        aim = arm.towards(arm.joints(ArmPose(upper, fore))[1], target)
    return ArmPose(upper, min(max(aim, 40.0), 150.0), 0.0, "point")


def on_canvas(arm: Arm, pose: ArmPose, canvas: int) -> ArmPose:
    """Return `pose` with the upper arm so far in that the hand stays on the canvas."""
    return pose._replace(upper=min(pose.upper, _upper_for(arm, pose.fore, canvas))) if pose.fore > 0 else pose


def _upper_for(arm: Arm, fore: float, canvas: int) -> float:
    """Return how far an upper arm may be out for the finger to stay on the canvas."""
    shoulder, elbow, wrist = arm.joints(arm.rest)
    long, rest = _distance(shoulder, elbow), _distance(elbow, wrist) + HAND_LENGTH
    free = (canvas - shoulder[0] if arm.outwards > 0 else shoulder[0]) - ROOM
    sine = (free - rest * sin(radians(fore))) / long
    return degrees(asin(min(max(sine, -0.1), 0.62)))


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(np.hypot(other[0] - one[0], other[1] - one[1]))


def _wave(apex: int, fps: int) -> Iterator[ArmKey]:
    step = round(WAVE_SECONDS * fps)
    yield ArmKey(apex - round(0.4 * fps), apex, WAVE[0])
    for turn in range(2 * WAVES):
        yield ArmKey(apex + turn * step, apex + (turn + 1) * step, WAVE[(turn + 1) % 2])
    end = apex + 2 * WAVES * step
    yield ArmKey(end, end + round(BACK * fps), None)


def _poses(keys: Iterable[ArmKey], arm: Arm, frames: int) -> list[ArmPose | None]:
    """Return the pose of each frame; a key begins wherever the arm is then."""
    track: list[ArmPose | None] = [None] * frames
    now = arm.rest
    ordered = list(keys)
    for index, key in enumerate(ordered):
        ends = min(ordered[index + 1].start if index + 1 < len(ordered) else frames, frames)
        start, goal = now, key.pose or arm.rest
        for frame in range(max(key.start, 0), ends):
            part = (frame - key.start) / max(key.arrive - key.start, 1)
            now = _between(start, goal, part, LATE / max(key.arrive - key.start, LATE + 1))
            track[frame] = None if key.pose is None and part >= 1 + LATE / max(key.arrive - key.start, 1) else now
    return track


def _between(start: ArmPose, goal: ArmPose, part: float, late: float) -> ArmPose:
    """Return the pose `part` of the way; the elbow leads, and the hand changes its shape half-way."""
    lead, follow = least_jerk(part), least_jerk(part - late)
    return ArmPose(
        start.upper + (goal.upper - start.upper) * lead,
        start.fore + (goal.fore - start.fore) * lead,
        start.hand + (goal.hand - start.hand) * follow,
        goal.shape if part >= 0.5 else start.shape,
    )


def least_jerk(part: float) -> float:
    """Return how far a hand is, 0 to 1, after `part` of its time."""
    t = min(max(part, 0.0), 1.0)
    return t * t * t * (10 + t * (6 * t - 15))
