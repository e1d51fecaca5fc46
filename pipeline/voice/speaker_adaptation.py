"""Adapts the reference to the voice of the speaker.

The frames that a first alignment pairs are used in two steps: for a linear transform of all features (maximum likelihood
linear regression, Leggetter and Woodland 1995), and for an offset of each phoneme. Features that still differ then get less
weight.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .features import SPECTRAL, Features
from .product import product

KEEP = 60.0
"""The strength of the prior that the voices do not differ, in frames."""

KEEP_PHONEME = 20.0
"""The same, for each phoneme."""

TRUST = 0.5
"""How much a feature's weight falls with the differences that remain (0: not at all; 1: all remain equally large)."""


@dataclass(frozen=True)
class AdaptedFeatures:
    """The features to compare: of the reference (states, features), and of the recording (frames, features)."""

    reference: Features
    heard: Features


def adapt_to_speaker(
    reference: Features, heard: Features, symbols: NDArray[np.int64], states: NDArray[np.int64]
) -> AdaptedFeatures:
    """Return the features to compare, adapted by what a first alignment paired.

    Args:
        reference: The reference's features (states, features).
        heard: The recording's features (frames, features).
        symbols: The number of each state's phoneme (states,).
        states: The state that the first alignment found for each frame (frames,); negative: none.
    """
    paired = states >= 0
    pairs, wanted = states[paired], heard[paired]
    if not len(pairs):
        return AdaptedFeatures(reference, heard)
    moved = _linear_transform(reference, pairs, wanted)
    moved = moved + _phoneme_offsets(moved, pairs, wanted, symbols)
    weights = _weights(wanted - moved[pairs])
    return AdaptedFeatures(moved * weights, heard * weights)


def _linear_transform(reference: Features, pairs: NDArray[np.int64], wanted: Features) -> Features:
    """Return the reference after the linear transform, which ridge regression keeps near the identity."""
    spectral = np.append(reference[:, :SPECTRAL], np.ones((len(reference), 1)), axis=1).astype(np.float64)
    some, none = spectral[pairs], np.eye(SPECTRAL + 1, SPECTRAL)
    change = np.linalg.solve(
        np.einsum("ni,nj->ij", some, some) + KEEP * np.eye(SPECTRAL + 1),
        np.einsum("ni,nj->ij", some, wanted[:, :SPECTRAL], dtype=np.float64) + KEEP * none,
    )
    return np.append(product(spectral, change), reference[:, SPECTRAL:], axis=1).astype(np.float32)


def _phoneme_offsets(
    moved: Features, pairs: NDArray[np.int64], wanted: Features, symbols: NDArray[np.int64]
) -> Features:
    """Return the mean difference that remains for each state's phoneme: (states, features)."""
    left, spoken, count = wanted - moved[pairs], symbols[pairs], symbols.max() + 1
    sums = np.stack([np.bincount(spoken, column, count) for column in left.T], axis=1)
    means: NDArray[np.float32] = (sums / (np.bincount(spoken, minlength=count)[:, None] + KEEP_PHONEME)).astype(
        np.float32
    )
    offsets: NDArray[np.float32] = means[symbols]
    return offsets


def _weights(left: Features) -> NDArray[np.float32]:
    spread = np.maximum(left.std(axis=0)[:SPECTRAL], 1e-3)
    return np.append((spread.mean() / spread) ** TRUST, np.ones(left.shape[1] - SPECTRAL)).astype(np.float32)
