"""What a narrator does while a scene is told: a pure, seeded choreography, one pose a frame.

Everything moves on curves that ease in and out, and little at a time: sway and breath never stop, accents fall on
stressed words, the eyes leap and rest, the lids close at the ends of clauses.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..episode.model import Mood
from .pose import Pose
from .take import NarratorRequest
from .visemes import CLOSURES, runs, silences, visemes

Curve = np.ndarray
"""One float a frame."""

BLINK = (2, 3, 3, 2, 1)
"""The lids' states, frame by frame, of a blink at 30 frames per second."""

BLINK_GAP = (2.2, 5.4)
BLINK_REST = 1.1
"""Seconds from one blink to the next, and at least."""

ACCENT_GAP = 0.9
NOD_GAP = (1.9, 3.8)
SACCADE_GAP = (0.9, 2.4)
SACCADE = 0.05
"""Seconds that the eyes take to go elsewhere."""

HEAD_LAG = 0.12
HEAD_EASE = 0.45
"""Seconds after which the head follows the eyes, and that it takes."""

BREATH = 3.9


class Manner(NamedTuple):
    """What a mood adds: `brow` is how high the brows rest, `slant` how many degrees their inner ends are turned down,
    `smile` how many canvas units the corners of the mouth are raised, `life` how much the head moves."""

    brow: float = 0.0
    slant: float = 0.0
    smile: float = 0.0
    life: float = 1.0


MOODS: dict[Mood, Manner] = {
    "neutral": Manner(),
    "cheerful": Manner(brow=0.35, slant=-3, smile=6, life=1.25),
    "serious": Manner(brow=-0.4, slant=6, smile=-3, life=0.75),
    "surprised": Manner(brow=0.8, slant=-2, life=1.1),
    "worried": Manner(brow=0.25, slant=-11, smile=-6, life=0.85),
}


def performance(request: NarratorRequest, facing: str) -> list[Pose]:
    """One pose a frame for a drawing that looks to `facing`, in the drawing's direction even where it is mirrored."""
    rng = np.random.default_rng(request.seed)
    time = np.arange(request.frames) / request.fps
    mouths = list(mouth_track(visemes(request.phonemes, request.frames, request.fps)))
    speaking = _smooth(np.array([0.0 if m.mouth_to == "X" else 1.0 for m in mouths]), 0.35, request.fps)
    listening = _inside(request.listening, time, request.fps)
    gaze_x, gaze_y = _gaze(request, facing, time, rng)
    accents, leans = _accents(request.stresses, time, rng)
    nods = _nods(request.listening, time, rng)
    sway = [_wander(time, rng) for _ in range(3)]
    manner = MOODS[request.mood or "neutral"]
    life = (0.35 + 0.65 * speaking) * manner.life
    breath = 0.6 * (1 - np.cos(2 * np.pi * time / BREATH + rng.uniform(0, 0.6)))
    turn = _follow(gaze_x, request.fps)
    columns = {
        "lid": _lids(request, time, rng),
        "gaze_x": gaze_x,
        "gaze_y": gaze_y,
        "brow": np.clip(manner.brow + 0.8 * accents + 0.35 * listening + 0.1 * sway[2], -1, 1),
        "slant": np.full(request.frames, manner.slant),
        "smile": np.full(request.frames, manner.smile),
        "turn": np.clip(turn + 0.25 * sway[0], -1, 1),
        "pitch": np.clip(0.5 * accents + nods + 0.4 * _follow(gaze_y, request.fps), -1, 1),
        "tilt": 1.4 * sway[0] * life + 0.9 * turn + 0.6 * leans + 0.5 * nods,
        "dx": 2.2 * sway[1] * life + 1.6 * turn,
        "dy": 1.0 * sway[2] * life + 2.2 * accents + 4.5 * nods - 0.7 * breath,
        "breath": breath,
    }
    return [m._replace(**{name: column[i].item() for name, column in columns.items()}) for i, m in enumerate(mouths)]


def mouth_track(shapes: Sequence[str]) -> Iterator[Pose]:
    """Eases from shape to shape: half-way on the frame of the change; a closure is whole at once, and prepared for."""
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
    """Half-way to `shape`, unless the mouth is under way already, or at rest (nothing moves in a silence)."""
    return pose if pose.opening < 1 or pose.mouth_to == "X" else pose._replace(mouth_to=shape, opening=0.5)


def _lids(request: NarratorRequest, time: Curve, rng: np.random.Generator) -> np.ndarray:
    lids = np.zeros(len(time), int)
    for start in _blinks(request, rng):
        at = round(start * request.fps)
        for i, lid in enumerate(BLINK):
            if 0 <= at + i < len(lids):
                lids[at + i] = lid
    return lids


def _blinks(request: NarratorRequest, rng: np.random.Generator) -> list[float]:
    """Times of blinks: at most ends of clauses and large looks aside, and whenever the last was long ago."""
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
    """Where the eyes look: as told, at who speaks, else at the viewer; with the small leaps that eyes always make."""
    ahead = -1 if facing == "left" else 1
    looks = [(0.0, 0.0, 0.0)]
    for start, end in request.listening:
        looks += [(start + 0.15, 0.7 * ahead, -0.05), (end - 0.1, 0.0, 0.0)]
    flip = -1 if request.mirrored else 1
    looks += [(g.time, flip * g.x, g.y) for g in request.glances]
    small = [(t, rng.normal(0, 0.13), rng.normal(0, 0.08)) for t in _spaced(time, SACCADE_GAP, rng)]
    return tuple(np.clip(_leaps(looks, time, axis) + _leaps(small, time, axis), -1, 1) for axis in (1, 2))


def _leaps(points: Iterable[tuple[float, ...]], time: Curve, axis: int) -> Curve:
    """Holds each point's value from its time on, going there within `SACCADE` seconds."""
    value, result = 0.0, np.zeros(len(time))
    for point in sorted(points):
        result += (point[axis] - value) * _ease((time - point[0]) / SACCADE)
        value = point[axis]
    return result


def _follow(gaze: Curve, fps: int) -> Curve:
    """The head goes where the eyes rest, later and slower."""
    late = round(HEAD_LAG * fps)
    held = np.pad(gaze, (late, 0), mode="edge")[: len(gaze)]
    return _smooth(held, HEAD_EASE, fps)


def _accents(stresses: Sequence[float], time: Curve, rng: np.random.Generator) -> tuple[Curve, Curve]:
    """A dip of the head with a lift of the brows, and a lean to either side, on stressed words; not on every one."""
    dips, leans, last = np.zeros(len(time)), np.zeros(len(time)), -ACCENT_GAP
    for stress in sorted(stresses):
        if stress - last >= ACCENT_GAP:
            last = stress
            dip = rng.uniform(0.55, 1) * _bump(time - stress, 0.12, 0.1, 0.35)
            dips = np.maximum(dips, dip)
            leans += rng.choice((-1, 1)) * dip
    return dips, leans


def _nods(spans: Sequence[tuple[float, float]], time: Curve, rng: np.random.Generator) -> Curve:
    """A listener's nods, some of them double."""
    result = np.zeros(len(time))
    for start, end in spans:
        for t in (t for t in _spaced(time, NOD_GAP, rng) if start + 0.5 < t < end - 0.3):
            strength = rng.uniform(0.6, 1)
            result += strength * _bump(time - t, 0.2, 0.02, 0.26)
            if rng.random() < 0.4:
                result += 0.6 * strength * _bump(time - t - 0.44, 0.18, 0.02, 0.26)
    return result


def _wander(time: Curve, rng: np.random.Generator) -> Curve:
    """A slow, smooth, never quite repeating motion within -1..1."""
    periods = rng.uniform((2.4, 4.4, 7.5), (3.4, 5.8, 10.0))
    phases = rng.uniform(0, 2 * np.pi, 3)
    return np.sin(2 * np.pi * time[:, None] / periods + phases) @ (0.22, 0.36, 0.42)


def _spaced(time: Curve, gap: tuple[float, float], rng: np.random.Generator) -> list[float]:
    duration = len(time) and time[-1]
    steps = rng.uniform(*gap, size=int(duration / gap[0]) + 1)
    return [t for t in np.cumsum(steps).tolist() if t < duration]


def _inside(spans: Iterable[tuple[float, float]], time: Curve, fps: int) -> Curve:
    within = np.zeros(len(time))
    for start, end in spans:
        within[(time >= start) & (time < end)] = 1
    return _smooth(within, 0.4, fps)


def _bump(since: Curve, rise: float, hold: float, fall: float) -> Curve:
    """Up to 1 over `rise` seconds before 0, there for `hold`, and down again."""
    return _ease((since + rise) / rise) * (1 - _ease((since - hold) / fall))


def _ease(x: Curve) -> Curve:
    """From 0 to 1 for `x` from 0 to 1, slow at both ends."""
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def _smooth(values: Curve, seconds: float, fps: int) -> Curve:
    """A centred, rounded average over `seconds`."""
    kernel = np.hanning(max(3, round(seconds * fps)) + 2)
    pad = len(kernel) // 2
    padded = np.pad(values, (pad, len(kernel) - 1 - pad), mode="edge")
    return np.convolve(padded, kernel / kernel.sum(), "valid")
