"""The MFCC features that alignment compares, every 20 ms.

Mel-frequency cepstral coefficients (Davis and Mermelstein 1980), normalised to the speech's own mean and variance (CMVN),
their deltas, and the level. The reference gets the spectrum's tilt and the noise of the recording before they are compared.
"""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import MonoSamples
from .product import product

HOP = 0.02
"""Seconds between frames; frame k is centred at k * HOP."""

WINDOW = 0.025
BANDS, LOWEST, HIGHEST = 32, 80.0, 7600.0
"""The number of mel bands, and the Hz at which they begin and end."""

CEPSTRA = 13
SPECTRAL = 2 * CEPSTRA
"""The number of features of the spectrum (cepstra and deltas); the last feature is the level."""

SPEECH = 0.25
"""Frames above this fraction of the range (in dB) from the quietest to the loudest are speech."""

WEIGHTS = np.array([0.27] + [0.9] * (CEPSTRA - 1) + [0.7] * CEPSTRA + [6.0], np.float32)
"""The weights of cepstra, deltas and level in a distance."""

FLOOR = 3e-5
"""Power below this fraction of a band's mean counts as silence."""

BLOCK = 1000
"""Frames whose spectra are computed at once."""


type Features = NDArray[np.float32]
"""Shape (frames, features): what a distance is computed of."""

type Bands = NDArray[np.float32]
"""Shape (frames, BANDS), or (BANDS,): power in mel bands."""


@dataclass(frozen=True)
class SpectralFrames:
    """Frames of a recording.

    `bands` is the power in mel bands (frames, BANDS), 1 being the mean of the speech; `level` 0..1 (frames,); `speech` says
    which frames are speech (frames,).
    """

    bands: Bands
    level: NDArray[np.float32]
    speech: NDArray[np.bool_]


def spectral_frames(sound: MonoSamples, rate: int, hop: float = HOP) -> SpectralFrames:
    """Return the frames of `sound`, sampled at `rate`, every `hop` seconds."""
    bands = _bands(sound, rate, hop)
    level = _relative_level(bands)
    speech = level > SPEECH
    mean = bands[speech].mean(axis=0) if speech.any() else bands.mean(axis=0)
    return SpectralFrames(bands / (mean + np.float32(1e-12)), level, speech)


def noise_spectrum(heard: SpectralFrames) -> Bands:
    """Return the power of the steady noise in each band: (BANDS,)."""
    return np.percentile(heard.bands, 8, axis=0).astype(np.float32)


def add_noise(clean: SpectralFrames, noise: Bands) -> SpectralFrames:
    """Return `clean` with the noise of a `noise_spectrum` (BANDS,) in its bands; the same frames stay speech."""
    bands = clean.bands + noise
    return SpectralFrames(bands, _relative_level(bands), clean.speech)


def cepstral_features(heard: SpectralFrames, noise: Bands) -> Features:
    """Return the weighted cepstra, deltas and level: (frames, SPECTRAL + 1)."""
    found = product(np.log(heard.bands + noise + np.float32(FLOOR)), _dct_matrix())
    spoken = found[heard.speech] if heard.speech.any() else found
    found = (found - spoken.mean(axis=0)) / (spoken.std(axis=0) + np.float32(1e-3))
    slopes = np.zeros_like(found)
    slopes[1:-1] = (found[2:] - found[:-2]) / 2
    found = np.where(heard.speech[:, None], found, np.float32(0))
    return np.concatenate([found, slopes, heard.level[:, None]], axis=1) * WEIGHTS


def _bands(sound: MonoSamples, rate: int, hop: float) -> Bands:
    size = round(WINDOW * rate)
    bins = _fast_fft_size(size)
    raised = np.append(sound[:1], sound[1:] - np.float32(0.97) * sound[:-1])
    starts = np.round(np.arange(max(3, round(len(sound) / rate / hop))) * hop * rate).astype(int)
    padded = np.pad(raised, (size // 2, size + max(0, starts[-1] - len(sound)))).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)
    window, filters = np.hanning(size).astype(np.float32), _mel_filters(bins, rate)
    blocks = (frames[starts[at : at + BLOCK]] * window for at in range(0, len(starts), BLOCK))
    return np.concatenate([product(np.abs(np.fft.rfft(block, bins, axis=1)) ** 2, filters) for block in blocks])


def _fast_fft_size(size: int) -> int:
    """Return the next even number without other factors than 2, 3 and 5: such transforms are fast."""
    smooth: list[int] = sorted(2**a * 3**b * 5**c for a in range(1, 13) for b in range(5) for c in range(4))
    return smooth[bisect_left(smooth, size)]


def _mel_filters(bins: int, rate: int) -> NDArray[np.float32]:
    """Return triangular filters of the same width in mel: (bins / 2 + 1, BANDS)."""
    frequencies = np.fft.rfftfreq(bins, 1 / rate)[:, None]
    edges = _hertz(np.linspace(_mel(LOWEST), _mel(min(HIGHEST, rate / 2)), BANDS + 2))
    rising = (frequencies - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - frequencies) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def _relative_level(bands: Bands) -> NDArray[np.float32]:
    power = bands.sum(axis=1)
    decibels = 10 * np.log10(power + 1e-9 * power.max() + 1e-20)
    quiet, loud = np.percentile(decibels, [5, 95])
    level: NDArray[np.float32] = np.clip((decibels - quiet) / max(loud - quiet, 1.0), 0, 1).astype(np.float32)
    return level


def _dct_matrix() -> NDArray[np.float32]:
    order, band = np.arange(CEPSTRA)[None], np.arange(BANDS)[:, None]
    return np.cos(np.pi / BANDS * order * (band + 0.5)).astype(np.float32)


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return 700 * (10 ** (mel / 2595) - 1)
