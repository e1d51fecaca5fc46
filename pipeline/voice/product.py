"""Matrix products that keep to one thread.

After each larger product OpenBLAS's other threads spin for longer than it took, which doubles what alignment costs; and a
build has its processors busy with other takes anyway. Worker processes are therefore told to use one thread (`THREADS`); what
runs elsewhere keeps its products small.
"""

import os

import numpy as np

THREADS = "OPENBLAS_NUM_THREADS"
"""The variable that OpenBLAS reads when it is loaded."""

ALONE = 250_000
"""Multiplications up to which OpenBLAS uses no other thread (262144, interface/gemm.c)."""


def product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """`left @ right` of two matrices; in strips of `left` where OpenBLAS has more threads."""
    if os.environ.get(THREADS) == "1":
        return left @ right
    rows = max(1, ALONE // max(1, right.size))
    out = np.empty((len(left), right.shape[1]), np.result_type(left, right))
    for top in range(0, len(left), rows):
        np.matmul(left[top : top + rows], right, out=out[top : top + rows])
    return out
