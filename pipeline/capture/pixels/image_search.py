"""Finds a small picture in a large one: normalised cross-correlation (Lewis 1995) by the fast Fourier transform."""

from dataclasses import dataclass

import numpy as np

from ...base.geometry import Box, Size, box_of_pixels

LEAST_SCORE = 0.85
"""Correlation (-1..1) from which a place counts as the picture: edges may be smoothed differently."""
NEAR_BEST = 0.06
"""How far below the best a match may be: next to an exact match, one that merely resembles it doesn't count."""
SMALLEST = 8
"""Pixels that a picture needs in each direction."""
_LEAST_DEVIATION = 4.0
"""Standard deviation (levels) below which there is nothing to recognise."""


@dataclass(frozen=True)
class ImageMatch:
    """A place that looks like the picture; a `score` of 1 is exact."""

    box: Box
    score: float


def find_image(picture: np.ndarray, wanted: np.ndarray, least: float = LEAST_SCORE) -> list[ImageMatch]:
    """Return every place of `picture` (RGB uint8) that looks like `wanted`, the best first; none overlaps another.

    If no place reaches the score `least`, returns the nearest one alone. Raises ValueError if `wanted` is larger than the
    picture, too small, or all of one colour.
    """
    if min(wanted.shape[:2]) < SMALLEST:
        raise ValueError(f"it is too small to be recognised; cut out at least {SMALLEST} pixels each way")
    if any(w > p for w, p in zip(wanted.shape[:2], picture.shape[:2], strict=True)):
        raise ValueError(f"it is larger ({wanted.shape[1]} x {wanted.shape[0]}) than the screen")
    scores = correlation(_smoothed(picture), _smoothed(wanted))
    height, width = wanted.shape[:2]
    size = picture.shape[1], picture.shape[0]
    found: list[ImageMatch] = []
    while not found or found[-1].score >= least:
        found.append(_take_best_match(scores, (width, height), size))
    return [match for match in found if match.score >= max(least, found[0].score - NEAR_BEST)] or found


def correlation(picture: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the correlation of `wanted` with each place of `picture`, all channels together.

    The result is float32, with only those places at which `wanted` is inside. Raises ValueError if it is of one colour.
    """
    height, width = wanted.shape[:2]
    pattern = wanted - wanted.mean(axis=(0, 1))
    energy = float((pattern**2).sum())
    if energy / pattern.size < _LEAST_DEVIATION**2:
        raise ValueError("it is of one colour only; cut out something that can be recognised")
    count = height * width
    places = picture.shape[0] - height + 1, picture.shape[1] - width + 1
    shared, spread = np.zeros(places), np.zeros(places)
    for channel in range(picture.shape[2]):
        layer = picture[..., channel]
        shared += _correlated(layer, pattern[..., channel])
        total, squares = _sums(layer, height, width), _sums(layer**2, height, width)
        spread += np.maximum(squares - total**2 / count, 0.0)
    seen = spread > _LEAST_DEVIATION**2 * pattern.size
    return np.where(seen, shared / np.sqrt(np.where(seen, spread, 1.0) * energy), 0.0).astype(np.float32)


def _correlated(layer: np.ndarray, pattern: np.ndarray) -> np.ndarray:
    shape = tuple(_next_fast_length(side) for side in layer.shape)
    spectrum = np.fft.rfft2(layer, shape) * np.conj(np.fft.rfft2(pattern, shape))
    rows, columns = (a - b + 1 for a, b in zip(layer.shape, pattern.shape, strict=True))
    return np.fft.irfft2(spectrum, shape)[:rows, :columns]


def _sums(layer: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return the sum over each window of `height` x `width`."""
    table = np.pad(layer.astype(np.float64), ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    return table[height:, width:] - table[:-height, width:] - table[height:, :-width] + table[:-height, :-width]


def _next_fast_length(number: int) -> int:
    """Return the next whole number with no prime factors but 2, 3 and 5: transforms of that length are fast."""
    while True:
        rest = number
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return number
        number += 1


def _smoothed(picture: np.ndarray) -> np.ndarray:
    """Blur a picture slightly (1 2 1 in both directions; float32, one pixel smaller at each side).

    Smoothed edges and half pixels then count for less.
    """
    whole = picture.astype(np.float32)
    rows = (whole[:-2] + 2 * whole[1:-1] + whole[2:]) / 4
    return (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4


def _take_best_match(scores: np.ndarray, wanted: Size, size: Size) -> ImageMatch:
    """Return the best place left, and cross it out in `scores` together with all that overlap it by half."""
    y, x = (int(i) for i in np.unravel_index(scores.argmax(), scores.shape))
    match = ImageMatch(box_of_pixels(x, y, *wanted, size), float(scores[y, x]))
    half_w, half_h = max(wanted[0] // 2, 1), max(wanted[1] // 2, 1)
    scores[max(y - half_h, 0) : y + half_h, max(x - half_w, 0) : x + half_w] = -1.0
    return match
