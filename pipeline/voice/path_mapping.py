"""Maps the reference's times to the recording's, along the path that the aligner found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .features import HOP
from .reference import Reference
from .utterances import WordPhoneme
from .viterbi import STEPS

SMOOTH = 2
"""Frames to either side over which the pace is averaged: frames are coarser than times should be."""


@dataclass(frozen=True)
class PathRun:
    """A piece of the path without a rest: `times` (seconds of the recording) at `places` among the states."""

    places: NDArray[np.float64]
    times: NDArray[np.float64]


def aligned_phonemes(reference: Reference, states: NDArray[np.int64]) -> tuple[WordPhoneme, ...]:
    """Return the reference's phonemes at the times at which they are heard; those that are not heard are missing."""
    runs = tuple(_run(part) for part in _speech_runs(states))
    firsts = np.array([run.places[0] for run in runs])
    found = (_aligned_phoneme(sound, reference, runs, firsts) for sound in reference.sounds)
    return _without_overlap([sound for sound in found if sound])


def _speech_runs(states: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return frames and states (n, 2) of every piece without a rest and without words left out."""
    frames = np.flatnonzero(states >= 0)
    longest = max(step for step, _ in STEPS)
    steps = np.diff(states[frames])
    cuts = np.flatnonzero((np.diff(frames) > 1) | (steps < 0) | (steps > longest)) + 1
    pairs = np.stack([frames, states[frames]], axis=1)
    return [part for part in np.split(pairs, cuts) if len(part)]


def _run(part: NDArray[np.int64]) -> PathRun:
    frames, states = part[:, 0], part[:, 1]
    known = np.unique(states)
    times = np.bincount(states - known[0], frames)[known - known[0]] / np.bincount(states - known[0])[known - known[0]]
    every = np.arange(known[0], known[-1] + 1)
    smooth = _smoothed(np.interp(every, known, times)).clip(frames[0] - 0.5, frames[-1] + 0.5)
    places = np.concatenate([[every[0] - 0.5], every, [every[-1] + 0.5]])
    return PathRun(places, np.concatenate([[frames[0] - 0.5], smooth, [frames[-1] + 0.5]]) * HOP)


def _smoothed(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the moving average of `times`, continued straight at both ends."""
    if len(times) <= SMOOTH:
        return times
    before, after = 2 * times[0] - times[SMOOTH:0:-1], 2 * times[-1] - times[-2 : -SMOOTH - 2 : -1]
    return np.convolve(np.concatenate([before, times, after]), np.full(2 * SMOOTH + 1, 1 / (2 * SMOOTH + 1)), "valid")


def _aligned_phoneme(
    sound: WordPhoneme, reference: Reference, runs: Sequence[PathRun], firsts: NDArray[np.float64]
) -> WordPhoneme | None:
    start, end = reference.places(sound)
    middle = (start + end) / 2
    at = int(np.searchsorted(firsts, middle, side="right")) - 1
    if at < 0 or middle > runs[at].places[-1]:
        return None
    times = np.interp([start, end], runs[at].places, runs[at].times)
    return replace(sound, start=max(0.0, float(times[0])), end=max(0.0, float(times[1])))


def _without_overlap(sounds: Sequence[WordPhoneme]) -> tuple[WordPhoneme, ...]:
    """Return the sounds so that none ends after the next one starts."""
    if not sounds:
        return ()
    ends = [min(sound.end, following.start) for sound, following in pairwise(sounds)] + [sounds[-1].end]
    return tuple(replace(sound, end=max(sound.start, end)) for sound, end in zip(sounds, ends, strict=True))
