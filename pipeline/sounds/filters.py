"""Filters on the circle: a sound that is filtered here still joins its own end without a seam."""

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import MonoSamples

type Gains = NDArray[np.float64]
"""The factor for each frequency of a spectrum: shape (bins,)."""


def frequencies(samples: int, rate: int) -> Gains:
    """Return the frequencies of the spectrum of `samples` samples, in Hz."""
    found: Gains = np.fft.rfftfreq(samples, 1 / rate)
    return found


def filtered(sound: MonoSamples, gains: Gains) -> MonoSamples:
    """Return the sound with each frequency of its spectrum multiplied."""
    return np.fft.irfft(np.fft.rfft(sound) * gains, len(sound)).astype(np.float32)


def low_pass(hertz: Gains, edge: float, order: int = 2) -> Gains:
    """Return the gains of a Butterworth low pass."""
    return 1 / np.sqrt(1 + (hertz / edge) ** (2 * order))


def high_pass(hertz: Gains, edge: float, order: int = 2) -> Gains:
    """Return the gains of a Butterworth high pass."""
    return 1 / np.sqrt(1 + (edge / np.maximum(hertz, 1e-3)) ** (2 * order))


def band_pass(hertz: Gains, centre: float, width: float) -> Gains:
    """Return the gains of a bell of `width` Hz to either side of `centre`."""
    return np.exp(-0.5 * ((hertz - centre) / width) ** 2)
