"""What a recording sounds like, every 20 ms: the cepstra that alignment compares.

Mel cepstra after Davis and Mermelstein (1980), normalised to the speech's own mean and variance (CMVN), their slopes,
and the level. The reference gets the colour and the noise of the recording before they are compared.
"""

from dataclasses import dataclass

import numpy as np

from .product import product

HOP = 0.02
"""Seconds between frames; frame k is centred at k * HOP."""

WINDOW = 0.025
BANDS, LOWEST, HIGHEST = 32, 80.0, 7600.0
"""How many mel bands there are, and Hz of their ends."""

CEPSTRA = 13
SPECTRAL = 2 * CEPSTRA
"""How many features are about the spectrum; the last one is the level."""

SPEECH = 0.25
"""Frames louder than this part of the way (in dB) from the quietest to the loudest are speech."""

WEIGHTS = np.array([0.27] + [0.9] * (CEPSTRA - 1) + [0.7] * CEPSTRA + [6.0], np.float32)
"""Of the cepstra, their slopes and the level in a distance."""

FLOOR = 3e-5
"""Power below this part of a band's mean counts as silence."""

BLOCK = 1000
"""Frames that are transformed at once."""


@dataclass(frozen=True)
class Sounding:
    """Frames of a recording: power in mel bands (frames, BANDS), 1 being the mean of its speech; level 0..1 (frames,);
    whether it is speech (frames,)."""

    bands: np.ndarray
    level: np.ndarray
    speech: np.ndarray


def sounding(sound: np.ndarray, rate: int, hop: float = HOP) -> Sounding:
    """The frames of mono `sound` (samples,) float32."""
    bands = _bands(sound, rate, hop)
    level = _level(bands)
    speech = level > SPEECH
    mean = bands[speech].mean(axis=0) if speech.any() else bands.mean(axis=0)
    return Sounding(bands / (mean + np.float32(1e-12)), level, speech)


def noise(heard: Sounding) -> np.ndarray:
    """The power of the steady noise in each band: (BANDS,)."""
    return np.percentile(heard.bands, 8, axis=0).astype(np.float32)


def noisy(clean: Sounding, noise: np.ndarray) -> Sounding:
    """`clean` with `noise` in its bands; what is speech is still known."""
    bands = clean.bands + noise
    return Sounding(bands, _level(bands), clean.speech)


def features(heard: Sounding, noise: np.ndarray) -> np.ndarray:
    """Cepstra, slopes and level, weighted: float32 (frames, SPECTRAL + 1)."""
    found = product(np.log(heard.bands + noise + np.float32(FLOOR)), _cosines())
    spoken = found[heard.speech] if heard.speech.any() else found
    found = (found - spoken.mean(axis=0)) / (spoken.std(axis=0) + np.float32(1e-3))
    slopes = np.zeros_like(found)
    slopes[1:-1] = (found[2:] - found[:-2]) / 2
    found = np.where(heard.speech[:, None], found, np.float32(0))
    return np.concatenate([found, slopes, heard.level[:, None]], axis=1) * WEIGHTS


def _bands(sound: np.ndarray, rate: int, hop: float) -> np.ndarray:
    size = round(WINDOW * rate)
    bins = _smooth(size)
    raised = np.append(sound[:1], sound[1:] - np.float32(0.97) * sound[:-1])
    starts = np.round(np.arange(max(3, round(len(sound) / rate / hop))) * hop * rate).astype(int)
    padded = np.pad(raised, (size // 2, size + max(0, starts[-1] - len(sound)))).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)
    window, filters = np.hanning(size).astype(np.float32), _filters(bins, rate)
    blocks = (frames[starts[at : at + BLOCK]] * window for at in range(0, len(starts), BLOCK))
    return np.concatenate([product(np.abs(np.fft.rfft(block, bins, axis=1)) ** 2, filters) for block in blocks])


def _smooth(size: int) -> int:
    """The next even number that has no other factors than 2, 3 and 5: such transforms are quick."""
    twos = (2**a * 3**b * 5**c for a in range(1, 13) for b in range(5) for c in range(4))
    return min(number for number in twos if number >= size)


def _filters(bins: int, rate: int) -> np.ndarray:
    """Triangles that are as wide in mel: float32 (bins / 2 + 1, BANDS)."""
    frequencies = np.fft.rfftfreq(bins, 1 / rate)[:, None]
    edges = _hertz(np.linspace(_mel(LOWEST), _mel(min(HIGHEST, rate / 2)), BANDS + 2))
    rising = (frequencies - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - frequencies) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def _level(bands: np.ndarray) -> np.ndarray:
    power = bands.sum(axis=1)
    decibels = 10 * np.log10(power + 1e-9 * power.max() + 1e-20)
    quiet, loud = np.percentile(decibels, [5, 95])
    return np.clip((decibels - quiet) / max(loud - quiet, 1.0), 0, 1).astype(np.float32)


def _cosines() -> np.ndarray:
    order, band = np.arange(CEPSTRA)[None], np.arange(BANDS)[:, None]
    return np.cos(np.pi / BANDS * order * (band + 0.5)).astype(np.float32)


def _mel(hertz: float) -> float:
    return 2595 * np.log10(1 + hertz / 700)


def _hertz(mel: np.ndarray) -> np.ndarray:
    return 700 * (10 ** (mel / 2595) - 1)
