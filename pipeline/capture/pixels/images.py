"""Finding a small picture in a large one: normalised cross-correlation (Lewis 1995), by the fast Fourier transform."""

from dataclasses import dataclass

import numpy as np

from ...geometry import Box, Size, box_of_pixels

ALIKE = 0.85
"""Correlation (-1..1) from which a place looks like the picture: edges may be smoothed in another way."""
NEAR_BEST = 0.06
"""A place that is less alike than the best by more is not meant: an exact one counts more than one that resembles it."""
SMALLEST = 8
"""Pixels that a picture has at least each way."""
_FLAT = 4.0
"""Standard deviation (levels) below which there is nothing to recognise."""


@dataclass(frozen=True)
class Match:
    """A place that looks like the picture, by so much (1: exactly)."""

    box: Box
    score: float


def find_image(picture: np.ndarray, wanted: np.ndarray, least: float = ALIKE) -> list[Match]:
    """Every place of `picture` (RGB uint8) that looks like `wanted`, the best first; none overlaps another.

    Where no place does, the one that comes nearest to it, whose score tells. ValueError where `wanted` is larger than
    the picture, too small, or all of one colour.
    """
    if min(wanted.shape[:2]) < SMALLEST:
        raise ValueError(f"it is too small to be recognised; cut out at least {SMALLEST} pixels each way")
    if any(w > p for w, p in zip(wanted.shape[:2], picture.shape[:2], strict=True)):
        raise ValueError(f"it is larger ({wanted.shape[1]} x {wanted.shape[0]}) than the screen")
    scores = correlation(_softened(picture), _softened(wanted))
    height, width = wanted.shape[:2]
    size = picture.shape[1], picture.shape[0]
    found: list[Match] = []
    while not found or found[-1].score >= least:
        found.append(_taken(scores, (width, height), size))
    return [match for match in found if match.score >= max(least, found[0].score - NEAR_BEST)] or found


def correlation(picture: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The correlation of `wanted` with each place of `picture`, all channels together (float32, valid places only)."""
    height, width = wanted.shape[:2]
    pattern = wanted - wanted.mean(axis=(0, 1))
    energy = float((pattern**2).sum())
    if energy / pattern.size < _FLAT**2:
        raise ValueError("it is of one colour only; cut out something that can be recognised")
    count = height * width
    shared, spread = 0.0, 0.0
    for channel in range(picture.shape[2]):
        layer = picture[..., channel]
        shared = shared + _correlated(layer, pattern[..., channel])
        total, squares = _sums(layer, height, width), _sums(layer**2, height, width)
        spread = spread + np.maximum(squares - total**2 / count, 0.0)
    seen = spread > _FLAT**2 * pattern.size
    return np.where(seen, shared / np.sqrt(np.where(seen, spread, 1.0) * energy), 0.0).astype(np.float32)


def _correlated(layer: np.ndarray, pattern: np.ndarray) -> np.ndarray:
    shape = tuple(_smooth(side) for side in layer.shape)
    spectrum = np.fft.rfft2(layer, shape) * np.conj(np.fft.rfft2(pattern, shape))
    rows, columns = (a - b + 1 for a, b in zip(layer.shape, pattern.shape, strict=True))
    return np.fft.irfft2(spectrum, shape)[:rows, :columns]


def _sums(layer: np.ndarray, height: int, width: int) -> np.ndarray:
    """The sum over each window of `height` by `width`."""
    table = np.pad(layer.astype(np.float64), ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    return table[height:, width:] - table[:-height, width:] - table[height:, :-width] + table[:-height, :-width]


def _smooth(number: int) -> int:
    """The next whole number that 2, 3 and 5 divide down to 1: transforms of it are quick."""
    while True:
        rest = number
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return number
        number += 1


def _softened(picture: np.ndarray) -> np.ndarray:
    """A little blurred (1 2 1 both ways), so that smoothed edges and half pixels count for less; a pixel less at each side."""
    soft = picture.astype(np.float32)
    soft = (soft[:-2] + 2 * soft[1:-1] + soft[2:]) / 4
    return (soft[:, :-2] + 2 * soft[:, 1:-1] + soft[:, 2:]) / 4


def _taken(scores: np.ndarray, wanted: Size, size: Size) -> Match:
    """The best place left, which is then crossed out with all that overlap it by half."""
    y, x = (int(i) for i in np.unravel_index(scores.argmax(), scores.shape))
    match = Match(box_of_pixels(x, y, *wanted, size), float(scores[y, x]))
    half_w, half_h = max(wanted[0] // 2, 1), max(wanted[1] // 2, 1)
    scores[max(y - half_h, 0) : y + half_h, max(x - half_w, 0) : x + half_w] = -1.0
    return match
