"""Matrix products on one thread.

After each larger product OpenBLAS's other threads spin for longer than it took, which doubles the cost of alignment, and a
build keeps its processors busy with other takes anyway. So workers start with one thread (`THREADS`); other processes
multiply in small strips.
"""

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

THREADS = "OPENBLAS_NUM_THREADS"
"""The variable that OpenBLAS reads when it is loaded."""

ALONE = 250_000
"""Multiplications up to which OpenBLAS stays on one thread (262144, interface/gemm.c)."""


def product(left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """Return `left @ right` of two matrices; computed in strips of `left` if OpenBLAS has more threads."""
    rows = max(1, ALONE // max(1, right.size))
    if os.environ.get(THREADS) == "1":
        rows = max(1, len(left))
    out: NDArray[Any] = np.empty((len(left), right.shape[1]), np.result_type(left, right))
    for top in range(0, len(left), rows):
        np.matmul(left[top : top + rows], right, out=out[top : top + rows])
    return out
