"""Values of a parameter of which `make test` tries the first few, and `make thorough` the others."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

import pytest


def further(values: Iterable[Any], few: int) -> list[Any]:
    """Return `values`, all but the first `few` with the mark `thorough`."""
    rest = iter(values)
    return [*islice(rest, few), *(pytest.param(value, marks=pytest.mark.thorough) for value in rest)]
