"""What a narrator does in a scene: a pure, seeded choreography, one pose a frame.

Everything moves on curves that ease in and out, and only a little: sway and breath never stop, accents fall on stressed
words, the eyes jump and rest, the lids close at the ends of clauses.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..episode.blocks import Mood
from .arm_moves import arm_track
from .artwork import UPPER_BODY
from .pose import Pose
from .rig import Rig
from .take import NarratorRequest
from .visemes import CLOSURES, runs, silences, visemes

type Curve = NDArray[np.float64]
"""Shape (frames,)."""

BLINK = (2, 3, 3, 2, 1)
"""The states of the lids, frame by frame, in a blink at 30 frames per second."""

BLINK_GAP = (2.2, 5.4)
BLINK_REST = 1.1
"""Seconds from one blink to the next (a range), and the fewest possible."""

ACCENT_GAP = 0.9
NOD_GAP = (1.9, 3.8)
SACCADE_GAP = (0.9, 2.4)
SACCADE = 0.05
"""Seconds that a saccade, a jump of the eyes, takes."""

HEAD_LAG = 0.12
HEAD_EASE = 0.45
"""Seconds after which the head follows the eyes, and seconds that this takes."""

BREATH = 3.9
MOOD_EASE = 0.5
"""Seconds in which a face goes over from one mood to the next, before the word at which it is there."""


WEIGHT, WEIGHT_EASE = 1.5, 0.8
WEIGHT_GAP = (6.0, 10.0)
"""How far the upper body leans (degrees) as the weight shifts, the seconds that takes, and those between two shifts."""


class Manner(NamedTuple):
    """What a mood adds.

    `brow` is how high the brows rest, `slant` how many degrees their inner ends turn down, `smile` how many canvas units the
    corners of the mouth are raised, `life` how much the head moves.
    """

    brow: float = 0.0
    slant: float = 0.0
    smile: float = 0.0
    life: float = 1.0


MANNERS: dict[Mood, Manner] = {
    "neutral": Manner(brow=0.1, smile=2),
    "cheerful": Manner(brow=0.35, slant=-3, smile=6, life=1.25),
    "serious": Manner(brow=-0.4, slant=6, smile=-3, life=0.75),
    "surprised": Manner(brow=0.8, slant=-2, life=1.1),
    "worried": Manner(brow=0.25, slant=-11, smile=-6, life=0.85),
}


def performance(request: NarratorRequest, facing: str, rig: Rig | None = None) -> list[Pose]:
    """Return one pose a frame for a drawing that faces `facing`; poses are in the drawing's own direction, not mirrored.

    `rig` are the joints of its arms (None: it has none).
    """
    rng = np.random.default_rng(request.seed)
    time = np.arange(request.frames) / request.fps
    mouths = list(mouth_track(visemes(request.phonemes, request.frames, request.fps)))
    speaking = _smooth(np.array([0.0 if m.mouth_to == "X" else 1.0 for m in mouths]), 0.35, request.fps)
    listening = _within_spans(request.listening, time, request.fps)
    gaze_x, gaze_y = _gaze(request, facing, time, rng)
    accents, leans = _accents(request.stresses, time, rng)
    nods = _nods(request.listening, time, rng)
    sway = [_smooth_noise(time, rng) for _ in range(3)]
    manner = _manners(request, time)
    life = (0.35 + 0.65 * speaking) * manner["life"]
    breath = 0.6 * (1 - np.cos(2 * np.pi * time / BREATH + rng.uniform(0, 0.6)))
    turn = _head_follow(gaze_x, request.fps)
    columns = {
        "lid": _lid_track(request, time, rng),
        "gaze_x": gaze_x,
        "gaze_y": gaze_y,
        "brow": np.clip(manner["brow"] + 0.8 * accents + 0.35 * listening + 0.1 * sway[2], -1, 1),
        "slant": manner["slant"],
        "smile": manner["smile"],
        "turn": np.clip(turn + 0.25 * sway[0], -1, 1),
        "pitch": np.clip(0.5 * accents + nods + 0.4 * _head_follow(gaze_y, request.fps), -1, 1),
        "tilt": 1.4 * sway[0] * life + 0.9 * turn + 0.6 * leans + 0.5 * nods,
        "dx": 2.2 * sway[1] * life + 1.6 * turn,
        "dy": 1.0 * sway[2] * life + 2.2 * accents + 4.5 * nods - 0.7 * breath,
        "breath": breath,
    }
    poses = [m._replace(**{name: column[i].item() for name, column in columns.items()}) for i, m in enumerate(mouths)]
    return _with_arms(poses, request, rig, time, rng) if rig else poses


def _with_arms(
    poses: list[Pose], request: NarratorRequest, rig: Rig, time: Curve, rng: np.random.Generator
) -> list[Pose]:
    """Return the poses with the arms of each frame, and with the weight on one leg or the other."""
    arms = arm_track(request.gestures, rig, UPPER_BODY, request.frames, request.fps, request.mirrored)
    lean = _weight(time, request.fps, rng)
    posed = zip(poses, arms["near"], arms["far"], lean.tolist(), strict=True)
    return [pose._replace(near=near, far=far, lean=leaning) for pose, near, far, leaning in posed]


def _weight(time: Curve, fps: int, rng: np.random.Generator) -> Curve:
    """Return how the upper body leans (degrees): every few seconds the weight goes over to the other leg."""
    goal, lean, result = WEIGHT, 0.0, np.zeros(len(time))
    for at in _random_times(time, WEIGHT_GAP, rng):
        since = time - round(at * fps) / fps  # on whole frames, for the same in-betweens each time
        result += (goal - lean) * _ease(since / WEIGHT_EASE)
        goal, lean = -goal, goal
    return result


def _manners(request: NarratorRequest, time: Curve) -> dict[str, Curve]:
    """Return what the moods add in each frame; a change takes as long as a face needs for it."""
    changes = (*((0.0, request.mood or "neutral"),), *request.moods)
    columns = {}
    for part in Manner._fields:
        curve = np.zeros(request.frames)
        for start, mood in changes:
            curve[time >= start - MOOD_EASE / 2] = getattr(MANNERS[mood], part)
        columns[part] = _smooth(curve, MOOD_EASE, request.fps) if request.moods else curve
    return columns


def mouth_track(shapes: Sequence[str]) -> Iterator[Pose]:
    """Yield poses that ease from shape to shape: half-way in the frame of the change. A closure is complete at once."""
    track = [Pose(shape, shape) for shape in shapes]
    before = "X"
    for shape, at, size in runs(shapes):
        if at and shape in CLOSURES:
            track[at - 1] = _towards(track[at - 1], shape)
        elif at:
            for frame, opening in zip(range(at, at + size - 1), (0.5, 0.75 if size > 3 else 1.0), strict=False):
                track[frame] = Pose(before, shape, opening)
        before = shape
    yield from track


def _towards(pose: Pose, shape: str) -> Pose:
    """Return `pose` half-way to `shape`, unless the mouth is moving already, or at rest (it is still in a silence)."""
    return pose if pose.opening < 1 or pose.mouth_to == "X" else pose._replace(mouth_to=shape, opening=0.5)


def _lid_track(request: NarratorRequest, time: Curve, rng: np.random.Generator) -> NDArray[np.int64]:
    lids = np.zeros(len(time), int)
    for start in _blinks(request, rng):
        at = round(start * request.fps)
        for i, lid in enumerate(BLINK):
            if 0 <= at + i < len(lids):
                lids[at + i] = lid
    return lids


def _blinks(request: NarratorRequest, rng: np.random.Generator) -> list[float]:
    """Return the times of blinks: at most ends of clauses, at large glances, and whenever the last one was long ago."""
    duration = request.frames / request.fps
    reasons = [start + 0.08 for start, _ in silences(request.phonemes, duration) if start and rng.random() < 0.75]
    reasons += [g.time - 0.05 for g in request.glances if abs(g.x) > 0.5]
    times, last = [], -rng.uniform(0, 1.5)
    for reason in [*sorted(reasons), duration]:
        while reason - last > BLINK_GAP[1]:
            last += rng.uniform(*BLINK_GAP)
            times.append(last)
        if reason - last > BLINK_REST and reason < duration:
            last = reason
            times.append(last)
    return [t for t in times if 0.2 < t < duration - 0.3]


def _gaze(request: NarratorRequest, facing: str, time: Curve, rng: np.random.Generator) -> tuple[Curve, Curve]:
    """Return where the eyes look: along the glances, at who speaks, or else at the viewer; with small saccades."""
    ahead = -1 if facing == "left" else 1
    looks = [(0.0, 0.0, 0.0)]
    for start, end in request.listening:
        looks += [(start + 0.15, 0.7 * ahead, -0.05), (end - 0.1, 0.0, 0.0)]
    flip = -1 if request.mirrored else 1
    looks += [(g.time, flip * g.x, g.y) for g in request.glances]
    small = [(t, rng.normal(0, 0.13), rng.normal(0, 0.08)) for t in _random_times(time, SACCADE_GAP, rng)]
    x, y = (np.clip(_step_curve(looks, time, axis) + _step_curve(small, time, axis), -1, 1) for axis in (1, 2))
    return x, y


def _step_curve(points: Iterable[tuple[float, ...]], time: Curve, axis: int) -> Curve:
    """Return a curve that holds each point's value from its time on, reached within `SACCADE` seconds."""
    value, result = 0.0, np.zeros(len(time))
    for point in sorted(points):
        result += (point[axis] - value) * _ease((time - point[0]) / SACCADE)
        value = point[axis]
    return result


def _head_follow(gaze: Curve, fps: int) -> Curve:
    """Return how the head follows where the eyes rest, later and slower."""
    late = round(HEAD_LAG * fps)
    held = np.pad(gaze, (late, 0), mode="edge")[: len(gaze)]
    return _smooth(held, HEAD_EASE, fps)


def _accents(stresses: Sequence[float], time: Curve, rng: np.random.Generator) -> tuple[Curve, Curve]:
    """Return dips of the head (with lifts of the brows) and leans to either side, on some of the stressed words."""
    dips, leans, last = np.zeros(len(time)), np.zeros(len(time)), -ACCENT_GAP
    for stress in sorted(stresses):
        if stress - last >= ACCENT_GAP:
            last = stress
            dip = rng.uniform(0.55, 1) * _ramp_pulse(time - stress, 0.12, 0.1, 0.35)
            dips = np.maximum(dips, dip)
            leans += rng.choice((-1, 1)) * dip
    return dips, leans


def _nods(spans: Sequence[tuple[float, float]], time: Curve, rng: np.random.Generator) -> Curve:
    """Return a listener's nods, some of them double."""
    result = np.zeros(len(time))
    for start, end in spans:
        for t in (t for t in _random_times(time, NOD_GAP, rng) if start + 0.5 < t < end - 0.3):
            strength = rng.uniform(0.6, 1)
            result += strength * _ramp_pulse(time - t, 0.2, 0.02, 0.26)
            if rng.random() < 0.4:
                result += 0.6 * strength * _ramp_pulse(time - t - 0.44, 0.18, 0.02, 0.26)
    return result


def _smooth_noise(time: Curve, rng: np.random.Generator) -> Curve:
    """Return a slow, smooth motion within -1..1 that never quite repeats."""
    periods = rng.uniform((2.4, 4.4, 7.5), (3.4, 5.8, 10.0))
    phases = rng.uniform(0, 2 * np.pi, 3)
    noise: Curve = np.sin(2 * np.pi * time[:, None] / periods + phases) @ (0.22, 0.36, 0.42)
    return noise


def _random_times(time: Curve, gap: tuple[float, float], rng: np.random.Generator) -> list[float]:
    duration = len(time) and time[-1]
    steps = rng.uniform(*gap, size=int(duration / gap[0]) + 1)
    return [t for t in np.cumsum(steps).tolist() if t < duration]


def _within_spans(spans: Iterable[tuple[float, float]], time: Curve, fps: int) -> Curve:
    within = np.zeros(len(time))
    for start, end in spans:
        within[(time >= start) & (time < end)] = 1
    return _smooth(within, 0.4, fps)


def _ramp_pulse(since: Curve, rise: float, hold: float, fall: float) -> Curve:
    """Return a pulse: up to 1 over `rise` seconds before 0, held for `hold`, and down again over `fall`."""
    return _ease((since + rise) / rise) * (1 - _ease((since - hold) / fall))


def _ease(x: Curve) -> Curve:
    """Return smoothstep: from 0 to 1 for `x` from 0 to 1, slow at both ends."""
    x = np.clip(x, 0.0, 1.0)
    return x * x * (3 - 2 * x)


def _smooth(values: Curve, seconds: float, fps: int) -> Curve:
    """Return the centred moving average over `seconds`, with a Hann window."""
    kernel = np.hanning(max(3, round(seconds * fps)) + 2)
    pad = len(kernel) // 2
    padded = np.pad(values, (pad, len(kernel) - 1 - pad), mode="edge")
    return np.convolve(padded, kernel / kernel.sum(), "valid")
