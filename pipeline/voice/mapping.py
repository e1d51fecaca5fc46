"""From the reference's time to the recording's, along the way that was found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from .features import HOP
from .reference import Reference
from .stretches import Sound
from .warp import STEPS

SMOOTH = 2
"""The pace is averaged over so many frames to either side: frames are coarser than times should be."""


@dataclass(frozen=True)
class Run:
    """A piece of the way without a rest: `times` (seconds of the recording) at `places` among the states."""

    places: np.ndarray
    times: np.ndarray


def heard_sounds(reference: Reference, states: np.ndarray) -> tuple[Sound, ...]:
    """The reference's sounds as they are heard in the recording; those that are not heard are missing."""
    runs = tuple(_run(part) for part in _parts(states))
    firsts = np.array([run.places[0] for run in runs])
    found = (_heard(sound, reference, runs, firsts) for sound in reference.sounds)
    return _in_order([sound for sound in found if sound])


def _parts(states: np.ndarray) -> list[np.ndarray]:
    """Frames and states (n, 2) of every piece without a rest and without words left out."""
    frames = np.flatnonzero(states >= 0)
    longest = max(step for step, _ in STEPS)
    steps = np.diff(states[frames])
    cuts = np.flatnonzero((np.diff(frames) > 1) | (steps < 0) | (steps > longest)) + 1
    pairs = np.stack([frames, states[frames]], axis=1)
    return [part for part in np.split(pairs, cuts) if len(part)]


def _run(part: np.ndarray) -> Run:
    frames, states = part[:, 0], part[:, 1]
    known = np.unique(states)
    times = np.bincount(states - known[0], frames)[known - known[0]] / np.bincount(states - known[0])[known - known[0]]
    every = np.arange(known[0], known[-1] + 1)
    smooth = _smoothed(np.interp(every, known, times)).clip(frames[0] - 0.5, frames[-1] + 0.5)
    places = np.concatenate([[every[0] - 0.5], every, [every[-1] + 0.5]])
    return Run(places, np.concatenate([[frames[0] - 0.5], smooth, [frames[-1] + 0.5]]) * HOP)


def _smoothed(times: np.ndarray) -> np.ndarray:
    """A moving average that goes on as it began and ended."""
    if len(times) <= SMOOTH:
        return times
    before, after = 2 * times[0] - times[SMOOTH:0:-1], 2 * times[-1] - times[-2 : -SMOOTH - 2 : -1]
    return np.convolve(np.concatenate([before, times, after]), np.full(2 * SMOOTH + 1, 1 / (2 * SMOOTH + 1)), "valid")


def _heard(sound: Sound, reference: Reference, runs: Sequence[Run], firsts: np.ndarray) -> Sound | None:
    start, end = reference.places(sound)
    middle = (start + end) / 2
    at = int(np.searchsorted(firsts, middle, side="right")) - 1
    if at < 0 or middle > runs[at].places[-1]:
        return None
    times = np.interp([start, end], runs[at].places, runs[at].times)
    return replace(sound, start=max(0.0, float(times[0])), end=max(0.0, float(times[1])))


def _in_order(sounds: Sequence[Sound]) -> tuple[Sound, ...]:
    """No sound ends after the next one starts."""
    if not sounds:
        return ()
    ends = [min(sound.end, following.start) for sound, following in pairwise(sounds)] + [sounds[-1].end]
    return tuple(replace(sound, end=max(sound.start, end)) for sound, end in zip(sounds, ends, strict=True))
