"""Every line equally loud, whoever speaks it."""

import numpy as np

from .. import audio

TARGET = -20.0
"""LUFS of every line; the film as a whole is mastered later."""

PEAK = -1.5
"""dBTP that no line exceeds."""

SHORTEST = 1.0
"""Seconds that a measurement needs (six make less than 0.15 LU of difference); a shorter line is measured as if it were
said again and again."""

QUIET = 0.003
"""What is below this part of the peak (-50 dB) counts as silence at either end."""


def level(sound: np.ndarray) -> np.ndarray:
    """`sound` at the loudness that all lines have; silence stays silence."""
    found = audio.measure(_long_enough(sound))
    if found.integrated <= audio.SILENCE:
        return sound
    gain = min(TARGET - found.integrated, PEAK - found.true_peak)
    return sound * np.float32(audio.factor(gain))


def _long_enough(sound: np.ndarray) -> np.ndarray:
    """Without the silence at the ends, which would make a single word seem quiet, and repeated if it is short."""
    strength = np.abs(sound).max(axis=1, initial=0.0)
    heard = np.flatnonzero(strength > QUIET * strength.max(initial=0.0))
    if not len(heard):
        return sound
    spoken = sound[heard[0] : heard[-1] + 1]
    return np.tile(spoken, (int(np.ceil(SHORTEST * audio.RATE / len(spoken))), 1))
