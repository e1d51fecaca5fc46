"""A reference given the voice of the speaker it is compared with.

What a first alignment pairs is learnt from in two steps: a linear change of all features (maximum likelihood linear
regression, Leggetter and Woodland 1995) and what is left of each phoneme; then features that still differ count less.
"""

from dataclasses import dataclass

import numpy as np

from .features import SPECTRAL
from .product import product

KEEP = 60.0
"""How many frames the assumption that the voices do not differ is worth."""

KEEP_PHONEME = 20.0
"""The same, for each phoneme."""

TRUST = 0.5
"""How much a feature's weight falls with what is left of its differences (0: not, 1: to the same)."""


@dataclass(frozen=True)
class Adapted:
    """The reference's and the recording's features, as they are to be compared."""

    reference: np.ndarray
    heard: np.ndarray


def adapted(reference: np.ndarray, heard: np.ndarray, symbols: np.ndarray, states: np.ndarray) -> Adapted:
    """Features compared after `states` (of every frame of `heard`; negative: none) have shown how the voices differ.

    `reference` (states, features), `heard` (frames, features), `symbols` the number of the phoneme of every state.
    """
    paired = states >= 0
    pairs, wanted = states[paired], heard[paired]
    if not len(pairs):
        return Adapted(reference, heard)
    moved = _moved(reference, pairs, wanted)
    moved = moved + _of_phonemes(moved, pairs, wanted, symbols)
    weights = _weights(wanted - moved[pairs])
    return Adapted(moved * weights, heard * weights)


def _moved(reference: np.ndarray, pairs: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The linear change, kept near to none by ridge regression."""
    spectral = np.append(reference[:, :SPECTRAL], np.ones((len(reference), 1)), axis=1).astype(np.float64)
    some, none = spectral[pairs], np.eye(SPECTRAL + 1, SPECTRAL)
    change = np.linalg.solve(
        np.einsum("ni,nj->ij", some, some) + KEEP * np.eye(SPECTRAL + 1),
        np.einsum("ni,nj->ij", some, wanted[:, :SPECTRAL], dtype=np.float64) + KEEP * none,
    )
    return np.append(product(spectral, change), reference[:, SPECTRAL:], axis=1).astype(np.float32)


def _of_phonemes(moved: np.ndarray, pairs: np.ndarray, wanted: np.ndarray, symbols: np.ndarray) -> np.ndarray:
    """What is left of the mean difference of every phoneme, for each state."""
    left, spoken, count = wanted - moved[pairs], symbols[pairs], symbols.max() + 1
    sums = np.stack([np.bincount(spoken, column, count) for column in left.T], axis=1)
    means = sums / (np.bincount(spoken, minlength=count)[:, None] + KEEP_PHONEME)
    return means[symbols].astype(np.float32)


def _weights(left: np.ndarray) -> np.ndarray:
    spread = np.maximum(left.std(axis=0)[:SPECTRAL], 1e-3)
    return np.append((spread.mean() / spread) ** TRUST, np.ones(left.shape[1] - SPECTRAL)).astype(np.float32)
