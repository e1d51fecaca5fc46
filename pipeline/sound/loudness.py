"""The film's loudness (ITU-R BS.1770-4, EBU R128): measured, and brought to a target."""

import numpy as np

from .. import audio
from ..audio import Loudness, measure

__all__ = ["Loudness", "master", "measure"]

NOTHING = -50.0
"""LUFS. A film that is quieter has no sound worth the name: bringing it up would only bring up its noise."""

NEAR_ENOUGH = 0.1
"""LU from the target at which mastering stops."""

PASSES = 6

MARGIN = 0.3
"""dB below the ceiling at which the limiter starts, because AAC moves peaks by about as much."""

OVERSAMPLED = 4 * audio.RATE


def master(sound: np.ndarray, target: float = -14.0, ceiling: float = -1.0) -> np.ndarray:
    """`sound` (samples, 2) at `target` LUFS with no true peak over `ceiling` dBTP, nor after AAC at 192 kb/s.

    What is quieter than -50 LUFS comes back as it is. Sound so dynamic that the limiter can't reach the target stays
    quieter: the ceiling goes first.
    """
    found = measure(sound)
    if found.integrated < NOTHING:
        return sound
    gain, limit = target - found.integrated, ceiling - MARGIN
    for _ in range(PASSES):
        result = _limited(sound, gain, limit)
        missing = target - measure(result).integrated
        over = _peak_after_aac(result) - ceiling if abs(missing) <= NEAR_ENOUGH else 0.0
        if abs(missing) <= NEAR_ENOUGH and over <= 0:
            break
        gain, limit = gain + missing, limit - max(0.0, over)
    return result


def _peak_after_aac(sound: np.ndarray) -> float:
    return max(measure(sound).true_peak, measure(audio.through_aac(sound)).true_peak)


def _limited(sound: np.ndarray, gain: float, limit: float) -> np.ndarray:
    """Amplified by `gain` dB, then limited at four times the rate, where the true peaks are seen."""
    limiter = f"limit={audio.factor(limit):.5f}:attack=5:release=60:level=disabled:asc=1:latency=1"
    chain = (("aresample", str(OVERSAMPLED)), ("alimiter", limiter))
    return audio.filtered(sound * np.float32(audio.factor(gain)), chain)[: len(sound)]
