"""The finished film's own pictures, which every measurement here looks at."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np


def frames_at(film: Path, wanted: Iterable[int], format: str = "gray") -> Iterator[tuple[int, np.ndarray]]:
    """(number, picture) of each wanted frame (0-based) in order; pictures are uint8 in PyAV's `format`.

    Gaps are crossed by seeking, so that a few frames of a long film cost little.
    """
    numbers = sorted(set(wanted))
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        rate, base = stream.average_rate, stream.time_base
        origin = stream.start_time or 0
        for run in _runs(numbers, near=int(rate * 4)):
            container.seek(origin + int(run[0] / rate / base), stream=stream)
            missing = set(run)
            for frame in container.decode(stream):
                number = round((frame.pts - origin) * base * rate)
                if number in missing:
                    missing.discard(number)
                    yield number, frame.to_ndarray(format=format)
                if number >= run[-1]:
                    break


def _runs(numbers: list[int], near: int) -> Iterator[list[int]]:
    """Groups of numbers with at most `near` between neighbours."""
    run: list[int] = []
    for number in numbers:
        if run and number - run[-1] > near:
            yield run
            run = []
        run.append(number)
    if run:
        yield run
