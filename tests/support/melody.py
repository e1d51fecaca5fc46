"""How high and how loud a voice is, measured on its sound alone."""

import numpy as np

LOWEST, HIGHEST = 60, 450
"""Hz between which voices are looked for."""

HOP, WINDOW = 0.01, 0.05


def pitch_of(sound: np.ndarray, rate: int) -> np.ndarray:
    """The pitch of the voiced frames of a sound, in Hz and in order: by autocorrelation, near the median of all of it."""
    size, hop, first, last = round(WINDOW * rate), round(HOP * rate), rate // HIGHEST, rate // LOWEST
    shape, wide = np.hanning(size), 1 << (2 * size - 1).bit_length()
    own = np.fft.irfft(np.abs(np.fft.rfft(shape, wide)) ** 2)[:last]
    frames = np.lib.stride_tricks.sliding_window_view(sound, size)[::hop]
    frames = frames[np.abs(frames).max(axis=1) > 0.06 * np.abs(sound).max()]
    like = np.fft.irfft(np.abs(np.fft.rfft((frames - frames.mean(axis=1, keepdims=True)) * shape, wide)) ** 2)[:, :last]
    like = like / like[:, :1] / (own / own[0])
    best = rate / (first + like[:, first:].argmax(axis=1))
    voiced = like[:, first:].max(axis=1) > 0.6
    usual = np.median(best[voiced])
    near = slice(max(first, round(rate / usual / 1.7)), min(last, round(rate / usual * 1.7)))
    return (rate / (near.start + like[:, near].argmax(axis=1)))[voiced & (like[:, near].max(axis=1) > 0.5)]


def semitones(high: float, low: float) -> float:
    """How many semitones one pitch is above another."""
    return float(12 * np.log2(high / low))


def loudness(sound: np.ndarray) -> float:
    """The level of a sound, in dB (RMS)."""
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64))))
